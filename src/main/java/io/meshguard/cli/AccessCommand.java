package io.meshguard.cli;

import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.MeshPermissions;
import io.meshguard.mesh.Requester;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which mesh permissions somebody lacks in which cluster. */
@Command(
    name = "access",
    description = "Shows which mesh permissions a user lacks, in each cluster.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard access --as 100012345678 --all-contexts",
      "  meshguard access --as ann --as-group devs --for join --context prod",
      "  meshguard access --as ann -o yaml | less    the smallest role that grants what is missing",
      "",
      "Exit codes: 0 nothing is missing, 1 something is, 2 wrong usage or a cluster cannot be asked."
    })
final class AccessCommand implements Callable<Integer> {

  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private final Console console;

  @Option(
      names = "--as",
      required = true,
      paramLabel = "USER",
      description = "User name as the API server knows it.")
  private String user = "";

  @Option(
      names = "--as-group",
      paramLabel = "GROUP",
      description = "Group of the user; repeatable. system:authenticated is always one.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--for",
      paramLabel = "PURPOSE",
      description = "manage the mesh, or join a cluster to it: ${COMPLETION-CANDIDATES}.",
      defaultValue = "manage")
  private Purpose purpose = Purpose.MANAGE;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig; repeatable. Without it, the current one.")
  private List<String> contexts = new ArrayList<>();

  @Option(names = "--all-contexts", description = "Every context of the kubeconfig.")
  private boolean allContexts;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "A kubeconfig file in place of the usual ones.")
  private @Nullable Path kubeconfig;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description =
          "${COMPLETION-CANDIDATES}; yaml is the smallest role that grants what is missing.",
      defaultValue = "table")
  private AccessOutput output = AccessOutput.TABLE;

  AccessCommand(Console console) {
    this.console = console;
  }

  /** What somebody wants to do. */
  enum Purpose {
    MANAGE,
    JOIN;

    List<Permission> needed() {
      List<MeshPermissions.Grant> grants =
          switch (this) {
            case MANAGE -> MeshPermissions.manage();
            case JOIN -> MeshPermissions.join();
          };
      Set<Permission> needed = new LinkedHashSet<>();
      grants.forEach(grant -> needed.addAll(grant.permissions()));
      return List.copyOf(needed);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    if (allContexts && !contexts.isEmpty()) {
      throw new UnusableException("access.both");
    }
    Contexts known = Contexts.read(Optional.ofNullable(kubeconfig));
    List<String> chosen = known.chosen(allContexts ? known.all() : contexts);
    Requester person = new Requester(user, groupsOf(user));
    AccessReviews reviews = new AccessReviews(person);
    List<AccessResult> results = new ArrayList<>();
    for (String context : chosen) {
      results.add(reviews.missing(context, known.config(context), purpose.needed()));
    }
    console.out().print(output.text(person, purpose.toString(), results, console));
    if (results.stream().anyMatch(result -> result.problem().isPresent())) {
      return ExitCode.UNUSABLE;
    }
    boolean complete = results.stream().allMatch(result -> result.missing().isEmpty());
    return complete ? ExitCode.CLEAN : ExitCode.FINDINGS;
  }

  /** The API server adds these groups to whoever logs in; a review has to name them. */
  private Set<String> groupsOf(String name) {
    Set<String> all = new LinkedHashSet<>(groups);
    all.add("system:authenticated");
    if (name.startsWith(SERVICE_ACCOUNT)) {
      String account = name.substring(SERVICE_ACCOUNT.length());
      int colon = account.indexOf(':');
      all.add("system:serviceaccounts");
      if (colon > 0) {
        all.add("system:serviceaccounts:" + account.substring(0, colon));
      }
    }
    return all;
  }
}
