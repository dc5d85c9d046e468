/** Measurements that are run by hand; their names keep them out of the tests. */
@NullMarked
package io.meshguard.bench;

import org.jspecify.annotations.NullMarked;
