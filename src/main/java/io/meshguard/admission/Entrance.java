package io.meshguard.admission;

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

  /** An entry that a method answers. */
  record Named(String name, Function<AdmissionRequest, Answer> answers) implements Entry {

    @Override
    public Answer answer(AdmissionRequest request) {
      return answers.apply(request);
    }
  }
}
