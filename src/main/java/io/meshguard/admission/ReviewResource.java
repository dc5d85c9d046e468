package io.meshguard.admission;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The paths that an API server posts AdmissionReviews to. */
@Singleton
@Path("/")
@Consumes(MediaType.APPLICATION_JSON)
@NonBlocking
public class ReviewResource {

  private final Entrance entrance;
  private final Spans spans;

  @Inject
  ReviewResource(Entrance entrance, Spans spans) {
    this.entrance = entrance;
    this.spans = spans;
  }

  /** Answers whether an object may be stored. */
  @POST
  @Path("validate")
  public Uni<Response> validate(
      byte[] body,
      @QueryParam("timeout") @Nullable String timeout,
      @HeaderParam("traceparent") @Nullable String parent) {
    return answer(entrance.validate(), body, timeout, parent);
  }

  /** Answers what is to be changed in an object before it is stored. */
  @POST
  @Path("mutate")
  public Uni<Response> mutate(
      byte[] body,
      @QueryParam("timeout") @Nullable String timeout,
      @HeaderParam("traceparent") @Nullable String parent) {
    return answer(entrance.mutate(), body, timeout, parent);
  }

  /** Answers whether the policy may be stored. */
  @POST
  @Path("policy")
  public Uni<Response> policy(
      byte[] body,
      @QueryParam("timeout") @Nullable String timeout,
      @HeaderParam("traceparent") @Nullable String parent) {
    return answer(entrance.policy(), body, timeout, parent);
  }

  private Uni<Response> answer(
      Entry entry, byte[] body, @Nullable String timeout, @Nullable String parent) {
    return Uni.createFrom()
        .completionStage(
            () ->
                spans.below(
                    parent, () -> entrance.desk().take(entry, body, Timeout.deadline(timeout))))
        .map(
            reply ->
                Response.status(reply.status()).type(reply.type()).entity(reply.body()).build());
  }
}
