package io.meshguard.trace;

import io.meshguard.istio.HostName;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Ranges of addresses as Envoy compares them (RFC 4632). */
final class Subnets {

  private Subnets() {}

  /** Returns the length of a range's prefix if it holds an address, and -1 if not. */
  static int length(String range, String address) {
    int slash = range.indexOf('/');
    String base = slash < 0 ? range : range.substring(0, slash);
    if (!HostName.isAddress(base) || !HostName.isAddress(address)) {
      return -1;
    }
    try {
      byte[] one = InetAddress.getByName(base).getAddress();
      byte[] other = InetAddress.getByName(address).getAddress();
      int bits = slash < 0 ? one.length * 8 : Integer.parseInt(range.substring(slash + 1));
      if (one.length != other.length || bits < 0 || bits > one.length * 8) {
        return -1;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((one[i / 8] & mask) != (other[i / 8] & mask)) {
          return -1;
        }
      }
      return bits;
    } catch (UnknownHostException | NumberFormatException e) {
      return -1;
    }
  }
}
