package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CharSetTest {
  /** Both words of bits for ASCII, what lies beyond them, and the seams. */
  private static final int LIMIT = 300;

  @Property
  void setsAreCalculatedLikeSetsOfBits(@ForAll Random random) {
    for (int n = 0; n < 10; n++) {
      BitSet bits = bits(random);
      BitSet others = bits(random);
      CharSet set = set(bits);
      CharSet other = set(others);
      holds(set, bits);

      BitSet union = (BitSet) bits.clone();
      union.or(others);
      holds(set.union(other), union);

      BitSet difference = (BitSet) bits.clone();
      difference.andNot(others);
      holds(set.minus(other), difference);

      BitSet complement = (BitSet) bits.clone();
      complement.flip(0, LIMIT);
      assertThat(members(set.complement())).isEqualTo(complement);
      assertThat(set.complement().contains(Character.MAX_CODE_POINT)).isTrue();
      assertThat(set.complement().complement()).isEqualTo(set);
    }
  }

  private static void holds(CharSet set, BitSet expected) {
    assertThat(members(set)).isEqualTo(expected);
    assertThat(set.isEmpty()).isEqualTo(expected.isEmpty());
    assertThat(set.isAscii()).isEqualTo(expected.length() <= 128);
    assertThat(set.single()).isEqualTo(expected.cardinality() == 1 ? expected.nextSetBit(0) : -1);
    assertThat(set).isEqualTo(set(expected)).hasSameHashCodeAs(set(expected));
  }

  private static BitSet bits(Random random) {
    BitSet bits = new BitSet();
    for (int i = random.nextInt(6); i > 0; i--) {
      int from = random.nextInt(LIMIT);
      bits.set(from, Math.min(LIMIT, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 90)));
    }
    return bits;
  }

  private static CharSet set(BitSet bits) {
    return CharSet.of(bits.stream().flatMap(c -> IntStream.of(c, c)).toArray());
  }

  private static BitSet members(CharSet set) {
    BitSet bits = new BitSet();
    IntStream.range(0, LIMIT).filter(set::contains).forEach(bits::set);
    return bits;
  }

  @Test
  void rangesAreSortedDisjointAndNotAdjoining() {
    assertThat(CharSet.of('d', 'f', 'a', 'c').ranges()).containsExactly('a', 'f');
    assertThat(CharSet.of('a', 'z', 'c', 'e').ranges()).containsExactly('a', 'z');
    assertThat(CharSet.of('e', 'f', 'a', 'c').ranges()).containsExactly('a', 'c', 'e', 'f');
    assertThat(CharSet.ofChars("cab").ranges()).containsExactly('a', 'c');
    assertThat(CharSet.of().ranges()).isEmpty();
    assertThat(CharSet.NONE.complement().ranges()).containsExactly(0, Character.MAX_CODE_POINT);
    assertThat(CharSet.ANY.complement().isEmpty()).isTrue();
  }

  @Test
  void rangesAreACopy() {
    CharSet set = CharSet.of('a', 'z');
    set.ranges()[0] = 'q';

    assertThat(set.ranges()).containsExactly('a', 'z');
  }

  @Test
  void unionOfManyHoldsThemAll() {
    assertThat(CharSet.union(List.of())).isEqualTo(CharSet.NONE);
    assertThat(
            CharSet.union(
                List.of(CharSet.of('a', 'b'), CharSet.of(0x4E2D, 0x4E2D), CharSet.of('c', 'c'))))
        .isEqualTo(CharSet.of('a', 'c', 0x4E2D, 0x4E2D));
  }

  @Test
  void builderJoinsNeighbours() {
    CharSetBuilder builder = new CharSetBuilder();
    assertThat(builder.build()).isEqualTo(CharSet.NONE);
    for (int c : new int[] {0, 1, 2, 'a', 'c', 'd', Character.MAX_CODE_POINT}) {
      builder.add(c);
    }

    assertThat(builder.build().ranges())
        .containsExactly(
            0, 2, 'a', 'a', 'c', 'd', Character.MAX_CODE_POINT, Character.MAX_CODE_POINT);
  }

  @Test
  void builderTakesAnyNumberOfRanges() {
    CharSetBuilder builder = new CharSetBuilder();
    IntStream.range(0, 1000).map(i -> 3 * i).forEach(builder::add);

    CharSet set = builder.build();

    assertThat(IntStream.range(0, 3000).filter(set::contains).toArray())
        .isEqualTo(IntStream.range(0, 1000).map(i -> 3 * i).toArray());
  }
}
