package io.meshguard.server.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** A directory with a certificate for loopback, which may be as old as one likes. */
public final class MountedLeaf {

  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1");
  private static final Duration AGE = Duration.ofDays(365);

  private final Authority authority;
  private final MountedSecret mounted;

  private MountedLeaf(Authority authority, MountedSecret mounted) {
    this.authority = authority;
    this.mounted = mounted;
  }

  /** Mounts a certificate that has expired. */
  public static MountedLeaf expired(Path directory) throws IOException, GeneralSecurityException {
    Instant longAgo = Instant.now().minus(AGE);
    Authority authority = Authority.create(longAgo, AGE.multipliedBy(2));
    return new MountedLeaf(
        authority, new MountedSecret(directory, authority.issue(HOSTS, longAgo)));
  }

  /** Mounts a certificate of the same authority that is valid. */
  public void renew() throws IOException, GeneralSecurityException {
    mounted.swap(authority.issue(HOSTS, Instant.now()));
  }

  /** Returns the certificate of the authority, as text. */
  public String authorityPem() {
    return PemText.of(authority.certificate());
  }
}
