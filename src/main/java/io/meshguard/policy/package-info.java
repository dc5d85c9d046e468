/**
 * The policy document: what one ConfigMap decides about rules, who is exempt, and which policy is
 * in force. Reads, validates and explains it; knows no cluster and no clock. May import resource,
 * mesh and rule.
 */
@NullMarked
package io.meshguard.policy;

import org.jspecify.annotations.NullMarked;
