package io.meshguard.admission;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Requester;
import java.util.Optional;

/** Permissions of a requester, and whether anybody asked for them. */
final class NotedAccess implements Access {

  private final Access access;
  private boolean asked;

  NotedAccess(Access access) {
    this.access = access;
  }

  @Override
  public Optional<Requester> requester() {
    return access.requester();
  }

  @Override
  public Ternary may(Permission permission) {
    asked = true;
    return access.may(permission);
  }

  /** Returns whether anybody asked: the answer, and that there was none, may change any time. */
  boolean asked() {
    return asked;
  }
}
