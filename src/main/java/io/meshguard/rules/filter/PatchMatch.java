package io.meshguard.rules.filter;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Report;
import java.util.List;
import java.util.Optional;

/** The match of a patch: what Istio refuses, and names that no filter has. */
final class PatchMatch {

  private static final String MANAGER = "envoy.filters.network.http_connection_manager";
  private static final String OLD_MANAGER = "envoy.http_connection_manager";

  /** Names of network filters for which nobody has another filter that is named nearly so. */
  private static final List<String> NETWORK = List.of(MANAGER, "envoy.filters.network.tcp_proxy");

  private static final List<String> HTTP = List.of("envoy.filters.http.router");

  private static final VersionRange TODAYS_NAMES = VersionRange.from("1.8");

  private PatchMatch() {}

  /** Reports what is wrong with a match; returns whether the patch therefore changes nothing. */
  static boolean check(EnvoyPatch patch, Versions istio, Report report) {
    return isOfAnotherClass(patch, report) || hasNoFilter(patch, istio, report);
  }

  private static boolean isOfAnotherClass(EnvoyPatch patch, Report report) {
    int wanted =
        switch (patch.applyTo()) {
          case "LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER" -> 0;
          case "CLUSTER" -> 1;
          case "ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE" -> 2;
          default -> -1;
        };
    List<String> classes = List.of("listener", "cluster", "routeConfiguration");
    for (int i = 0; wanted >= 0 && i < classes.size(); i++) {
      Cursor at = patch.at().at("match", classes.get(i));
      if (i != wanted && at.isPresent()) {
        report.say(at, "match-class", patch.applyTo(), wanted).names(patch.at().at("applyTo"));
        return true;
      }
    }
    return false;
  }

  private static boolean hasNoFilter(EnvoyPatch patch, Versions istio, Report report) {
    Cursor filter = patch.at().at("match", "listener", "filterChain", "filter");
    if (!filter.isPresent()) {
      return false;
    }
    Cursor name = patch.filterName();
    String written = name.text("");
    boolean http = patch.applyTo().equals("HTTP_FILTER");
    switch (patch.applyTo()) {
      case "LISTENER", "FILTER_CHAIN" -> {
        report.say(filter, "filter-ignored", patch.applyTo());
        return false;
      }
      case "NETWORK_FILTER", "HTTP_FILTER" -> {}
      default -> {
        return false;
      }
    }
    if (written.isEmpty()) {
      report.say(filter, "no-name");
      return true;
    }
    Cursor subFilter = filter.at("subFilter");
    if (subFilter.isPresent() && !http) {
      report.say(subFilter, "sub-filter-place");
      return true;
    }
    if (misspelt(name, NETWORK, report)) {
      return true;
    }
    if (written.startsWith("envoy.filters.http.")) {
      report.say(name, "not-network", written);
      return true;
    }
    Applicability today = istio.in(TODAYS_NAMES);
    if (http
        && !written.equals(MANAGER)
        && !written.equals(OLD_MANAGER)
        && today != Applicability.NOWHERE) {
      report.say(name, "not-manager", written);
      return true;
    }
    Cursor inner = patch.subFilterName();
    String innerName = inner.text("");
    if (misspelt(inner, HTTP, report)) {
      return true;
    }
    if (innerName.startsWith("envoy.filters.network.")
        || innerName.startsWith("envoy.filters.listener.")) {
      report.say(inner, "not-http", innerName);
      return true;
    }
    return false;
  }

  private static boolean misspelt(Cursor name, List<String> names, Report report) {
    String written = name.text("");
    if (written.isEmpty() || names.contains(written)) {
      return false;
    }
    Optional<String> meant = Nearest.within(2, written, names);
    meant.ifPresent(right -> report.say(name, "misspelt", written, right));
    return meant.isPresent();
  }
}
