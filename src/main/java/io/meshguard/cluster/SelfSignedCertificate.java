package io.meshguard.cluster;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate signed by an authority of its own, both made when the process starts and gone with
 * it. The certificate is renewed when two thirds of its life are over; the authority lives on.
 */
final class SelfSignedCertificate implements CertificateSource {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);
  private static final Duration LIFE = Duration.ofDays(90);

  /** Clocks of an API server and of this machine may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private static final X500Name AUTHORITY = new X500Name("CN=meshguard-ca");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Clock clock;
  private final Set<String> hosts;
  private final KeyPair authorityKey;
  private final X509Certificate authority;
  private volatile KeyMaterial current;
  private volatile Instant renewal;

  /**
   * Makes an authority and a certificate.
   *
   * @param hosts host names and addresses that the certificate is for
   */
  SelfSignedCertificate(Set<String> hosts, Clock clock) throws GeneralSecurityException {
    this.clock = clock;
    this.hosts = Set.copyOf(hosts);
    this.authorityKey = newKey();
    this.authority = newAuthority();
    this.renewal = clock.instant().plus(LIFE.multipliedBy(2).dividedBy(3));
    this.current = newLeaf();
  }

  @Override
  public KeyMaterial current() {
    return current;
  }

  @Override
  public boolean refresh() throws GeneralSecurityException {
    Instant now = clock.instant();
    if (now.isBefore(renewal)) {
      return false;
    }
    current = newLeaf();
    renewal = now.plus(LIFE.multipliedBy(2).dividedBy(3));
    return true;
  }

  @Override
  public Optional<String> authorityPem() {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(authority);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return Optional.of(text.toString());
  }

  private X509Certificate newAuthority() throws GeneralSecurityException {
    X509v3CertificateBuilder builder = builder(AUTHORITY, authorityKey.getPublic(), AUTHORITY_LIFE);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } catch (IOException e) {
      throw new IllegalStateException("extensions of our own can be encoded", e);
    }
    return sign(builder, authorityKey.getPrivate());
  }

  private KeyMaterial newLeaf() throws GeneralSecurityException {
    KeyPair key = newKey();
    X509v3CertificateBuilder builder = builder(new X500Name("CN=meshguard"), key.getPublic(), LIFE);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, names());
    } catch (IOException e) {
      throw new IllegalStateException("extensions of our own can be encoded", e);
    }
    X509Certificate leaf = sign(builder, authorityKey.getPrivate());
    return new KeyMaterial(key.getPrivate(), List.of(leaf, authority));
  }

  private GeneralNames names() {
    List<GeneralName> names = new ArrayList<>();
    for (String host : hosts) {
      names.add(
          new GeneralName(isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }

  private static boolean isAddress(String host) {
    return host.contains(":") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private X509v3CertificateBuilder builder(X500Name subject, PublicKey key, Duration life) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        AUTHORITY,
        new BigInteger(120, RANDOM),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(life)),
        subject,
        key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static KeyPair newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
