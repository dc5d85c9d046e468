package io.meshguard.controlplane;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class need a real API server, and get the one that all of them share as a
 * parameter of type {@link ControlPlane}, Istio's resource definitions applied. Where no control
 * plane can be had they are skipped and counted on standard error; with the environment variable
 * {@code MESHGUARD_E2E=required} they fail instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ControlPlaneExtension.class)
public @interface RequiresControlPlane {}
