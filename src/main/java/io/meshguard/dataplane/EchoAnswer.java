package io.meshguard.dataplane;

import java.util.List;

/**
 * What a server answers a request.
 *
 * @param status code of the answer
 * @param headers beside those that every answer needs
 * @param body what reached the server, as JSON
 * @param closes whether it ends the connection instead
 */
record EchoAnswer(int status, List<Header> headers, String body, boolean closes) {
  /** Copies the list. */
  EchoAnswer {
    headers = List.copyOf(headers);
  }
}
