package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneUnavailableException;
import io.meshguard.controlplane.DataPlaneBinaries;
import io.meshguard.controlplane.IstioChart;
import io.meshguard.controlplane.Progress;
import java.io.IOException;
import java.util.Optional;

/** The data plane that the tests of one JVM share, or why there is none. */
final class SharedDataPlane implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SharedDataPlane.class.getName());

  /** Tracers that no proxy uses unless a Telemetry names one. */
  private static final String TRACERS =
      """
      extensionProviders:
      - name: zipkin
        zipkin:
          service: zipkin.istio-system.svc.cluster.local
          port: 9411
      - name: otel
        opentelemetry:
          service: otel.istio-system.svc.cluster.local
          port: 4317
      """;

  /** Whether nothing may be skipped. */
  static final boolean REQUIRED = "required".equals(System.getenv("MESHGUARD_DATAPLANE"));

  private static final boolean GATEWAYS_ALONE =
      "gateways".equals(System.getenv("MESHGUARD_DATAPLANE"));

  private final Optional<DataPlane> plane;
  private final Optional<String> reason;

  private SharedDataPlane(Optional<DataPlane> plane, Optional<String> reason) {
    this.plane = plane;
    this.reason = reason;
  }

  /** Starts it; a start that fails where everything needed is there is an error, not a skip. */
  static SharedDataPlane start(ControlPlane controlPlane) {
    Progress progress = line -> LOG.log(System.Logger.Level.INFO, line);
    try {
      Optional<String> hindrance =
          GATEWAYS_ALONE
              ? Optional.of("MESHGUARD_DATAPLANE=gateways leaves sidecars out.")
              : DataPlane.hindrance();
      if (hindrance.isPresent() && REQUIRED) {
        return new SharedDataPlane(Optional.empty(), hindrance);
      }
      DataPlaneBinaries binaries = DataPlaneBinaries.locate(progress);
      DataPlane plane =
          DataPlane.start(
              controlPlane,
              binaries,
              DataPlane.PLAIN_MESH_CONFIG + TRACERS,
              injector(progress),
              hindrance,
              progress);
      return new SharedDataPlane(Optional.of(plane), Optional.empty());
    } catch (ControlPlaneUnavailableException e) {
      return new SharedDataPlane(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new IllegalStateException("the shared data plane does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The injector's templates and values, as Istio's own chart has them. */
  private static String injector(Progress progress) throws IOException, InterruptedException {
    return Manifests.parse(IstioChart.render(progress)).stream()
        .filter(object -> Manifests.name(object).equals("istio-sidecar-injector"))
        .filter(object -> Manifests.kind(object).equals("ConfigMap"))
        .map(JsonNode::toString)
        .findFirst()
        .orElseThrow();
  }

  Optional<DataPlane> plane() {
    return plane;
  }

  /** Returns why there is none. */
  Optional<String> reason() {
    return reason;
  }

  /** Returns why there are no sidecars. */
  Optional<String> withoutSidecars() {
    return plane.flatMap(DataPlane::withoutSidecars);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (plane.isPresent()) {
      plane.get().close();
    }
  }
}
