package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.function.Predicate;

/** How the objects of a scope are judged. */
interface Judging {

  /** Returns what is said of the selected objects, in order. */
  List<Verdict> judge(
      CheckScope scope,
      List<Resource> objects,
      Predicate<Resource> selected,
      ConsoleProgress progress);
}
