package io.meshguard.dataplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A channel in the clothes of a socket, over which the JDK speaks TLS. */
final class TlsSocket extends Socket {
  private static final TrustManager ANYBODY =
      new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
          throw new IllegalStateException("this side is the client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
          // What is looked at is where connections lead, not who is there.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      };

  private final SocketChannel channel;

  private TlsSocket(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Shakes hands with a server that may be anybody.
   *
   * @param serverName what is asked for; empty for nothing
   * @throws IOException where the other side does not want it
   */
  static SSLSocket open(SocketChannel channel, String serverName) throws IOException {
    SSLContext context;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {ANYBODY}, new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this JDK", e);
    }
    Socket below = new TlsSocket(channel);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(below, "server", 443, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(
        serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  @Override
  public InputStream getInputStream() {
    return Channels.newInputStream(channel);
  }

  @Override
  public OutputStream getOutputStream() {
    return new ChannelOutput(channel);
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public void setSoTimeout(int millis) {
    // Whoever uses the connection limits its time.
  }

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void shutdownInput() {
    // The end of the channel is the end of both directions.
  }

  @Override
  public void shutdownOutput() {
    // The same.
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
