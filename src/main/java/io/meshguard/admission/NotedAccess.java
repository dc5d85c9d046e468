package io.meshguard.admission;

import io.meshguard.mesh.Access;
import io.meshguard.mesh.Requester;
import java.util.Optional;

/** Permissions of a requester, and whether anybody asked for them. */
final class NotedAccess implements Access {

  private final Access access;
  private boolean answered;

  NotedAccess(Access access) {
    this.access = access;
  }

  @Override
  public Optional<Requester> requester() {
    return access.requester();
  }

  @Override
  public Answer may(Permission permission) {
    Answer answer = access.may(permission);
    answered |= answer != Answer.UNKNOWN;
    return answer;
  }

  /** Returns whether an answer was given, which may be another one the next time. */
  boolean answered() {
    return answered;
  }
}
