package io.meshguard.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ranges of addresses as Envoy compares them (RFC 4632, RFC 4291 section 2.2). */
final class Subnets {

  private static final int LONGEST_GROUP = 4;
  private static final int GROUPS = 8;

  private Subnets() {}

  /** Returns the length of a range's prefix if it holds an address, and -1 if not. */
  static int length(String range, String address) {
    int slash = range.indexOf('/');
    Optional<int[]> base = bits(slash < 0 ? range : range.substring(0, slash));
    Optional<int[]> other = bits(address);
    if (base.isEmpty() || other.isEmpty() || base.get().length != other.get().length) {
      return -1;
    }
    int length = slash < 0 ? base.get().length : number(range.substring(slash + 1));
    if (length < 0 || length > base.get().length) {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      if (base.get()[i] != other.get()[i]) {
        return -1;
      }
    }
    return length;
  }

  private static Optional<int[]> bits(String address) {
    return address.indexOf(':') < 0 ? ofV4(address) : ofV6(address);
  }

  private static Optional<int[]> ofV4(String address) {
    String[] parts = address.split("\\.", -1);
    List<Integer> values = new ArrayList<>();
    for (String part : parts) {
      int value = number(part);
      if (value < 0 || value > 255) {
        return Optional.empty();
      }
      values.add(value);
    }
    return values.size() == 4 ? Optional.of(bits(values, 8)) : Optional.empty();
  }

  /** Two colons stand for as many groups of zeros as are missing. */
  private static Optional<int[]> ofV6(String address) {
    int gap = address.indexOf("::");
    Optional<List<Integer>> head = groups(gap < 0 ? address : address.substring(0, gap));
    Optional<List<Integer>> tail =
        gap < 0 ? Optional.of(List.of()) : groups(address.substring(gap + 2));
    if (head.isEmpty() || tail.isEmpty()) {
      return Optional.empty();
    }
    int missing = GROUPS - head.get().size() - tail.get().size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      return Optional.empty();
    }
    List<Integer> all = new ArrayList<>(head.get());
    for (int i = 0; i < missing; i++) {
      all.add(0);
    }
    all.addAll(tail.get());
    return Optional.of(bits(all, 16));
  }

  private static Optional<List<Integer>> groups(String text) {
    List<Integer> groups = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(":", -1)) {
      boolean hex =
          !part.isEmpty()
              && part.length() <= LONGEST_GROUP
              && part.chars().allMatch(c -> Character.digit(c, 16) >= 0);
      if (!hex) {
        return Optional.empty();
      }
      groups.add(Integer.parseInt(part, 16));
    }
    return Optional.of(groups);
  }

  private static int[] bits(List<Integer> values, int width) {
    int[] bits = new int[values.size() * width];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (values.get(i / width) >> (width - 1 - i % width)) & 1;
    }
    return bits;
  }

  private static int number(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : -1;
  }
}
