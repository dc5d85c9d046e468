package io.meshguard.admission;

import io.meshguard.http.BodyReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** The paths that an API server posts AdmissionReviews to. */
@Singleton
public class WebhookRoutes {

  private static final String JSON = "application/json";
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** An API server sends a body at once; whoever takes longer only holds memory. */
  private static final Duration LONGEST_BODY = Duration.ofSeconds(10);

  private final WebhookEndpoints endpoints;
  private final BodyReader bodies;
  private final ReviewTracing spans;
  private final LongSupplier nanos = System::nanoTime;

  @Inject
  WebhookRoutes(WebhookEndpoints endpoints, BodyReader bodies, ReviewTracing spans) {
    this.endpoints = endpoints;
    this.bodies = bodies;
    this.spans = spans;
  }

  void add(@Observes Router router) {
    for (AdmissionHandler handler : endpoints.handlers()) {
      router.post("/" + handler.name()).handler(request -> take(handler, request));
    }
  }

  private void take(AdmissionHandler handler, RoutingContext routing) {
    long since = nanos.getAsLong();
    HttpServerRequest request = routing.request();
    if (!isJson(request)) {
      request.resume();
      send(routing, Reply.error(UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + JSON));
      return;
    }
    Duration deadline = Timeout.deadline(request.getParam("timeout"));
    Duration time = deadline.compareTo(LONGEST_BODY) < 0 ? deadline : LONGEST_BODY;
    bodies.read(request, time, new Taking(handler, routing, since, deadline));
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).strip().startsWith(JSON);
  }

  private final class Taking implements BodyReader.Taker {
    private final AdmissionHandler handler;
    private final RoutingContext routing;
    private final long since;
    private final Duration deadline;

    Taking(AdmissionHandler handler, RoutingContext routing, long since, Duration deadline) {
      this.handler = handler;
      this.routing = routing;
      this.since = since;
      this.deadline = deadline;
    }

    @Override
    public void whole(byte[] body, Runnable release) {
      Context loop = routing.vertx().getOrCreateContext();
      Incoming incoming = new Incoming(body, since, deadline, release);
      BiConsumer<Reply, Throwable> answer =
          (reply, none) -> loop.runOnContext(there -> send(routing, reply));
      spans
          .below(
              routing.request().getHeader("traceparent"),
              () -> endpoints.dispatcher().take(handler, incoming))
          .whenComplete(answer);
    }

    @Override
    public void tooLarge(byte[] start) {
      send(routing, endpoints.dispatcher().tooLarge(handler, start));
    }

    @Override
    public void noRoom() {
      sendAndClose(endpoints.dispatcher().noRoom(handler));
    }

    @Override
    public void tooSlow() {
      sendAndClose(endpoints.dispatcher().tooSlow(handler));
    }

    /** What is left of the body must not be taken for the next request. */
    private void sendAndClose(Reply reply) {
      HttpServerResponse response = routing.response();
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      response.endHandler(sent -> routing.request().connection().close());
      send(routing, reply);
    }
  }

  private static void send(RoutingContext routing, Reply reply) {
    HttpServerResponse response = routing.response();
    if (!response.closed() && !response.ended()) {
      response
          .setStatusCode(reply.status())
          .putHeader(HttpHeaders.CONTENT_TYPE, reply.type())
          .end(Buffer.buffer(reply.body()));
    }
  }
}
