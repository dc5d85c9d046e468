package io.meshguard.policy;

import io.meshguard.engine.Settings.Gitops;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.Version;
import io.meshguard.policy.General.Clusters;
import io.meshguard.policy.General.Disclose;
import io.meshguard.rule.Language;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a policy decides for all rules alike. */
final class GeneralReader {

  /** Keys of policy.yaml that this class reads. */
  static final List<String> KEYS =
      List.of(
          "language",
          "contact",
          "docsUrl",
          "istioVersion",
          "kubernetesVersion",
          "platform",
          "mesh",
          "meshNamespaces",
          "controllers",
          "announceRouteChanges",
          "teamLabel",
          "argoCdNamespace",
          "dryRun",
          "dryRunEnforceFor",
          "gitops",
          "ratchet",
          "stamp",
          "selfService",
          "disclose",
          "rulesAsOf");

  static final String AUTO = "auto";
  static final Map<String, Language> LANGUAGES = words(Language.values());
  static final Map<String, Boolean> DRY_RUNS = dryRuns();
  static final Map<String, Boolean> ANNOUNCING = Map.of("off", false, "warn", true);
  static final Map<String, Gitops> GITOPS = words(Gitops.values());
  static final Map<String, Clusters> CLUSTERS = words(Clusters.values());
  static final Map<String, Disclose> DISCLOSES = words(Disclose.values());
  static final Map<String, Optional<Platform>> PLATFORMS = platforms();

  private static final int LONGEST_NAMESPACE = 63;
  private static final int LONGEST_CONTACT = 200;
  private static final int LONGEST_URL = 500;

  private GeneralReader() {}

  static General read(PolicyNode root) {
    General otherwise = General.DEFAULT;
    PolicyNode mesh = root.at("mesh");
    mesh.onlyKeys(List.of("clusters"));
    PolicyNode dryRunEnforceFor = root.at("dryRunEnforceFor");
    return new General(
        root.at("language").word(LANGUAGES).orElse(otherwise.language()),
        contact(root.at("contact")),
        docsUrl(root.at("docsUrl")),
        istioVersion(root.at("istioVersion")),
        versionOrAuto(root.at("kubernetesVersion")),
        root.at("platform").word(PLATFORMS).orElse(otherwise.platform()),
        mesh.at("clusters").word(CLUSTERS).orElse(otherwise.clusters()),
        root.at("dryRun").word(DRY_RUNS).orElse(otherwise.dryRunEnforced()),
        GlobReader.people(dryRunEnforceFor),
        root.at("gitops").word(GITOPS).orElse(otherwise.gitops()),
        root.at("ratchet").bool().orElse(otherwise.ratchet()),
        root.at("stamp").bool().orElse(otherwise.stamp()),
        root.at("selfService").bool().orElse(otherwise.selfService()),
        root.at("disclose").word(DISCLOSES).orElse(otherwise.disclose()),
        meshNamespaces(root.at("meshNamespaces")),
        controllers(root.at("controllers")),
        root.at("announceRouteChanges").word(ANNOUNCING).orElse(otherwise.announceRouteChanges()),
        root.at("teamLabel").filledText().orElse(otherwise.teamLabel()),
        argoCdNamespace(root.at("argoCdNamespace")),
        version(root.at("rulesAsOf")));
  }

  private static String contact(PolicyNode value) {
    Optional<String> text = value.text();
    if (text.isPresent() && text.get().length() > LONGEST_CONTACT) {
      value.problem("tooLong", LONGEST_CONTACT);
    }
    return text.orElse("");
  }

  private static String docsUrl(PolicyNode value) {
    String url = value.text().orElse("");
    boolean http = url.startsWith("https://") || url.startsWith("http://");
    if (!url.isEmpty() && (!http || url.indexOf(' ') >= 0)) {
      value.problem("badUrl", url);
      return "";
    }
    if (url.length() > LONGEST_URL) {
      value.problem("tooLong", LONGEST_URL);
    }
    return url.isEmpty() || endsOpen(url) ? url : url + "/";
  }

  /** Whether the name of a rule may follow: as part of the path, of a query, or as an anchor. */
  private static boolean endsOpen(String url) {
    return "/=#".indexOf(url.charAt(url.length() - 1)) >= 0;
  }

  static IstioVersion istioVersion(PolicyNode value) {
    if (!value.cursor().isObject()) {
      return new IstioVersion(versionOrAuto(value), Map.of());
    }
    Map<String, Version> byRevision = new LinkedHashMap<>();
    value
        .entries()
        .forEach(
            (revision, version) -> {
              if (!isLabel(revision)) {
                version.problem("badRevision", revision);
              }
              if (!version.isSet()) {
                version.problem("empty");
              }
              version(version).ifPresent(v -> byRevision.put(revision, v));
            });
    return new IstioVersion(Optional.empty(), byRevision);
  }

  static Optional<Version> versionOrAuto(PolicyNode value) {
    return value.cursor().is(AUTO) ? Optional.empty() : version(value);
  }

  private static Optional<Version> version(PolicyNode value) {
    if (value.cursor().node().isNumber()) {
      value.problem("versionQuotes");
      return Optional.empty();
    }
    Optional<String> text = value.filledText();
    Optional<Version> version = text.flatMap(VersionText::parse);
    if (text.isPresent() && version.isEmpty()) {
      value.problem("badVersion", text.get());
    }
    return version;
  }

  private static Set<String> meshNamespaces(PolicyNode value) {
    List<String> names =
        GlobReader.each(
            value,
            item -> {
              Optional<String> name = GlobReader.text(item);
              if (name.isPresent() && !isLabel(name.get())) {
                item.problem("badNamespace", name.get());
                return Optional.empty();
              }
              return name;
            });
    return names.isEmpty() ? General.DEFAULT.meshNamespaces() : new LinkedHashSet<>(names);
  }

  private static String argoCdNamespace(PolicyNode value) {
    Optional<String> name = value.filledText();
    if (name.isPresent() && !isLabel(name.get())) {
      value.problem("badNamespace", name.get());
    }
    return name.orElse(General.DEFAULT.argoCdNamespace());
  }

  /** An empty list stands for none but Kubernetes' own, where leaving it out does not. */
  private static List<ServiceAccountGlob> controllers(PolicyNode value) {
    if (!value.isSet()) {
      return General.DEFAULT.controllers();
    }
    boolean none = value.cursor().isArray() && value.cursor().node().isEmpty();
    return none ? List.of() : GlobReader.serviceAccounts(value);
  }

  /** Whether a text is a DNS label as RFC 1123 has it. */
  static boolean isLabel(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NAMESPACE
        && !text.startsWith("-")
        && !text.endsWith("-")
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : values) {
      words.put(value.name().toLowerCase(Locale.ROOT), value);
    }
    return words;
  }

  private static Map<String, Boolean> dryRuns() {
    Map<String, Boolean> words = new LinkedHashMap<>();
    words.put("warn", false);
    words.put("enforce", true);
    return words;
  }

  private static Map<String, Optional<Platform>> platforms() {
    Map<String, Optional<Platform>> words = new LinkedHashMap<>();
    words.put(AUTO, Optional.empty());
    words.put("tke", Optional.of(Platform.TKE));
    words.put("other", Optional.of(Platform.OTHER));
    return words;
  }
}
