package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.controlplane.ApiClient;
import io.meshguard.controlplane.IstioChart;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.rules.ObservedPage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Sees again what the section Observed of every rule page says, on every Envoy that it names. */
@RequiresDataPlane(sidecars = false)
final class ObservedIT {
  private final DataPlane plane;
  private final Sidecars sidecars;
  private int namespaces;

  ObservedIT(DataPlane plane, Sidecars sidecars) {
    this.plane = plane;
    this.sidecars = sidecars;
  }

  @AfterEach
  void withoutMutualTls() throws Exception {
    plane.useMutualTls(false);
  }

  @TestFactory
  Stream<DynamicContainer> everyPage() {
    return ObservedPage.all().stream()
        .map(page -> DynamicContainer.dynamicContainer(page.id(), tests(page)));
  }

  private Stream<DynamicTest> tests(ObservedPage page) {
    List<DynamicTest> tests = new ArrayList<>();
    for (String version : plane.envoyVersions()) {
      for (ObservedBlock.Act act : ObservedBlock.parse(page.block()).scenes()) {
        boolean other = !act.envoy().isEmpty() && !act.envoy().equals(version);
        // No Envoy has a part in what istiod's injector does.
        boolean again = created(act).isPresent() && !version.equals(plane.envoyVersions().get(0));
        if (other || again) {
          continue;
        }
        String name =
            "%s %s, Envoy %s".formatted(String.join(" and ", act.objects()), act.where(), version);
        tests.add(DynamicTest.dynamicTest(name, () -> play(page, act, version)));
      }
    }
    return tests.stream();
  }

  private void play(ObservedPage source, ObservedBlock.Act act, String version) throws Exception {
    plane.useEnvoy(version);
    List<String> texts = new ArrayList<>(source.beside());
    for (String name : act.objects()) {
      texts.add(source.example(name));
    }
    Optional<ObservedBlock.Created> created = created(act);
    if (created.isPresent()) {
      create(texts, created.get());
      return;
    }
    World page = World.of(texts);
    Caller caller = act.where().isEmpty() ? Caller.NOBODY : Caller.of(act.where());
    World world = caller.pod().isPresent() ? caller.joins(page) : page;
    sidecars.require(world);
    plane.useMutualTls(act.mutualTls());
    if (!act.refusal().isEmpty()) {
      assertThatThrownBy(() -> plane.open(world).close()).hasMessageContaining(act.refusal());
      return;
    }
    try (Scene scene = act.isValidated() ? plane.open(world) : plane.openUnvalidated(world)) {
      for (ObservedBlock.Line line : act.lines()) {
        if (line instanceof ObservedBlock.Told told) {
          tell(scene, told);
        } else if (line instanceof ObservedBlock.Waited waited) {
          Thread.sleep(waited.seconds() * 1000L);
        } else if (line instanceof ObservedBlock.Asked asked) {
          ask(scene, caller, asked);
        }
      }
    }
  }

  private static Optional<ObservedBlock.Created> created(ObservedBlock.Act act) {
    return act.lines().stream()
        .filter(ObservedBlock.Created.class::isInstance)
        .map(ObservedBlock.Created.class::cast)
        .findFirst();
  }

  /**
   * Creates a Pod of each workload in a namespace of its own, which has the labels of the page's,
   * so that nothing else is injected there.
   */
  private void create(List<String> texts, ObservedBlock.Created created) throws Exception {
    List<JsonNode> objects =
        texts.stream().flatMap(text -> Manifests.parse(text).stream()).toList();
    assertThat(objects).as("workloads").anyMatch(o -> o.at("/spec/template/spec").isObject());
    try (Injector injector =
        Injector.register(plane, Manifests.parse(IstioChart.render(l -> {})))) {
      for (JsonNode object : objects) {
        if (object.at("/spec/template/spec").isObject()) {
          String namespace = "created-" + namespaces++;
          plane
              .controlPlane()
              .createNamespace(namespace, labels(objects, Manifests.namespace(object)));
          ApiClient.Answer answer = injector.create(namespace, pod(object, created.classic()));
          assertThat(Injector.missing(created.seen(), answer)).as(created.text()).isEmpty();
        }
      }
    }
  }

  private static Map<String, String> labels(List<JsonNode> objects, String namespace) {
    return objects.stream()
        .filter(object -> Manifests.kind(object).equals("Namespace"))
        .filter(object -> Manifests.name(object).equals(namespace))
        .findFirst()
        .map(object -> Manifests.texts(object.at("/metadata/labels")))
        .orElse(Map.of("istio-injection", "enabled"));
  }

  private static JsonNode pod(JsonNode workload, boolean classic) {
    ObjectNode pod = workload.at("/spec/template").deepCopy();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.withObject("/metadata").put("name", Manifests.name(workload));
    if (classic) {
      // A Pod that asks for its kind of sidecar itself gets that one.
      metadata
          .withObject("/annotations")
          .putIfAbsent(NativeSidecars.ANNOTATION, TextNode.valueOf("false"));
    }
    return pod;
  }

