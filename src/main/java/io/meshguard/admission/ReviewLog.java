package io.meshguard.admission;

import io.meshguard.engine.Verdict.Fault;
import io.meshguard.rule.SafeText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** What reviews leave in the log: one line a denial, and our own faults. */
final class ReviewLog {

  private static final Logger LOG = Logger.getLogger("io.meshguard.review");

  private final Set<String> traced = ConcurrentHashMap.newKeySet();

  /** Writes one line for a denial; nothing for any other review. */
  void judged(AdmissionRequest request, ReviewSummary noted) {
    Set<String> rules = noted.denying();
    if (rules.isEmpty()) {
      return;
    }
    Map<String, String> fields = new TreeMap<>();
    fields.put("object", noted.object());
    fields.put("user", SafeText.cut(request.requester().user()));
    fields.put("rules", String.join(",", rules));
    fields.put("ref", SafeText.cut(request.ref()));
    fields.forEach(MDC::put);
    try {
      LOG.infof(
          "denied %s of %s: %s, ref %s",
          fields.get("object"), fields.get("user"), fields.get("rules"), fields.get("ref"));
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }

  /** Writes a line for each rule that failed, and where it did so the first time. */
  void faults(AdmissionRequest request, List<Fault> faults) {
    for (Fault fault : faults) {
      String where = fault.rule().id() + " " + fault.cause().getClass().getName();
      failed("rule " + where + ", ref " + SafeText.cut(request.ref()), where, fault.cause());
    }
  }

  /** Writes a line for a review that failed as a whole. */
  void failed(String uid, Throwable cause) {
    String where = cause.getClass().getName();
    failed("review " + SafeText.cut(uid) + " failed: " + where, where, cause);
  }

  /** A fault that comes back with every request must not fill the disk with its stack trace. */
  private void failed(String text, String where, Throwable cause) {
    if (traced.add(where)) {
      LOG.error(text, cause);
    } else {
      LOG.error(text);
    }
  }
}
