package io.meshguard.e2e;

import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneExtension;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link OnRealCluster} does. */
final class LiveExtension implements BeforeEachCallback, ParameterResolver {

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    live(context).policy("");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Live.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return live(context);
  }

  private static Live live(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(LiveExtension.class))
        .computeIfAbsent(
            Live.class, key -> start(ControlPlaneExtension.controlPlane(context)), Live.class);
  }

  private static Live start(ControlPlane controlPlane) {
    try {
      return Live.start(controlPlane);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Meshguard does not start on the control plane", e);
    }
  }
}
