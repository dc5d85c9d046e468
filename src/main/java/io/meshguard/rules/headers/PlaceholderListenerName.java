package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A patch for a listener whose name stands for a name that somebody meant to fill in, or is one
 * that no listener can have. Names are compared whole, and istiod makes {@code address_port},
 * {@code virtualInbound}, {@code virtualOutbound} and a few more (istio
 * pilot/pkg/networking/core/listener.go, {@code getListenerName} @1.30.3).
 */
public final class PlaceholderListenerName implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("placeholder-listener-name")
          .subjects(Kind.ENVOY_FILTER)
          .reads(Kind.ENVOY_FILTER)
          .faq(FaqEntry.HEADER_CASE)
          .build();

  private static final Set<String> PLACEHOLDERS =
      Set.of(
          "todo",
          "tbd",
          "tba",
          "fixme",
          "changeme",
          "replaceme",
          "fillme",
          "placeholder",
          "listener",
          "listenername",
          "nameoflistener",
          "somelistener",
          "mylistener",
          "mylistenername",
          "yourlistener",
          "yourlistenername",
          "thelistenername",
          "listenernamehere");

  private static final List<String> FIXED = List.of("virtualInbound", "virtualOutbound");

  private static final String IMPOSSIBLE = "<>{}$*|?#\"'`";

  /** EnvoyFilters by namespace and name of the listeners that they add. */
  private static final Index ADDED =
      new Index("envoy-filters-by-listener", Kind.ENVOY_FILTER, PlaceholderListenerName::added);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    List<Cursor> suspects = new ArrayList<>();
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      if (!verdict(patch.listenerName().text("")).isEmpty()) {
        suspects.add(patch.listenerName());
      }
    }
    if (suspects.isEmpty()) {
      return;
    }
    Set<String> own = added(subject);
    for (Cursor name : suspects) {
      String text = name.text("");
      if (!own.contains(key(subject.namespace(), text)) && !isAdded(text, subject, mesh)) {
        report.say(name, verdict(text), text, meant(text));
      }
    }
  }

  private static String verdict(String name) {
    if (name.isEmpty()) {
      return "";
    }
    if (isPlaceholder(name)) {
      return "placeholder";
    }
    if (isAddressWithColon(name)) {
      return "colon";
    }
    if (!meant(name).isEmpty()) {
      return "letters";
    }
    boolean possible = name.chars().allMatch(PlaceholderListenerName::isPossible);
    return possible && !hasNoSuchPort(name) ? "" : "impossible";
  }

  /** Returns the name that differs in capital letters only; empty where there is none. */
  private static String meant(String name) {
    return FIXED.stream()
        .filter(fixed -> fixed.equalsIgnoreCase(name) && !fixed.equals(name))
        .findFirst()
        .orElse("");
  }

  private static boolean isPlaceholder(String name) {
    String letters =
        name.toLowerCase(Locale.ROOT)
            .codePoints()
            .filter(Character::isLetterOrDigit)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    boolean crosses = letters.length() > 1 && letters.chars().allMatch(c -> c == 'x');
    boolean bracketed = name.startsWith("<") && name.endsWith(">");
    boolean dots = letters.isEmpty();
    return crosses || bracketed || dots || PLACEHOLDERS.contains(letters);
  }

  /** The name of a listener has an underscore between IPv4 address and port. */
  private static boolean isAddressWithColon(String name) {
    int colon = name.indexOf(':');
    return colon > 0
        && colon == name.lastIndexOf(':')
        && isMadeOf(name.substring(0, colon), true)
        && isMadeOf(name.substring(colon + 1), false);
  }

  private static boolean hasNoSuchPort(String name) {
    int line = name.indexOf('_');
    String port = name.substring(line + 1);
    boolean address = line > 0 && isMadeOf(name.substring(0, line), true) && isMadeOf(port, false);
    return address && (port.length() > 5 || Integer.parseInt(port) > 65_535);
  }

  private static boolean isMadeOf(String text, boolean dots) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (dots && c == '.'));
  }

  private static boolean isPossible(int c) {
    return c > ' ' && c < 127 && IMPOSSIBLE.indexOf(c) < 0;
  }

  /** Returns whether another EnvoyFilter may add a listener of a name. */
  private static boolean isAdded(String name, Resource subject, Mesh mesh) {
    Set<String> namespaces = new HashSet<>(mesh.facts().rootNamespaces());
    namespaces.add(subject.namespace());
    return namespaces.stream()
        .anyMatch(namespace -> !mesh.list(ADDED, key(namespace, name)).items().isEmpty());
  }

  /** Returns the listeners that an EnvoyFilter adds, whose names may be any. */
  private static Set<String> added(Resource envoyFilter) {
    return EnvoyPatch.of(envoyFilter).stream()
        .filter(patch -> patch.applyTo().equals("LISTENER") && patch.operation().is("ADD"))
        .map(patch -> key(envoyFilter.namespace(), patch.value().at("name").text("")))
        .collect(Collectors.toSet());
  }

  private static String key(String namespace, String listener) {
    return namespace + "/" + listener;
  }
}
