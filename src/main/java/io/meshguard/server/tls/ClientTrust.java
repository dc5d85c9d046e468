package io.meshguard.server.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** Trusts callers whose certificate one of the authorities in a file has signed. */
final class ClientTrust extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;

  private final Path file;
  private final Set<String> names;
  private volatile Loaded loaded;

  /**
   * Reads the authorities.
   *
   * @param names of which a certificate must have one; none if any will do
   */
  ClientTrust(Path file, Set<String> names) throws IOException, GeneralSecurityException {
    this.file = file;
    this.names = Set.copyOf(names);
    this.loaded = load(Files.readString(file));
  }

  private record Loaded(String text, X509ExtendedTrustManager manager) {}

  /**
   * Looks whether the file has changed; where it cannot be used, what was trusted before still is.
   *
   * @return whether other authorities are trusted now
   */
  boolean refresh() throws IOException, GeneralSecurityException {
    String text = Files.readString(file);
    if (text.equals(loaded.text())) {
      return false;
    }
    loaded = load(text);
    return true;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    loaded.manager().checkClientTrusted(chain, type, engine);
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    loaded.manager().checkClientTrusted(chain, type, socket);
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    loaded.manager().checkClientTrusted(chain, type);
    checkName(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("only for callers");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("only for callers");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("only for callers");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return loaded.manager().getAcceptedIssuers();
  }

  private void checkName(X509Certificate certificate) throws CertificateException {
    if (names.isEmpty()) {
      return;
    }
    Set<String> own = names(certificate);
    own.retainAll(names);
    if (own.isEmpty()) {
      throw new CertificateException(
          "the certificate of " + certificate.getSubjectX500Principal() + " has no allowed name");
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateException {
    Set<String> names = new HashSet<>();
    for (RDN rdn : new JcaX509CertificateHolder(certificate).getSubject().getRDNs(BCStyle.CN)) {
      names.add(IETFUtils.valueToString(rdn.getFirst().getValue()));
    }
    names.addAll(dnsNames(certificate));
    return names;
  }

  private static Set<String> dnsNames(X509Certificate certificate)
      throws CertificateParsingException {
    Set<String> names = new HashSet<>();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> alternative : alternatives) {
        if (Integer.valueOf(DNS_NAME).equals(alternative.get(0))) {
          names.add(String.valueOf(alternative.get(1)));
        }
      }
    }
    return names;
  }

  private Loaded load(String text) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    List<X509Certificate> authorities = PemText.certificates(text, file.toString());
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return new Loaded(text, (X509ExtendedTrustManager) factory.getTrustManagers()[0]);
  }
}
