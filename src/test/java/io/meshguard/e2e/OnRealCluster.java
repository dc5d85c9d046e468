package io.meshguard.e2e;

import io.meshguard.controlplane.RequiresControlPlane;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class need Meshguard on a real API server, and get the one that all of them
 * share as a parameter of type {@link Live}, with every rule off.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@RequiresControlPlane
@ExtendWith(LiveExtension.class)
@interface OnRealCluster {}
