package io.meshguard.controlplane;

/** Objects that an API server stores and that no reader should have to be afraid of. */
public final class HostileObjects {

  private HostileObjects() {}

  /** Returns a VirtualService with a header name of so many characters. */
  public static String longName(String name, String namespace, int length) {
    return """
        {"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
         "metadata":{"name":"%s","namespace":"%s"},
         "spec":{"hosts":["%1$s"],"http":[{"name":"first",
          "headers":{"request":{"set":{"%s":"x"}}},
          "route":[{"destination":{"host":"shop"}}]}]}}
        """
        .formatted(name, namespace, "x".repeat(length));
  }

  /** Returns an EnvoyFilter whose value has a field name of so many characters. */
  public static String longField(String name, String namespace, int length) {
    return filter(name, namespace, "{\"" + "x".repeat(length) + "\":1}");
  }

  /** Returns an EnvoyFilter whose value is so many lists deep. */
  public static String deep(String name, String namespace, int depth) {
    return filter(name, namespace, "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
  }

  /** Returns an EnvoyFilter whose value is a list of so many empty objects. */
  public static String manyNodes(String name, String namespace, int nodes) {
    return filter(name, namespace, "{\"a\":[" + "{},".repeat(nodes - 1) + "{}]}");
  }

  /** Returns an EnvoyFilter with numbers of so many digits: one as a number, one as a text. */
  public static String longNumber(String name, String namespace, int digits) {
    String number = "1." + "0".repeat(digits - 2) + "1";
    return filter(name, namespace, "{\"a\":" + number + ",\"b\":\"" + number + "\"}");
  }

  /** Returns an EnvoyFilter with a value. */
  public static String filter(String name, String namespace, String value) {
    return """
        {"apiVersion":"networking.istio.io/v1alpha3","kind":"EnvoyFilter",
         "metadata":{"name":"%s","namespace":"%s","labels":{"hostile":"yes"}},
         "spec":{"configPatches":[{"applyTo":"HTTP_FILTER",
          "match":{"context":"SIDECAR_OUTBOUND"},
          "patch":{"operation":"INSERT_BEFORE","value":%s}}]}}
        """
        .formatted(name, namespace, value);
  }
}
