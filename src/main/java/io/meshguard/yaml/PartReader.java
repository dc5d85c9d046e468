package io.meshguard.yaml;

import io.meshguard.deadline.Deadline;
import io.meshguard.yaml.Part.Alias;
import io.meshguard.yaml.Part.Entry;
import io.meshguard.yaml.Part.Mapping;
import io.meshguard.yaml.Part.Scalar;
import io.meshguard.yaml.Part.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Reads where the nodes of a text stand. The text must be one that YamlReader reads. */
final class PartReader {

  private final String text;
  private final int[] offsets;
  private final Iterator<Event> events;

  private PartReader(String text) {
    this.text = text;
    this.offsets = offsets(text);
    this.events = YamlReader.events(text);
  }

  /** Returns the offsets at which the documents of a text begin, directives included. */
  static List<Integer> documents(String text) {
    PartReader reader = new PartReader(text);
    List<Integer> starts = new ArrayList<>();
    while (reader.events.hasNext()) {
      Event event = reader.events.next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        starts.add(reader.offset(event.getStartMark()));
      }
    }
    return starts;
  }

  /** Returns the root of the first document of a text. */
  static Part read(String text) {
    PartReader reader = new PartReader(text);
    while (reader.events.hasNext()) {
      if (reader.events.next().getEventId() == Event.ID.DocumentStart) {
        return reader.part(reader.events.next());
      }
    }
    throw new EditException("there is no document");
  }

  private Part part(Event event) {
    Deadline.check();
    int start = offset(event.getStartMark());
    if (event instanceof AliasEvent) {
      return new Alias(start, offset(event.getEndMark()));
    }
    if (event instanceof ScalarEvent scalar) {
      return new Scalar(start, scalarEnd(scalar, start), scalar.getScalarStyle());
    }
    if (event instanceof SequenceStartEvent sequence) {
      return sequence(start, sequence.getFlowStyle() == FlowStyle.FLOW);
    }
    if (event instanceof MappingStartEvent mapping) {
      return mapping(start, mapping.getFlowStyle() == FlowStyle.FLOW);
    }
    throw new EditException("the text has changed since it was read");
  }

  private Sequence sequence(int start, boolean flow) {
    List<Part> items = new ArrayList<>();
    Event event = events.next();
    for (; event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
      items.add(part(event));
    }
    int end = flow ? offset(event.getEndMark()) : items.get(items.size() - 1).end();
    return new Sequence(start, end, flow, items);
  }

  private Mapping mapping(int start, boolean flow) {
    List<Entry> entries = new ArrayList<>();
    Event event = events.next();
    for (; event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
      String name = event instanceof ScalarEvent scalar ? scalar.getValue() : "";
      Part key = part(event);
      entries.add(new Entry(name, key, part(events.next())));
    }
    int end = flow ? offset(event.getEndMark()) : entries.get(entries.size() - 1).value().end();
    return new Mapping(start, end, flow, entries);
  }

  /** A block scalar's mark stands at the next thing after it, so blanks are taken back. */
  private int scalarEnd(ScalarEvent scalar, int start) {
    int end = offset(scalar.getEndMark());
    ScalarStyle style = scalar.getScalarStyle();
    if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
      while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
    }
    return end;
  }

  private int offset(Optional<Mark> mark) {
    int index = mark.orElseThrow().getIndex();
    return offsets.length == 0 ? index : offsets[index];
  }

  /** Returns the offset of each code point and of the end; nothing where each is one char. */
  private static int[] offsets(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return new int[0];
    }
    int[] offsets = new int[count + 1];
    int at = 0;
    for (int i = 0; i < count; i++) {
      offsets[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    offsets[count] = at;
    return offsets;
  }
}
