//! Lines of a document or a response with the wrong piece underlined, as compilers show them.
//! The only module that names annotate-snippets.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Severity, Renderer, Snippet};

use crate::contract::{Document, Level, Mark};

use super::terminal::{Paint, harmless, width};
use super::text::{cut, fold};

/// What stands beside the lines at most: a number of five digits and the bar.
const GUTTER: usize = 9;
/// The farthest that the name of the place may stand above its keyword, to be shown with it.
const FARTHEST: usize = 40;

/// How many values of an `enum` are shown below it.
const VALUES_SHOWN: usize = 5;
/// Holds the place of an origin while the lines are laid out; no harmless text has this character.
const PLACE: char = '\u{e000}';

/// Some lines from one place, one piece of them underlined.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The file, or what the lines are; empty where that is said elsewhere.
    pub origin: String,
    /// Line and column, where the lines are numbered.
    pub at: Option<(usize, usize)>,
    /// The number of the first line.
    pub first_line: usize,
    /// The lines, already harmless.
    pub lines: Vec<String>,
    /// The line underlined, and which bytes of it.
    pub under: Option<(usize, Range<usize>)>,
    /// What is said under it; may be empty.
    pub label: String,
    /// Whether it is the contract's side, not the response's.
    pub is_contract: bool,
}

impl Piece {
    /// The whole text, and where in it each line begins.
    fn text(&self) -> (String, Vec<usize>) {
        let mut text = String::new();
        let mut begins = Vec::new();
        for line in &self.lines {
            begins.push(text.len());
            text.push_str(line);
            text.push('\n');
        }
        (text, begins)
    }

    fn annotations(&self, begins: &[usize]) -> Vec<Annotation<'_>> {
        let mut out = Vec::new();
        if let Some((line, span)) = &self.under {
            let kind = if self.is_contract {
                AnnotationKind::Context
            } else {
                AnnotationKind::Primary
            };
            let from = begins[*line];
            let mark = kind.span(from + span.start..from + span.end);
            out.push(if self.label.is_empty() {
                mark
            } else {
                mark.label(cut(&self.label, width() - GUTTER))
            });
        }
        if self.is_contract {
            let first = self.lines.first().map_or(0, String::len);
            out.push(AnnotationKind::Visible.span(0..first));
            // The values of an `enum`.
            let under = self.under.as_ref().map_or(0, |(line, _)| *line);
            out.extend(
                (under + 1..self.lines.len()).map(|n| {
                    AnnotationKind::Visible.span(begins[n]..begins[n] + self.lines[n].len())
                }),
            );
            // The keyword itself, where what is underlined is the text below it.
            if let Some(above) = self
                .under
                .as_ref()
                .and_then(|(line, _)| line.checked_sub(1))
                && self
                    .at
                    .is_some_and(|(line, _)| line == self.first_line + above)
            {
                let from = begins[above];
                out.push(AnnotationKind::Visible.span(from..from + self.lines[above].len()));
            }
        }
        out
    }
}

