package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.meshguard.audit.NotJudged;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists the objects of one kind, a page at a time. */
final class Pages {

  private static final long PAGE = 100;

  private final Kind kind;
  private final Compactor compactor;
  private final MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
      objects;

  /**
   * Makes a list of a kind.
   *
   * @param version API version that is served
   */
  Pages(KubernetesClient client, Kind kind, String version, Compactor compactor) {
    this.kind = kind;
    this.compactor = compactor;
    this.objects =
        client.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(version)
                .withKind(kind.name())
                .withPlural(kind.plural())
                .withNamespaced(kind.namespaced())
                .build());
  }

  /**
   * What was listed.
   *
   * @param objects what could be read
   * @param unread what is there besides
   */
  record Listed(List<Resource> objects, List<NotJudged> unread) {

    private Listed() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    private void clear() {
      objects.clear();
      unread.clear();
    }
  }

  /** Returns all objects. */
  Listed all() {
    return list(kind.namespaced() ? objects.inAnyNamespace() : objects);
  }

  /** Returns the objects of a namespace, or the Namespace itself; none of another kind. */
  Listed near(String namespace) {
    if (kind.namespaced()) {
      return list(objects.inNamespace(namespace));
    }
    Listed listed = new Listed();
    if (kind.equals(Kind.NAMESPACE)) {
      Optional.ofNullable(objects.withName(namespace).get()).ifPresent(found -> add(found, listed));
    }
    return listed;
  }

  private void add(GenericKubernetesResource item, Listed listed) {
    ObjectConverter.read(kind, item, compactor, listed.objects()::add, listed.unread()::add);
  }

  /** A token for the next page is forgotten after some minutes; then all is listed at once. */
  private Listed list(Listable<GenericKubernetesResourceList> place) {
    Listed listed = new Listed();
    ListOptions options = new ListOptionsBuilder().withLimit(PAGE).build();
    while (true) {
      GenericKubernetesResourceList page;
      try {
        page = place.list(options);
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_GONE || options.getLimit() == null) {
          throw e;
        }
        listed.clear();
        options = new ListOptions();
        continue;
      }
      for (GenericKubernetesResource item : page.getItems()) {
        add(complete(item, page), listed);
      }
      String next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
      if (next == null || next.isEmpty()) {
        return listed;
      }
      options = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
    }
  }

  /** Items of a list may leave out what the list says for all of them. */
  private GenericKubernetesResource complete(
      GenericKubernetesResource item, GenericKubernetesResourceList page) {
    if (item.getApiVersion() == null) {
      item.setApiVersion(page.getApiVersion());
    }
    if (item.getKind() == null) {
      item.setKind(kind.name());
    }
    return item;
  }
}
