package io.meshguard.rules.routing;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Routes such as a large VirtualService of an API gateway has; one in fifty is never reached. */
final class SampleRoutes {

  private static final List<String> CONDITIONS =
      List.of(
          "[{'uri':{'prefix':'/api/v1/svc%1$d/'}}]",
          "[{'uri':{'exact':'/health/%1$d'},'method':{'exact':'GET'}}]",
          "[{'uri':{'prefix':'/api/v2/svc%1$d'},'headers':{'x-canary':{'exact':'true'}}},"
              + "{'uri':{'prefix':'/api/v2/svc%1$d'},'headers':{'x-user':{'regex':'^beta-[0-9]+$'}}}]",
          "[{'uri':{'prefix':'/api/v2/svc%1$d'}}]",
          "[{'uri':{'regex':'/items/%1$d/[0-9]+(/detail)?'}}]",
          "[{'uri':{'exact':'/search/%1$d'},'queryParams':{'q':{'regex':'.+'}},"
              + "'method':{'regex':'GET|POST'}}]",
          "[{'uri':{'prefix':'/shop/%1$d'},'authority':{'exact':'shop.example.com'}},"
              + "{'uri':{'prefix':'/SHOP/%1$d'},'ignoreUriCase':true}]",
          "[{'uri':{'prefix':'/internal/%1$d'},'sourceLabels':{'app':'web-%1$d'}}]",
          "[{'uri':{'prefix':'/old/%1$d'},'withoutHeaders':{'x-new':{}},"
              + "'headers':{'x-tenant':{'prefix':'t%1$d-'}}}]",
          "[{'uri':{'regex':'/files/%1$d/.*\\\\.(png|jpe?g)'},'scheme':{'exact':'https'}}]");

  private static final int ONE_IN = 50;
  private static final String DEAD = "[{'uri':{'prefix':'/api/v1/svc%d/images'}}]";

  private SampleRoutes() {}

  /** Returns a VirtualService as JSON; its last route takes what is left. */
  static String virtualService(int routes) {
    String list =
        IntStream.range(0, routes - 1)
            .mapToObj(SampleRoutes::route)
            .collect(Collectors.joining(","));
    String text =
        "{'apiVersion':'networking.istio.io/v1','kind':'VirtualService',"
            + "'metadata':{'name':'shop','namespace':'default'},"
            + "'spec':{'hosts':['shop.example.com'],'gateways':['public'],'http':["
            + list
            + ",{'route':[{'destination':{'host':'web'}}]}]}}";
    return text.replace('\'', '"');
  }

  private static String route(int i) {
    boolean dead = i % ONE_IN == ONE_IN - 1;
    String match =
        dead ? DEAD.formatted(i - ONE_IN + 1) : CONDITIONS.get(i % CONDITIONS.size()).formatted(i);
    return "{'match':%s,'route':[{'destination':{'host':'svc%d'}}]}".formatted(match, i);
  }
}
