package io.meshguard.rules.access;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A role that names a group or resource of Istio's which does not exist, and so grants nothing:
 * RBAC compares whole texts (kubernetes pkg/apis/rbac/v1/evaluation_helpers.go {@code
 * APIGroupMatches}, {@code ResourceMatches} @1.33).
 */
public final class WrongApiGroupInRole implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("wrong-api-group-in-role")
          .subjects(Kind.ROLE, Kind.CLUSTER_ROLE)
          .fixes(Safety.SAFE)
          .fixedByHand()
          .faq(FaqEntry.CLUSTER_ACCESS, FaqEntry.SUB_ACCOUNT)
          .symptoms(Symptom.of(403, ""))
          .build();

  private static final String ANY = "*";

  /** Roles that the API server itself keeps. */
  private static final String KEPT = "kubernetes.io/bootstrapping";

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    // What stands in an aggregated role is written by a controller.
    if (subject.label(KEPT).isPresent() || subject.at("aggregationRule").isPresent()) {
      return;
    }
    for (Cursor entry : report.judged(subject.at("rules").each())) {
      check(entry, report);
    }
  }

  private static void check(Cursor entry, Report report) {
    List<Cursor> groups = entry.at("apiGroups").each();
    List<Cursor> resources = entry.at("resources").each();
    if (resources.isEmpty() || groups.stream().anyMatch(group -> group.is(ANY))) {
      return;
    }
    Set<String> names = new HashSet<>();
    groups.forEach(group -> group.text().ifPresent(names::add));
    boolean meant = false;
    for (Cursor group : groups) {
      meant |= noGroup(group, names, resources, report);
    }
    boolean allKnown = names.stream().allMatch(IstioGroups::isKnown);
    for (Cursor resource : resources) {
      resource(resource, names, allKnown, meant, report);
    }
  }

  /** Reports what is no group; returns whether it is that. */
  private static boolean noGroup(
      Cursor group, Set<String> names, List<Cursor> resources, Report report) {
    String written = group.text("");
    List<String> meant = IstioGroups.meant(written);
    if (meant.isEmpty()) {
      return false;
    }
    Optional<String> only = meant.size() == 1 ? Optional.of(meant.get(0)) : owner(resources);
    Report.Draft draft =
        only.isPresent()
            ? report.say(group, "no-group", written, only.get())
            : report.say(group, "no-group-any", written);
    if (only.isPresent() && !names.contains(only.get())) {
      replace(draft, group, only.get());
    }
    return true;
  }

  /** Returns the one group that has all resources. */
  private static Optional<String> owner(List<Cursor> resources) {
    Set<Optional<String>> owners = new HashSet<>();
    resources.forEach(resource -> owners.add(IstioGroups.ownerOf(base(resource))));
    return owners.size() == 1 ? owners.iterator().next() : Optional.empty();
  }

  private static void resource(
      Cursor resource, Set<String> names, boolean allKnown, boolean meant, Report report) {
    String written = base(resource);
    for (String group : IstioGroups.names()) {
      Optional<String> plural =
          names.contains(group) || namesMeant(names, group)
              ? IstioGroups.pluralMeant(group, written)
              : Optional.empty();
      // Elsewhere there may be a resource that is called so.
      if (plural.isPresent() && (allKnown || isSurely(written))) {
        replace(
            report.say(resource, "no-plural", resource.text(""), plural.get()),
            resource,
            plural.get() + resource.text("").substring(written.length()));
        return;
      }
    }
    Optional<String> owner = IstioGroups.ownerOf(written);
    boolean elsewhere = owner.isPresent() && !names.contains(owner.get()) && allKnown && !meant;
    if (elsewhere && !names.isEmpty()) {
      report.say(resource, "other-group", resource.text(""), owner.get()).names(owner.get());
    }
  }

  private static boolean namesMeant(Set<String> names, String group) {
    return names.stream().anyMatch(name -> IstioGroups.meant(name).contains(group));
  }

  /** No resource is in capital letters, or has the name of a group behind. */
  private static boolean isSurely(String written) {
    return written.indexOf('.') >= 0 || written.chars().anyMatch(Character::isUpperCase);
  }

  /** Returns a resource without its subresource. */
  private static String base(Cursor resource) {
    String written = resource.text("");
    int slash = written.indexOf('/');
    return slash < 0 ? written : written.substring(0, slash);
  }

  private static void replace(Report.Draft draft, Cursor at, String text) {
    draft.fix(
        Safety.SAFE,
        "fix",
        List.of(new PatchOp.Replace(at.pointer(), JsonNodeFactory.instance.textNode(text))),
        text);
  }
}
