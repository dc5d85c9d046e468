package io.meshguard.controlplane;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

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
    store(context)
        .computeIfAbsent(
            SkippedTests.class,
            key -> new SkippedTests("a control plane", "MESHGUARD_E2E", shared.reason()),
            SkippedTests.class)
        .add(context);
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
}
