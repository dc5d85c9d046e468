package io.meshguard.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * What the webhook is measured against: paths that take the same body and allow everything, one
 * without looking at it, one that reads it as any webhook must. They go the way that the webhook's
 * own paths go.
 */
@Singleton
public class NullRoutes {

  private static final Buffer ANSWER =
      Buffer.buffer(
          """
          {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
          "response":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}\
          """);

  private static final ObjectReader READER = new ObjectMapper().reader();

  void add(@Observes Router router) {
    router.post("/null").handler(routing -> answer(routing, body -> {}));
    router.post("/read").handler(routing -> answer(routing, NullRoutes::read));
  }

  private static void answer(RoutingContext routing, Consumer<byte[]> look) {
    routing
        .request()
        .body()
        .onFailure(routing::fail)
        .onSuccess(
            body -> {
              look.accept(body.getBytes());
              routing.response().putHeader("Content-Type", "application/json").end(ANSWER);
            });
  }

  private static void read(byte[] body) {
    try {
      if (!READER.readTree(body).at("/request/uid").isTextual()) {
        throw new IOException("no review");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
