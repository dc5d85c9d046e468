package io.meshguard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedAuthoritiesTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Set<String> HOSTS = Set.of("meshguard.meshguard.svc");

  /** Nine years in steps of six hours; what an API server was told may be twelve hours old. */
  @Test
  void whatIsServedIsTrustedThroughEveryRenewalEvenByWhoHearsOfItLate() throws Exception {
    SharedAuthorities authorities = SharedAuthorities.begin(START);
    KeyMaterial served = authorities.signing().issue(HOSTS, START);
    Deque<String> told = new ArrayDeque<>();
    int signers = 1;
    Instant now = START;
    for (int step = 0; step < 4 * 365 * 9; step++) {
      now = now.plus(Duration.ofHours(6));
      authorities = authorities.next(now).orElse(authorities);
      boolean signed = served.chain().get(1).equals(authorities.signing().certificate());
      if (!signed || !now.isBefore(Authority.renewal(served.chain().get(0)))) {
        served = authorities.signing().issue(HOSTS, now);
        signers += signed ? 0 : 1;
      }
      told.addLast(authorities.pem());
      if (told.size() > 3) {
        told.removeFirst();
      }
      Trust.require(told.getFirst(), served, now);
      assertThat(authorities.next(now)).isEmpty();
    }
    assertThat(signers).isEqualTo(7);
  }

  @Test
  void anotherAuthorityIsAnnouncedLongBeforeTheEndAndSignsADayLater() throws Exception {
    SharedAuthorities first = SharedAuthorities.begin(START);
    Instant due = START.plus(SharedAuthorities.LIFE.multipliedBy(2).dividedBy(3));

    assertThat(first.next(due.minus(Duration.ofDays(1)))).isEmpty();
    SharedAuthorities both = first.next(due).orElseThrow();
    assertThat(both.signing()).isEqualTo(first.signing());
    assertThat(both.pem()).startsWith(first.pem()).isNotEqualTo(first.pem());
    assertThat(both.next(due.plus(Duration.ofHours(22)))).isEmpty();

    SharedAuthorities second = both.next(due.plus(Duration.ofDays(1))).orElseThrow();
    assertThat(second.signing()).isEqualTo(both.announced().orElseThrow());
    assertThat(second.previous()).contains(first.signing().certificate());
    SharedAuthorities alone = second.next(START.plus(SharedAuthorities.LIFE)).orElseThrow();
    assertThat(alone.previous()).isEmpty();
    assertThat(alone.signing()).isEqualTo(second.signing());
  }

  @Test
  void afterALongSleepThereIsANewOne() throws Exception {
    SharedAuthorities first = SharedAuthorities.begin(START);
    SharedAuthorities later = first.next(START.plus(Duration.ofDays(900))).orElseThrow();

    assertThat(later.signing()).isNotEqualTo(first.signing());
    assertThat(later.previous()).isEmpty();
  }

  @Test
  void aCertificateNeverOutlivesItsAuthority() throws Exception {
    Authority authority = Authority.create(START, Duration.ofDays(10));

    assertThat(authority.issue(HOSTS, START).chain().get(0).getNotAfter())
        .isEqualTo(authority.certificate().getNotAfter());
  }
}
