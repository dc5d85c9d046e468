package io.meshguard.deploy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class need promtool and get it as a parameter. Where it cannot be built they
 * are skipped, and it is said on standard error; with the environment variable {@code
 * MESHGUARD_E2E=required} they fail instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PromtoolExtension.class)
@interface RequiresPromtool {}
