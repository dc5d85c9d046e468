package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Requester;
import java.util.List;

/**
 * Whether somebody has a permission: the question that a SubjectAccessReview answers.
 *
 * @param requester who would do it
 * @param permission what would be done
 */
public record AccessQuestion(Requester requester, Permission permission) {

  /** The authorizer could not answer; the message says why. */
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unanswered(String message) {
      super(message);
    }
  }

  /**
   * Returns whether the requester has the permission, by asking the API server.
   *
   * @throws Unanswered if the authorizer failed
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server cannot be
   *     asked
   */
  public boolean ask(KubernetesClient client) {
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(requester.user())
            .withGroups(List.copyOf(requester.groups()))
            .withNewResourceAttributes()
            .withVerb(permission.verb())
            .withGroup(permission.group())
            .withResource(permission.resource())
            .withNamespace(permission.namespace())
            .endResourceAttributes()
            .endSpec()
            .build();
    SubjectAccessReviewStatus status =
        client.authorization().v1().subjectAccessReview().create(review).getStatus();
    String error = status.getEvaluationError();
    boolean allowed = Boolean.TRUE.equals(status.getAllowed());
    // A binding to a role that does not exist grants nothing, and is reported in this way.
    if (!allowed && error != null && !error.isEmpty() && !error.endsWith("not found")) {
      throw new Unanswered(error);
    }
    return allowed;
  }
}
