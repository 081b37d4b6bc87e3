//! The tree of a YAML document, made of the parser's events. The only module that names granit-parser.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use indexmap::map::Entry as Slot;

use super::anchors::Anchors;
use super::node::{DEEPEST, Entry, Mapping, Mark, Node, NodeValue, Room, YamlError};
use super::remedy::remedy;
use super::scalar;

/// Reads the one document of a text.
pub fn read(text: &str, file: u32) -> Result<Node, YamlError> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
    };
    let mut reader = Reader {
        text,
        file,
        parser: Parser::new_from_str_with_options(text, options),
        anchors: Anchors::default(),
        room: Room::default(),
    };
    let mut found = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
            (event, span) => {
                let node = reader.node(event, span)?;
                match found {
                    None => found = Some(node),
                    Some(_) if node.value == NodeValue::Null => {}
                    Some(_) => {
                        let message = "a second YAML document begins here; only one is read, so put it into a file of its own";
                        return Err(YamlError::last(node.mark, message));
                    }
                }
            }
        }
    }
    // Of an empty text its beginning.
    Ok(found.unwrap_or(Node {
        mark: Mark {
            line: 1,
            column: 1,
            file,
        },
        ..Node::default()
    }))
}

struct Reader<'t> {
    text: &'t str,
    file: u32,
    parser: Parser<'t, StrInput<'t>>,
    anchors: Anchors,
    room: Room,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), YamlError> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.broken(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn mark(&self, span: &Span) -> Mark {
        Mark {
            line: span.start.line() as u64,
            column: span.start.col() as u64 + 1,
            file: self.file,
        }
    }

    /// The node that begins with an event.
    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, YamlError> {
        let mark = self.mark(&span);
        self.room.take(mark)?;
        let (value, anchor) = match event {
            Event::Alias(id) => return self.anchors.unfold(id, mark),
            Event::Scalar(text, style, anchor, tag) => {
                self.anchor(anchor)?;
                (scalar_value(text, style, tag.as_deref()), anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.anchor(anchor)?;
                (NodeValue::Sequence(self.sequence()?), anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                self.anchor(anchor)?;
                (NodeValue::Mapping(Box::new(self.mapping()?)), anchor)
            }
            _ => return Err(YamlError::last(mark, "not valid YAML: a value is missing")),
        };
        let node = Node { value, mark };
        if anchor > 0 {
            self.anchors.keep(anchor, &node);
        }
        Ok(node)
    }

    /// Reads the event that names the anchor of the node before.
    fn anchor(&mut self, anchor: usize) -> Result<(), YamlError> {
        if anchor > 0
            && let (Event::Anchor(id, name), _) = self.next()?
        {
            self.anchors.name(id, &name);
        }
        Ok(())
    }

    fn sequence(&mut self) -> Result<Vec<Node>, YamlError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Mapping, YamlError> {
        let mut map = Mapping::default();
        let mut merged = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let key = self.mark(&span);
            let (name, is_merge) = match event {
                Event::MappingEnd => break,
                Event::Scalar(text, style, anchor, _) => {
                    self.anchor(anchor)?;
                    let is_merge = text == "<<" && style == ScalarStyle::Plain;
                    (text.into_owned(), is_merge)
                }
                event => match self.node(event, span)?.value {
                    NodeValue::String(text) => (text, false),
                    _ => {
                        let line = self.text.lines().nth(key.line as usize - 1);
                        let remedy = remedy("", line.unwrap_or_default());
                        let remedy = remedy.map(|words| format!("; {words}"));
                        let message = "a key must be a text, and not a list or a mapping";
                        return Err(YamlError::last(
                            key,
                            message.to_owned() + &remedy.unwrap_or_default(),
                        ));
                    }
                },
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span)?;
            if is_merge {
                merged.push(node);
                continue;
            }
            match map.entry(name) {
                Slot::Occupied(first) => return Err(twice(first.key(), first.get(), key)),
                Slot::Vacant(place) => drop(place.insert(Entry { key, node })),
            }
        }
        // What stands in the mapping itself beats what is merged into it, and an earlier merge a later one.
        for node in merged {
            let parts = match node.value {
                NodeValue::Sequence(items) => items,
                _ => vec![node],
            };
            for part in parts {
                let NodeValue::Mapping(more) = part.value else {
                    return Err(YamlError::last(
                        part.mark,
                        "`<<` merges mappings, and this is none",
                    ));
                };
                for (name, entry) in *more {
                    map.entry(name).or_insert(entry);
                }
            }
        }
        Ok(map)
    }

    fn broken(&self, error: &ScanError) -> YamlError {
        let marker = error.marker();
        let mut mark = Mark {
            line: marker.line() as u64,
            column: marker.col() as u64 + 1,
            file: self.file,
        };
        let by_character = || self.text.char_indices().nth(marker.index());
        let at = marker.byte_offset().or(by_character().map(|(at, _)| at));
        let rest = at.and_then(|at| self.text.get(at..)).unwrap_or_default();
        let mut here = rest.chars().next();
        // Of a scalar that goes over several characters the parser only says where it begins.
        if error.info().starts_with("unexpected character")
            && let Some((before, culprit)) = first_control(rest)
        {
            let lines = before.matches('\n').count() as u64;
            let last = before.rsplit('\n').next().unwrap_or_default();
            let begin = if lines == 0 { mark.column } else { 1 };
            mark.line += lines;
            mark.column = begin + last.chars().count() as u64;
            here = Some(culprit);
        }
        let message = match here {
            _ if error.info().starts_with("tabs") => {
                "not valid YAML: a tab stands where the indentation is; use spaces".to_owned()
            }
            _ if error.info().starts_with("recursion") => {
                format!("nested deeper than {DEEPEST} levels, the most that is read")
            }
            _ if error.info().ends_with("unknown anchor") => self.anchors.unknown(rest),
            Some(c) if c.is_control() && !matches!(c, '\n' | '\r') => format!(
                "not valid YAML: the control character U+{:04X} may not stand here; take it away, or write it as an escape in double quotes",
                u32::from(c)
            ),
            _ => {
                let line = usize::try_from(mark.line).unwrap_or(1).saturating_sub(1);
                let line = self.text.lines().nth(line).unwrap_or_default();
                let remedy = remedy(&error.info(), line).map(|words| format!("; {words}"));
                format!(
                    "not valid YAML: {}{}",
                    error.info(),
                    remedy.unwrap_or_default()
                )
            }
        };
        YamlError::new(mark, message)
    }
}

/// The first character that no YAML text may have (YAML 1.2.2, section 5.1), and what stands before it.
fn first_control(text: &str) -> Option<(&str, char)> {
    let is_forbidden = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    let (at, culprit) = text.char_indices().find(|(_, c)| is_forbidden(c))?;
    Some((&text[..at], culprit))
}

/// The complaint about a key that stands twice in its mapping.
pub(super) fn twice(name: &str, first: &Entry, second: Mark) -> YamlError {
    let (one, other) = (first.key.line, second.line);
    let message = format!(
        "the key `{name}` stands twice in one mapping, in line {one} and in line {other}; take one of the two away"
    );
    YamlError::last(second, message)
}

fn scalar_value(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> NodeValue {
    let core = tag.and_then(Tag::core_suffix);
    match (style, core) {
        (_, Some("str")) => NodeValue::String(text.into_owned()),
        (ScalarStyle::Plain, _) | (_, Some("int" | "float" | "bool" | "null")) => {
            scalar::plain(&text)
        }
        _ => NodeValue::String(text.into_owned()),
    }
}
