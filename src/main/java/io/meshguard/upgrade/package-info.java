/**
 * What another release of Istio or Kubernetes does with the same objects although nobody changed
 * them: defaults that change, each with the objects that it touches. May import deadline, logic,
 * resource, mesh, istio and rule.
 */
@NullMarked
package io.meshguard.upgrade;

import org.jspecify.annotations.NullMarked;
