package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.controlplane.Binaries;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneUnavailableException;
import io.meshguard.controlplane.ProcessFiles;
import io.meshguard.controlplane.Progress;
import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person runs it: the packaged program, on a real control plane of its own. */
@EnabledOnOs(OS.LINUX)
class DemoIT {

  private static final String YOUR_TURN = "\nYour turn\n";
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path directory = Path.of("");
  private Binaries binaries = new Binaries(Path.of(""), Path.of(""), Path.of(""));

  @BeforeEach
  void needsAControlPlane() throws InterruptedException {
    try {
      binaries = ControlPlaneBinaries.locate(Progress.silent());
    } catch (ControlPlaneUnavailableException e) {
      if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
        throw new IllegalStateException("MESHGUARD_E2E=required", e);
      }
      Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  @Test
  void showsFiveActsStaysForTheUserAndLeavesNothing() throws Exception {
    List<ProcessHandle> family;
    URI apiServer;
    try (DemoProcess demo = DemoProcess.start(directory, Map.of())) {
      demo.awaitText("meshguard.log");
      String shown = demo.shown();
      assertThat(Transcript.masked(shown.substring(0, shown.indexOf(YOUR_TURN))))
          .as("what docs/demo.md shows")
          .isEqualTo(Transcript.documented());
      family = demo.family();
      assertThat(family).hasSizeGreaterThanOrEqualTo(4);
      for (ProcessHandle process : family) {
        assertThat(ProcessFiles.listening(process.pid())).allMatch(DemoIT::isLoopback);
      }
      apiServer = goOn(shown.substring(shown.indexOf(YOUR_TURN)));

      demo.terminate();

      assertThat(demo.await()).isEqualTo(TERMINATED);
      assertThat(demo.said()).endsWith("stopped; no process and no file is left\n");
      assertThat(demo.left()).isEmpty();
    }
    assertThat(family).noneMatch(ProcessHandle::isAlive);
    assertThatThrownBy(() -> new Socket(apiServer.getHost(), apiServer.getPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void theTourEndsByItselfInChineseToo() throws Exception {
    try (DemoProcess demo = DemoProcess.start(directory, Map.of(), "--tour", "--language=zh")) {
      assertThat(demo.await()).as(demo.said()).isZero();

      assertThat(demo.shown()).contains("第 1 幕（共 5 幕）").contains("第 5 幕（共 5 幕）");
      assertThat(demo.shown()).endsWith("五幕的结果都符合预期。\n");
      assertThat(demo.left()).isEmpty();
    }
  }

  @Test
  void leavesNothingWhereItIsEndedHalfWay() throws Exception {
    List<ProcessHandle> family;
    try (DemoProcess demo = DemoProcess.start(directory, Map.of(), "--tour")) {
      demo.awaitSaid("applying Istio's resource definitions");
      family = demo.family();

      demo.terminate();

      assertThat(demo.await()).isEqualTo(TERMINATED);
      assertThat(demo.said())
          .endsWith("stopped; no process and no file is left\n")
          .doesNotContain("cannot go on");
      assertThat(demo.left()).isEmpty();
    }
    assertThat(family).hasSizeGreaterThanOrEqualTo(3).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void saysWhatIsMissingWhereNoControlPlaneCanBeHad() throws Exception {
    Map<String, String> nothing =
        Map.of("KUBEBUILDER_ASSETS", "", "XDG_CACHE_HOME", "/dev/null/none");
    try (DemoProcess demo = DemoProcess.start(directory, nothing, "--tour")) {
      assertThat(demo.await()).isEqualTo(Demo.UNUSABLE);

      assertThat(demo.shown()).isEmpty();
      assertThat(demo.said())
          .contains("none of the ways to them works here")
          .contains("install Go")
          .doesNotContain("\tat ");
      assertThat(demo.left()).isEmpty();
    }
  }

  @Test
  void saysWhyTheServerDoesNotStart() throws Exception {
    List<ProcessHandle> before = apiServers();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Screen screen = new Screen(print, print, Paint.PLAIN, Language.EN);

    int exitCode = new Demo(screen, new JavaProcess("nowhere", "no.such.Main"), "").tour();

    assertThat(exitCode).isEqualTo(Demo.UNUSABLE);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("the demo cannot go on: Meshguard ended by itself with exit code 1")
        .contains("no.such.Main")
        .doesNotContain("\tat ");
    // other tests of this JVM share a control plane, which goes on
    assertThat(apiServers()).isSubsetOf(before);
  }

  private static List<ProcessHandle> apiServers() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("kube-apiserver"))
        .toList();
  }

  /** Does what the demo says that one can do, and returns the address of the API server. */
  private URI goOn(String invitation) throws Exception {
    Path kubeconfig = Path.of(after("export KUBECONFIG=", invitation));
    Shell shell = new Shell(Path.of(after("cd ", invitation)), binaries.kubectl(), kubeconfig);
    List<String> commands =
        invitation
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("kubectl ") && !line.contains(" edit "))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      Shell.Result result = shell.run(command);
      assertThat(result.exitCode()).as(command + ": " + result.output()).isZero();
      if (command.contains("istio-injection")) {
        assertThat(result.output()).contains("Warning: [injection-label-ignored]");
      }
    }
    assertThat(Files.readString(Path.of(after("Meshguard's log: ", invitation)))).isNotBlank();
    return URI.create(after("server: ", Files.readString(kubeconfig)));
  }

  private static String after(String prefix, String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no \"" + prefix + "\" in " + text));
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.startsWith("[0000000000000000FFFF00000100007F]");
  }
}
