package io.meshguard.controlplane;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority that lives as long as its control plane. */
final class CertificateAuthority {
  private static final Duration LIFETIME = Duration.ofDays(365);
  private static final Duration BACKDATED = Duration.ofHours(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Identity identity;

  private CertificateAuthority(Identity identity) {
    this.identity = identity;
  }

  /** Makes an authority with a new key (ECDSA P-256). */
  static CertificateAuthority create(String commonName) {
    X500Name name = name(commonName, List.of());
    KeyPair keys = newKeys();
    X509v3CertificateBuilder builder = builder(name, name, keys);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return new CertificateAuthority(new Identity(sign(builder, keys), keys.getPrivate()));
  }

  /** Returns the authority's certificate. */
  X509Certificate certificate() {
    return identity.certificate();
  }

  /** Returns the authority's certificate as text. */
  String certificatePem() {
    return identity.certificatePem();
  }

  /** Issues a certificate for a server on loopback, that may act as a client too. */
  Identity issueServer(String commonName, List<String> dnsNames) {
    GeneralName[] names = new GeneralName[dnsNames.size() + 1];
    for (int i = 0; i < dnsNames.size(); i++) {
      names[i] = new GeneralName(GeneralName.dNSName, dnsNames.get(i));
    }
    names[dnsNames.size()] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    // etcd's members, and its own gateway, use one certificate in both directions.
    return issue(
        name(commonName, List.of()),
        new GeneralNames(names),
        KeyPurposeId.id_kp_serverAuth,
        KeyPurposeId.id_kp_clientAuth);
  }

  /** Issues a certificate for a client; Kubernetes reads the user and the groups from it. */
  Identity issueClient(String user, List<String> groups) {
    return issue(name(user, groups), null, KeyPurposeId.id_kp_clientAuth);
  }

  private Identity issue(
      X500Name subject, @Nullable GeneralNames alternatives, KeyPurposeId... purposes) {
    KeyPair keys = newKeys();
    X500Name issuer =
        X500Name.getInstance(identity.certificate().getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder = builder(issuer, subject, keys);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      if (alternatives != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
      }
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    X509Certificate certificate =
        sign(builder, new KeyPair(identity.certificate().getPublicKey(), identity.key()));
    return new Identity(certificate, keys.getPrivate());
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(128, RANDOM).setBit(128),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(LIFETIME)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot sign with ECDSA", e);
    }
  }

  private static X500Name name(String commonName, List<String> organizations) {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    organizations.forEach(organization -> builder.addRDN(BCStyle.O, organization));
    return builder.addRDN(BCStyle.CN, commonName).build();
  }

  /** Returns a new key pair (ECDSA P-256). */
  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }
}
