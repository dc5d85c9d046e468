/**
 * How the server and the commands alike ask an API server: the keys of kubeconfigs, who may do
 * what, and whether webhooks are called. May import fabric8, Bouncy Castle, and of this program
 * mesh only.
 */
@NullMarked
package io.meshguard.client;

import org.jspecify.annotations.NullMarked;
