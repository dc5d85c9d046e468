package io.meshguard.policy;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.policy.SourceLocation.InFile;
import io.meshguard.resource.Origin;
import io.meshguard.yaml.Position;
import java.util.Optional;

/** A text that a policy is read from: says where each of its nodes stands. */
sealed interface Source {

  /** Returns where a node stands, or the nearest above it. */
  default SourceLocation place(JsonPointer pointer) {
    return place(origin().position(pointer));
  }

  /** Returns the place for a position in the text. */
  SourceLocation place(Optional<Position> position);

  /** Returns the positions of the nodes. */
  Origin origin();

  /** The data of a ConfigMap that came from no text. */
  record Live() implements Source {
    @Override
    public SourceLocation place(Optional<Position> position) {
      return SourceLocation.of("data", Optional.empty());
    }

    @Override
    public Origin origin() {
      return Origin.NONE;
    }
  }

  /** A file, or one object in it. */
  record File(Origin origin) implements Source {
    @Override
    public SourceLocation place(Optional<Position> position) {
      return SourceLocation.of(origin.file(), position);
    }
  }

  /** The policy.yaml inside a ConfigMap, and the file around it where there is one. */
  record Embedded(Origin origin, Optional<Block> block) implements Source {

    static final String NAME = "policy.yaml";

    @Override
    public SourceLocation place(Optional<Position> position) {
      Optional<InFile> around =
          block.map(b -> new InFile(b.file(), position.map(b::inFile).orElse(b.key())));
      return new SourceLocation(NAME, position, around);
    }
  }
}
