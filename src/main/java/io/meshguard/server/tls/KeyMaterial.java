package io.meshguard.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS server shows and proves.
 *
 * @param key the private key
 * @param chain its certificate, then those that signed it
 */
record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {

  /** Guards nothing: the store never leaves this process. */
  private static final String PASSWORD = "meshguard";

  KeyMaterial {
    chain = List.copyOf(chain);
  }

  /** Returns a PKCS #12 store with just this. */
  KeyStore toKeyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "webhook", key, PASSWORD.toCharArray(), chain.toArray(new Certificate[chain.size()]));
    return store;
  }
}
