package io.meshguard.lsp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an editor's user says of judging; it counts before what the command line says.
 *
 * @param language language of messages
 * @param policy file of the policy
 * @param config file of the repository's configuration
 * @param mesh objects that are only context
 * @param istioVersions versions of Istio
 */
public record EditorOptions(
    Optional<String> language,
    Optional<String> policy,
    Optional<String> config,
    List<String> mesh,
    List<String> istioVersions) {

  /** Nothing is said. */
  public static final EditorOptions NONE =
      new EditorOptions(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());

  public EditorOptions {
    mesh = List.copyOf(mesh);
    istioVersions = List.copyOf(istioVersions);
  }

  /**
   * Reads what a client sends: {@code language}, {@code policy}, {@code config}, {@code mesh} and
   * {@code istioVersion}, directly or below {@code meshguard}; anything else is passed over.
   */
  static EditorOptions of(@Nullable Object sent) {
    if (!(sent instanceof JsonObject object)) {
      return NONE;
    }
    JsonObject own = object.get("meshguard") instanceof JsonObject inner ? inner : object;
    return new EditorOptions(
        texts(own, "language").stream().findFirst(),
        texts(own, "policy").stream().findFirst(),
        texts(own, "config").stream().findFirst(),
        texts(own, "mesh"),
        texts(own, "istioVersion"));
  }

  private static List<String> texts(JsonObject object, String key) {
    List<String> texts = new ArrayList<>();
    JsonElement value = object.get(key);
    if (value instanceof JsonArray list) {
      list.forEach(item -> add(item, texts));
    } else if (value != null) {
      add(value, texts);
    }
    return texts;
  }

  private static void add(JsonElement value, List<String> texts) {
    if (value.isJsonPrimitive() && !value.getAsString().isBlank()) {
      texts.add(value.getAsString());
    }
  }
}
