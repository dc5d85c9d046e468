package io.meshguard.symptom;

import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All statuses and response flags that have an entry. */
public final class SymptomCatalogue {

  static final String NO_FLAG = Symptom.NO_FLAG_TEXT;

  private static final List<Integer> STATUSES =
      List.of(Symptom.NO_STATUS, 400, 401, 403, 404, 408, 413, 426, 429, 431, 500, 502, 503, 504);

  /** What clients and logs write where there is no status. */
  private static final List<String> NO_ANSWER = List.of("0", "000", "refused", "timeout");

  private static final Map<String, List<FaqEntry>> FAQ =
      Map.ofEntries(
          Map.entry(
              Symptom.NO_ANSWER_TEXT,
              List.of(
                  FaqEntry.SIDECAR_NOT_READY,
                  FaqEntry.HEADLESS,
                  FaqEntry.PUBLIC_INGRESS,
                  FaqEntry.INJECTION)),
          Map.entry("403", List.of(FaqEntry.CLUSTER_ACCESS, FaqEntry.SUB_ACCOUNT)),
          Map.entry(
              "404",
              List.of(FaqEntry.VIRTUAL_SERVICE, FaqEntry.ROUTE_ORDER, FaqEntry.STATEFUL_SET)),
          Map.entry("426", List.of(FaqEntry.UPGRADE_REQUIRED)),
          Map.entry("431", List.of(FaqEntry.HEADER_TOO_LARGE)),
          Map.entry("502", List.of(FaqEntry.STATEFUL_SET)),
          Map.entry(
              "503",
              List.of(FaqEntry.VIRTUAL_SERVICE, FaqEntry.CIRCUIT_BREAKING, FaqEntry.RETRIES)),
          Map.entry("504", List.of(FaqEntry.RETRIES)),
          Map.entry(
              ResponseFlag.DPE.name(),
              List.of(FaqEntry.HEADER_TOO_LARGE, FaqEntry.UPGRADE_REQUIRED)),
          Map.entry(ResponseFlag.NC.name(), List.of(FaqEntry.VIRTUAL_SERVICE)),
          Map.entry(
              ResponseFlag.NR.name(),
              List.of(FaqEntry.VIRTUAL_SERVICE, FaqEntry.PUBLIC_INGRESS, FaqEntry.STATEFUL_SET)),
          Map.entry(ResponseFlag.UF.name(), List.of(FaqEntry.HEADLESS)),
          Map.entry(
              ResponseFlag.UH.name(), List.of(FaqEntry.VIRTUAL_SERVICE, FaqEntry.CIRCUIT_BREAKING)),
          Map.entry(ResponseFlag.UO.name(), List.of(FaqEntry.CIRCUIT_BREAKING)),
          Map.entry(ResponseFlag.URX.name(), List.of(FaqEntry.HEADLESS, FaqEntry.RETRIES)),
          Map.entry(ResponseFlag.UT.name(), List.of(FaqEntry.RETRIES)));

  private final List<RuleInfo> rules;
  private final List<SymptomEntry> statuses;
  private final List<SymptomEntry> flags;

  /** Gathers what rules say of their symptoms. */
  public SymptomCatalogue(List<RuleInfo> rules) {
    this.rules = List.copyOf(rules);
    this.statuses = STATUSES.stream().map(this::status).toList();
    this.flags =
        Stream.concat(
                Stream.of(entry(NO_FLAG, Optional.empty(), SymptomCatalogue::withoutFlag)),
                Arrays.stream(ResponseFlag.values()).map(this::flag))
            .toList();
  }

  /** Returns the statuses, the missing one first. */
  public List<SymptomEntry> statuses() {
    return statuses;
  }

  /** Returns the flags, the missing one first. */
  public List<SymptomEntry> flags() {
    return flags;
  }

  /** Returns what every entry is called. */
  public List<String> codes() {
    return entries().map(SymptomEntry::code).toList();
  }

  /** Returns the entry of a status, a flag or its long name; capital letters do not count. */
  public Optional<SymptomEntry> find(String code) {
    String wanted =
        NO_ANSWER.contains(code.toLowerCase(Locale.ROOT)) ? Symptom.NO_ANSWER_TEXT : code;
    return entries()
        .filter(
            entry ->
                entry.code().equalsIgnoreCase(wanted)
                    || entry.flag().map(ResponseFlag::longName).stream()
                        .anyMatch(wanted::equalsIgnoreCase))
        .findFirst();
  }

  /** Returns the rules whose mistake shows as all of these together. */
  public List<Cause> causes(SymptomQuery query) {
    return causes(RuleInfo::symptoms, query::fits);
  }

  /** Returns the rules whose mistake keeps all of these together from being seen. */
  public List<Cause> hiders(SymptomQuery query) {
    return causes(RuleInfo::hides, query::fits);
  }

  /** Returns whether a rule names these details. */
  boolean knowsDetails(String details) {
    return rules.stream()
        .flatMap(rule -> Stream.concat(rule.symptoms().stream(), rule.hides().stream()))
        .anyMatch(symptom -> symptom.details().equalsIgnoreCase(details));
  }

  private Stream<SymptomEntry> entries() {
    return Stream.concat(statuses.stream(), flags.stream());
  }

  private SymptomEntry status(int status) {
    String code = status == Symptom.NO_STATUS ? Symptom.NO_ANSWER_TEXT : Integer.toString(status);
    return entry(code, Optional.empty(), symptom -> symptom.status() == status);
  }

  private SymptomEntry flag(ResponseFlag flag) {
    return entry(flag.name(), Optional.of(flag), symptom -> symptom.flags().contains(flag));
  }

  private SymptomEntry entry(String code, Optional<ResponseFlag> flag, Predicate<Symptom> isIt) {
    return new SymptomEntry(
        code,
        flag,
        FAQ.getOrDefault(code, List.of()),
        causes(RuleInfo::symptoms, isIt),
        causes(RuleInfo::hides, isIt));
  }

  private List<Cause> causes(Function<RuleInfo, List<Symptom>> of, Predicate<Symptom> isIt) {
    return rules.stream()
        .map(rule -> new Cause(rule, of.apply(rule).stream().filter(isIt).toList()))
        .filter(cause -> !cause.symptoms().isEmpty())
        .toList();
  }

  /** Where details are missing as well, nothing was logged. */
  private static boolean withoutFlag(Symptom symptom) {
    return symptom.flags().isEmpty() && !symptom.details().isEmpty();
  }
}
