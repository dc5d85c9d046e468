package io.meshguard.match;

import static io.meshguard.match.Tables.any;
import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.match;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PathIndexTest {
  private static final List<String> TEXTS =
      List.of("/", "/a", "/ab", "/abc", "/a/b", "/b", "/ba", "/a/", "/c/d/e", "/c");

  private final List<Entry> entries = new ArrayList<>();
  private final Space space = new Space(Tables.AUTHORITY, Tables.ample());

  private PathIndex index(List<RequestMatch> matches) {
    Solver solver = new Solver(Tables.ample());
    for (int i = 0; i < matches.size(); i++) {
      entries.add(Entry.of(i, matches.get(i), space, solver));
    }
    return new PathIndex(entries, space);
  }

  private static BitSet near(PathIndex index, int entry) {
    return index.near(entry, Tables.ample());
  }

  /** First all exact paths, then all prefixes. */
  private static boolean meet(int one, int other) {
    int count = TEXTS.size();
    String first = TEXTS.get(one % count);
    String second = TEXTS.get(other % count);
    boolean equal = first.equals(second);
    boolean below = one >= count && second.startsWith(first);
    boolean above = other >= count && first.startsWith(second);
    return equal || below || above;
  }

  @Test
  void plainPathsMeetWhereOneBeginsWithTheOther() {
    List<RequestMatch> matches = new ArrayList<>();
    TEXTS.forEach(text -> matches.add(exact(text)));
    TEXTS.forEach(text -> matches.add(prefix(text)));
    PathIndex index = index(matches);

    for (int one = 0; one < matches.size(); one++) {
      BitSet expected = new BitSet();
      for (int other = 0; other < matches.size(); other++) {
        expected.set(other, meet(one, other));
        assertThat(index.mayMeet(one, other))
            .as("%s and %s", matches.get(one), matches.get(other))
            .isEqualTo(meet(one, other));
      }
      assertThat(near(index, one)).as(matches.get(one).toString()).isEqualTo(expected);
    }
  }

  @Test
  void patternsMeetWhatBeginsLikeThem() {
    PathIndex index = index(List.of(regex("/a/[0-9]+"), prefix("/a"), prefix("/b"), exact("/a/1")));

    assertThat(near(index, 0)).isEqualTo(bits(0, 1, 3));
    assertThat(near(index, 2)).isEqualTo(bits(2));
    assertThat(index.mayMeet(0, 2)).isFalse();
  }

  @Test
  void allOthersMayMeetEverything() {
    PathIndex index =
        index(
            List.of(
                any(),
                match(m -> m.pathIgnoringCase(ValueMatch.exact("/A"))),
                match(m -> m.pathIgnoringCase(ValueMatch.prefix("/A"))),
                match(m -> m.header("x", ValueMatch.exact("/b"))),
                new RequestMatch(
                    List.of(
                        new Condition(
                            Dimension.of(Dimension.Kind.PATH), ValueMatch.prefix("/a"), true))),
                regex("(/a|/b)"),
                exact("/z")));

    for (int i = 0; i < 7; i++) {
      assertThat(near(index, i)).as("%s", i).isEqualTo(bits(0, 1, 2, 3, 4, 5, 6));
    }
  }

  private static BitSet bits(int... members) {
    BitSet bits = new BitSet();
    IntStream.of(members).forEach(bits::set);
    return bits;
  }
}
