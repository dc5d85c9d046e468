package io.meshguard.expect;

import java.util.List;

/** The keys of the format. */
final class Keys {

  static final String AT = "at";
  static final String FROM = "from";
  static final String CERTAIN = "certain";
  static final String TESTS = "tests";
  static final String NAME = "name";
  static final String REQUEST = "request";
  static final String HEADERS = "headers";
  static final String HTTP = "http";
  static final String SERVER_NAME = "serverName";
  static final String EXPECT = "expect";
  static final String OUTCOME = "outcome";
  static final String HOST = "host";
  static final String PORT = "port";
  static final String SUBSET = "subset";
  static final String STATUS = "status";
  static final String FLAG = "flag";
  static final String REDIRECT = "redirect";
  static final String LOCATION = "location";
  static final String TIMEOUT = "timeout";
  static final String RETRIES = "retries";
  static final String PER_TRY_TIMEOUT = "perTryTimeout";
  static final String WEIGHTS = "weights";
  static final String REWRITE = "rewrite";
  static final String PATH = "path";
  static final String AUTHORITY = "authority";
  static final String MIRROR = "mirror";
  static final String SET = "set";
  static final String ADD = "add";
  static final String REMOVE = "remove";

  static final List<String> OF_FILE = List.of(AT, FROM, CERTAIN, TESTS);
  static final List<String> OF_TEST =
      List.of(NAME, REQUEST, HEADERS, HTTP, SERVER_NAME, AT, FROM, EXPECT);
  static final List<String> OF_EXPECT =
      List.of(
          OUTCOME,
          HOST,
          PORT,
          SUBSET,
          STATUS,
          FLAG,
          REDIRECT,
          LOCATION,
          TIMEOUT,
          RETRIES,
          PER_TRY_TIMEOUT,
          WEIGHTS,
          REWRITE,
          HEADERS,
          MIRROR,
          CERTAIN);
  static final List<String> OF_REWRITE = List.of(PATH, AUTHORITY);
  static final List<String> SIDES = List.of("request", "response");
  static final List<String> OPERATIONS = List.of(SET, ADD, REMOVE);
  static final List<String> VERSIONS = List.of("1.0", "1.1", "2");

  private Keys() {}
}
