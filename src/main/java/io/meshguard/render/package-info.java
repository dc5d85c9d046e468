/**
 * Renders kustomizations and charts with the tools on the PATH, and says where in the files that a
 * person edits each field comes from. May import deadline, yaml, resource, rule, report and files;
 * judges nothing.
 */
@NullMarked
package io.meshguard.render;

import org.jspecify.annotations.NullMarked;
