package io.meshguard.demo;

import java.io.IOException;

/**
 * The five acts. Each shows real output of a real kubectl and checks it.
 *
 * @param screen where it is shown
 * @param shell what runs the commands
 * @param server the Meshguard that the API server calls
 */
record Tour(Screen screen, Shell shell, Server server) {

  private static final String DEAD_ROUTE = "[unreachable-route] VirtualService shop/storefront";

  /** Plays all acts in their order. */
  void play() throws ActFailedException, IOException, InterruptedException {
    denial();
    warning();
    patch();
    dryRun();
    toggle();
  }

  private void denial() throws ActFailedException, IOException, InterruptedException {
    Act act = begin(1, "denial");
    act.run("cat storefront.yaml", 0, "kind: VirtualService");
    act.run("kubectl apply -f storefront.yaml", 1, "denied the request", DEAD_ROUTE);
    act.end();
  }

  private void warning() throws ActFailedException, IOException, InterruptedException {
    Act act = begin(2, "warning");
    act.run("cat catalog-limit.yaml", 0, "maxConnections");
    act.run(
        "kubectl apply -f catalog-limit.yaml",
        0,
        "Warning: [connection-limit-without-pending-limit] DestinationRule shop/catalog",
        "destinationrule.networking.istio.io/catalog created");
    act.end();
  }

  private void patch() throws ActFailedException, IOException, InterruptedException {
    Act act = begin(3, "patch");
    act.toggle("implicit-retries", "fix");
    act.run("cat payment.yaml", 0, "kind: VirtualService");
    act.run(
        "kubectl apply -f payment.yaml",
        0,
        "Warning: [implicit-retries] VirtualService shop/payment",
        "virtualservice.networking.istio.io/payment created");
    act.run(
        "kubectl -n shop get virtualservice payment -o yaml"
            + " | sed -n '/meshguard.io\\/fixed/p; /^spec:/,$p'",
        0,
        "meshguard.io/fixed: implicit-retries",
        "attempts: 0");
    act.end();
    act.say("back");
    act.toggle("implicit-retries", "off");
  }

  private void dryRun() throws ActFailedException, IOException, InterruptedException {
    Act act = begin(4, "dry-run");
    act.run(
        "kubectl apply --dry-run=server -f storefront.yaml",
        0,
        "Warning: would be denied: " + DEAD_ROUTE,
        "virtualservice.networking.istio.io/storefront created (server dry run)");
    act.run("kubectl -n shop get virtualservice storefront", 1, "\"storefront\" not found");
    act.end();
  }

  private void toggle() throws ActFailedException, IOException, InterruptedException {
    Act act = begin(5, "toggle");
    act.toggle("unreachable-route", "warn");
    act.run(
        "kubectl apply -f storefront.yaml",
        0,
        "Warning: " + DEAD_ROUTE,
        "virtualservice.networking.istio.io/storefront created");
    act.end();
  }

  private Act begin(int number, String name) {
    return Act.begin(number, name, screen, shell, server);
  }
}
