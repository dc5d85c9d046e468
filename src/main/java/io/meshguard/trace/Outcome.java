package io.meshguard.trace;

import io.meshguard.route.ClusterName;
import io.meshguard.route.ClusterState;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a request. Status and flag are those that Envoy's access log shows; status 0 is
 * that of a connection.
 */
public sealed interface Outcome {

  /** Returns the status that the client gets; 0 where it comes from what is behind, or is none. */
  int status();

  /** Returns the response flag as an access log shows it; {@code -} for none. */
  String flag();

  /**
   * It is forwarded.
   *
   * @param cluster where to
   * @param workloads names of the workloads behind it, as far as they are known
   * @param authority the authority that is sent on
   * @param path the path, with query, that is sent on
   */
  record Forwarded(ClusterName cluster, List<String> workloads, String authority, String path)
      implements Outcome {
    /** Copies the list. */
    public Forwarded {
      workloads = List.copyOf(workloads);
    }

    @Override
    public int status() {
      return 0;
    }

    @Override
    public String flag() {
      return "-";
    }
  }

  /** It is passed on to the address that the client called: no route of the mesh counts. */
  record PassedThrough(Optional<String> service) implements Outcome {
    @Override
    public int status() {
      return 0;
    }

    @Override
    public String flag() {
      return "-";
    }
  }

  /**
   * The client is sent elsewhere.
   *
   * @param location where to
   */
  record Redirected(int status, String location) implements Outcome {
    @Override
    public String flag() {
      return "-";
    }
  }

  /** The proxy answers itself, because a route says so. */
  record Answered(int status) implements Outcome {
    @Override
    public String flag() {
      return "-";
    }
  }

  /** A fault is injected. */
  record Aborted(int status) implements Outcome {
    @Override
    public String flag() {
      return "FI";
    }
  }

  /**
   * There is no route: 404.
   *
   * @param host whether there is a virtual host, of which no route takes the request
   */
  record NotFound(boolean host) implements Outcome {
    @Override
    public int status() {
      return 404;
    }

    @Override
    public String flag() {
      return "NR";
    }
  }

  /**
   * The route leads to a cluster that the proxy does not have.
   *
   * @param http whether a request is refused with 503, and not a connection
   */
  record NoCluster(ClusterName cluster, ClusterState.Missing missing, boolean http)
      implements Outcome {
    @Override
    public int status() {
      return http ? 503 : 0;
    }

    @Override
    public String flag() {
      return "NC";
    }
  }

  /** The cluster has no endpoint. */
  record NoEndpoint(ClusterName cluster, boolean http) implements Outcome {
    @Override
    public int status() {
      return http ? 503 : 0;
    }

    @Override
    public String flag() {
      return "UH";
    }
  }

  /** The host is not registered, and the proxy passes on to nobody else. */
  record Blocked(boolean http) implements Outcome {
    @Override
    public int status() {
      return http ? 502 : 0;
    }

    @Override
    public String flag() {
      return http ? "-" : "UH";
    }
  }

  /** HTTP/1.0 is refused. */
  record TooOld(boolean atServer) implements Outcome {
    @Override
    public int status() {
      return 426;
    }

    @Override
    public String flag() {
      return "DPE";
    }
  }

  /** The method is none that HTTP/1 knows for Envoy. */
  record UnknownMethod() implements Outcome {
    @Override
    public int status() {
      return 400;
    }

    @Override
    public String flag() {
      return "DPE";
    }
  }

  /** The headers are larger, or more, than the proxy takes. */
  record TooLarge() implements Outcome {
    @Override
    public int status() {
      return 431;
    }

    @Override
    public String flag() {
      return "DPE";
    }
  }

  /**
   * The client has no sidecar, so it calls the address itself.
   *
   * @param service the host that has the address; empty for one outside of the mesh
   */
  record Direct(Optional<String> service) implements Outcome {
    @Override
    public int status() {
      return 0;
    }

    @Override
    public String flag() {
      return "-";
    }
  }

  /** Why a connection is refused. */
  enum Refusal {
    /** Nothing listens at the port. */
    NO_LISTENER,
    /** No server takes the server name. */
    SERVER_NAME,
    /** TLS is spoken where HTTP is expected. */
    TLS_AT_HTTP,
    /** HTTP is spoken where TLS is expected. */
    HTTP_AT_TLS,
    /** No route takes connections of the port. */
    NO_CHAIN,
    /** No name service knows the host. */
    NO_NAME
  }

  /** The connection is refused, reset or never made. */
  record Refused(Refusal refusal) implements Outcome {
    @Override
    public int status() {
      return refusal == Refusal.TLS_AT_HTTP ? 400 : 0;
    }

    @Override
    public String flag() {
      return refusal == Refusal.TLS_AT_HTTP
          ? "DPE"
          : refusal == Refusal.NO_LISTENER || refusal == Refusal.NO_NAME ? "-" : "NR";
    }
  }

  /** TLS ends at the server, which reads HTTP: only a request tells more. */
  record Opened() implements Outcome {
    @Override
    public int status() {
      return 0;
    }

    @Override
    public String flag() {
      return "-";
    }
  }

  /** The routes are written so that Envoy refuses them, and keeps what it had before. */
  record Unusable() implements Outcome {
    @Override
    public int status() {
      return 0;
    }

    @Override
    public String flag() {
      return "-";
    }
  }
}
