package io.meshguard.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Three loopback ports that were free a moment ago. */
record Ports(int etcd, int etcdPeer, int apiServer) {
  /** Chooses; somebody may take one before it is used, and the start is then tried again. */
  static Ports free() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback);
        ServerSocket third = new ServerSocket(0, 1, loopback)) {
      return new Ports(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
    }
  }
}
