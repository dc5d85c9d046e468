package io.meshguard.cli;

/** Adds the demo, which the image does not ship. */
public final class DemoProvider implements OptionalCommand {

  @Override
  public Object command(Console console) {
    return new DemoCommand(console);
  }
}
