package io.meshguard.upgrade;

import io.meshguard.mesh.Mesh;

/**
 * The same objects before and after an upgrade.
 *
 * @param from what ran before
 * @param before the mesh before
 * @param to what runs after
 * @param after the mesh after
 */
public record Crossing(Release from, Mesh before, Release to, Mesh after) {}
