package io.meshguard.rules.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.match.Coverage;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A VirtualService of many routes with the conditions that real ones have. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class RouteBenchmark {

  /** How many routes. */
  @Param({"50", "500"})
  public int routes;

  private Resource subject;
  private Mesh mesh;

  /** Makes the VirtualService. */
  @Setup
  public void make() throws JsonProcessingException {
    String text = SampleRoutes.virtualService(routes);
    subject = Resource.of(new ObjectMapper().readTree(text), "default", Origin.NONE);
    mesh = ObjectMesh.empty(MeshFacts.UNKNOWN);
  }

  /** Reads the matches and judges each in the light of those before it. */
  @Benchmark
  public List<Coverage> algebra() {
    MatchReader matches = new MatchReader(GatewayNames.of(subject));
    RouteReader reader = RouteReader.http(matches, new Delegates(subject, mesh));
    return RouteTable.of(
            subject.at("spec", "http").each().stream().map(reader::read).toList(),
            "shop.example.com")
        .verdicts();
  }

  /** The whole rule: with messages, witnesses, and fixes that are tried out. */
  @Benchmark
  public List<Finding> rule() {
    UnreachableRoute rule = new UnreachableRoute();
    Report report = new Report(rule, subject, Parameters.NONE);
    rule.check(subject, mesh, report);
    return report.findings();
  }
}
