package io.meshguard.server.mesh;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.Compactor;
import io.meshguard.kube.LargeObjectBudget;
import io.meshguard.kube.ServedKinds;
import io.meshguard.kube.Trouble;
import io.meshguard.kube.WatchedKinds;
import io.meshguard.resource.Kind;
import io.meshguard.rule.RuleInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps a {@link LiveMesh} up to date: watches the kinds that rules read or judge, Namespaces for
 * their labels, and what tells versions; ConfigMaps only in the mesh's root namespaces, and single
 * ones by name. A kind that is not served yet is picked up when it is.
 */
public final class MeshWatch implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(MeshWatch.class);

  private final KubernetesClient client;
  private final LiveMesh mesh;
  private final Set<Kind> everywhere;
  private final Supplier<Set<String>> roots;
  private final ServedKinds served;
  private final Compactor compactor = new Compactor();
  private final LargeObjectBudget budget = LargeObjectBudget.ofProcess();
  private final Map<WatchTarget, KindInformer> watched = new ConcurrentHashMap<>();
  private final Set<Kind> missing = ConcurrentHashMap.newKeySet();
  private final StalenessDetector interruptions;
  private final AtomicBoolean tidied = new AtomicBoolean();
  private volatile boolean looked;
  private volatile boolean synced;

  /**
   * Makes a watch; it does nothing before {@link #extend}.
   *
   * @param rules the rules whose reads and subjects are watched
   * @param roots the mesh's root namespaces, as they are at each moment
   */
  public MeshWatch(
      KubernetesClient client,
      LiveMesh mesh,
      Collection<RuleInfo> rules,
      Supplier<Set<String>> roots) {
    this.client = client;
    this.mesh = mesh;
    this.everywhere = WatchedKinds.of(rules);
    this.roots = roots;
    this.served = new ServedKinds(client);
    this.interruptions = new StalenessDetector(mesh);
  }

  /** What one informer watches: a kind everywhere or in a namespace, or one object of it. */
  private record WatchTarget(Kind kind, Optional<String> namespace, Optional<String> name) {

    static WatchTarget everywhere(Kind kind) {
      return new WatchTarget(kind, Optional.empty(), Optional.empty());
    }

    static WatchTarget in(String namespace, Kind kind) {
      return new WatchTarget(kind, Optional.of(namespace), Optional.empty());
    }
  }

  /**
   * Starts watching whatever should be, is not yet, and can be by now; lets go what is served no
   * more.
   */
  public void extend() {
    watched.forEach(
        (place, watch) -> {
          if (!watch.open()) {
            letGoUnlessServed(place, watch);
          }
        });
    boolean complete = true;
    for (WatchTarget place : places()) {
      if (!watched.containsKey(place)) {
        complete &= start(place);
      }
    }
    looked = complete || looked;
    tidyUp();
  }

  /**
   * Gives back what reading the whole mesh took: the heap has grown by then, and a collector that
   * is never short of room would leave it so. Nobody is kept waiting, for this is before being
   * ready.
   */
  private void tidyUp() {
    if (synced() && !tidied.getAndSet(true)) {
      System.gc();
    }
  }

  /**
   * Notices which watches are interrupted, and which are back; to be called every second.
   *
   * @param silence for how long nothing has been heard of the API server: a watch that is open and
   *     silent says no more than that then
   */
  public void look(Duration silence, Instant now) {
    boolean unheard = silence.compareTo(StalenessDetector.LONGEST_RECONNECT) >= 0;
    Set<Kind> interrupted = new HashSet<>();
    watched.forEach(
        (place, watch) -> {
          if (watch.synced() && (unheard || !watch.open())) {
            interrupted.add(place.kind());
          }
        });
    interruptions.take(interrupted, unheard ? now.minus(silence) : now, now);
  }

  /**
   * Returns whether everything that was served at first was seen as a whole. What is served later,
   * and perhaps cannot be listed, makes nobody wait again.
   */
  public boolean synced() {
    if (!synced && looked && watched.values().stream().allMatch(KindInformer::settled)) {
      synced = true;
    }
    return synced;
  }

  /** Returns whether the API server serves a kind, as far as it was asked. */
  public boolean served(Kind kind) {
    return !missing.contains(kind);
  }

  /**
   * Returns whether changes of a kind come in at this moment from wherever they should. Single
   * objects do not count: not every cluster has them, or grants the right to read them.
   */
  public boolean open(Kind kind) {
    List<WatchTarget> places =
        places().stream()
            .filter(place -> place.kind().equals(kind) && place.name().isEmpty())
            .toList();
    return places.stream()
        .map(watched::get)
        .allMatch(informer -> informer != null && informer.open());
  }

  /** Returns the kinds that the API server does not serve. */
  public Set<String> missing() {
    return missing.stream().map(Kind::toString).collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void close() {
    watched.values().forEach(KindInformer::close);
  }

  private Set<WatchTarget> places() {
    Set<WatchTarget> places = new LinkedHashSet<>();
    everywhere.forEach(kind -> places.add(WatchTarget.everywhere(kind)));
    Set<String> namespaces = roots.get();
    for (String root : namespaces) {
      places.add(WatchTarget.in(root, Kind.CONFIG_MAP));
      if (!everywhere.contains(Kind.DEPLOYMENT)) {
        places.add(WatchTarget.in(root, Kind.DEPLOYMENT));
      }
    }
    for (WatchedKinds.Single one : WatchedKinds.single()) {
      if (!namespaces.contains(one.namespace())) {
        places.add(
            new WatchTarget(one.kind(), Optional.of(one.namespace()), Optional.of(one.name())));
      }
    }
    return places;
  }

  /** The definition of a kind may go, as with the removal of Istio, or one of its versions. */
  private void letGoUnlessServed(WatchTarget place, KindInformer watch) {
    Kind kind = place.kind();
    try {
      if (served.serves(kind, watch.version())) {
        return;
      }
    } catch (KubernetesClientException e) {
      LOG.debugf("it is not known whether %s is served: %s", kind, Trouble.of(e));
      return;
    }
    LOG.warnf("%s is no longer served in version %s", kind, watch.version());
    watched.remove(place);
    setWhole(place, false);
    watch.forget();
    interruptions.forget(kind);
  }

  /** Returns false where the API server could not be asked. */
  private boolean start(WatchTarget place) {
    Kind kind = place.kind();
    Optional<String> version;
    try {
      version = served.version(kind);
    } catch (KubernetesClientException e) {
      LOG.warnf("it is not known whether %s is served: %s", kind, Trouble.of(e));
      return false;
    }
    if (version.isEmpty()) {
      missing.add(kind);
      return true;
    }
    if (missing.remove(kind)) {
      LOG.infof("%s is served now", kind);
    }
    watched.put(
        place,
        KindInformer.start(
            client,
            kind,
            version.get(),
            place.namespace(),
            place.name(),
            new MirrorStore(kind, mesh.store(kind), compactor, budget, WatchedKinds.wanted(kind)),
            () -> {
              setWhole(place, true);
              tidyUp();
            }));
    return true;
  }

  /** Of a single object nothing follows for others of its kind. */
  private void setWhole(WatchTarget place, boolean known) {
    if (place.name().isEmpty()) {
      place
          .namespace()
          .ifPresentOrElse(
              namespace -> mesh.setWholeIn(place.kind(), namespace, known),
              () -> mesh.setWhole(place.kind(), known));
    }
  }
}
