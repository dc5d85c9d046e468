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

    assertThat(tooDeep.limit()).contains(ReviewLimit.DEPTH);
    assertThat(unreadable("[".repeat(10_000)).limit()).contains(ReviewLimit.DEPTH);
    String many = Reviews.create("[" + "{},".repeat(600_000) + "{}]").toString();
    assertThat(unreadable(many).limit()).contains(ReviewLimit.NODES);
    String wide = "{\"a\":\"" + "x".repeat(ReviewReader.MOST_BYTES + 1) + "\"}";
    assertThat(unreadable(wide).limit()).contains(ReviewLimit.LENGTH);
  }

  /** The API server stores a field of any name, and calls of it what the client wrote. */
  @Test
  void aNameOfAnyLengthIsRead() throws UnreadableReview {
    String name = "x".repeat(1_000_000);
    String text =
        Reviews.create("0").toString().replace("\"spec\":0", "\"spec\":{\"" + name + "\":1}");

    AdmissionRequest request = ReviewReader.read(text.getBytes(StandardCharsets.UTF_8));

    assertThat(request.object().orElseThrow().at("spec", name).integer()).hasValue(1);
  }

  private static String malformed(String body) {
    UnreadableReview cause = unreadable(body);
    assertThat(cause.limit()).isEmpty();
    return String.valueOf(cause.getMessage());
  }

  private static UnreadableReview unreadable(String body) {
    return catchThrowableOfType(
        UnreadableReview.class, () -> ReviewReader.read(body.getBytes(StandardCharsets.UTF_8)));
  }
}
