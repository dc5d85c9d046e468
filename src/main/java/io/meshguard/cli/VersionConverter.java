package io.meshguard.cli;

import io.meshguard.mesh.Version;
import picocli.CommandLine.ITypeConverter;

/** Reads a version such as {@code 1.24.3}. */
final class VersionConverter implements ITypeConverter<Version> {

  @Override
  public Version convert(String value) {
    return Version.parse(value).orElseThrow(() -> new MisuseException("version.none", value));
  }
}
