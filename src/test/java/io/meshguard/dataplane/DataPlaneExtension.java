package io.meshguard.dataplane;

import io.meshguard.controlplane.ControlPlaneExtension;
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

/** What {@link RequiresDataPlane} does. */
public final class DataPlaneExtension implements ExecutionCondition, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(DataPlaneExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("decided for the class");
    }
    SharedDataPlane shared = shared(context);
    if (shared.plane().isPresent()) {
      return ConditionEvaluationResult.enabled("there is a data plane");
    }
    if ("required".equals(System.getenv("MESHGUARD_DATAPLANE"))) {
      throw new IllegalStateException("MESHGUARD_DATAPLANE=required, but: " + shared.reason());
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
    return parameter.getParameter().getType() == DataPlane.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared(context).plane().orElseThrow();
  }

  private static SharedDataPlane shared(ExtensionContext context) {
    return store(context)
        .computeIfAbsent(
            SharedDataPlane.class,
            key -> SharedDataPlane.start(ControlPlaneExtension.controlPlane(context)),
            SharedDataPlane.class);
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
          "%n*** SKIPPED: %d test methods in %d classes, for want of a data plane"
              + " (MESHGUARD_DATAPLANE=required makes this a failure). %s%n%n",
          tests.get(), classes.get(), reason);
    }
  }
}
