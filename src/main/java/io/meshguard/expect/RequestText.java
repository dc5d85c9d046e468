package io.meshguard.expect;

import io.meshguard.trace.Call;
import io.meshguard.trace.CallException;
import io.meshguard.trace.CallReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request as a test writes it.
 *
 * @param line method and URL
 * @param headers headers, in order
 */
public record RequestText(String line, List<Header> headers) {

  /** Copies the list. */
  public RequestText {
    headers = List.copyOf(headers);
  }

  /**
   * A header.
   *
   * @param values one for each time that it is sent
   */
  public record Header(String name, List<String> values) {
    /** Copies the list. */
    public Header {
      values = List.copyOf(values);
    }
  }

  /** Returns the request; empty where no client can send it. */
  Optional<Call> call() {
    List<String> lines = new ArrayList<>();
    for (Header header : headers) {
      header.values().forEach(value -> lines.add(header.name() + ": " + value));
    }
    try {
      return Optional.of(CallReader.read(List.of(line), lines, Optional.empty(), Optional.empty()));
    } catch (CallException e) {
      return Optional.empty();
    }
  }

  /** Returns it for a reader, in one line. */
  public String text() {
    StringBuilder text = new StringBuilder(line);
    for (Header header : headers) {
      for (String value : header.values()) {
        text.append(" -H '").append(header.name()).append(": ").append(value).append('\'');
      }
    }
    return text.toString();
  }
}
