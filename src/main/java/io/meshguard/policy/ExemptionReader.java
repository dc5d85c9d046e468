package io.meshguard.policy;

import io.meshguard.resource.Kind;
import io.meshguard.rule.Message;
import io.meshguard.rule.RuleInfo;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the exemptions of a policy. One with anything wrong in it exempts from nothing. */
final class ExemptionReader {

  static final List<String> KEYS =
      List.of(
          "rules", "objects", "users", "groups", "serviceAccounts", "reason", "owner", "expires");

  private final KnownRules rules;
  private final TreeMap<String, Kind> kinds = new TreeMap<>();

  ExemptionReader(KnownRules rules) {
    this.rules = rules;
    for (RuleInfo rule : rules.all()) {
      rule.subjects().forEach(kind -> kinds.putIfAbsent(kind.name(), kind));
      rule.subjects().forEach(kind -> kinds.put(kind.toString(), kind));
    }
  }

  List<Exemption> read(PolicyNode list) {
    List<Exemption> exemptions = new ArrayList<>();
    list.items().forEach(item -> one(item).ifPresent(exemptions::add));
    return exemptions;
  }

  private Optional<Exemption> one(PolicyNode value) {
    int before = value.problems().count();
    if (!value.isSet()) {
      value.problem("expected.map");
    }
    value.onlyKeys(KEYS);
    Exemption exemption =
        new Exemption(
            ruleIds(value.at("rules")),
            GlobReader.each(value.at("objects"), this::object),
            GlobReader.people(value.at("users")),
            GlobReader.people(value.at("groups")),
            GlobReader.serviceAccounts(value.at("serviceAccounts")),
            value.at("reason").filledText().orElse(""),
            value.at("owner").filledText(),
            date(value.at("expires")),
            value.place());
    if (value.cursor().isObject()) {
      need(value, "rules");
      need(value, "reason");
      if (nobody(value)) {
        value.problem("exemptsAll");
      }
    }
    return value.problems().count() == before ? Optional.of(exemption) : Optional.empty();
  }

  private static void need(PolicyNode value, String key) {
    if (!value.at(key).isSet()) {
      value.problem("missing", Message.verbatim(key));
    }
  }

  private static boolean nobody(PolicyNode value) {
    return List.of("objects", "users", "groups", "serviceAccounts").stream()
        .noneMatch(key -> value.at(key).isSet());
  }

  private Set<String> ruleIds(PolicyNode list) {
    return new LinkedHashSet<>(
        GlobReader.each(
            list,
            item -> {
              Optional<String> id = GlobReader.text(item);
              boolean known =
                  id.isEmpty()
                      || id.get().equals(RulesReader.ALL)
                      || rules.find(id.get()).isPresent();
              if (!known) {
                item.problemNear(id.get(), rules.ids(), "unknownRule", id.get());
              }
              return id;
            }));
  }

  private Optional<ObjectGlob> object(PolicyNode value) {
    Optional<String> text = GlobReader.text(value);
    if (text.isEmpty() || GlobReader.name(value, text).isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = List.of(text.get().split("/", -1));
    boolean three = parts.size() == 3;
    if ((!three && parts.size() != 2) || parts.contains("")) {
      value.problem("badObject", text.get());
      return Optional.empty();
    }
    Glob kind = new Glob(parts.get(0));
    if (kind.literal() && !isKind(value, kind.pattern(), three)) {
      return Optional.empty();
    }
    Glob namespace = new Glob(three ? parts.get(1) : "");
    return Optional.of(new ObjectGlob(kind, namespace, new Glob(parts.get(three ? 2 : 1))));
  }

  /** An exemption for a kind that no rule looks at can only be a slip. */
  private boolean isKind(PolicyNode value, String name, boolean namespaced) {
    Kind kind = kinds.get(name);
    if (kind == null) {
      value.problemNear(name, kinds.keySet(), "unknownKind", name);
      return false;
    }
    if (kind.namespaced() != namespaced) {
      value.problem(kind.namespaced() ? "needsNamespace" : "hasNoNamespace", name);
      return false;
    }
    return true;
  }

  private static Optional<LocalDate> date(PolicyNode value) {
    Optional<String> text = value.filledText();
    try {
      return text.map(LocalDate::parse);
    } catch (DateTimeException e) {
      value.problem("badDate", text.orElse(""));
      return Optional.empty();
    }
  }
}
