package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Nearest;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The revisions of the control plane that inject sidecars, and their tags, as the injection
 * webhooks of the cluster tell them.
 *
 * @param injectors the injection webhooks that are known
 * @param known whether these are all, so that a name that none of them serves is no revision; never
 *     where no injection webhook is seen at all, since then the view is too small
 * @param names what {@code istio.io/rev} may be set to: revisions and tags, sorted
 */
public record Revisions(List<Injector> injectors, boolean known, Set<String> names) {

  /** Kinds that revisions are read from. */
  public static final Set<Kind> READS = Set.of(Kind.MUTATING_WEBHOOK_CONFIGURATION);

  /** Label that names the revision for a namespace or Pod. */
  public static final String REVISION = "istio.io/rev";

  /** Label that asks for injection by the default revision for a namespace. */
  public static final String INJECTION = "istio-injection";

  private static final String ENABLED = "enabled";
  private static final MemoizedQuery<Revisions> ALL = new MemoizedQuery<>(READS, Revisions::read);

  public Revisions {
    injectors = List.copyOf(injectors);
    names = new TreeSet<>(names);
  }

  /** Returns the revisions of a mesh. */
  public static Revisions of(Mesh mesh) {
    return mesh.derive(ALL);
  }

  private static Revisions read(Mesh mesh) {
    Listing configurations = mesh.list(Kind.MUTATING_WEBHOOK_CONFIGURATION);
    List<Injector> injectors = new ArrayList<>();
    boolean conditional = false;
    for (Resource configuration : configurations.items()) {
      for (Cursor webhook : configuration.at("webhooks").each()) {
        if (!isInjector(webhook, configuration)) {
          continue;
        }
        conditional |= webhook.at("matchConditions").isNonEmpty();
        injectors.add(
            new Injector(
                configuration.label(REVISION).orElse("default"),
                new LabelSelector(webhook.at("namespaceSelector")),
                new LabelSelector(webhook.at("objectSelector"))));
      }
    }
    Set<String> names = new TreeSet<>();
    injectors.forEach(injector -> names.addAll(injector.served()));
    boolean known = configurations.complete() && !injectors.isEmpty() && !conditional;
    return new Revisions(injectors, known, names);
  }

  /** Returns whether some webhook looks at {@code istio-injection=enabled}. */
  public boolean hasDefault() {
    return injectors.stream()
        .anyMatch(i -> i.namespaceSelector().wanted(INJECTION).contains(ENABLED));
  }

  /** Returns the revision of a mesh that has exactly one, and no default; empty for any other. */
  public Optional<String> only() {
    return known && names.size() == 1 && !hasDefault()
        ? names.stream().findFirst()
        : Optional.empty();
  }

  /** Returns the name that somebody probably meant; empty where none is near. */
  public Optional<String> similarTo(String name) {
    return Nearest.to(name, names);
  }

  /** Returns whether a name is one under which a revision is served: its own or a tag of it. */
  public boolean isTag(String name, Optional<String> revision) {
    return injectors.stream()
        .filter(injector -> revision.filter(injector.revision()::equals).isPresent())
        .anyMatch(injector -> injector.served().contains(name));
  }

  /** Returns the webhook that is asked about a Pod; empty where none is. */
  Optional<Injector> injector(Map<String, String> namespaceLabels, Map<String, String> podLabels) {
    return injectors.stream()
        .filter(
            i ->
                i.namespaceSelector().matches(namespaceLabels)
                    && i.objectSelector().matches(podLabels))
        .findFirst();
  }

  /** By name for a chart's own, by path for managed meshes, which choose other names. */
  private static boolean isInjector(Cursor webhook, Resource configuration) {
    if (webhook.at("name").text("").endsWith("sidecar-injector.istio.io")) {
      return true;
    }
    String path = webhook.at("clientConfig", "service", "path").text("");
    String url = webhook.at("clientConfig", "url").text("");
    boolean ours =
        configuration.name().startsWith("istio") || configuration.label(REVISION).isPresent();
    return ours && (path.startsWith("/inject") || url.contains("/inject"));
  }

  /**
   * One injection webhook.
   *
   * @param revision the revision that answers it, {@code default} for the one without a name
   * @param namespaceSelector which namespaces it takes
   * @param objectSelector which Pods it takes
   */
  public record Injector(
      String revision, LabelSelector namespaceSelector, LabelSelector objectSelector) {

    Set<String> served() {
      Set<String> served = namespaceSelector.wanted(REVISION);
      served.addAll(objectSelector.wanted(REVISION));
      return served;
    }
  }
}
