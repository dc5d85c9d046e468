package io.meshguard.report;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The schema that OASIS publishes for SARIF 2.1.0. It comes from a library under the MIT licence
 * that brings it along unchanged.
 */
public final class SarifSchema {

  private static final JsonSchema SCHEMA = read();

  private SarifSchema() {}

  /** Returns the schema. */
  public static JsonSchema get() {
    return SCHEMA;
  }

  private static JsonSchema read() {
    try (InputStream in =
        SarifSchema.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
