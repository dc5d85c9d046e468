package io.meshguard.traffic;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.List;

/** The three lists of routes that a VirtualService may have. */
public enum RouteKind {
  /** Routes of HTTP requests. */
  HTTP("http"),
  /** Routes of TLS connections that are passed through, by server name. */
  TLS("tls"),
  /** Routes of connections. */
  TCP("tcp");

  private final String field;

  RouteKind(String field) {
    this.field = field;
  }

  /** Returns the name of the list. */
  public String field() {
    return field;
  }

  /** Returns the place of the list in a VirtualService. */
  public Cursor in(Resource virtualService) {
    return virtualService.at("spec", field);
  }

  /** Returns the routes of this kind of a VirtualService, in order. */
  public List<Cursor> routes(Resource virtualService) {
    return in(virtualService).each();
  }
}
