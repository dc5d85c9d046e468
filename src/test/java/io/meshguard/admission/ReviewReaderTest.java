package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReviewReaderTest {

  @Test
  void readsWhatIsAskedAndByWhom() {
    AdmissionRequest request = Reviews.read(Reviews.create("{}"));

    assertThat(request.uid()).isEqualTo(Reviews.UID);
    assertThat(request.ref()).isEqualTo("705ab4f5");
    assertThat(request.operation()).isEqualTo("CREATE");
    assertThat(request.kind()).isEqualTo(Kind.VIRTUAL_SERVICE);
    assertThat(request.requester().user()).isEqualTo("jane");
    assertThat(request.object().orElseThrow().ref()).hasToString("VirtualService shop/shop");
    assertThat(request.old()).isEmpty();
  }

  @Test
  void theNamespaceOfTheRequestCounts() {
    ObjectNode review = Reviews.create("{}");
    ((ObjectNode) Reviews.object(review).path("metadata")).remove("namespace");
    Reviews.request(review).put("namespace", "elsewhere");

    assertThat(Reviews.read(review).object().orElseThrow().namespace()).isEqualTo("elsewhere");
  }

  @Test
  void anObjectWithoutNameIsKnownByWhatItsNameWillBeginWith() {
    ObjectNode review = Reviews.create("{}");
    Reviews.request(review).remove("name");
    ((ObjectNode) Reviews.object(review).path("metadata"))
        .put("generateName", "shop-")
        .remove("name");

    assertThat(Reviews.read(review).object().orElseThrow().name()).isEqualTo("shop-");
  }

  @Test
  void theNamespaceOfANamespaceIsItsName() {
    ObjectNode review = Reviews.create("{}");
    Reviews.request(review).put("namespace", "shop").put("name", "shop");
    Reviews.object(review).put("apiVersion", "v1").put("kind", "Namespace");

    var object = Reviews.read(review).object().orElseThrow();
    assertThat(object.ref()).hasToString("Namespace shop");
    assertThat(object.namespace()).isEqualTo("shop");
  }

  @Test
  void saysWhatIsWrongWithABodyThatIsNoReview() {
    assertThat(malformed("")).isEqualTo("the body is no AdmissionReview");
    assertThat(malformed("[]")).isEqualTo("the body is no AdmissionReview");
    assertThat(malformed("{\"kind\":\"AdmissionReview\",\n \"x"))
        .startsWith("the body is not JSON: line 2, column ");
    assertThat(malformed("{} {}")).startsWith("the body is not JSON");
    assertThat(
            malformed("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\"}"))
        .isEqualTo("apiVersion must be admission.k8s.io/v1");
    ObjectNode withoutUid = Reviews.create("{}");
    Reviews.request(withoutUid).remove("uid");
    assertThat(malformed(withoutUid.toString())).isEqualTo("request.uid is missing");
    ObjectNode withoutObject = Reviews.create("{}");
    Reviews.request(withoutObject).putNull("object");
    assertThat(malformed(withoutObject.toString())).isEqualTo("request.object is missing");
  }

  @Test
  void whatGoesOverALimitIsNotTheFaultOfTheRequest() {
    String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
    UnreadableReview tooDeep =
        unreadable(Reviews.create("0").toString().replace("\"spec\":0", "\"spec\":" + deep));

    assertThat(tooDeep).hasMessage("nested deeper than 500 levels");
    assertThat(tooDeep.uid()).contains(Reviews.UID);
    assertThat(unreadable("[".repeat(10_000)).uid()).isEmpty();
    assertThat(
            unreadable("{\"request\":{\"object\":{\"uid\":\"no\",\"n\":" + "9".repeat(500) + "}}}")
                .uid())
        .isEmpty();
  }

  private static String malformed(String body) {
    UnreadableReview cause = unreadable(body);
    assertThat(cause.uid()).isEmpty();
    return String.valueOf(cause.getMessage());
  }

  private static UnreadableReview unreadable(String body) {
    return catchThrowableOfType(
        UnreadableReview.class, () -> ReviewReader.read(body.getBytes(StandardCharsets.UTF_8)));
  }
}
