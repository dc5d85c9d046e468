/**
 * How the server and the commands alike talk to an API server: clients, keys of kubeconfigs, lists
 * that no single object can break, objects as trees, and the switch of the webhooks. May import
 * fabric8, Vert.x, Bouncy Castle and the plain packages, but neither server nor cli.
 */
@NullMarked
package io.meshguard.kube;

import org.jspecify.annotations.NullMarked;
