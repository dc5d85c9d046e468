package io.meshguard.deploy;

import io.meshguard.expect.RouteTestSchema;
import io.meshguard.policy.PolicySchema;
import io.meshguard.policy.RepositoryConfigSchema;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import java.nio.file.Path;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Files that follow from the code do so; with {@code -Dgolden=update} they are written. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GeneratedFilesTest {

  @Test
  @Order(1)
  void theChartRegistersAndReadsWhatTheRulesNeed() {
    ChartFiles.all()
        .forEach(
            (name, text) -> Golden.check(HelmChart.FOLDER.resolve("files").resolve(name), text));
  }

  @Test
  @Order(2)
  void plainManifestsAreTheChartWithItsDefaults() {
    Golden.checkFolder(Path.of("deploy"), PlainManifests.all());
    Golden.checkFolder(Path.of("deploy", "monitoring"), PlainManifests.monitoring());
  }

  @Test
  void thePolicysSchemaIsPublished() {
    Golden.check(
        Path.of("docs", "schema", "policy.schema.json"), PolicySchema.text(Catalogue.infos()));
  }

  @Test
  void theSchemaOfTheRepositorysConfigurationIsPublished() {
    Golden.check(Path.of("docs", "schema", "config.schema.json"), RepositoryConfigSchema.text());
  }

  @Test
  void theSchemaOfRouteTestsIsPublished() {
    Golden.check(Path.of("docs", "schema", "route-tests.schema.json"), RouteTestSchema.text());
  }

  @Test
  void theFrontPagesListTheRules() {
    theRulesAreListed(Path.of("README.md"), Language.EN);
    theRulesAreListed(Path.of("README.zh.md"), Language.ZH);
  }

  @Test
  @Order(3)
  void aPageListsWhatTheChartGrants() {
    Path page = Path.of("docs", "security.md");
    Golden.check(
        page,
        Golden.between(
            Golden.read(page),
            "<!-- permissions: generated -->",
            "<!-- /permissions -->",
            PermissionTable.text()));
  }

  @Test
  void aPageListsTheRules() {
    Golden.check(Path.of("docs", "rules.md"), RuleTable.page());
  }

  @Test
  void aPageBeginsWithTheSymptoms() {
    for (Language language : Language.values()) {
      Golden.check(SymptomPage.file(language), SymptomPage.text(language));
    }
  }

  private static void theRulesAreListed(Path page, Language language) {
    Golden.check(
        page,
        Golden.between(
            Golden.read(page),
            "| --- | --- | --- | --- |",
            "<!-- /rules -->",
            RuleTable.brief(language) + '\n'));
  }
}
