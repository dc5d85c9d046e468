package io.meshguard.traffic;

import io.meshguard.istio.VirtualServices;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The gateways that a VirtualService names, in one spelling: {@code mesh} or {@code namespace/name}
 * (istio pilot/pkg/model/config.go {@code resolveGatewayName} @1.30.3).
 *
 * @param namespace namespace of the VirtualService
 * @param ofAll the gateways of the whole VirtualService
 */
public record GatewayNames(String namespace, Set<String> ofAll) {

  /** Returns the gateways of a whole VirtualService; none for a delegate, which has no hosts. */
  public static GatewayNames of(Resource virtualService) {
    GatewayNames none = new GatewayNames(virtualService.namespace(), Set.of());
    if (!virtualService.at("spec", "hosts").isNonEmpty()) {
      return none;
    }
    Set<String> names = none.of(virtualService.at("spec", "gateways"));
    return new GatewayNames(
        virtualService.namespace(), names.isEmpty() ? Set.of(VirtualServices.MESH) : names);
  }

  /** Returns the names in a list of gateways. */
  public Set<String> of(Cursor list) {
    Set<String> names = new LinkedHashSet<>();
    list.each().forEach(name -> name.text().ifPresent(text -> names.add(resolve(text))));
    return names;
  }

  private String resolve(String name) {
    if (name.equals(VirtualServices.MESH) || name.contains("/")) {
      return name;
    }
    int dot = name.indexOf('.');
    if (dot < 0) {
      return namespace + "/" + name;
    }
    int end = name.indexOf('.', dot + 1);
    String owner = end < 0 ? name.substring(dot + 1) : name.substring(dot + 1, end);
    return owner + "/" + name.substring(0, dot);
  }
}
