package io.meshguard.mesh;

import io.meshguard.logic.Ternary;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Optional;
import java.util.Set;

/**
 * The switches of TKE's controller of Services, a ConfigMap that the cluster brings
 * (cloud.tencent.com/document/product/457/131136). It is the one object outside the mesh's
 * namespaces that is looked up by its name.
 */
public final class TkeServiceController {

  /** Namespace of the ConfigMap. */
  public static final String NAMESPACE = "kube-system";

  /** Name of the ConfigMap. */
  public static final String NAME = "tke-service-controller-config";

  private static final String BY_DEFAULT = "EnableDefaultDirectAccess";
  private static final String ON_GLOBAL_ROUTER = "GlobalRouteDirectAccess";

  /** Keys of the ConfigMap that are read. */
  public static final Set<String> KEYS = Set.of(BY_DEFAULT, ON_GLOBAL_ROUTER);

  private final Optional<Resource> config;

  /** Makes a view of the switches in a mesh. */
  public TkeServiceController(Mesh mesh) {
    this.config = mesh.find(Kind.CONFIG_MAP, NAMESPACE, NAME).found();
  }

  /** Returns whether an object is the ConfigMap with the switches. */
  public static boolean is(Resource object) {
    return object.kind().equals(Kind.CONFIG_MAP)
        && object.namespace().equals(NAMESPACE)
        && object.name().equals(NAME);
  }

  /** Returns whether new Services get direct access by themselves. */
  public Ternary directByDefault() {
    return isOn(BY_DEFAULT);
  }

  /** Returns whether direct access works with GlobalRouter. */
  public Ternary directOnGlobalRouter() {
    return isOn(ON_GLOBAL_ROUTER);
  }

  private Ternary isOn(String key) {
    return config
        .map(found -> Ternary.of(found.at("data", key).is("true")))
        .orElse(Ternary.UNKNOWN);
  }
}
