package io.meshguard.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandLineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      textBlock =
          """
          docker system prune -af                             ^ docker system prune -af
          docker ps -q; crictl rmi --prune                    ^ docker ps -q/crictl rmi --prune
          # docker system prune                               ^
          echo "# no comment" # docker system prune           ^ echo # no comment
          echo 'docker system prune'                          ^ echo docker system prune
          if true; then docker rm x; fi                       ^ true/docker rm x/fi
          sudo -u root /usr/bin/docker system prune           ^ docker system prune
          timeout 30 docker system prune                      ^ docker system prune
          A=b env C=d docker info                             ^ docker info
          nsenter -t 1 -m -u -- docker system prune           ^ docker system prune
          nsenter -t 1 -m -u -i -n docker system prune        ^ docker system prune
          sudo -n docker info                                 ^ docker info
          tini -g -- docker info                              ^ docker info
          docker ps -aq | xargs -r docker rm                  ^ docker ps -aq/docker rm
          docker rm $(docker ps -aq)                          ^ docker ps -aq/docker rm $()
          docker rm `docker ps -aq`                           ^ docker ps -aq/docker rm $()
          echo "$(date) $HOME" > /tmp/x 2>&1 && ab -n 1 u     ^ date/echo $() $HOME/ab -n 1 u
          bash -c 'docker system prune'                       ^ docker system prune
          eval "docker system prune"                          ^ docker system prune
          """)
  void takesScriptsApart(String script, String expected) {
    assertThat(run("command: [sh, -ec, " + quoted(script) + "]"))
        .isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void hereDocumentsAndContinuedLines() {
    String script = "cat <<EOF\ndocker system prune\nEOF\ndocker \\\n info";
    assertThat(run("args: [/bin/bash, -c, " + quoted(script) + "]")).isEqualTo("cat/docker info");
  }

  @Test
  void wordsSplitOverTheListAreOneCommand() {
    assertThat(run("command: [docker, container], args: [prune, -f]"))
        .isEqualTo("docker container prune -f");
    assertThat(run("args: [docker, system, prune]")).isEqualTo("docker system prune");
    assertThat(run("command: []")).isEmpty();
    assertThat(run("command: [sh]")).isEmpty();
  }

  @Test
  void scriptsOfMountedConfigMapsAreRead() {
    assertThat(run("command: [sh, -e, /scripts/clean.sh]")).isEqualTo("docker system prune");
    assertThat(run("command: [/scripts/clean.sh]")).isEqualTo("docker system prune/clean.sh");
    assertThat(run("command: [sh, /other/clean.sh]")).isEmpty();
  }

  @Test
  void knowsWhereACommandStandsAndHowItIsRun() {
    CommandLine text = lines("command: [sh, -c], args: ['nsenter -t 1 docker info']").get(0);
    assertThat(text.at().pointer().toString()).endsWith("/containers/0/args/0");
    assertThat(text.wrappers()).containsExactly("nsenter");
    CommandLine chosen = lines("command: [sh, -c], args: ['A=b env C=d docker info']").get(0);
    assertThat(chosen.wrappers()).containsExactly("A=b", "env", "C=d");
    CommandLine list = lines("command: [docker, info]").get(0);
    assertThat(list.at().pointer().toString()).endsWith("/containers/0/command");
    assertThat(list.program()).isEqualTo("docker");
    assertThat(list.operands()).containsExactly("info");
  }

  @Test
  void anyTextIsRead() {
    for (String text : List.of("'", "\"", "$(", "`", "<<", "\\", "a <<E\nb", "$((", "\"$(", ">")) {
      assertThat(ShellScript.commands(text, new WorkBudget(Long.MAX_VALUE))).isNotNull();
    }
    assertThat(ShellScript.commands("$(".repeat(2_000), new WorkBudget(Long.MAX_VALUE)))
        .isNotNull();
  }

  private static String run(String container) {
    return String.join(
        "/", lines(container).stream().map(line -> String.join(" ", line.words())).toList());
  }

  private static List<CommandLine> lines(String container) {
    Workload workload =
        Workload.of(
                Manifests.object(
                    "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {"
                        + "volumes: [{name: s, configMap: {name: scripts,"
                        + " items: [{key: clean, path: clean.sh}]}}], containers: [{"
                        + "volumeMounts: [{name: s, mountPath: /scripts}], "
                        + container
                        + "}]}}"))
            .orElseThrow();
    Mesh mesh =
        Manifests.open(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, namespace: shop},"
                + " data: {clean: 'docker system prune'}}");
    return new Commands(workload, mesh).of(workload.template().containers().get(0)).orElseThrow();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
