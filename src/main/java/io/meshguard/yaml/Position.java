package io.meshguard.yaml;

/**
 * A place in a text.
 *
 * @param line line, counted from 1
 * @param column column in Unicode code points, counted from 1
 */
public record Position(int line, int column) {}
