package io.meshguard.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Tells the guard of a connection when a request has begun there, and when it is answered. */
@Singleton
public class RequestMarks {

  /** Before every other handler: whatever these do is part of answering. */
  private static final int FIRST = Integer.MIN_VALUE;

  void onWebhook(@Observes Filters filters) {
    filters.register(RequestMarks::mark, Integer.MAX_VALUE);
  }

  void onManagement(@Observes ManagementInterface management) {
    management.router().route().order(FIRST).handler(RequestMarks::mark);
  }

  private static void mark(RoutingContext request) {
    if (request.request().connection() instanceof ConnectionBase connection) {
      ConnectionGuard guard = ConnectionGuard.of(connection.channel());
      if (guard != null) {
        guard.requestBegan();
        request.addEndHandler(answered -> guard.requestEnded());
      }
    }
    request.next();
  }
}
