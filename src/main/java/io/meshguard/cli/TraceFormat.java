package io.meshguard.cli;

/** How a trace is written. */
enum TraceFormat {
  /** For people. */
  TEXT,
  /** For programs. */
  JSON,
  /** A picture for a ticket. */
  MERMAID
}
