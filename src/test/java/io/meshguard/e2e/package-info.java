/**
 * The packaged server as the webhook of a real kube-apiserver, used through kubectl and as GitOps
 * tools use it. One control plane and one server serve all classes here.
 */
@NullMarked
package io.meshguard.e2e;

import org.jspecify.annotations.NullMarked;
