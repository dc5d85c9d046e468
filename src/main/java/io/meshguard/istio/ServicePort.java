package io.meshguard.istio;

import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A port of a Service or ServiceEntry and what Istio takes it to speak (istio
 * pkg/config/kube/conversion.go @1.30.3).
 *
 * @param at its place in the object
 * @param number port number
 * @param name its name, empty where it has none
 * @param protocol what it speaks
 */
public record ServicePort(Cursor at, int number, String name, Protocol protocol) {

  /** Ports whose servers speak first, so that Istio never sniffs them: SMTP, DNS, MySQL, Mongo. */
  private static final Set<Integer> WELL_KNOWN_TCP = Set.of(25, 53, 3306, 27017);

  private static final VersionRange IGNORES_APP_PROTOCOL = VersionRange.before("1.9");
  private static final VersionRange IGNORES_KUBERNETES_NAMES = VersionRange.before("1.20");
  private static final String GRPC_WEB = "grpc-web";

  /**
   * Returns the ports of a Service or ServiceEntry, in order.
   *
   * @param istio versions that read the object; where none is known, a current one is assumed
   */
  public static List<ServicePort> of(Resource object, Versions istio) {
    boolean entry = object.kind().equals(Kind.SERVICE_ENTRY);
    List<ServicePort> ports = new ArrayList<>();
    for (Cursor at : object.at("spec", "ports").each()) {
      int number = number(at.at(entry ? "number" : "port"));
      if (number > 0) {
        Protocol protocol =
            entry ? Protocol.parse(at.at("protocol").text("")) : selected(at, number, istio);
        ports.add(new ServicePort(at, number, at.at("name").text(""), protocol));
      }
    }
    return ports;
  }

  /** Returns the port number at a place, 0 where none stands there. */
  public static int number(Cursor at) {
    long number = at.integer().orElse(0);
    return number > 0 && number <= 65_535 ? (int) number : 0;
  }

  private static Protocol selected(Cursor at, int number, Versions istio) {
    if (at.at("protocol").text("").equalsIgnoreCase("UDP")) {
      return Protocol.UDP;
    }
    Protocol named = named(at.at("name").text(""), number);
    Cursor appProtocol = at.at("appProtocol");
    if (appProtocol.text().isEmpty()) {
      return named;
    }
    String word = appProtocol.text("");
    Protocol plain = named(word, number);
    Protocol current = kubernetesName(word, plain);
    Protocol middle = choose(istio.in(IGNORES_KUBERNETES_NAMES), plain, current);
    return choose(istio.in(IGNORES_APP_PROTOCOL), named, middle);
  }

  /** Decides between what old and what current versions read. */
  private static Protocol choose(Applicability old, Protocol then, Protocol now) {
    return switch (old) {
      case NOWHERE, UNKNOWN -> now;
      case EVERYWHERE -> then;
      case SOMEWHERE -> then == now ? now : Protocol.UNKNOWN;
    };
  }

  private static Protocol kubernetesName(String word, Protocol otherwise) {
    return switch (word) {
      case "kubernetes.io/h2c" -> Protocol.HTTP2;
      case "kubernetes.io/ws" -> Protocol.HTTP;
      case "kubernetes.io/wss" -> Protocol.TLS;
      default -> otherwise;
    };
  }

  private static Protocol named(String name, int number) {
    String lower = name.toLowerCase(Locale.ROOT);
    int dash = lower.indexOf('-');
    String prefix = dash < 0 ? lower : lower.substring(0, dash);
    Protocol protocol =
        lower.startsWith(GRPC_WEB) ? Protocol.parse(GRPC_WEB) : Protocol.parse(prefix);
    boolean wellKnown = protocol == Protocol.UNDECLARED && WELL_KNOWN_TCP.contains(number);
    return wellKnown ? Protocol.TCP : protocol;
  }
}
