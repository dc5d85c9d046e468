package io.meshguard.istio;

import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The domain under which istiod registers Services and completes short names: its argument {@code
 * --domain}, which charts fill from {@code global.proxy.clusterDomain} as they do that of the
 * proxies (istio pilot/cmd/pilot-discovery/app/cmd.go and
 * manifests/charts/istio-control/istio-discovery/templates/deployment.yaml @1.30.3).
 *
 * @param name the domain; the usual one where nothing says it, and empty where one place says
 *     another than the next, so that no full name is known to be a Service
 * @param known whether something says it
 */
public record ClusterDomain(String name, boolean known) {

  private static final String USUAL = "cluster.local";
  private static final String OPTION = "--domain";

  /** All proxies of a mesh are given the same, so that some are enough. */
  private static final int MOST_PROXIES = 2_000;

  private static final MemoizedQuery<Set<String>> OF_CONTROL_PLANES =
      new MemoizedQuery<>(IstiodSettings.READS, ClusterDomain::ofControlPlanes);

  private static final MemoizedQuery<Set<String>> OF_PROXIES =
      new MemoizedQuery<>(Set.of(Kind.POD, Kind.DEPLOYMENT), ClusterDomain::ofProxies);

  /** Returns the domain of a mesh. */
  public static ClusterDomain of(Mesh mesh) {
    Set<String> said = mesh.derive(OF_CONTROL_PLANES);
    if (said.isEmpty()) {
      said = mesh.derive(OF_PROXIES);
    }
    return switch (said.size()) {
      case 0 -> new ClusterDomain(USUAL, false);
      case 1 -> new ClusterDomain(said.iterator().next(), true);
      default -> new ClusterDomain("", false);
    };
  }

  /** Returns facts of a mesh that has this domain. */
  public MeshFacts applyTo(MeshFacts facts) {
    return facts.inDomain(name, known);
  }

  private static Set<String> ofControlPlanes(Mesh mesh) {
    Set<String> said = new TreeSet<>();
    for (String root : mesh.facts().rootNamespaces()) {
      mesh.list(Kind.DEPLOYMENT, root).items().stream()
          .filter(IstiodSettings::isIstiod)
          .flatMap(istiod -> istiod.at("spec", "template", "spec", "containers").each().stream())
          .filter(container -> words(container).contains("discovery"))
          .flatMap(container -> argument(container, USUAL).stream())
          .forEach(domain -> add(domain, said));
    }
    for (Cursor proxy : new IstiodSettings(mesh).proxyValues()) {
      proxy.at("clusterDomain").text().ifPresent(domain -> add(domain, said));
    }
    return said;
  }

  private static Set<String> ofProxies(Mesh mesh) {
    Set<String> said = new TreeSet<>();
    for (Kind kind : List.of(Kind.POD, Kind.DEPLOYMENT)) {
      List<Resource> all = mesh.list(kind).items();
      for (Resource object : all.subList(0, Math.min(MOST_PROXIES, all.size()))) {
        PodTemplate.of(object).ifPresent(template -> ofProxy(template.at().at("spec"), said));
      }
    }
    return said;
  }

  /** A proxy is told the domain of its namespace. */
  private static void ofProxy(Cursor pod, Set<String> said) {
    for (String list : List.of("containers", "initContainers")) {
      pod.at(list).each().stream()
          .filter(container -> container.at("name").is("istio-proxy"))
          .flatMap(container -> argument(container, "").stream())
          .filter(domain -> domain.contains(".svc."))
          .forEach(d -> add(d.substring(d.indexOf(".svc.") + ".svc.".length()), said));
    }
  }

  /** Returns the value of the option, the default without it; empty where it cannot be told. */
  private static Optional<String> argument(Cursor container, String byDefault) {
    List<String> words = words(container);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(OPTION)) {
        return i + 1 < words.size() ? value(words.get(i + 1), container) : Optional.empty();
      }
      if (word.startsWith(OPTION + "=")) {
        return value(word.substring(OPTION.length() + 1), container);
      }
    }
    return Optional.of(byDefault);
  }

  private static List<String> words(Cursor container) {
    List<String> words = new ArrayList<>();
    for (String list : List.of("command", "args")) {
      container.at(list).each().forEach(word -> word.text().ifPresent(words::add));
    }
    return words;
  }

  /** A kubelet replaces {@code $(NAME)}; in front of {@code .svc} it is a namespace. */
  private static Optional<String> value(String written, Cursor container) {
    if (!written.startsWith("$(") || !written.endsWith(")")) {
      return Optional.of(written);
    }
    String name = written.substring(2, written.length() - 1);
    return container.at("env").each().stream()
        .filter(variable -> variable.at("name").is(name))
        .flatMap(variable -> variable.at("value").text().stream())
        .findFirst();
  }

  private static void add(String domain, Set<String> said) {
    String plain = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    if (!plain.isEmpty() && !plain.contains("$")) {
      said.add(plain.toLowerCase(Locale.ROOT));
    }
  }
}
