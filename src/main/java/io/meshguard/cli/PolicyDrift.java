package io.meshguard.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.FieldManagers;
import io.meshguard.audit.FieldManagers.FieldManager;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.ObjectManager;
import io.meshguard.engine.Settings.Gitops;
import io.meshguard.engine.Verdict;
import io.meshguard.kube.ClusterReader;
import io.meshguard.policy.Policy;
import io.meshguard.report.FindingText;
import io.meshguard.report.OwnerText;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists live objects that would go out of sync if rules were set to fix. */
@Command(
    name = "drift",
    description = {
      "Lists the objects of a cluster that the webhook would patch at their next update if rules"
          + " were set to fix, who sets the fields, and whether Git would differ.",
      "Only reads. Run it before you set a rule to fix."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy drift --rule implicit-retries",
      "  meshguard policy drift --policy next.yaml -o json",
      "",
      "Exit codes: 0 nothing would go out of sync, 1 something would, 2 wrong usage, or an object"
          + " could not be read."
    })
final class PolicyDrift implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Console console;
  private final List<Rule> rules;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "A rule that would be set to fix. Repeatable. Default: those that the policy sets to"
              + " fix.")
  private List<String> chosen = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Look only at this namespace. Default: all.")
  private @Nullable String namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "How to list them. Default: text.")
  private Listing output = Listing.TEXT;

  /** How results are listed. */
  private enum Listing {
    TEXT,
    JSON
  }

  PolicyDrift(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    Set<String> wanted = new LinkedHashSet<>();
    for (String id : chosen) {
      RuleInfo rule = KnownRule.find(id, rules);
      if (!rule.fixable()) {
        throw new UnusableException("drift.unfixable", rule.id());
      }
      wanted.add(rule.id());
    }
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      return drift(client, wanted);
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private int drift(KubernetesClient client, Set<String> wanted) {
    Language language = console.language();
    ClusterReader reader = new ClusterReader(client);
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    Policy policy = new ClusterPolicy(infos, console, language).policy(cluster, reader);
    ConsoleProgress progress = new ConsoleProgress(console);
    LiveObjects live =
        LiveObjects.read(
            reader, rules, policy.general(), cluster.own, Optional.ofNullable(namespace), progress);
    Map<ObjectRef, Map<GradedFinding, Boolean>> patched = patched(live, policy, wanted, progress);
    List<Drift> drifts = new ArrayList<>();
    Owner.Marks marks = Owner.Marks.of(policy.general());
    patched.forEach(
        (ref, findings) -> drifts.add(drift(findings, stored(client, ref, live), marks)));
    progress.end();
    console.out().print(output == Listing.JSON ? json(drifts, language) : text(drifts, language));
    if (live.tellUnread(console)) {
      return ExitCode.UNUSABLE;
    }
    return drifts.stream().anyMatch(drift -> drift.state() == Drift.State.OUT_OF_SYNC)
        ? ExitCode.FINDINGS
        : ExitCode.CLEAN;
  }

  /** Returns what would be patched in objects outside of Git, and whether it would be in them. */
  private Map<ObjectRef, Map<GradedFinding, Boolean>> patched(
      LiveObjects live, Policy policy, Set<String> wanted, ConsoleProgress progress) {
    Map<ObjectRef, Set<String>> applied = new HashMap<>();
    for (Verdict verdict : judge(live, policy, wanted, policy.gitops(), progress)) {
      for (GradedFinding judged : verdict.of(Mode.FIX)) {
        applied.computeIfAbsent(verdict.object().ref(), ref -> new TreeSet<>()).add(key(judged));
      }
    }
    Map<ObjectRef, Map<GradedFinding, Boolean>> all = new LinkedHashMap<>();
    for (Verdict verdict : judge(live, policy, wanted, Gitops.FIX, progress)) {
      ObjectRef ref = verdict.object().ref();
      for (GradedFinding judged : verdict.of(Mode.FIX)) {
        all.computeIfAbsent(ref, r -> new LinkedHashMap<>())
            .put(judged, applied.getOrDefault(ref, Set.of()).contains(key(judged)));
      }
    }
    return all;
  }

  private static String key(GradedFinding judged) {
    return judged.finding().rule().id() + " " + judged.finding().path();
  }

  private List<Verdict> judge(
      LiveObjects live,
      Policy policy,
      Set<String> wanted,
      Gitops gitops,
      ConsoleProgress progress) {
    if (wanted.isEmpty()) {
      return live.judge(rules, new FixedModes(policy, Optional.empty(), gitops), console, progress);
    }
    List<Rule> only = rules.stream().filter(rule -> wanted.contains(rule.info().id())).toList();
    return live.judge(
        only, new FixedModes(policy, Optional.of(Mode.FIX), gitops), console, progress);
  }

  private static Drift drift(
      Map<GradedFinding, Boolean> findings, JsonNode stored, Owner.Marks marks) {
    GradedFinding first = findings.keySet().iterator().next();
    ObjectManager keeper = ObjectManager.of(first.finding().object());
    List<Drift.Change> changes = new ArrayList<>();
    boolean set = false;
    for (GradedFinding judged : findings.keySet()) {
      Set<FieldManager> managers = new TreeSet<>();
      judged
          .finding()
          .fix()
          .ifPresent(
              fix -> fix.ops().forEach(op -> managers.addAll(FieldManagers.of(stored, op.path()))));
      set |= managers.stream().anyMatch(PolicyDrift::declares);
      changes.add(new Drift.Change(judged, managers));
    }
    boolean unknown = keeper.git() && stored.at("/metadata/managedFields").isEmpty();
    Drift.State state = set || unknown ? Drift.State.OUT_OF_SYNC : Drift.State.UNSEEN;
    if (!findings.containsValue(true)) {
      state = Drift.State.WARNED;
    }
    return new Drift(
        first.finding().object(),
        Owner.of(first.finding().object(), marks),
        keeper,
        state,
        changes);
  }

  /** Managers that say again and again what a field holds, and would see another value in it. */
  private static boolean declares(FieldManager manager) {
    return manager.operation().equals("Apply")
        || Set.of("kubectl-client-side-apply", "argocd-controller", "helm")
            .contains(manager.name());
  }

  /** Lists are read without fields of managers, which take more memory than the objects. */
  private static JsonNode stored(KubernetesClient client, ObjectRef ref, LiveObjects live) {
    Kind kind = ref.kind();
    String path =
        (ref.apiVersion().contains("/") ? "/apis/" : "/api/")
            + ref.apiVersion()
            + (ref.namespace().isEmpty() ? "" : "/namespaces/" + ref.namespace())
            + "/"
            + kind.plural()
            + "/"
            + ref.name();
    try {
      String text = client.raw(path);
      return text == null ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (KubernetesClientException | JsonProcessingException e) {
      live.unread().add(ref + ": " + SafeText.escape(String.valueOf(e.getMessage())));
      return MissingNode.getInstance();
    }
  }

  private String text(List<Drift> drifts, Language language) {
    StringBuilder text = new StringBuilder();
    for (Drift drift : drifts) {
      text.append(FindingText.object(drift.object().ref()))
          .append(": ")
          .append(console.say("drift." + drift.state().text()))
          .append('\n');
      line(text, console.say("drift.owner", OwnerText.of(drift.owner(), language)));
      for (Drift.Change change : drift.changes()) {
        String title =
            change.judged().finding().fix().map(fix -> language.render(fix.title())).orElse("");
        String place =
            Headline.place(
                change.judged().finding().path(), change.judged().finding().object().tree());
        String rule = change.judged().finding().rule().id();
        line(text, "[" + rule + "]" + (place.isEmpty() ? "" : " " + place) + ": " + title);
        line(
            text,
            change.managers().isEmpty()
                ? "  " + console.say("drift.nobody")
                : "  " + console.say("drift.setBy", names(change.managers())));
      }
      line(text, console.say("drift.do", drift.command()));
    }
    Map<Drift.State, Integer> counts = new EnumMap<>(Drift.State.class);
    drifts.forEach(drift -> counts.merge(drift.state(), 1, Integer::sum));
    text.append(
            console.say(
                "drift.summary",
                drifts.size(),
                counts.getOrDefault(Drift.State.OUT_OF_SYNC, 0),
                counts.getOrDefault(Drift.State.UNSEEN, 0),
                counts.getOrDefault(Drift.State.WARNED, 0)))
        .append('\n');
    return text.toString();
  }

  private static String names(Set<FieldManager> managers) {
    return new TreeSet<>(managers)
        .stream()
            .map(manager -> SafeText.cut(manager.name()) + " (" + manager.operation() + ")")
            .collect(Collectors.joining(", "));
  }

  private static void line(StringBuilder text, String line) {
    text.append("    ").append(line).append('\n');
  }

  private static String json(List<Drift> drifts, Language language) {
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("version", 1);
    ArrayNode objects = report.putArray("objects");
    for (Drift drift : drifts) {
      ObjectRef ref = drift.object().ref();
      ObjectNode one = objects.addObject();
      ObjectNode object =
          one.putObject("object")
              .put("apiVersion", ref.apiVersion())
              .put("kind", ref.kind().name());
      if (!ref.namespace().isEmpty()) {
        object.put("namespace", ref.namespace());
      }
      object.put("name", ref.name());
      ObjectNode owner = one.putObject("owner").put("type", drift.owner().type().text());
      if (!drift.owner().namespace().isEmpty()) {
        owner.put("namespace", drift.owner().namespace());
      }
      if (!drift.owner().name().isEmpty()) {
        owner.put("name", drift.owner().name());
      }
      one.put("git", drift.keeper().git()).put("state", drift.state().text());
      ArrayNode changes = one.putArray("changes");
      for (Drift.Change change : drift.changes()) {
        ObjectNode json =
            changes
                .addObject()
                .put("rule", change.judged().finding().rule().id())
                .put("path", change.judged().finding().path().toString());
        change
            .judged()
            .finding()
            .fix()
            .ifPresent(
                fix ->
                    json.put("title", language.render(fix.title()))
                        .put("safety", fix.safety().text()));
        ArrayNode managers = json.putArray("managers");
        new TreeSet<>(change.managers())
            .forEach(
                manager ->
                    managers
                        .addObject()
                        .put("manager", manager.name())
                        .put("operation", manager.operation()));
      }
      one.put("command", drift.command());
    }
    return report.toPrettyString() + "\n";
  }
}
