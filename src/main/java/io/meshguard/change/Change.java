package io.meshguard.change;

import io.meshguard.match.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests of which something else becomes, or the same under other limits.
 *
 * @param protocol what they speak
 * @param request the smallest of them that was found; empty for bytes, and where none can be shown
 * @param opaque what decides whether there are such requests, and cannot be told from a request
 * @param certain whether there are such requests
 * @param before what became of them
 * @param after what becomes of them
 * @param limits settings that are not the same, where what becomes of them is
 * @param causes what says so, changed objects first
 * @param where at which proxies, on which ports and for which hosts
 */
public record Change(
    Protocol protocol,
    Optional<Request> request,
    Map<String, Boolean> opaque,
    boolean certain,
    Outcome before,
    Outcome after,
    List<Limit> limits,
    List<Place> causes,
    List<Where> where) {

  /** What connections speak. */
  public enum Protocol {
    /** HTTP without TLS, as far as the proxy sees it. */
    HTTP,
    /** HTTP behind TLS that the proxy ends. */
    HTTPS,
    /** Bytes. */
    TCP
  }

  /**
   * A setting that is not the same.
   *
   * @param name the setting
   * @param before its value; empty where there was none
   * @param after likewise
   */
  public record Limit(String name, String before, String after) {}

  /**
   * A place where requests come in.
   *
   * @param gateway whether it is a gateway, rather than sidecars
   * @param proxy namespace and name of the gateway or of the workload
   * @param alike how many workloads have the same tables, this one included
   * @param port the port
   * @param domains the hosts, or server names
   */
  public record Where(boolean gateway, String proxy, int alike, int port, List<String> domains) {
    /** Copies the list. */
    public Where {
      domains = List.copyOf(domains);
    }
  }

  /** Copies the collections. */
  public Change {
    opaque = Map.copyOf(opaque);
    limits = List.copyOf(limits);
    causes = List.copyOf(causes);
    where = List.copyOf(where);
  }

  /** Returns whether nothing but limits changes. */
  public boolean isLimitsOnly() {
    return before.equals(after);
  }

  /** Returns whether requests end in an error that did not. */
  public boolean breaks() {
    return after.fails() && !before.fails();
  }
}
