package io.meshguard.dataplane;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The name server that proxies ask: every name has the same IPv4 address, that of the internet, and
 * no other. RFC 1035, as far as such an answer needs it.
 */
final class NameServer implements AutoCloseable {
  private static final int HEAD = 12;
  private static final int LARGEST = 512;
  private static final int TYPE_A = 1;
  private static final int CLASS_IN = 1;
  private static final int TTL_SECONDS = 60;

  /** Response, recursion available, no error; bit 8 repeats that recursion was asked for. */
  private static final int ANSWER_FLAGS = 0x8180;

  /** Stands for the name that was asked for, which begins behind the head. */
  private static final int SAME_NAME = 0xc000 | HEAD;

  private final DatagramSocket socket;
  private final InetSocketAddress address;
  private final byte[] internet;

  private NameServer(DatagramSocket socket, InetSocketAddress address, byte[] internet) {
    this.socket = socket;
    this.address = address;
    this.internet = internet;
  }

  /**
   * Starts it at an address of this machine.
   *
   * @param internet what it answers
   */
  static NameServer start(String address, String internet) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(address));
    NameServer server =
        new NameServer(
            socket,
            new InetSocketAddress(address, socket.getLocalPort()),
            InetAddress.getByName(internet).getAddress());
    Thread thread = new Thread(server::serve, "name server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  InetSocketAddress address() {
    return address;
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (!socket.isClosed()) {
      try {
        packet.setLength(LARGEST);
        socket.receive(packet);
        byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException | IllegalArgumentException e) {
        // Closed, or no question: nobody waits for an answer.
      }
    }
  }

  private byte[] answer(byte[] question) {
    int end = HEAD;
    while (end < question.length && question[end] != 0) {
      end += 1 + question[end];
    }
    end += 1 + 4;
    if (end > question.length) {
      throw new IllegalArgumentException("a question is cut off");
    }
    ByteBuffer asked = ByteBuffer.wrap(question);
    boolean known = asked.getShort(end - 4) == TYPE_A && asked.getShort(end - 2) == CLASS_IN;
    ByteBuffer answer = ByteBuffer.allocate(end + 16);
    answer.putShort(asked.getShort(0)).putShort((short) ANSWER_FLAGS);
    answer.putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0);
    answer.put(question, HEAD, end - HEAD);
    if (known) {
      answer.putShort((short) SAME_NAME).putShort((short) TYPE_A).putShort((short) CLASS_IN);
      answer.putInt(TTL_SECONDS).putShort((short) internet.length).put(internet);
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  @Override
  public void close() {
    socket.close();
  }
}
