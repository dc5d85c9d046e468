package io.meshguard.expect;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.deadline.Deadline;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Origin;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.Call;
import io.meshguard.trace.CallException;
import io.meshguard.trace.CallReader;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a file of route tests; what is wrong with one test does not stop the others. */
public final class RouteTestReader {

  /** Nobody reads more; a text made to fill the memory gets no further. */
  private static final int MOST_PROBLEMS = 100;

  private static final YamlReader.Limits LIMITS =
      new YamlReader.Limits(16 * 1024 * 1024, 500_000, 20, 5_000_000);

  private final String file;
  private final List<RouteTest> tests = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private int documents;

  private RouteTestReader(String file) {
    this.file = file;
  }

  /**
   * Reads a text.
   *
   * @param file its name for the user
   */
  public static RouteTests read(String file, String text) {
    RouteTestReader reader = new RouteTestReader(file);
    YamlReader.read(
        text.startsWith("\uFEFF") ? text.substring(1) : text, LIMITS, reader.new Sink());
    if (reader.documents == 0 && reader.problems.isEmpty()) {
      reader.add(new Position(1, 1), "", "noTests");
    }
    return new RouteTests(reader.tests, reader.problems);
  }

  private final class Sink implements YamlReader.Sink {
    @Override
    public void document(YamlDocument document) {
      if (!document.tree().isNull()) {
        Origin origin =
            new Origin(file, documents, JsonPointer.empty(), document.positions(), false);
        documents++;
        document(new TestNode(Cursor.root(document.tree()), origin, "", this::keep));
      }
    }

    @Override
    public void unreadable(YamlException cause) {
      Object said = ForeignText.of(SafeText.escape(String.valueOf(cause.getMessage())));
      add(cause.position(), "", "yaml", said);
    }

    @Override
    public void duplicateKey(String key, Position position) {
      add(position, SafeText.cut(key), "duplicateKey");
    }

    private void keep(Problem problem) {
      if (problems.size() < MOST_PROBLEMS) {
        problems.add(problem);
      }
    }

    private void document(TestNode root) {
      root.onlyKeys(Keys.OF_FILE);
      if (!root.cursor().isObject()) {
        return;
      }
      Optional<Entry> usual = entry(root);
      boolean certain = root.at(Keys.CERTAIN).bool().orElse(true);
      TestNode list = root.at(Keys.TESTS);
      if (!list.cursor().isNonEmpty()) {
        (list.isSet() ? list : root).problem("noTests");
      }
      list.items().forEach(test -> test(test, usual, certain));
    }
  }

  private void add(Position position, String key, String message, Object... arguments) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(
          new Problem(file, position, key, Problem.say(message, arguments), Optional.empty()));
    }
  }

  private static Optional<Entry> entry(TestNode node) {
    TestNode at = node.at(Keys.AT);
    TestNode from = node.at(Keys.FROM);
    if (at.isSet() && from.isSet()) {
      from.problem("bothEntries");
      return Optional.empty();
    }
    return at.isSet()
        ? at.filledText().map(text -> new Entry(Entry.Type.AT, text))
        : from.filledText().map(text -> new Entry(Entry.Type.FROM, text));
  }

  private void test(TestNode node, Optional<Entry> usual, boolean certain) {
    Deadline.check();
    int before = problems.size();
    node.onlyKeys(Keys.OF_TEST);
    if (!node.cursor().isObject()) {
      if (!node.isSet()) {
        node.problem("expected.map");
      }
      return;
    }
    Optional<String> name = node.at(Keys.NAME).filledText();
    boolean own = node.at(Keys.AT).isSet() || node.at(Keys.FROM).isSet();
    Optional<Entry> entry = own ? entry(node) : usual;
    if (entry.isEmpty() && !own) {
      node.problem("noEntry");
    }
    Optional<Call> call = call(node);
    TestNode expect = node.at(Keys.EXPECT);
    if (!expect.isSet()) {
      node.problem("missing", Keys.EXPECT);
    }
    Expectation expectation = ExpectationReader.read(expect, certain);
    if (entry.isPresent() && call.isPresent() && problems.size() == before) {
      tests.add(
          new RouteTest(
              file,
              node.position(),
              name.orElseGet(() -> call.get().title()),
              entry.get(),
              call.get(),
              expectation));
    }
  }

  private static Optional<Call> call(TestNode node) {
    TestNode request = node.at(Keys.REQUEST);
    if (!request.isSet()) {
      node.problem("missing", Keys.REQUEST);
      return Optional.empty();
    }
    List<String> headers = new ArrayList<>();
    for (Map.Entry<String, TestNode> header : node.at(Keys.HEADERS).entries().entrySet()) {
      for (String value : header.getValue().texts()) {
        headers.add(header.getKey() + ": " + value);
      }
    }
    Optional<String> version = node.at(Keys.HTTP).word(Keys.VERSIONS);
    Optional<String> serverName = node.at(Keys.SERVER_NAME).filledText();
    Optional<String> text = request.filledText();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CallReader.read(List.of(text.get()), headers, version, serverName));
    } catch (CallException e) {
      Object[] words = e.words().toArray();
      TestNode at = e.reason() == CallException.Reason.HEADER ? node.at(Keys.HEADERS) : request;
      at.problem("call." + e.reason().name(), words);
      return Optional.empty();
    }
  }
}
