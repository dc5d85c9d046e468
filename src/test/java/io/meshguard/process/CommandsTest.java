package io.meshguard.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scripts are read within a budget, and what is over it is not taken for known. */
final class CommandsTest {

  @Test
  void manyCommandsAreRead() {
    assertThat(run("docker rm x\n".repeat(20_000)).orElseThrow()).hasSize(20_000);
  }

  @Test
  void moreThanTheBudgetAreNot() {
    assertThat(run("docker rm x\n".repeat(200_000))).isEmpty();
  }

  /** Each of them once searched all lines for its end. */
  @Test
  void hereDocumentsWithoutAnEndAreLookedForOnce() {
    String lines = "\n".repeat(300_000);
    assertThat(run("cat <<E\n".repeat(2_000) + lines).orElseThrow()).hasSize(2_000);
    StringBuilder others = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      others.append("cat <<E").append(i).append('\n');
    }
    assertThat(run(others + lines)).isEmpty();
  }

  @Test
  void hereDocumentsWithAnEndCostNoMoreThanTheirText() {
    String one = "cat <<E\n" + "x\n".repeat(1_000) + "E\n";
    assertThat(run(one.repeat(300)).orElseThrow()).hasSize(300);
  }

  @Test
  void assignmentsBeforeAShellCountForEachOfItsCommands() {
    assertThat(run("A=b ".repeat(5_000) + "sh -c '" + "docker rm x;".repeat(5_000) + "'"))
        .isEmpty();
  }

  private static Optional<List<CommandLine>> run(String script) {
    ObjectNode tree =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    tree.putObject("metadata").put("name", "a");
    tree.putObject("spec")
        .putArray("containers")
        .addObject()
        .putArray("command")
        .add("sh")
        .add("-c")
        .add(script);
    Resource pod = Resource.of(tree, "shop", Origin.NONE);
    Workload workload = Workload.of(pod).orElseThrow();
    Mesh mesh = new ObjectMesh(List.of(pod), kind -> true, MeshFacts.UNKNOWN);
    return new Commands(workload, mesh).of(workload.template().containers().get(0));
  }
}
