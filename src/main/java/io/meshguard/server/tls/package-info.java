/**
 * Certificates of the webhook, the authority that signs them, and whom the server trusts as a
 * client. May import Quarkus, fabric8, Bouncy Castle and kube.
 */
@NullMarked
package io.meshguard.server.tls;

import org.jspecify.annotations.NullMarked;
