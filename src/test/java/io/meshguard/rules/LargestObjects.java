package io.meshguard.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Objects as large as a review can carry, each large in the place where it hurts most. The first of
 * each list is the one that is judged; the others are around it.
 */
final class LargestObjects {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ISTIO = "networking.istio.io/v1";
  private static final String CONFIG = "proxy.istio.io/config";

  /** Nodes of one object. */
  private static final int MANY = 200_000;

  private static final int MEGABYTES = 3_000_000;

  private LargestObjects() {}

  static Map<String, Supplier<List<Resource>>> all() {
    Map<String, Supplier<List<Resource>>> all = new LinkedHashMap<>();
    virtualServices(all);
    otherRouting(all);
    envoyFilters(all);
    workloads(all);
    texts(all);
    all.replaceAll((name, objects) -> () -> inTheMesh(objects.get()));
    return all;
  }

  private static List<Resource> inTheMesh(List<Resource> objects) {
    List<Resource> all = new ArrayList<>(objects);
    all.add(namespace());
    return all;
  }

  private static void virtualServices(Map<String, Supplier<List<Resource>>> all) {
    all.put(
        "hosts and gateways",
        () ->
            around(
                virtualService(
                    spec -> {
                      strings(spec.putArray("hosts"), 3 * MANY / 4, i -> "host-" + i);
                      strings(spec.putArray("gateways"), MANY / 4, i -> "gateway-" + i % 500);
                      route(spec.putArray("http"), "/");
                    }),
                gateways(500, 100)));
    all.put(
        "wildcard hosts",
        () ->
            around(
                virtualService(
                    spec -> {
                      strings(spec.putArray("hosts"), MANY, i -> "*.host-" + i + ".example.com");
                      spec.putArray("gateways").add("gateway-1").add("gateway-2").add("mesh");
                      route(spec.putArray("http"), "/");
                    }),
                gateways(3, 20_000)));
    all.put(
        "one host again and again",
        () ->
            around(
                virtualService(
                    spec -> {
                      strings(spec.putArray("hosts"), MANY, i -> "web");
                      route(spec.putArray("http"), "/");
                    }),
                List.of(service(MANY / 8))));
    all.put(
        "matches",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      ArrayNode matches = spec.putArray("http").addObject().putArray("match");
                      for (int i = 0; i < MANY / 3; i++) {
                        matches.addObject().putObject("uri").put("prefix", "/" + i % 30_000);
                      }
                    })));
    all.put(
        "empty matches",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      ArrayNode http = spec.putArray("http");
                      ArrayNode matches = http.addObject().putArray("match");
                      for (int i = 0; i < MANY; i++) {
                        matches.addObject();
                      }
                      route(http, "/a");
                    })));
    all.put(
        "routes",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      ArrayNode http = spec.putArray("http");
                      for (int i = 0; i < MANY / 9; i++) {
                        route(http, "/" + i);
                      }
                    })));
    all.put(
        "routes behind one that takes all",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      ArrayNode http = spec.putArray("http");
                      ObjectNode set = route(http, "/").putObject("headers").putObject("request");
                      set.putObject("set").put("x-large", "x".repeat(MEGABYTES / 3));
                      for (int i = 0; i < MANY / 10; i++) {
                        route(http, "/" + i);
                      }
                    })));
    all.put(
        "two routes of many matches",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      for (int route = 0; route < 2; route++) {
                        ArrayNode matches = spec.withArray("http").addObject().putArray("match");
                        for (int i = 0; i < 9_000; i++) {
                          matches.addObject().putObject("uri").put("prefix", "/" + i);
                        }
                      }
                    })));
    all.put(
        "conditions",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      for (int route = 0; route < 4; route++) {
                        ObjectNode match =
                            spec.withArray("http").addObject().putArray("match").addObject();
                        ObjectNode headers = match.putObject("headers");
                        for (int i = 0; i < MANY / 10; i++) {
                          headers.putObject("h" + i).put("exact", "v" + (i == route ? 1 : 0));
                        }
                        ObjectNode labels = match.putObject("sourceLabels");
                        for (int i = 0; i < MANY / 20; i++) {
                          labels.put("l" + i, "v");
                        }
                      }
                    })));
    all.put(
        "heavy patterns",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      ArrayNode http = spec.putArray("http");
                      for (int i = 0; i < 5_000; i++) {
                        ObjectNode match = http.addObject().putArray("match").addObject();
                        match
                            .putObject("uri")
                            .put("regex", "/.*" + (char) ('a' + i % 26) + ".{" + i % 900 + "}");
                        match.putObject("method").put("regex", "(G|E|T){1,1000}");
                      }
                    })));
    all.put(
        "long texts",
        () ->
            List.of(
                virtualService(
                    spec -> {
                      String text = "a".repeat(MEGABYTES / 4);
                      strings(spec.putArray("hosts"), 3, i -> i + text);
                      ArrayNode http = spec.putArray("http");
                      for (String kind : List.of("regex", "exact", "prefix", "exact")) {
                        ObjectNode match = http.addObject().putArray("match").addObject();
                        match.putObject("uri").put(kind, "/" + text);
                        match.putObject("headers").putObject("x").put(kind, text);
                      }
                      route(http, "/" + text + text);
                    })));
    all.put("delegates", LargestObjects::delegates);
    all.put(
        "export",
        () ->
            around(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web");
                      strings(spec.putArray("exportTo"), MANY, LargestObjects::sameHash);
                      route(spec.putArray("http"), "/");
                    }),
                others(300, "web")));
    all.put(
        "neighbours",
        () ->
            around(
                virtualService(
                    spec -> {
                      spec.putArray("hosts").add("web.example.com");
                      spec.putArray("gateways").add("gateway-1");
                      route(spec.putArray("http"), "/");
                    }),
                others(5_000, "web.example.com")));
  }

  private static List<Resource> delegates() {
    List<Resource> objects = new ArrayList<>();
    objects.add(
        virtualService(
            spec -> {
              spec.putArray("hosts").add("web");
              ArrayNode http = spec.putArray("http");
              for (int i = 0; i < MANY / 8; i++) {
                ObjectNode route = http.addObject();
                route.putArray("match").addObject().putObject("uri").put("prefix", "/" + i);
                route.putObject("delegate").put("name", "delegate");
              }
            }));
    ObjectNode spec = JSON.objectNode();
    ArrayNode http = spec.putArray("http");
    for (int i = 0; i < MANY / 10; i++) {
      route(http, "/" + i);
    }
    strings(spec.putArray("exportTo"), MANY / 10, i -> "n" + i);
    objects.add(object(ISTIO, "VirtualService", "delegate", spec));
    return objects;
  }

  private static void otherRouting(Map<String, Supplier<List<Resource>>> all) {
    all.put("subsets and ports", LargestObjects::subsetsAndPorts);
    all.put("subsets and workloads", LargestObjects::subsetsAndWorkloads);
    all.put("servers", LargestObjects::servers);
    all.put("ports", () -> List.of(service(MANY / 4)));
    all.put("tracing", LargestObjects::tracing);
    all.put("subjects", LargestObjects::subjects);
    all.put("labels of a namespace", LargestObjects::namespaceLabels);
  }

  private static List<Resource> subsetsAndPorts() {
    ObjectNode subsets = JSON.objectNode().put("host", "web");
    pool(subsets.putObject("trafficPolicy"));
    ports(subsets.withObject("/trafficPolicy"), 6_000);
    for (int i = 0; i < MANY / 20; i++) {
      ObjectNode subset = subsets.withArray("subsets").addObject().put("name", "s" + i);
      subset.putObject("labels").put("version", "v" + i);
      pool(subset.putObject("trafficPolicy"));
      ports(subset.withObject("/trafficPolicy"), 1);
    }
    return around(object(ISTIO, "DestinationRule", "web", subsets), List.of(service(MANY / 4)));
  }

  private static List<Resource> subsetsAndWorkloads() {
    ObjectNode tls = JSON.objectNode().put("host", "web");
    for (int i = 0; i < MANY / 8; i++) {
      ObjectNode subset = tls.withArray("subsets").addObject().put("name", "s" + i);
      subset.putObject("labels").put("app", "web").put("version", "v" + i);
      subset.putObject("trafficPolicy").putObject("tls").put("mode", "ISTIO_MUTUAL");
    }
    ObjectNode headless = JSON.objectNode().put("clusterIP", "None");
    headless.putObject("selector").put("app", "web");
    List<Resource> pods = new ArrayList<>(List.of(object("v1", "Service", "web", headless)));
    for (int i = 0; i < 3_000; i++) {
      pods.add(pod("web-" + i));
    }
    return around(object(ISTIO, "DestinationRule", "web", tls), pods);
  }

  private static List<Resource> servers() {
    ObjectNode gateway = JSON.objectNode();
    for (int i = 0; i < MANY / 8; i++) {
      gateway.withObject("/selector").put("label-" + i, "v");
      ObjectNode server = gateway.withArray("servers").addObject();
      server.putObject("port").put("number", 1 + i % 65_000).put("protocol", "HTTP");
      server.putArray("hosts").add("h" + i);
    }
    return around(object(ISTIO, "Gateway", "web", gateway), List.of(service(MANY / 4)));
  }

  private static List<Resource> tracing() {
    ObjectNode telemetry = JSON.objectNode();
    for (int i = 0; i < MANY / 4; i++) {
      telemetry
          .withArray("tracing")
          .addObject()
          .putArray("providers")
          .addObject()
          .put("name", "p" + i % 50);
    }
    List<Resource> tracing = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ObjectNode spec = JSON.objectNode();
      spec.putArray("tracing").addObject().putArray("providers").addObject().put("name", "p1");
      tracing.add(object("telemetry.istio.io/v1", "Telemetry", "other-" + i, spec));
    }
    StringBuilder mesh = new StringBuilder("extensionProviders:\n");
    for (int i = 0; i < 50; i++) {
      mesh.append("- {name: p").append(i).append(", opentelemetry: {service: a}}\n");
    }
    tracing.add(configMap("istio", "istio-system", Map.of("mesh", mesh.toString())));
    return around(object("telemetry.istio.io/v1", "Telemetry", "web", telemetry), tracing);
  }

  private static List<Resource> subjects() {
    ObjectNode binding = JSON.objectNode();
    binding.put("apiVersion", "rbac.authorization.k8s.io/v1").put("kind", "ClusterRoleBinding");
    binding.putObject("metadata").put("name", "all");
    binding.putObject("roleRef").put("kind", "ClusterRole").put("name", "cluster-admin");
    for (int i = 0; i < MANY / 3; i++) {
      binding
          .withArray("subjects")
          .addObject()
          .put("kind", "Group")
          .put("name", "system:authenticated");
    }
    return List.of(Resource.of(binding, "", Origin.NONE));
  }

  private static List<Resource> namespaceLabels() {
    ObjectNode namespace = JSON.objectNode().put("apiVersion", "v1").put("kind", "Namespace");
    ObjectNode labels = namespace.putObject("metadata").put("name", "shop").putObject("labels");
    labels.put("istio-injection", "enabled").put("istio.io/rev", "x".repeat(MEGABYTES));
    for (int i = 0; i < MANY; i++) {
      labels.put("label-" + i, "v");
    }
    return List.of(Resource.of(namespace, "", Origin.NONE));
  }

  private static void envoyFilters(Map<String, Supplier<List<Resource>>> all) {
    all.put(
        "patches",
        () ->
            around(
                envoyFilter(
                    patches -> {
                      for (int i = 0; i < MANY / 12; i++) {
                        ObjectNode patch = patches.addObject().put("applyTo", "NETWORK_FILTER");
                        patch
                            .putObject("match")
                            .putObject("proxy")
                            .put("proxyVersion", "^1\\." + i);
                        patch.withObject("/match/listener").put("name", "<name-" + i + ">");
                        ObjectNode value = patch.putObject("patch").putObject("value");
                        patch.withObject("/patch").put("operation", "MERGE");
                        value
                            .putObject("typed_config")
                            .put("@type", "envoy.config.http_connection_manager.v2.X")
                            .put("max_request_headers_kb", 100 + i);
                      }
                    }),
                List.of()));
    all.put(
        "nested patches",
        () ->
            List.of(
                envoyFilter(
                    patches -> {
                      for (int i = 0; i < 60; i++) {
                        ObjectNode at =
                            patches.addObject().put("applyTo", "CLUSTER").putObject("patch");
                        at = at.putObject("value");
                        for (int depth = 0; depth < 450; depth++) {
                          at.put("max_request_headers_kb", depth).put("@type", "a.v2.b");
                          at.putArray("request_headers_to_remove").add("x-request-id");
                          at =
                              at.putObject(
                                  depth % 2 == 0 ? "stateful_formatter" : "generate_request_id");
                        }
                      }
                    })));
    all.put(
        "a long key",
        () ->
            List.of(
                envoyFilter(
                    patches -> {
                      ObjectNode value = patches.addObject().putObject("patch").putObject("value");
                      ObjectNode below = value.putObject("k".repeat(MEGABYTES));
                      for (int i = 0; i < MANY / 4; i++) {
                        below
                            .putObject("f" + i)
                            .put("@type", "envoy.a.v2.b")
                            .put("generate_request_id", false);
                      }
                    })));
    all.put(
        "Lua",
        () ->
            List.of(
                envoyFilter(
                    patches -> {
                      for (int i = 0; i < 4; i++) {
                        ObjectNode value =
                            patches.addObject().putObject("patch").putObject("value");
                        value.put("inline_code", "remove('x-request-i') ".repeat(MEGABYTES / 88));
                      }
                    })));
  }

  private static void workloads(Map<String, Supplier<List<Resource>>> all) {
    String cleanup = "docker rm x\n".repeat(60_000);
    all.put("commands", () -> List.of(deployment(pod -> shell(pod, cleanup))));
    all.put(
        "here-documents",
        () ->
            List.of(
                deployment(
                    pod -> {
                      StringBuilder script = new StringBuilder();
                      for (int i = 0; i < 100; i++) {
                        script.append("cat <<END").append(i).append('\n');
                      }
                      shell(pod, script + "\n".repeat(1_400_000));
                    })));
    all.put(
        "substitutions",
        () -> List.of(deployment(pod -> shell(pod, "$(a `b $(".repeat(MEGABYTES / 9)))));
    all.put(
        "assignments",
        () ->
            List.of(
                deployment(
                    pod ->
                        shell(pod, "A=b ".repeat(100_000) + "sh -c 'docker rm x;docker rm y'"))));
    all.put(
        "containers, mounts and volumes",
        () ->
            around(
                deployment(
                    pod -> {
                      for (int i = 0; i < 60; i++) {
                        ObjectNode container = pod.withArray("containers").addObject();
                        strings(
                            container.putArray("command"),
                            3,
                            w -> List.of("sh", "-c", script()).get(w));
                        for (int mount = 0; mount < 400; mount++) {
                          container
                              .withArray("volumeMounts")
                              .addObject()
                              .put("name", "v" + (20_000 - mount))
                              .put("mountPath", "/scripts");
                        }
                      }
                      for (int i = 0; i < 25_000; i++) {
                        ObjectNode volume =
                            pod.withArray("volumes").addObject().put("name", "v" + i);
                        volume.putObject("configMap").put("name", "scripts");
                      }
                    }),
                List.of(
                    configMap(
                        "scripts", "shop", Map.of("a.sh", "/scripts/a.sh\n".repeat(2_000))))));
    all.put(
        "variables",
        () ->
            List.of(
                deployment(
                    pod -> {
                      ArrayNode env = container(pod).putArray("env");
                      for (int i = 0; i < MANY / 4; i++) {
                        env.addObject()
                            .put("name", "eureka.instance.ip-" + i)
                            .put("value", "$(X" + i + ")");
                      }
                      String json =
                          "{a: " + "[".repeat(90) + "1,".repeat(200_000) + "]".repeat(90) + "}";
                      for (int i = 0; i < 6; i++) {
                        env.addObject().put("name", "SPRING_APPLICATION_JSON").put("value", json);
                      }
                    })));
    for (String text :
        List.of(
            "[".repeat(195) + "1,".repeat(MEGABYTES / 2),
            "{" + "a: {".repeat(60) + "b: 1,".repeat(MEGABYTES / 6),
            "x".repeat(1_000_000),
            "- ".repeat(500_000),
            "a: &a [1]\n" + "- *a\n".repeat(200_000),
            "holdApplicationUntilProxyStarts: 'yes'\n" + "# c\n".repeat(200_000))) {
      all.put(
          "annotation " + text.substring(0, 8),
          () ->
              around(
                  deployment(
                      pod -> container(pod).put("image", "alpine"),
                      template -> template.withObject("/metadata/annotations").put(CONFIG, text)),
                  List.of(namespace())));
    }
    all.put(
        "labels and images",
        () ->
            List.of(
                deployment(
                    pod -> {
                      for (int i = 0; i < MANY / 10; i++) {
                        pod.withArray("containers").addObject().put("image", "a".repeat(100) + i);
                      }
                      container(pod).put("image", "-alpine".repeat(MEGABYTES / 7));
                    },
                    template -> {
                      ObjectNode labels = template.withObject("/metadata/labels");
                      for (int i = 0; i < MANY / 2; i++) {
                        labels.put("label-" + i, "v");
                      }
                    })));
  }

  private static void texts(Map<String, Supplier<List<Resource>>> all) {
    Map<String, String> nginx =
        Map.of(
            "directives", "a b;".repeat(MEGABYTES / 4) + "proxy_pass http://a;",
            "blocks", "location / { proxy_pass http://b; } ".repeat(MEGABYTES / 36),
            "open", "a {".repeat(MEGABYTES / 3) + "proxy_pass",
            "headers",
                "server { "
                    + "proxy_set_header a b; ".repeat(MEGABYTES / 44)
                    + "location / { proxy_pass http://b; } ".repeat(MEGABYTES / 72)
                    + "}",
            "words", "a ".repeat(MEGABYTES / 2) + "; proxy_pass b;",
            "variables", "${".repeat(MEGABYTES / 2) + "; proxy_pass b;");
    nginx.forEach(
        (name, text) ->
            all.put(
                "nginx: " + name,
                () -> around(configMap("nginx", "shop", Map.of("a.conf", text)), users(2_000))));
    Map<String, String> including = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      including.put(
          i + ".conf", "include 1.conf; include 2.conf; proxy_pass http://a; ".repeat(2_000));
    }
    all.put("nginx: inclusions", () -> around(configMap("nginx", "shop", including), users(2_000)));
    Map<String, String> settings =
        Map.of(
            "properties",
            "eureka.instance.prefer-ip-addres=true\n".repeat(MEGABYTES / 38),
            "flow",
            "prefer: " + "[".repeat(90) + "1,".repeat(400_000),
            "keys",
            "prefer:\n" + ("  " + "k".repeat(900) + ": {a: 1}\n").repeat(1_000),
            "one line",
            "prefer".repeat(MEGABYTES / 6));
    settings.forEach(
        (name, text) ->
            all.put(
                "settings: " + name,
                () -> around(configMap("app", "shop", Map.of("a.yaml", text)), List.of())));
    ObjectNode data = JSON.objectNode();
    for (int i = 0; i < MANY; i++) {
      data.put("key-" + i, "prefer: true; proxy_pass a;");
    }
    ObjectNode map = JSON.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "app").put("namespace", "shop");
    map.set("data", data);
    all.put("keys of a ConfigMap", () -> around(Resource.of(map, "shop", Origin.NONE), List.of()));
    all.put(
        "mesh configuration",
        () ->
            List.of(
                configMap(
                    "istio", "istio-system", Map.of("mesh", "a: [" + "1,".repeat(400_000) + "]"))));
  }

  /** Texts of which each has the same hash code. */
  private static String sameHash(int number) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 18; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  private static String script() {
    return "/scripts/a.sh\n".repeat(1_000);
  }

  private static List<Resource> gateways(int count, int hosts) {
    List<Resource> gateways = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode spec = JSON.objectNode();
      ArrayNode names = spec.putArray("servers").addObject().putArray("hosts");
      int number = i;
      strings(names, hosts, h -> "*.h" + h + ".g" + number + ".example.com");
      gateways.add(object(ISTIO, "Gateway", "gateway-" + i, spec));
    }
    return gateways;
  }

  private static List<Resource> others(int count, String host) {
    List<Resource> others = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode spec = JSON.objectNode();
      spec.putArray("hosts").add(host);
      if (host.contains(".")) {
        spec.putArray("gateways").add("gateway-1");
      }
      spec.putArray("exportTo").add(i % 2 == 0 ? "other" : "*");
      route(spec.putArray("http"), "/" + i);
      others.add(object(ISTIO, "VirtualService", "other-" + i, spec));
    }
    return others;
  }

  private static List<Resource> users(int count) {
    List<Resource> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode spec = JSON.objectNode();
      ObjectNode pod = spec.putObject("template").putObject("spec");
      ObjectNode container = container(pod).put("image", "nginx:1.27");
      container
          .putArray("volumeMounts")
          .addObject()
          .put("mountPath", "/etc/nginx")
          .put("name", "c");
      ObjectNode volume = pod.putArray("volumes").addObject().put("name", "c");
      volume.putObject("configMap").put("name", "nginx");
      users.add(object("apps/v1", "Deployment", "user-" + i, spec));
    }
    return users;
  }

  private static Resource service(int ports) {
    ObjectNode spec = JSON.objectNode();
    ObjectNode selector = spec.putObject("selector");
    ArrayNode list = spec.putArray("ports");
    for (int i = 0; i < ports; i++) {
      list.addObject().put("name", "tcp-" + i).put("port", 1 + i % 65_000);
      selector.put("label-" + i, "v");
    }
    return object("v1", "Service", "web", spec);
  }

  private static Resource pod(String name) {
    ObjectNode tree = JSON.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = tree.putObject("metadata").put("name", name).put("namespace", "shop");
    metadata.putObject("labels").put("app", "web").put("sidecar.istio.io/inject", "false");
    tree.putObject("spec").putArray("containers").addObject().put("name", "a");
    return Resource.of(tree, "shop", Origin.NONE);
  }

  private static Resource namespace() {
    ObjectNode tree = JSON.objectNode().put("apiVersion", "v1").put("kind", "Namespace");
    tree.putObject("metadata")
        .put("name", "shop")
        .putObject("labels")
        .put("istio-injection", "enabled");
    return Resource.of(tree, "", Origin.NONE);
  }

  private static Resource configMap(String name, String namespace, Map<String, String> data) {
    ObjectNode tree = JSON.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    tree.putObject("metadata").put("name", name).put("namespace", namespace);
    ObjectNode texts = tree.putObject("data");
    data.forEach(texts::put);
    return Resource.of(tree, namespace, Origin.NONE);
  }

  private static Resource virtualService(Consumer<ObjectNode> maker) {
    ObjectNode spec = JSON.objectNode();
    maker.accept(spec);
    return object(ISTIO, "VirtualService", "web", spec);
  }

  private static Resource envoyFilter(Consumer<ArrayNode> maker) {
    ObjectNode spec = JSON.objectNode();
    maker.accept(spec.putArray("configPatches"));
    return object("networking.istio.io/v1alpha3", "EnvoyFilter", "web", spec);
  }

  private static Resource deployment(Consumer<ObjectNode> pod) {
    return deployment(pod, template -> {});
  }

  private static Resource deployment(Consumer<ObjectNode> pod, Consumer<ObjectNode> more) {
    ObjectNode spec = JSON.objectNode();
    ObjectNode template = spec.putObject("template");
    pod.accept(template.putObject("spec").put("hostPID", true));
    more.accept(template);
    return object("apps/v1", "Deployment", "web", spec);
  }

  private static ObjectNode container(ObjectNode pod) {
    return pod.withArray("containers").addObject().put("name", "a");
  }

  private static void shell(ObjectNode pod, String script) {
    container(pod).putArray("command").add("sh").add("-c").add(script);
  }

  private static Resource object(String apiVersion, String kind, String name, JsonNode spec) {
    ObjectNode tree = JSON.objectNode().put("apiVersion", apiVersion).put("kind", kind);
    tree.putObject("metadata").put("name", name).put("namespace", "shop");
    tree.set("spec", spec);
    return Resource.of(tree, "shop", Origin.NONE);
  }

  private static List<Resource> around(Resource subject, List<Resource> others) {
    List<Resource> objects = new ArrayList<>(List.of(subject));
    objects.addAll(others);
    return objects;
  }

  private static ObjectNode route(ArrayNode http, String prefix) {
    ObjectNode route = http.addObject();
    route.putArray("match").addObject().putObject("uri").put("prefix", prefix);
    route.putArray("route").addObject().putObject("destination").put("host", "web");
    return route;
  }

  private static void ports(ObjectNode policy, int count) {
    for (int i = 0; i < count; i++) {
      ObjectNode entry = policy.withArray("portLevelSettings").addObject();
      entry.putObject("port").put("number", 1 + i);
      pool(entry);
    }
  }

  private static void pool(ObjectNode policy) {
    policy.putObject("connectionPool").putObject("tcp").put("maxConnections", 5);
    policy.putObject("loadBalancer").putObject("localityLbSetting").put("enabled", true);
  }

  private static void strings(ArrayNode list, int count, IntFunction<String> text) {
    for (int i = 0; i < count; i++) {
      list.add(text.apply(i));
    }
  }
}
