package io.meshguard.engine;

import io.meshguard.mesh.Requester;
import io.meshguard.resource.Resource;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What settings may depend on.
 *
 * @param object the object under review
 * @param namespaceLabels labels of its namespace, empty where not known
 * @param requester who asks, where somebody does
 * @param today the date, against which exemptions expire
 */
public record Subject(
    Resource object,
    Map<String, String> namespaceLabels,
    Optional<Requester> requester,
    LocalDate today) {

  public Subject {
    // the JDK's own immutable maps take quadratic time for names of equal hash codes
    namespaceLabels = Collections.unmodifiableMap(new HashMap<>(namespaceLabels));
  }
}
