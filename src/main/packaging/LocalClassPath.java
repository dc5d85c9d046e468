import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Gives the packaged program a class path for commands that talk to no cluster: {@code
 * meshguard-local.jar}, which only names the few jars that they need. Run by the build, as {@code
 * java LocalClassPath.java target/quarkus-app}.
 */
final class LocalClassPath {

  private static final String ALL = "quarkus-run.jar";
  private static final String LOCAL = "meshguard-local.jar";

  /** Tells the jars from those of another build, for archives of classes that JVMs make of them. */
  private static final String ID = "meshguard-local.id";

  /** How the names of the jars begin; a test holds that local commands need no others. */
  private static final List<String> NEEDED =
      List.of(
          "app/",
          "lib/main/info.picocli.picocli-",
          "lib/main/com.fasterxml.jackson.core.jackson-",
          "lib/main/org.snakeyaml.snakeyaml-engine-",
          "lib/main/com.google.re2j.re2j-",
          "lib/main/io.github.java-diff-utils.java-diff-utils-",
          "lib/main/org.jspecify.jspecify-");

  /** Its classes have the format of Java 5. */
  private static final String OLD = "lib/main/info.picocli.";

  private static final String RENEWED = "lib/local/";

  public static void main(String[] args) throws IOException {
    Path home = Path.of(args[0]);
    List<String> jars = new ArrayList<>();
    for (String jar : classPath(home.resolve(ALL))) {
      if (NEEDED.stream().noneMatch(jar::startsWith)) {
        continue;
      }
      if (jar.startsWith(OLD)) {
        String renewed = RENEWED + jar.substring(jar.lastIndexOf('/') + 1);
        renew(home.resolve(jar), home.resolve(renewed));
        jars.add(renewed);
      } else {
        jars.add(jar);
      }
    }
    for (String start : NEEDED) {
      String name = start.replace("lib/main/info.picocli.", RENEWED + "info.picocli.");
      if (jars.stream().noneMatch(jar -> jar.startsWith(name))) {
        throw new IllegalStateException(ALL + " names no jar " + start + "*");
      }
    }
    CRC32 sum = new CRC32();
    for (String jar : jars) {
      sum.update(Files.readAllBytes(home.resolve(jar)));
    }
    Files.writeString(home.resolve(ID), Long.toHexString(sum.getValue()) + "\n");
    try (JarOutputStream out = jar(home.resolve(LOCAL))) {
      put(out, JarFile.MANIFEST_NAME, manifest(jars));
    }
  }

  private static List<String> classPath(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String names = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Arrays.asList(names.split(" "));
    }
  }

  /**
   * Writes a jar whose classes have the format of Java 8, and are the same otherwise. JVMs take no
   * older ones into their archives, and verify them in a slower way: of a short command that was a
   * fifth of the time.
   */
  private static void renew(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (JarFile old = new JarFile(from.toFile());
        JarOutputStream out = jar(to)) {
      old.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(
              entry -> {
                try (InputStream in = old.getInputStream(entry)) {
                  byte[] bytes = in.readAllBytes();
                  put(out, entry.getName(), isOld(entry) ? renewed(bytes) : bytes);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private static boolean isOld(JarEntry entry) {
    return entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
  }

  private static byte[] renewed(byte[] old) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    ClassVisitor newer =
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public void visit(
              int version,
              int access,
              String name,
              String signature,
              String superName,
              String[] interfaces) {
            super.visit(Opcodes.V1_8, access, name, signature, superName, interfaces);
          }
        };
    new ClassReader(old).accept(newer, ClassReader.SKIP_FRAMES);
    return writer.toByteArray();
  }

  private static byte[] manifest(List<String> jars) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", jars));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    manifest.write(bytes);
    return bytes.toByteArray();
  }

  private static JarOutputStream jar(Path file) throws IOException {
    return new JarOutputStream(Files.newOutputStream(file));
  }

  /** The time of 1980 is the first that a zip can have: the bytes do not depend on today. */
  private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private LocalClassPath() {}
}
