package io.meshguard.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;

/** A mesh of middling size: 40 namespaces and about 1,000 objects. */
final class SampleMesh {

  private static final int NAMESPACES = 40;
  private static final int SERVICES = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Resource> objects = new ArrayList<>();

  private SampleMesh() {}

  static List<Resource> objects() {
    SampleMesh mesh = new SampleMesh();
    mesh.controlPlane();
    mesh.namespace("shop", List.of("svc0", "svc1", "svc2", "svc3", "svc4", "web", "shop"));
    for (int i = 0; i < NAMESPACES; i++) {
      List<String> services = new ArrayList<>();
      for (int j = 0; j < SERVICES; j++) {
        services.add("backend" + j);
      }
      mesh.namespace("team-" + i, services);
    }
    return mesh.objects;
  }

  private void controlPlane() {
    add("v1", "Namespace", "", "istio-system", "");
    add(
        "v1",
        "ConfigMap",
        "istio-system",
        "istio",
        "'data':{'mesh':'accessLogFile: /dev/stdout\\ndefaultConfig: {concurrency: 2}\\n'}");
    add(
        "apps/v1",
        "Deployment",
        "istio-system",
        "istiod",
        "'spec':{'template':{'metadata':{'labels':{'app':'istiod','istio':'pilot'}},"
            + "'spec':{'containers':[{'name':'discovery','image':'docker.io/istio/pilot:1.29.0'}]}}}");
    add(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "",
        "istio-sidecar-injector",
        "'webhooks':[{'name':'namespace.sidecar-injector.istio.io',"
            + "'clientConfig':{'service':{'name':'istiod','namespace':'istio-system'}},"
            + "'namespaceSelector':{'matchLabels':{'istio-injection':'enabled'}}}]");
  }

  private void namespace(String namespace, List<String> services) {
    add("v1", "Namespace", "", namespace, "");
    for (String service : services) {
      service(namespace, service);
    }
    add(
        "networking.istio.io/v1",
        "Gateway",
        namespace,
        "public",
        "'spec':{'selector':{'istio':'ingressgateway'},'servers':[{'hosts':['%s.example.com'],"
                .formatted(namespace)
            + "'port':{'name':'http','number':80,'protocol':'HTTP'}}]}");
  }

  private void service(String namespace, String name) {
    add(
        "v1",
        "Service",
        namespace,
        name,
        "'spec':{'clusterIP':'10.0.0.1','selector':{'app':'%s'},".formatted(name)
            + "'ports':[{'name':'http','port':8080,'targetPort':8080},"
            + "{'name':'http-web','port':80,'targetPort':8080}]}");
    add(
        "apps/v1",
        "Deployment",
        namespace,
        name,
        "'spec':{'template':{'metadata':{'labels':{'app':'%s'}},".formatted(name)
            + "'spec':{'containers':[{'name':'app','image':'registry.example.com/app:1'}]}}}");
    add(
        "networking.istio.io/v1",
        "VirtualService",
        namespace,
        name + "-routes",
        "'spec':{'hosts':['%1$s'],'http':[{'match':[{'uri':{'prefix':'/'}}],".formatted(name)
            + "'route':[{'destination':{'host':'%1$s'}}]}]}".formatted(name));
    add(
        "networking.istio.io/v1",
        "DestinationRule",
        namespace,
        name,
        "'spec':{'host':'%s','subsets':[{'name':'v1'},{'name':'v2'}]}".formatted(name));
  }

  private void add(String apiVersion, String kind, String namespace, String name, String rest) {
    String place = namespace.isEmpty() ? "" : ",'namespace':'" + namespace + "'";
    String labels = kind.equals("Namespace") ? ",'labels':{'istio-injection':'enabled'}" : "";
    String text =
        "{'apiVersion':'%s','kind':'%s','metadata':{'name':'%s'%s%s}%s}"
            .formatted(apiVersion, kind, name, place, labels, rest.isEmpty() ? "" : "," + rest);
    try {
      objects.add(Resource.of(JSON.readTree(text.replace('\'', '"')), "default", Origin.NONE));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
