package io.meshguard.dataplane;

import io.meshguard.controlplane.ControlPlaneExtension;
import io.meshguard.controlplane.SkippedTests;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link RequiresDataPlane} does. */
public final class DataPlaneExtension implements ExecutionCondition, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(DataPlaneExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("decided for the class");
    }
    SharedDataPlane shared = shared(context);
    boolean sidecars =
        AnnotationSupport.findAnnotation(context.getTestClass(), RequiresDataPlane.class)
            .map(RequiresDataPlane::sidecars)
            .orElse(true);
    Optional<String> reason = shared.plane().isPresent() ? Optional.empty() : shared.reason();
    if (sidecars && reason.isEmpty()) {
      reason = shared.withoutSidecars();
    }
    if (reason.isEmpty()) {
      return ConditionEvaluationResult.enabled("there is a data plane");
    }
    skipped(context, reason.get()).add(context);
    return ConditionEvaluationResult.disabled(reason.get());
  }

  /** Fails instead where nothing may be skipped. */
  private static SkippedTests skipped(ExtensionContext context, String reason) {
    if (SharedDataPlane.REQUIRED) {
      throw new IllegalStateException("MESHGUARD_DATAPLANE=required, but: " + reason);
    }
    return store(context)
        .computeIfAbsent(
            SkippedTests.class,
            key -> new SkippedTests("a data plane", "MESHGUARD_DATAPLANE", reason),
            SkippedTests.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == DataPlane.class || type == Sidecars.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == Sidecars.class) {
      return new Sidecars(
          shared(context).withoutSidecars(), reason -> skipped(context, reason).addOne());
    }
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
}
