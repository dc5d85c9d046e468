package io.meshguard.bench;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;

/** What the webhook is measured against: takes the same body and answers without looking at it. */
@Singleton
@Path("/null")
@Consumes(MediaType.APPLICATION_JSON)
@NonBlocking
public class NullResource {

  private static final byte[] ANSWER =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
      "response":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}"""
          .getBytes(StandardCharsets.UTF_8);

  @POST
  public Response answer(byte[] body) {
    return Response.ok(ANSWER, MediaType.APPLICATION_JSON_TYPE).build();
  }
}
