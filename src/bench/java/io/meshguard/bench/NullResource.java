package io.meshguard.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What the webhook is measured against: endpoints that take the same body and allow everything, one
 * without looking at it, one that reads it as any webhook must.
 */
@Singleton
@Path("/")
@Consumes(MediaType.APPLICATION_JSON)
@NonBlocking
public class NullResource {

  private static final byte[] ANSWER =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
      "response":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}"""
          .getBytes(StandardCharsets.UTF_8);

  private static final ObjectReader READER = new ObjectMapper().reader();

  /** Allows a request that it does not look at. */
  @POST
  @Path("null")
  public Response nothing(byte[] body) {
    return answer();
  }

  /** Allows a request that it has read. */
  @POST
  @Path("read")
  public Response read(byte[] body) throws IOException {
    if (!READER.readTree(body).at("/request/uid").isTextual()) {
      throw new IOException("no review");
    }
    return answer();
  }

  private static Response answer() {
    return Response.ok(ANSWER, MediaType.APPLICATION_JSON_TYPE).build();
  }
}
