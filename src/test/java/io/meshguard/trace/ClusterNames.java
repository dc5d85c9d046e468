package io.meshguard.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The name server of the cluster. Hosts of a ServiceEntry with addresses lead to the first; all
 * others lead to a server outside the mesh.
 */
final class ClusterNames implements Stage.Names {
  private static final String CLUSTER = ".svc.cluster.local";

  private final Map<String, String> addresses = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final String internet;

  ClusterNames(List<JsonNode> stored, Stage stage, String internet) {
    this.internet = internet;
    for (JsonNode object : stored) {
      String namespace = object.at("/metadata/namespace").asText();
      if (object.path("kind").asText().equals("Service")) {
        String host = object.at("/metadata/name").asText() + "." + namespace + CLUSTER;
        String address = object.at("/spec/clusterIP").asText();
        if (object.at("/spec/type").asText().equals("ExternalName")) {
          aliases.put(host, object.at("/spec/externalName").asText());
        } else if (!address.equals("None")) {
          addresses.put(host, address);
        } else {
          String app = object.at("/spec/selector/app").asText();
          addresses.put(host, stage.address(namespace, app + "-v1"));
        }
      } else if (object.path("kind").asText().equals("ServiceEntry")
          && object.at("/spec/addresses/0").isTextual()) {
        for (JsonNode host : object.at("/spec/hosts")) {
          addresses.put(host.asText(), object.at("/spec/addresses/0").asText());
        }
      }
    }
  }

  @Override
  public Optional<String> resolve(String host, String namespace) {
    int dots = (int) host.chars().filter(c -> c == '.').count();
    String full = host;
    if (dots == 0) {
      full = host + "." + namespace + CLUSTER;
    } else if (dots == 1
        && (addresses.containsKey(host + CLUSTER) || aliases.containsKey(host + CLUSTER))) {
      full = host + CLUSTER;
    } else if (host.endsWith(".svc")) {
      full = host + ".cluster.local";
    }
    String alias = aliases.get(full);
    if (alias != null) {
      return resolve(alias, namespace);
    }
    String address = addresses.get(full);
    boolean outside = dots > 0 && !full.endsWith(CLUSTER);
    return outside && address == null ? Optional.of(internet) : Optional.ofNullable(address);
  }
}
