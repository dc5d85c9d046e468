package io.meshguard.resource;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names of headers, query parameters, variables and fields whose values are credentials and must
 * never be shown. Names are compared without case, dashes, underscores and dots, since each tool
 * writes them its own way.
 */
public final class Credentials {

  private static final Set<String> NAMES =
      Set.of(
          "authorization",
          "proxyauthorization",
          "auth",
          "xauth",
          "cookie",
          "setcookie",
          "jwt",
          "xjwt",
          "sig");

  /** What is part of many such names. */
  private static final List<String> PARTS =
      List.of(
          "token",
          "secret",
          "password",
          "passwd",
          "apikey",
          "authkey",
          "accesskey",
          "sessionid",
          "signature",
          "jwtassertion");

  private Credentials() {}

  /** Returns whether what stands under a name is a credential. */
  public static boolean isName(String name) {
    String plain = plain(name);
    return NAMES.contains(plain) || PARTS.stream().anyMatch(plain::contains);
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      if ("-_.".indexOf(name.charAt(i)) < 0) {
        plain.append(name.charAt(i));
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }
}
