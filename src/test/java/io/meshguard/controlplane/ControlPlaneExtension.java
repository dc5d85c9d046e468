package io.meshguard.controlplane;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** What {@link RequiresControlPlane} does. */
public final class ControlPlaneExtension implements ExecutionCondition, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ControlPlaneExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("decided for the class");
    }
    SharedControlPlane shared = shared(context);
    if (shared.controlPlane().isPresent()) {
      return ConditionEvaluationResult.enabled("there is a control plane");
    }
    if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
      throw new IllegalStateException("MESHGUARD_E2E=required, but: " + shared.reason());
    }
    int tests =
        AnnotationSupport.findAnnotatedMethods(
                context.getRequiredTestClass(), Testable.class, HierarchyTraversalMode.TOP_DOWN)
            .size();
    store(context)
        .computeIfAbsent(Skipped.class, key -> new Skipped(shared.reason()), Skipped.class)
        .add(tests);
    return ConditionEvaluationResult.disabled(shared.reason());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ControlPlane.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return controlPlane(context);
  }

  /** Returns the control plane of a test that was not skipped; for other extensions. */
  public static ControlPlane controlPlane(ExtensionContext context) {
    return shared(context).controlPlane().orElseThrow();
  }

  private static SharedControlPlane shared(ExtensionContext context) {
    return store(context)
        .computeIfAbsent(
            SharedControlPlane.class, key -> SharedControlPlane.start(), SharedControlPlane.class);
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
  }

  /** Says at the very end how much was not tested. */
  private static final class Skipped implements AutoCloseable {
    private final AtomicInteger classes = new AtomicInteger();
    private final AtomicInteger tests = new AtomicInteger();
    private final String reason;

    Skipped(String reason) {
      this.reason = reason;
    }

    void add(int more) {
      classes.incrementAndGet();
      tests.addAndGet(more);
    }

    @Override
    public void close() {
      System.err.printf(
          "%n*** SKIPPED: %d test methods in %d classes, for want of a control plane"
              + " (MESHGUARD_E2E=required makes this a failure). %s%n%n",
          tests.get(), classes.get(), reason);
    }
  }
}
