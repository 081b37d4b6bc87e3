//! XML 1.0 as strict readers want it: escaped, and without a character that the standard forbids.

use std::io;

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesStart, BytesText, Event};

use super::super::foreign::lines;

/// An element that holds nothing but text.
pub(super) fn write_text(
    writer: &mut Writer<Vec<u8>>,
    start: BytesStart<'_>,
    text: &str,
) -> io::Result<()> {
    let end = start.to_end().into_owned();
    writer.write_event(Event::Start(start))?;
    writer.write_event(Event::Text(BytesText::from_escaped(partial_escape(lines(
        text,
    )))))?;
    writer.write_event(Event::End(end))
}

/// The start of an element with its attributes.
pub(super) fn element(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut start = BytesStart::new(name);
    extend(&mut start, attributes);
    start
}

/// Adds attributes.
pub(super) fn extend(start: &mut BytesStart<'_>, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        start.push_attribute((*name, lines(value).as_str()));
    }
}

/// Milliseconds as seconds with three decimals, all that the schema allows.
pub(super) fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// A time as JUnit writes it: UTC, to the second, without a zone.
pub(super) fn timestamp(started: &str) -> Option<String> {
    let time: jiff::Timestamp = started.parse().ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// XML 1.0, 2.2 `Char`.
    #[test]
    fn no_character_that_the_standard_forbids_is_left() {
        let forbidden = |c: &char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        assert_eq!(lines(&all).chars().find(forbidden), None);
    }

    #[test]
    fn line_breaks_survive_a_parser_in_text_and_in_attributes() {
        let mut writer = Writer::new(Vec::new());
        write_text(
            &mut writer,
            element("a", &[("b", "1\n2\t\"<&")]),
            "1\n2 ]]> <",
        )
        .expect("a vector takes all");
        let xml = String::from_utf8(writer.into_inner()).expect("UTF-8");
        assert_eq!(
            xml,
            "<a b=\"1&#10;2&#9;&quot;&lt;&amp;\">1\n2 ]]&gt; &lt;</a>"
        );
    }
}