  private static void tell(Scene scene, ObservedBlock.Told told) {
    String[] words = told.how().split(" ", -1);
    Echo.Behaviour behaviour =
        switch (words[0]) {
          case "closes" -> new Echo.Behaviour(200, 0, true, List.of());
          case "answers" ->
              words[1].endsWith(":")
                  ? new Echo.Behaviour(
                      200, 0, false, List.of(header(told.how().substring("answers ".length()))))
                  : words[1].equals("after")
                      ? new Echo.Behaviour(
                          200, (int) (Double.parseDouble(words[2]) * 1000), false, List.of())
                      : new Echo.Behaviour(
                          Integer.parseInt(words[1]), 0, false, headers(told.how()));
          default -> throw new AssertionError("a server cannot " + told.how());
        };
    if (told.pod().equals(Echo.INTERNET)) {
      scene.echo().behaveOutside(behaviour);
      return;
    }
    scene.echo().behave(pod(scene, told.pod()), behaviour);
  }

  private static SimulatedPod pod(Scene scene, String name) {
    return scene.pods().stream()
        .filter(each -> each.spec().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Pod " + name));
  }

  /** "{orders-0}" stands for the address of that Pod. */
  private static String addressed(String text, Scene scene) {
    String result = text;
    for (int at = result.indexOf('{'); at >= 0; at = result.indexOf('{')) {
      String name = result.substring(at + 1, result.indexOf('}', at));
      result = result.replace("{" + name + "}", pod(scene, name).address());
    }
    return result;
  }

  /** {@code answers 200 with grpc-status: 14}. */
  private static List<Header> headers(String how) {
    int with = how.indexOf(" with ");
    if (with < 0) {
      return List.of();
    }
    String[] header = how.substring(with + " with ".length()).split(": ", 2);
    return List.of(new Header(header[0], header[1]));
  }

  private static void ask(Scene scene, Caller caller, ObservedBlock.Asked asked) throws Exception {
    URI url = URI.create(addressed(asked.url(), scene));
    RawRequest request = request(asked, url);
    List<Callable<Sighting>> calls = new ArrayList<>();
    for (int i = 0; i < asked.count(); i++) {
      calls.add(() -> caller.send(scene, url, request));
    }
    String seen = asked.seen();
    boolean some = seen.startsWith("some ");
    boolean none = seen.startsWith("none ");
    String expected = some || none ? seen.substring(5) : seen;
    List<List<String>> missing = new ArrayList<>();
    List<Sighting> sightings = run(calls, asked.atOnce());
    for (Sighting sighting : sightings) {
      missing.add(Expectation.missing(expected, sighting));
    }
    assertThat(Expectation.missingTogether(expected, sightings)).as(asked.text()).isEmpty();
    if (some) {
      assertThat(missing).as(asked.text()).anyMatch(List::isEmpty);
    } else if (none) {
      assertThat(missing).as(asked.text()).noneMatch(List::isEmpty);
    } else {
      assertThat(missing).as(asked.text()).allMatch(List::isEmpty);
    }
  }

  private static List<Sighting> run(List<Callable<Sighting>> calls, boolean atOnce)
      throws Exception {
    List<Sighting> sightings = new ArrayList<>();
    if (!atOnce) {
      for (Callable<Sighting> call : calls) {
        sightings.add(call.call());
      }
      return sightings;
    }
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      for (Future<Sighting> future : threads.invokeAll(calls)) {
        sightings.add(future.get());
      }
      return sightings;
    } finally {
      threads.shutdownNow();
    }
  }

  private static RawRequest request(ObservedBlock.Asked asked, URI url) {
    String target = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    if (url.getRawQuery() != null) {
      target += "?" + url.getRawQuery();
    }
    RawRequest request =
        RawRequest.get(url.getRawAuthority(), target)
            .withMethod(asked.method())
            .withVersion(asked.version());
    for (String header : asked.headers().split("; ", -1)) {
      if (!header.isEmpty()) {
        Header more = header(header);
        request =
            more.is("host")
                ? request.withHost(more.value())
                : request.with(more.name(), more.value());
      }
    }
    return request;
  }

  private static Header header(String text) {
    int colon = text.indexOf(": ");
    if (colon < 0) {
      throw new IllegalArgumentException("not a header: " + text);
    }
    String value = text.substring(colon + 2);
    // "x-big: 70 KiB" stands for so many letters.
    if (value.matches("\\d+ KiB")) {
      value = "x".repeat(1024 * Integer.parseInt(value.substring(0, value.indexOf(' '))));
    }
    return new Header(text.substring(0, colon), value);
  }
}
