package io.meshguard.yaml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.events.CommentEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A comment of a YAML text.
 *
 * @param position where its {@code #} stands
 * @param text what follows the {@code #}
 * @param alone whether nothing else stands on its line
 */
public record Comment(Position position, String text, boolean alone) {

  /**
   * Returns the comments of a text, in order. What looks like one inside of a quoted text or a
   * block scalar is none. Of a text that is no YAML, those before the place where it breaks.
   */
  public static List<Comment> of(String text) {
    List<Comment> comments = new ArrayList<>();
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setParseComments(true)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .build();
    Iterator<Event> events = new Parse(settings).parseReader(new WholeCharacters(text)).iterator();
    try {
      while (events.hasNext()) {
        if (events.next() instanceof CommentEvent comment
            && comment.getCommentType() != CommentType.BLANK_LINE) {
          comment.getStartMark().ifPresent(mark -> comments.add(of(comment, mark)));
        }
      }
    } catch (YamlEngineException broken) {
      return comments;
    }
    return comments;
  }

  private static Comment of(CommentEvent comment, Mark mark) {
    return new Comment(
        new Position(mark.getLine() + 1, mark.getColumn() + 1),
        comment.getValue(),
        comment.getCommentType() == CommentType.BLOCK);
  }
}
