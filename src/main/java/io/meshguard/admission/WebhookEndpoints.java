package io.meshguard.admission;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What stands behind the paths of the webhook.
 *
 * @param dispatcher takes the bodies
 * @param validate answers whether objects may be stored
 * @param mutate answers what is to be changed in objects
 * @param policy answers whether the policy may be stored
 */
record WebhookEndpoints(
    ReviewDispatcher dispatcher,
    AdmissionHandler validate,
    AdmissionHandler mutate,
    AdmissionHandler policy) {

  List<AdmissionHandler> handlers() {
    return List.of(validate, mutate, policy);
  }

  /**
   * A handler that a reviewer answers for.
   *
   * @param decides decides about a request
   */
  record Reviewing(String name, Reviewer reviewer, Function<AdmissionRequest, ReviewResult> decides)
      implements AdmissionHandler {

    @Override
    public ReviewResult handle(AdmissionRequest request) {
      return decides.apply(request);
    }

    @Override
    public Optional<Object> grounds() {
      return reviewer.grounds();
    }
  }
}
