package io.meshguard.cli;

import io.meshguard.demo.Demo;
import io.meshguard.demo.JavaProcess;
import io.meshguard.demo.Screen;
import io.meshguard.rule.Language;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows Meshguard at work on a throwaway control plane. */
@Command(
    name = "demo",
    description = {
      "Shows Meshguard at work on a real kube-apiserver of its own, on loopback.",
      "Needs no cluster and no kubectl. The first run gets etcd, kube-apiserver and kubectl from"
          + " the internet, or builds them with Go, which takes minutes; it says so first."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard demo                   play five acts, then stay for you to try things",
      "  meshguard demo --tour            play and exit",
      "  sudo meshguard demo --traffic    mistakes with real traffic, before and after",
      "  meshguard demo --language zh",
      "",
      "Exit codes: 0 all acts showed what they should, 1 one did not, 2 no demo is possible here."
    })
final class DemoCommand implements Callable<Integer> {

  private final Console console;

  @Option(names = "--tour", description = "Play the acts and exit.")
  private boolean tour;

  @Option(
      names = "--traffic",
      description = {
        "Show mistakes with real traffic, before and after: starts istiod and Envoys, and network"
            + " namespaces as Pods, then exits.",
        "Needs Linux, root, iproute2, iptables, Python's pip and Go; the first run builds istiod in"
            + " about ten minutes."
      })
  private boolean traffic;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Language spoken = console.language();
    Screen screen = new Screen(console.out(), console.err(), console.paint(), spoken);
    JavaProcess program =
        new JavaProcess(System.getProperty("java.class.path"), Main.class.getName());
    Demo demo = new Demo(screen, program, console.environment().getOrDefault("PATH", ""));
    if (traffic) {
      return demo.traffic();
    }
    return tour ? demo.tour() : demo.stay();
  }
}
