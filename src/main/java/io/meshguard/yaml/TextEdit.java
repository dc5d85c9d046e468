package io.meshguard.yaml;

/**
 * One change of a text: what stands between two places gives way to another text. Of several edits
 * of one text all places mean the text before any of them, and no two overlap.
 *
 * @param start where the change begins; a byte order mark is not counted
 * @param end where it ends, exclusive; the same as the start where text is only put in
 * @param text what stands there afterwards; empty where text is only taken out
 */
public record TextEdit(Position start, Position end, String text) {}
