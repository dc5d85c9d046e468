package io.meshguard.report;

import io.meshguard.rule.SafeText;

/** Text that can stand in a document of XML 1.0. */
final class XmlText {

  private XmlText() {}

  /** XML 1.0 cannot hold control characters at all, not even as references, nor these two. */
  static String of(String text) {
    return SafeText.escape(text).replace('\uFFFE', '?').replace('\uFFFF', '?');
  }
}
