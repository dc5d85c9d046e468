package io.meshguard.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reviews that were made to cost: small to write, dear to read or to judge. */
final class Hostile {

  private Hostile() {}

  /** Returns a body of each sort, made anew at each call so that none equals an earlier one. */
  static Map<String, Supplier<byte[]>> bodies() {
    Map<String, Supplier<byte[]>> all = new LinkedHashMap<>();
    all.put("empty matches", () -> virtualService(http(many(900_000, i -> "{}"))));
    all.put("seven MiB of empty maps", () -> virtualService(list("x", many(2_400_000, i -> "{}"))));
    all.put("two MiB of numbers", () -> virtualService(list("x", many(1_000_000, i -> "1"))));
    all.put("names", () -> virtualService("{" + many(100_000, i -> "\"n" + i + "\":1") + "}"));
    all.put(
        "a long name", () -> virtualService("{\"" + "x".repeat(60_000) + "\":\"" + uid() + "\"}"));
    all.put(
        "twenty MiB of escapes",
        () -> virtualService("{\"x\":\"" + "\\u003c".repeat(3_000_000) + "\"}"));
    all.put("deep", () -> virtualService("{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000)));
    all.put(
        "matches",
        () ->
            virtualService(
                http(
                    "{\"match\":["
                        + many(60_000, i -> "{\"uri\":{\"prefix\":\"/" + i + "\"}}")
                        + "]}")));
    all.put(
        "dead routes",
        () ->
            virtualService(
                http(
                    "{\"route\":[{\"destination\":{\"host\":\"a\"}}]},"
                        + many(
                            20_000,
                            i ->
                                "{\"match\":[{\"uri\":{\"prefix\":\"/%d\"}}],\"route\":[{\"destination\":{\"host\":\"b\"}}]}"
                                    .formatted(i)))));
    all.put(
        "hosts and gateways",
        () ->
            virtualService(
                "{\"hosts\":[%s],\"gateways\":[%s],\"http\":[{\"route\":[{\"destination\":{\"host\":\"a\"}}]}]}"
                    .formatted(
                        many(100_000, i -> "\"h" + i + ".example.com\""),
                        many(50_000, i -> "\"team/g" + i + "\""))));
    all.put(
        "heavy regular expressions",
        () ->
            virtualService(
                http(
                    many(
                            6,
                            i ->
                                "{\"match\":[{\"uri\":{\"regex\":\"/.*[a%d].{%d}\"}}]}"
                                    .formatted(i, 18 + i))
                        + ",{\"route\":[{\"destination\":{\"host\":\"a\"}}]}")));
    all.put("brackets in an annotation", () -> annotated("[".repeat(195) + "1,".repeat(2_400)));
    all.put("more brackets", () -> annotated(("[".repeat(95) + "1,".repeat(40_000)).repeat(2)));
    all.put("maps in an annotation", () -> annotated("a: {" + many(60_000, i -> "b" + i + ": 1")));
    all.put(
        "cleanup", () -> deployment("docker rm x" + uid() + "\n" + "docker rm x\n".repeat(20_000)));
    all.put(
        "here-documents",
        () -> deployment("cat <<E\n".repeat(100) + "line\n".repeat(300_000) + "E\n".repeat(100)));
    all.put("words", () -> deployment("docker rm $(docker ps -aq) ; a b ".repeat(60_000)));
    all.put(
        "containers and volumes",
        () ->
            workload(
                "{\"volumes\":[%s],\"containers\":[%s]}"
                    .formatted(
                        many(
                            5_000,
                            i ->
                                "{\"name\":\"v%d\",\"hostPath\":{\"path\":\"/run\"}}".formatted(i)),
                        many(
                            500,
                            i ->
                                "{\"name\":\"c%d\",\"command\":[\"sh\",\"-c\",\"docker rm x\"],\"volumeMounts\":[%s]}"
                                    .formatted(
                                        i,
                                        many(
                                            30,
                                            j ->
                                                "{\"name\":\"v%d\",\"mountPath\":\"/run\"}"
                                                    .formatted(j)))))));
    return all;
  }

  /** Returns a review that is judged in a moment, refused or not. */
  static byte[] ordinary(boolean bad) {
    String dead =
        "{\"match\":[{\"uri\":{\"prefix\":\"/late-%s\"}}],\"route\":[{\"destination\":{\"host\":\"b\"}}]}"
            .formatted(uid());
    String all = "{\"route\":[{\"destination\":{\"host\":\"a\"}}]}";
    return review(
        "networking.istio.io/v1",
        "VirtualService",
        "quiet",
        "{\"hosts\":[\"a\"],\"http\":[" + (bad ? all + "," + dead : dead + "," + all) + "]}",
        "{}");
  }

  /** Returns an EnvoyFilter that is as large as etcd takes it, in as many values as are judged. */
  static String stored(int number) {
    String patch =
        many(110_000, i -> "\"" + Integer.toString(i * 64 + number % 64, 36) + "\":" + i % 10);
    return """
        {"apiVersion":"networking.istio.io/v1alpha3","kind":"EnvoyFilter",\
        "metadata":{"name":"stored-%d","namespace":"tenant"},"spec":{"configPatches":[\
        {"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{%s}}}]}}"""
        .formatted(number, patch);
  }

  private static String uid() {
    return UUID.randomUUID().toString();
  }

  private static String many(int count, IntFunction<String> element) {
    return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(","));
  }

  private static String list(String name, String elements) {
    return "{\"" + name + "\":[" + elements + "]}";
  }

  private static String http(String routes) {
    return "{\"hosts\":[\"" + uid() + ".example.com\"],\"http\":[" + routes + "]}";
  }

  private static byte[] virtualService(String spec) {
    return review("networking.istio.io/v1", "VirtualService", "tenant", spec, "{}");
  }

  private static byte[] annotated(String config) {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
    template
        .putObject("metadata")
        .putObject("annotations")
        .put("proxy.istio.io/config", config)
        .put("uid", uid());
    return workload(template, "{\"containers\":[{\"name\":\"a\"}]}");
  }

  private static byte[] deployment(String script) {
    ObjectNode container = JsonNodeFactory.instance.objectNode();
    container.put("name", "a").putArray("command").add("sh").add("-c").add(script);
    container
        .putArray("volumeMounts")
        .addObject()
        .put("name", "run")
        .put("mountPath", "/var/run/docker.sock");
    return workload(
        "{\"volumes\":[{\"name\":\"run\",\"hostPath\":{\"path\":\"/var/run/docker.sock\"}}],"
            + "\"containers\":["
            + container
            + "]}");
  }

  private static byte[] workload(String podSpec) {
    return workload(JsonNodeFactory.instance.objectNode(), podSpec);
  }

  private static byte[] workload(ObjectNode template, String podSpec) {
    String text = template.toString();
    String open = text.substring(0, text.length() - 1) + (template.isEmpty() ? "" : ",");
    return review(
        "apps/v1",
        "Deployment",
        "tenant",
        "{\"template\":" + open + "\"spec\":" + podSpec + "}}",
        "{\"name\":\"" + uid() + "\"}");
  }

  private static byte[] review(
      String apiVersion, String kind, String namespace, String spec, String labels) {
    int slash = apiVersion.indexOf('/');
    String text =
        """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"%s",\
        "kind":{"group":"%s","version":"v1","kind":"%s"},"name":"shop","namespace":"%s",\
        "operation":"CREATE","userInfo":{"username":"jane","groups":["system:authenticated"]},\
        "object":{"apiVersion":"%s","kind":"%s","metadata":{"name":"shop","namespace":"%s",\
        "labels":%s},"spec":%s},"oldObject":null,"dryRun":false}}"""
            .formatted(
                uid(),
                apiVersion.substring(0, slash),
                kind,
                namespace,
                apiVersion,
                kind,
                namespace,
                labels,
                spec);
    return text.getBytes(UTF_8);
  }
}
