package io.meshguard.controlplane;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Says at the very end how much was not tested, and why. */
public final class SkippedTests implements AutoCloseable {
  private final AtomicInteger classes = new AtomicInteger();
  private final AtomicInteger tests = new AtomicInteger();
  private final String lacking;
  private final String variable;
  private final String reason;

  /**
   * Makes an empty count.
   *
   * @param lacking what is not there
   * @param variable the variable of the environment that makes its lack a failure
   * @param reason why it is not there
   */
  public SkippedTests(String lacking, String variable, String reason) {
    this.lacking = lacking;
    this.variable = variable;
    this.reason = reason;
  }

  /** Counts the tests of a class. */
  public void add(ExtensionContext context) {
    classes.incrementAndGet();
    tests.addAndGet(
        AnnotationSupport.findAnnotatedMethods(
                context.getRequiredTestClass(), Testable.class, HierarchyTraversalMode.TOP_DOWN)
            .size());
  }

  /** Counts one test of a class that runs. */
  public void addOne() {
    tests.incrementAndGet();
  }

  @Override
  public void close() {
    System.err.printf(
        "%n*** SKIPPED: %d tests, among them those of %d whole classes, for want of %s"
            + " (%s=required makes this a failure). %s%n%n",
        tests.get(), classes.get(), lacking, variable, reason);
  }
}
