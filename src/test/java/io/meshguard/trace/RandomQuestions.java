package io.meshguard.trace;

import io.meshguard.dataplane.Header;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.Question.Transport;
import io.meshguard.trace.RandomGateways.Gate;
import io.meshguard.trace.RandomMesh.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests that come near the objects of a mesh. */
final class RandomQuestions {
  private static final List<String> PATHS =
      List.of(
          "/", "/", "/a", "/a", "/a/", "/a/b", "/a/bx", "/ab", "/A", "/A/b", "/AB", "/c", "/cx",
          "/c/b", "/d");

  private final Dice dice;

  RandomQuestions(long seed) {
    this.dice = new Dice(seed);
  }

  Question next(Group group) {
    boolean gateway =
        !group.gates().isEmpty()
            && (group.hosts().size() == 4 ? dice.percent(90) : dice.percent(50));
    return gateway ? atGateway(group) : inMesh(group);
  }

  private Question atGateway(Group group) {
    Gate gate = dice.one(group.gates());
    String host = host(group);
    int port = dice.percent(4) ? dice.of(80, 8080, 8000) : gate.port();
    Transport transport = dice.percent(97) ? gate.transport() : dice.of(Transport.values());
    return question(
        group, gate.pod(), host, port, transport, authority(host, port, dice.below(100)));
  }

  private Question inMesh(Group group) {
    String host = host(group);
    Caller from = RandomMesh.caller(dice);
    if (host.indexOf('.') < 0
        && group.hosts().size() > 1
        && dice.percent(95)
        && !group.hosts().get(1).endsWith("." + from.namespace())) {
      // A short name leads nowhere from other namespaces.
      host = group.hosts().get(1);
    }
    int port = dice.percent(90) ? dice.one(group.ports()) : dice.of(80, 8080, 443, 8000);
    Transport transport = Transport.HTTP;
    if (port == 443) {
      transport = dice.percent(85) ? Transport.TLS : Transport.HTTP;
    } else if (port == 9000 || dice.percent(4)) {
      transport = dice.percent(75) ? Transport.TCP : dice.of(Transport.TLS, Transport.HTTP);
    }
    return question(group, from, host, port, transport, authority(host, port, dice.below(100)));
  }

  private String host(Group group) {
    return dice.percent(3) ? dice.of("unknown.example.net", "nothing") : dice.one(group.hosts());
  }

  /** Usually clients add a port that is not the usual one of HTTP. */
  private static String authority(String host, int port, int kind) {
    String usual = port == 80 ? host : host + ":" + port;
    if (kind < 80) {
      return usual;
    }
    if (kind < 85) {
      return usual.toUpperCase(Locale.ROOT);
    }
    if (kind < 90) {
      return host;
    }
    if (kind < 95) {
      return host + ":" + port;
    }
    return kind < 97 ? "other.example.com" : host + ":81";
  }

  private Question question(
      Group group, Caller from, String host, int port, Transport transport, String authority) {
    List<Header> headers = new ArrayList<>();
    for (String name : RandomRoutes.HEADERS) {
      if (dice.percent(45)) {
        headers.add(new Header(name, dice.one(RandomRoutes.VALUES)));
      }
    }
    String target = dice.one(PATHS);
    if (dice.percent(30)) {
      target += "?q=" + dice.one(RandomRoutes.VALUES);
    }
    int version = dice.below(100);
    return new Question(
        group.number(),
        from,
        host,
        port,
        transport,
        version < 3
            ? "HTTP/1.0"
            : version < 15 && transport == Transport.HTTP ? "HTTP/2" : "HTTP/1.1",
        dice.one(RandomRoutes.METHODS),
        target,
        authority,
        headers,
        transport == Transport.TLS && dice.percent(95) ? host : "");
  }
}
