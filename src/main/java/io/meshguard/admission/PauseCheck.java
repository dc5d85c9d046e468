package io.meshguard.admission;

import io.meshguard.pause.DurationText;
import io.meshguard.pause.Pause;
import io.meshguard.pause.UnreadablePause;
import io.meshguard.resource.Cursor.Field;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Whether a ConfigMap that is to begin a pause says what it must. */
final class PauseCheck {

  private PauseCheck() {}

  static boolean isPause(Resource object) {
    return object.kind().equals(Kind.CONFIG_MAP) && object.name().equals(Pause.CONFIG_MAP);
  }

  /** Returns what is wrong; empty for a pause that can come into force, or is over. */
  static Optional<String> mistake(Resource object, Instant now) {
    Map<String, String> data = new HashMap<>();
    for (Field field : object.at("data").fields()) {
      data.put(field.name(), field.value().text(""));
    }
    try {
      boolean tooLong = Pause.read(data).until().isAfter(now.plus(Pause.LONGEST));
      return tooLong
          ? Optional.of("\"until\" is more than " + DurationText.text(Pause.LONGEST) + " ahead")
          : Optional.empty();
    } catch (UnreadablePause e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
