package io.meshguard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.yaml.YamlReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FieldManagersTest {

  private static final JsonNode OBJECT =
      YamlReader.readOne(
              """
              metadata:
                managedFields:
                - manager: argocd-controller
                  operation: Apply
                  fieldsV1:
                    f:spec:
                      f:http: {}
                      f:trafficPolicy: {f:tcp: {f:maxConnections: {}}}
                      f:ports:
                        k:{"port":80,"protocol":"TCP"}: {.: {}, f:port: {}}
                - manager: kubectl-edit
                  operation: Update
                  fieldsV1: {f:spec: {f:ports: {'k:{"port":443,"protocol":"TCP"}': {f:name: {}}}}}
                - {manager: status, operation: Update, subresource: status, fieldsV1: {f:spec: {f:http: {}}}}
              spec:
                http: [{route: []}]
                ports: [{port: 80, protocol: TCP}, {port: 443, protocol: TCP, name: https}]
                trafficPolicy: {tcp: {maxConnections: 1}}
              """
                  .replace(
                      "k:{\"port\":80,\"protocol\":\"TCP\"}:",
                      "'k:{\"port\":80,\"protocol\":\"TCP\"}':"))
          .tree();

  @ParameterizedTest
  @CsvSource({
    "/spec/http/0/retries, argocd-controller Apply",
    "/spec/http, argocd-controller Apply",
    "/spec/trafficPolicy/tcp/maxConnections, argocd-controller Apply",
    "/spec/trafficPolicy/http, ''",
    "/spec/trafficPolicy/http/http1MaxPendingRequests, ''",
    "/spec/ports/0/port, argocd-controller Apply",
    "/spec/ports/0/appProtocol, ''",
    "/spec/ports/1/name, kubectl-edit Update",
    "/spec/ports/1/appProtocol, ''",
    "/spec/ports/7/name, ''",
    "/metadata/annotations/a, ''"
  })
  void aFieldBelongsToWhoeverSetsItOrWhatIsOwnedAsAWhole(String field, String manager) {
    StringBuilder names = new StringBuilder();
    FieldManagers.of(OBJECT, JsonPointer.compile(field))
        .forEach(one -> names.append(one.name()).append(' ').append(one.operation()));

    assertThat(names.toString()).isEqualTo(manager);
  }
}
