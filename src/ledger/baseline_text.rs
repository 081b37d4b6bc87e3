//! The text of a baseline as a person wrote it: the comments at its beginning and end, and each entry's own lines with
//! the comments above them, so that a renewed file keeps them.

use crate::contract::yaml::Mark;

/// A baseline's text, cut at its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The comments before the list.
    pub head: String,
    /// The lines of each entry from its dash on, in front of them the comments above; as if they began in the first column. Empty
    /// where the entry is not written in lines of its own.
    pub entries: Vec<String>,
    /// The comments after the last entry.
    pub tail: String,
}

/// Cuts a text at entries that begin at these places; `list` is the line of the list's key.
pub fn cut(text: &str, list: u64, entries: &[Mark]) -> Pieces {
    let lines: Vec<&str> = text.lines().collect();
    let index = |line: u64| usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let head = lines.get(..index(list)).unwrap_or_default();
    let mut out = Pieces {
        head: joined(head.iter().copied().filter(|line| is_comment(line))),
        entries: vec![String::new(); entries.len()],
        tail: String::new(),
    };
    let dashes: Option<Vec<(usize, usize)>> = entries
        .iter()
        .map(|mark| {
            let line = index(mark.line);
            let before = lines.get(line)?.get(..index(mark.column))?;
            let indent = before.strip_suffix(|one: char| one == ' ')?.trim_end();
            let indent = indent.strip_suffix('-')?;
            indent.trim().is_empty().then_some((line, indent.len()))
        })
        .collect();
    let Some(dashes) = dashes else {
        return out;
    };
    let mut end = lines.len();
    let first = index(list) + 1;
    for (n, (dash, indent)) in dashes.iter().enumerate().rev() {
        let Some(above) = lines.get(first..*dash) else {
            return Pieces::default();
        };
        let comments = above.iter().rev().take_while(|line| is_comment(line));
        let begin = dash - comments.count();
        let Some(mut own) = lines.get(begin..end) else {
            return Pieces::default();
        };
        if n + 1 == dashes.len() {
            let last = own.iter().rposition(|line| !is_comment(line));
            let (entry, rest) = own.split_at(last.map_or(0, |at| at + 1));
            own = entry;
            out.tail = joined(rest.iter().copied());
        }
        out.entries[n] = joined(own.iter().map(|line| moved(line, *indent)));
        end = begin;
    }
    out
}

/// Whether nothing stands in a line but a comment.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// A line that began so many columns too late.
fn moved(line: &str, indent: usize) -> &str {
    let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
    &line[spaces.min(indent)..]
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Pieces {
        let root = crate::contract::yaml::parse(text).unwrap();
        let list = root.entry("findings").unwrap();
        let entries = list.node.as_sequence().unwrap();
        let marks: Vec<Mark> = entries.iter().map(|entry| entry.mark).collect();
        cut(text, list.key.line, &marks)
    }

    #[test]
    fn each_entry_has_the_comments_above_it() {
        let text = "# ours\n\nfindings: # all\n    # first\n    - clause: a # known\n      case: x\n\n    # second\n\n    - clause: b\n      case: y\n# end\n";
        let pieces = pieces(text);
        assert_eq!(pieces.head, "# ours\n\n");
        assert_eq!(
            pieces.entries,
            [
                "# first\n- clause: a # known\n  case: x\n",
                "\n# second\n\n- clause: b\n  case: y\n"
            ]
        );
        assert_eq!(pieces.tail, "# end\n");
    }

    #[test]
    fn what_is_not_in_lines_of_its_own_is_not_cut() {
        for text in [
            "findings: [{clause: a}, {clause: b}]\n",
            "findings: [\n  {clause: a},\n  {clause: b}]\n",
            "findings:\n  - clause: a\n  -\n    clause: b\n",
        ] {
            assert_eq!(pieces(text).entries, ["", ""], "{text}");
        }
    }
}
