package io.meshguard.dataplane;

import io.meshguard.controlplane.RequiresControlPlane;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class need real traffic, and get the data plane that all of them share as a
 * parameter of type {@link DataPlane}. Where none can be had (no binaries) they are skipped and
 * counted on standard error, and where there are no sidecars (no root, no iproute2 or iptables)
 * those that need them; with the environment variable {@code MESHGUARD_DATAPLANE=required} they
 * fail instead, and {@code MESHGUARD_DATAPLANE=gateways} leaves sidecars out on every machine.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@RequiresControlPlane
@ExtendWith(DataPlaneExtension.class)
public @interface RequiresDataPlane {
  /** Whether all tests need sidecars; those of others ask {@link Sidecars}. */
  boolean sidecars() default true;
}
