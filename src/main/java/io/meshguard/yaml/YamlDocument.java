package io.meshguard.yaml;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One document of a YAML text.
 *
 * @param tree its content, as the Kubernetes API reads it
 * @param start where it begins
 * @param positions position of each node: of its key where it has one
 */
public record YamlDocument(JsonNode tree, Position start, Positions positions) {}
