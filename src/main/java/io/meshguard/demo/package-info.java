/**
 * The demo: a throwaway control plane with a sample mesh, Meshguard as its webhook, and a tour in
 * five acts. May import the control plane, the words of reports, and no cluster client.
 */
@NullMarked
package io.meshguard.demo;

import org.jspecify.annotations.NullMarked;
