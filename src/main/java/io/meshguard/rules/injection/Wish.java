package io.meshguard.rules.injection;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Pod's definition asks for by itself.
 *
 * @param kind how it asks
 * @param at the label or annotation
 */
record Wish(Kind kind, Cursor at) {

  /** Annotation that an injected Pod carries. */
  static final String STATUS = "sidecar.istio.io/status";

  /** How a Pod asks for a sidecar. */
  enum Kind {
    /** By the label {@code istio.io/rev}. */
    REVISION,
    /** By the label {@code sidecar.istio.io/inject}. */
    LABEL,
    /** By the annotation of the same name, which no webhook looks at. */
    ANNOTATION
  }

  /** Returns what asks for a sidecar; nothing where the Pod refuses one at the same time. */
  static List<Wish> of(Workload workload) {
    Cursor label = workload.template().label(Injection.INJECT);
    if (label.is("false")) {
      return List.of();
    }
    List<Wish> wishes = new ArrayList<>();
    Cursor revision = workload.template().label(Revisions.REVISION);
    if (revision.text().filter(name -> !name.isEmpty()).isPresent()) {
      wishes.add(new Wish(Kind.REVISION, revision));
    }
    Cursor inject = inject(workload);
    if (inject.is("true")) {
      wishes.add(new Wish(label.text().isPresent() ? Kind.LABEL : Kind.ANNOTATION, inject));
    }
    return wishes;
  }

  /** Returns where the Pod says whether to inject: the label if it has one, else the annotation. */
  static Cursor inject(Workload workload) {
    Cursor label = workload.template().label(Injection.INJECT);
    return label.text().isPresent() ? label : workload.template().annotation(Injection.INJECT);
  }
}
