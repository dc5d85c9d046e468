package io.meshguard.render;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.files.SourceText;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Renders a kustomization. A second one around it asks kustomize to say of each object in which
 * file it stands (buildMetadata: originAnnotations, kustomize api/types/kustomization.go @v5.5.0).
 */
final class KustomizeRenderer {

  private static final String ANNOTATION = "config.kubernetes.io/origin";

  private final Tool tool;
  private final SourceFiles files;
  private final String namespace;

  KustomizeRenderer(Tool tool, SourceFiles files, String namespace) {
    this.tool = tool;
    this.files = files;
    this.namespace = namespace;
  }

  /**
   * Returns the objects of a kustomization.
   *
   * @throws RenderException if it cannot be rendered
   */
  Rendered.Root render(Path folder) throws RenderException {
    try {
      Path around = Files.createTempDirectory("meshguard-render-").toRealPath();
      Path file = around.resolve("kustomization.yaml");
      try {
        Files.writeString(
            file,
            "resources: [%s]%nbuildMetadata: [originAnnotations]%n"
                .formatted(quoted(around.relativize(folder.toRealPath()).toString())));
        return root(folder, around, tool.run(List.of(around.toString())));
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(around);
      }
    } catch (IOException e) {
      throw new RenderException(RenderText.of("failed", tool.name(), SourceText.reason(e)));
    }
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private Rendered.Root root(Path folder, Path around, String text) throws RenderException {
    List<Resource> objects = new ArrayList<>();
    IdentityHashMap<Resource, Provenance> provenance = new IdentityHashMap<>();
    Optional<Kustomization> kustomization = Kustomization.in(folder);
    List<Kustomization> all = kustomization.map(Kustomization::all).orElse(List.of());
    Origin nowhere =
        new Origin(
            files.name(kustomization.map(Kustomization::file).orElse(folder)),
            0,
            JsonPointer.empty(),
            Positions.NONE,
            true);
    YamlException[] broken = new YamlException[1];
    new ManifestReader(namespace)
        .read(
            nowhere.file(),
            text,
            new ManifestReader.Sink() {
              @Override
              public void object(Resource object) {
                Optional<Resource> source = source(object, around);
                Resource bare = bare(object, source.map(Resource::origin).orElse(nowhere));
                objects.add(bare);
                provenance.put(
                    bare,
                    new Provenance(
                        patches(bare, all), source.filter(s -> isSame(s, bare)).isPresent()));
              }

              @Override
              public void noObject() {}

              @Override
              public void unreadable(YamlException cause) {
                broken[0] = cause;
              }
            });
    if (broken[0] != null) {
      throw new RenderException(
          RenderText.of("failed", tool.name(), String.valueOf(broken[0].getMessage())));
    }
    return new Rendered.Root(files.name(folder), objects, provenance);
  }

  /** Returns the object as it is written down, before kustomize changed it. */
  private Optional<Resource> source(Resource object, Path around) {
    try {
      String said = object.annotation(ANNOTATION).orElse("");
      Cursor origin = Cursor.root(YamlReader.readOne(said).tree());
      String path = origin.at("path").text("");
      if (path.isEmpty() || origin.at("repo").isPresent()) {
        return Optional.empty();
      }
      return files
          .read(around.resolve(path).normalize())
          .flatMap(file -> named(object, file.objects()));
    } catch (YamlException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Prefixes and suffixes may have been added to the name. */
  private static Optional<Resource> named(Resource object, List<Resource> candidates) {
    List<Resource> alike =
        candidates.stream()
            .filter(one -> one.kind().equals(object.kind()))
            .filter(one -> !one.name().isEmpty() && object.name().contains(one.name()))
            .toList();
    Optional<Resource> same =
        alike.stream().filter(one -> one.name().equals(object.name())).findFirst();
    return same.or(() -> alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty());
  }

  private Resource bare(Resource object, Origin origin) {
    JsonNode tree = object.copy();
    if (tree.path("metadata") instanceof ObjectNode metadata
        && metadata.path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(ANNOTATION);
      if (annotations.isEmpty()) {
        metadata.remove("annotations");
      }
    }
    return new Resource(object.ref(), tree, origin);
  }

  private static boolean isSame(Resource source, Resource rendered) {
    return withoutMetadata(source).equals(withoutMetadata(rendered));
  }

  private static JsonNode withoutMetadata(Resource object) {
    JsonNode tree = object.copy();
    if (tree instanceof ObjectNode fields) {
      fields.remove("metadata");
    }
    return tree;
  }

  /** What builds on another is applied later, so it comes last. */
  private List<Provenance.Patch> patches(Resource object, List<Kustomization> all) {
    List<Provenance.Patch> patches = new ArrayList<>();
    for (int i = all.size() - 1; i >= 0; i--) {
      for (PatchSource patch : all.get(i).patches()) {
        if (patch.isFor(object)) {
          files.read(patch.file()).ifPresent(source -> add(object, patch, source, patches));
        }
      }
    }
    return patches;
  }

  private static void add(
      Resource object,
      PatchSource patch,
      SourceFiles.Source source,
      List<Provenance.Patch> patches) {
    if (patch.inline().isEmpty() && !source.objects().isEmpty()) {
      named(object, source.objects())
          .ifPresent(one -> patches.add(Provenance.Patch.part(one.origin(), one.tree())));
      return;
    }
    try {
      YamlDocument document = YamlReader.readOne(source.text());
      Origin here = new Origin(source.name(), 0, JsonPointer.empty(), document.positions(), true);
      if (patch.inline().isEmpty()) {
        operations(Cursor.root(document.tree()), here, false, patches);
        return;
      }
      Cursor text = patch.inline().get();
      JsonNode tree = YamlReader.readOne(text.text("")).tree();
      Origin inside = at(here, text.pointer());
      if (tree.isArray()) {
        operations(Cursor.root(tree), inside, true, patches);
      } else if (isPatchOf(tree, object, patch)) {
        patches.add(Provenance.Patch.part(inside, tree));
      }
    } catch (YamlException | IllegalArgumentException e) {
      return;
    }
  }

  private static boolean isPatchOf(JsonNode tree, Resource object, PatchSource patch) {
    String name = tree.path("metadata").path("name").asText("");
    boolean same = tree.path("kind").asText("").equals(object.kind().name());
    return !patch.kind().isEmpty() || (same && !name.isEmpty() && object.name().contains(name));
  }

  /**
   * Adds what operations set.
   *
   * @param whole whether all of them stand at one place
   */
  private static void operations(
      Cursor list, Origin origin, boolean whole, List<Provenance.Patch> patches) {
    for (Cursor op : list.each()) {
      String path = op.at("path").text("");
      if (path.startsWith("/")) {
        Origin at = whole ? origin : at(origin, op.at("path").pointer());
        patches.add(Provenance.Patch.operation(JsonPointer.compile(path), at));
      }
    }
  }

  private static Origin at(Origin origin, JsonPointer base) {
    return new Origin(origin.file(), origin.document(), base, origin.positions(), true);
  }
}