/// The keyword's line of the contract, and above it the line that names what it is about.
pub fn of_contract(document: &Document, pointer: &str, mark: Mark) -> Option<Piece> {
    let file = document.file(mark);
    let number = usize::try_from(mark.line).ok().filter(|line| *line > 0)?;
    let column = usize::try_from(mark.column).unwrap_or(0).max(1);
    let named = owner(document, pointer)
        .filter(|named| *named < number && number - *named <= FARTHEST)
        .unwrap_or(number);
    let mut raw: Vec<&str> = file
        .text
        .lines()
        .skip(named - 1)
        .take(number - named + 2)
        .collect();
    // Of a text that begins on the next line, that line is the one to read.
    let begins_below = raw.get(number - named).is_some_and(|line| {
        [">-", ">", "|", "|-"]
            .iter()
            .any(|mark| line.ends_with(mark))
    });
    let listed = match raw.get(number - named) {
        Some(line) if line.trim_end().ends_with("enum:") => file
            .text
            .lines()
            .skip(number)
            .take_while(|line| line.trim_start().starts_with("- "))
            .take(VALUES_SHOWN)
            .collect(),
        _ => Vec::new(),
    };
    raw.truncate(number - named + 1 + usize::from(begins_below));
    let shown_column = match raw.last() {
        Some(line) if begins_below => line.len() - line.trim_start().len() + 1,
        _ => column,
    };
    // What is indented deeply, or stands far right on one long line, is moved to the left.
    let indent = raw
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.chars().take_while(|c| *c == ' ').count())
        .min()
        .unwrap_or(0);
    let mut lines: Vec<String> = raw
        .iter()
        .map(|line| {
            let kept: String = line.chars().skip(indent).take(width()).collect();
            cut(&harmless(&kept), width() - GUTTER)
        })
        .collect();
    let last = lines.len() - 1;
    let begin = lines[last]
        .char_indices()
        .nth(shown_column - 1 - indent.min(shown_column - 1))
        .map(|(at, _)| at)
        .filter(|at| *at < width() / 2);
    let span = match begin {
        Some(begin) => begin..lines[last].trim_end_matches('…').len(),
        None => {
            let keyword: String = raw[last]
                .chars()
                .skip(shown_column - 1)
                .take(width())
                .collect();
            lines[last] = format!("…{}", cut(&harmless(&keyword), width() - GUTTER - 1));
            '…'.len_utf8()..lines[last].len()
        }
    };
    let below = listed.iter().map(|line| {
        let kept: String = line.chars().skip(indent).take(width()).collect();
        cut(&harmless(&kept), width() - GUTTER)
    });
    lines.extend(below);
    Some(Piece {
        origin: file.name.clone(),
        at: Some((number, column)),
        first_line: named,
        lines,
        under: Some((last, span)),
        label: String::new(),
        is_contract: true,
    })
}

/// The line of the key that a pointer's keyword stands below: the property, the header, the status.
fn owner(document: &Document, pointer: &str) -> Option<usize> {
    let mut above = pointer;
    loop {
        above = above.rsplit_once('/')?.0;
        let last = above.rsplit('/').next().unwrap_or_default();
        if !matches!(last, "required" | "schema" | "items" | "allOf" | "enum")
            && last.parse::<u8>().is_err()
        {
            break;
        }
    }
    let (_, mark) = document.at(above)?;
    usize::try_from(mark.line).ok().filter(|line| *line > 0)
}

/// Renders the pieces one below the other, and below them the notes, each with its name.
pub fn render(level: Level, pieces: &[Piece], notes: &[(&str, String)], paint: Paint) -> String {
    let severity = match level {
        Level::Must => Severity::ERROR,
        Level::Should => Severity::WARNING,
        Level::Info => Severity::INFO,
    };
    let texts: Vec<(String, Vec<usize>)> = pieces.iter().map(Piece::text).collect();
    let mut group = Group::with_level(severity);
    for (n, (piece, (text, begins))) in pieces.iter().zip(&texts).enumerate() {
        let mut lines = Snippet::source(text.as_str())
            .line_start(piece.first_line)
            .line_numbering(piece.at.is_some())
            .fold(piece.is_contract)
            .annotations(piece.annotations(begins));
        if !piece.origin.is_empty() {
            lines = lines.path(format!("{PLACE}{n}{PLACE}"));
        }
        group = group.element(lines);
    }
    let gutter = pieces
        .iter()
        .filter(|piece| piece.at.is_some())
        .map(|piece| (piece.first_line + piece.lines.len()).to_string().len())
        .max()
        .unwrap_or(1);
    for (name, text) in notes {
        let room = (width() - gutter).saturating_sub(name.len() + 5);
        let folded = fold(&harmless(text), room, "");
        group = group.element(Severity::NOTE.with_name(name.to_string()).message(folded));
    }
    let renderer = if paint.is_on() {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = renderer.term_width(width() * 2).render(&[group]);
    for (n, piece) in pieces.iter().enumerate() {
        out = with_origin(&out, &format!("{PLACE}{n}{PLACE}"), piece);
    }
    out
}

/// Puts a piece's origin where its place is held. The library would count columns of the lines as they are shown; the
/// origin names those of the file, and a response has none.
fn with_origin(text: &str, held: &str, piece: &Piece) -> String {
    let Some((before, after)) = text.split_once(held) else {
        return text.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    let origin = cut(&harmless(&piece.origin), width() - 20);
    match piece.at {
        Some((line, column)) => format!("{before}{origin}:{line}:{column}{rest}"),
        None => format!("{before}{origin}{rest}"),
    }
}
