package io.meshguard.admission;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What stands behind the paths of the webhook.
 *
 * @param desk takes the bodies
 * @param validate answers whether objects may be stored
 * @param mutate answers what is to be changed in objects
 * @param policy answers whether the policy may be stored
 */
record Entrance(Desk desk, Entry validate, Entry mutate, Entry policy) {

  List<Entry> entries() {
    return List.of(validate, mutate, policy);
  }

  /**
   * An entry that a reviewer answers.
   *
   * @param rules decides about a request
   */
  record Named(String name, Reviewer reviewer, Function<AdmissionRequest, Ruling> rules)
      implements Entry {

    @Override
    public Ruling rule(AdmissionRequest request) {
      return rules.apply(request);
    }

    @Override
    public Optional<Object> grounds() {
      return reviewer.grounds();
    }
  }
}
