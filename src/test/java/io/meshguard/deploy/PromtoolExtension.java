package io.meshguard.deploy;

import io.meshguard.controlplane.GoTool;
import io.meshguard.controlplane.Promtool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link RequiresPromtool} does. */
final class PromtoolExtension implements ExecutionCondition, ParameterResolver {

  private static final System.Logger LOG = System.getLogger(PromtoolExtension.class.getName());

  /** Either the tool, or why there is none. */
  private record Found(Optional<Promtool> tool, String reason) {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("decided for the class");
    }
    String reason = found(context).reason();
    if (reason.isEmpty()) {
      return ConditionEvaluationResult.enabled("there is a promtool");
    }
    if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
      throw new IllegalStateException("MESHGUARD_E2E=required, but " + reason);
    }
    System.err.printf(
        "%n*** SKIPPED: %s (MESHGUARD_E2E=required makes this a failure). %s%n%n",
        context.getDisplayName(), reason);
    return ConditionEvaluationResult.disabled(reason);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Promtool.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return found(context).tool().orElseThrow();
  }

  private static Found found(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(PromtoolExtension.class))
        .computeIfAbsent(Found.class, key -> find(), Found.class);
  }

  private static Found find() {
    try {
      Promtool tool = Promtool.locate(line -> LOG.log(System.Logger.Level.INFO, line));
      return new Found(Optional.of(tool), "");
    } catch (GoTool.UnavailableException e) {
      return new Found(Optional.empty(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
