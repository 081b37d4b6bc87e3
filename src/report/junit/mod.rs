//! JUnit XML: a suite an operation, a testcase a case. A failure or an error stands in it exactly when the exit code is not 0.

mod told;
mod xml;

use std::io;

use indexmap::IndexMap;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, Event};

use self::told::{told, write_properties};
use self::xml::{element, extend, seconds, timestamp, write_text};
use super::foreign::{markup, one_line};
use super::model::Report;
use super::testcase::{Kind, TestCase, testcases};

/// The longest `message` attribute, in characters; the whole text follows as the element's content.
const MESSAGE_LIMIT: usize = 500;

/// Which readers the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Only what the schema of Jenkins' xUnit plugin knows.
    Strict,
    /// With `file` and `line` on each testcase, which that schema refuses.
    Annotated,
}

/// The report as JUnit XML.
///
/// # Errors
/// None that a report's content could cause.
pub(super) fn render(report: &Report, style: Style) -> io::Result<String> {
    let tests = testcases(report);
    let all: Vec<&TestCase<'_>> = tests.iter().collect();
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let time = seconds(report.manifest.duration_ms);
    let [total, failures, errors, _] = counts(&all);
    let root = [
        ("name", "conform"),
        ("tests", &total),
        ("failures", &failures),
        ("errors", &errors),
        ("time", &time),
    ];
    writer.write_event(Event::Start(element("testsuites", &root)))?;
    let mut suites: IndexMap<&str, Vec<&TestCase<'_>>> = IndexMap::new();
    for test in &all {
        suites.entry(test.operation).or_default().push(test);
    }
    // The run's own outcome stands in a suite of its own only where there are several.
    if suites.keys().filter(|name| !name.is_empty()).count() <= 1 {
        suites = IndexMap::from([(report.contract.title.as_str(), all)]);
    }
    let is_only = suites.len() == 1;
    for (n, (name, tests)) in suites.iter().enumerate() {
        let took: u64 = tests.iter().map(|test| test.duration_ms).sum();
        let time = if is_only { time.clone() } else { seconds(took) };
        let name = if name.is_empty() && !is_only {
            "conform"
        } else {
            name
        };
        write_suite(&mut writer, report, style, (n == 0, name, &time), tests)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    Ok(format!("{}\n", markup(&text)))
}

/// All tests, and those that failed, ended in error or were skipped.
fn counts(tests: &[&TestCase<'_>]) -> [String; 4] {
    let count = |kind| tests.iter().filter(|test| test.kind == kind).count();
    [
        tests.len(),
        count(Kind::Failure),
        count(Kind::Error),
        count(Kind::Skipped),
    ]
    .map(|count| count.to_string())
}

/// One suite. The first one tells of the run.
fn write_suite(
    writer: &mut Writer<Vec<u8>>,
    report: &Report,
    style: Style,
    (is_first, name, time): (bool, &str, &str),
    tests: &[&TestCase<'_>],
) -> io::Result<()> {
    let [total, failures, errors, skipped] = counts(tests);
    let name = match report.target.reference {
        true => format!("{name} at the reference server"),
        false => name.to_owned(),
    };
    let mut suite = element("testsuite", &[("name", &name)]);
    extend(
        &mut suite,
        &[
            ("tests", &total),
            ("failures", &failures),
            ("errors", &errors),
            ("skipped", &skipped),
            ("time", time),
        ],
    );
    if let Some(started) = timestamp(&report.manifest.started) {
        extend(&mut suite, &[("timestamp", &started)]);
    }
    writer.write_event(Event::Start(suite))?;
    if is_first {
        write_properties(writer, report)?;
    }
    for test in tests {
        write_testcase(writer, test, style)?;
    }
    let told = told(report);
    if is_first && !told.is_empty() {
        write_text(writer, element("system-out", &[]), &told.join("\n"))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn write_testcase(
    writer: &mut Writer<Vec<u8>>,
    test: &TestCase<'_>,
    style: Style,
) -> io::Result<()> {
    let time = seconds(test.duration_ms);
    let mut start = element(
        "testcase",
        &[
            ("classname", &test.suite),
            ("name", &test.name),
            ("time", &time),
        ],
    );
    if let (Style::Annotated, Some((file, line))) = (style, &test.place) {
        extend(&mut start, &[("file", file)]);
        if *line > 0 {
            extend(&mut start, &[("line", &line.to_string())]);
        }
    }
    if test.text.is_empty() {
        return writer.write_event(Event::Empty(start));
    }
    writer.write_event(Event::Start(start))?;
    let message = one_line(&test.message, MESSAGE_LIMIT);
    let child = match child(test.kind) {
        Some(name) => element(name, &[("message", &message), ("type", test.cause)]),
        None => element("system-out", &[]),
    };
    write_text(writer, child, &test.text)?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// The child element that says it; a passed case has none.
fn child(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Passed => None,
        Kind::Failure => Some("failure"),
        Kind::Error => Some("error"),
        Kind::Skipped => Some("skipped"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quick_xml::Reader;
    use quick_xml::events::BytesStart;

    use super::*;
    use crate::ledger::Outcome;
    use crate::report::fixture;

    /// Each testcase as class name, name and the names of its children, read back by a parser.
    fn read(text: &str) -> Vec<(String, String, Vec<String>)> {
        let (mut reader, mut tests, mut inside) = (Reader::from_str(text), Vec::new(), false);
        loop {
            let event = reader.read_event().unwrap();
            let attribute = |start: &BytesStart<'_>, name: &str| {
                start
                    .try_get_attribute(name)
                    .unwrap()
                    .unwrap()
                    .value
                    .into_owned()
            };
            match &event {
                Event::Eof => return tests,
                Event::Start(start) | Event::Empty(start)
                    if start.name().as_ref() == "testcase" =>
                {
                    tests.push((
                        attribute(start, "classname"),
                        attribute(start, "name"),
                        Vec::new(),
                    ));
                    inside = matches!(event, Event::Start(_));
                }
                Event::Start(start) if inside => {
                    tests
                        .last_mut()
                        .unwrap()
                        .2
                        .push(start.name().as_ref().to_owned());
                }
                Event::End(end) if end.name().as_ref() == "testcase" => inside = false,
                _ => {}
            }
        }
    }

    fn child_of(xml: &str, name: &str) -> Vec<String> {
        read(xml).into_iter().find(|test| test.1 == name).unwrap().2
    }

    fn text(report: &Report) -> String {
        render(report, Style::Strict).unwrap()
    }

    #[test]
    fn each_kind_of_case_has_its_one_child() {
        let xml = render(&fixture::sample(), Style::Strict).unwrap();
        for (name, child) in [
            ("first-page", "failure"),
            ("same-read-twice", "skipped"),
            ("full-walk", "error"),
            ("restricted-key", "skipped"),
            ("hostile-plugin-id", "error"),
            ("head", "skipped"),
        ] {
            assert_eq!(child_of(&xml, name), [child], "{name}");
        }
        assert_eq!(
            child_of(&xml, "no-credentials"),
            ["system-out"],
            "a finding that does not gate is told"
        );
    }

    #[test]
    fn a_failure_or_an_error_is_there_exactly_when_the_exit_code_is_not_0() {
        for base in [fixture::sample(), fixture::conformant(), fixture::empty()] {
            for exit_code in 0..=3 {
                let report = Report {
                    exit_code,
                    outcome: Outcome::Incomplete,
                    ..base.clone()
                };
                let children: Vec<String> = read(&text(&report))
                    .into_iter()
                    .flat_map(|test| test.2)
                    .collect();
                let bad = children
                    .iter()
                    .any(|child| child == "failure" || child == "error");
                assert_eq!(
                    bad,
                    exit_code != 0,
                    "exit code {exit_code}, {} cases",
                    report.cases.len()
                );
            }
        }
    }

    #[test]
    fn what_no_case_shows_stands_in_the_outcome() {
        let mut report = fixture::conformant();
        for (exit_code, child) in [(1, "failure"), (2, "error"), (3, "error")] {
            report.exit_code = exit_code;
            report.reasons = vec!["the coverage is 40 %, 80 % are demanded".into()];
            let xml = text(&report);
            assert_eq!(child_of(&xml, "outcome"), [child]);
            assert!(xml.contains("message=\"the coverage is 40 %, 80 % are demanded\""));
        }
        assert!(!text(&fixture::sample()).contains("name=\"outcome\""));
    }

    #[test]
    fn the_counts_are_those_of_the_children() {
        let xml = text(&fixture::sample());
        let children: Vec<String> = read(&xml).into_iter().flat_map(|test| test.2).collect();
        let count = |name: &str| children.iter().filter(|child| *child == name).count();
        let counts = format!(
            "tests=\"7\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
            count("failure"),
            count("error"),
            count("skipped")
        );
        assert_eq!(
            counts,
            "tests=\"7\" failures=\"1\" errors=\"2\" skipped=\"3\""
        );
        assert!(
            xml.contains(&format!(
                "{counts} time=\"1.234\" timestamp=\"2026-02-03T04:05:06\""
            )),
            "{xml}"
        );
    }

    #[test]
    fn no_character_that_xml_forbids_is_left_and_nothing_breaks_out() {
        let xml = text(&fixture::sample());
        assert!(!xml.contains(['\0', '\u{1b}', '\u{fffe}']));
        assert!(!xml.contains("<script>") && !xml.contains("]]>"));
        assert!(xml.contains("\\u{1b}") && xml.contains("🦀"));
    }

    #[test]
    fn a_failure_tells_expected_actual_place_and_how_to_reproduce_it() {
        let xml = text(&fixture::sample());
        for part in [
            "expected   at most 60 characters",
            "where      response 200 in first-page, page 1, /data/3/spec/version",
            "count      7 times in first-page",
            "spec/ccpm-v1.yaml:212",
            "reproduce  curl -u",
        ] {
            assert!(xml.contains(part), "{part}");
        }
    }

    #[test]
    fn names_repeat_nowhere_even_if_the_cases_do() {
        let mut report = fixture::sample();
        report.cases.extend(report.cases.clone());
        let names: HashSet<_> = read(&text(&report))
            .into_iter()
            .map(|test| (test.0, test.1))
            .collect();
        assert_eq!(names.len(), 14);
    }

    #[test]
    fn each_of_several_operations_has_its_suite() {
        let mut report = fixture::large(20);
        let xml = text(&report);
        assert_eq!(xml.matches("<testsuite ").count(), 20);
        assert_eq!(
            xml.matches("<properties>").count(),
            1,
            "the run is told once"
        );
        for suite in [
            "getThing4\" tests=\"10\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"10.420\"",
            "getThing6\" tests=\"10\" failures=\"0\" errors=\"0\" skipped=\"10\"",
        ] {
            assert!(
                xml.contains(&format!("<testsuite name=\"{suite}")),
                "{suite}"
            );
        }
        assert_eq!(read(&xml).len(), 200);
        report.exit_code = 2;
        assert!(text(&report).contains("<testsuite name=\"conform\" tests=\"1\""));
        // The names of one operation's suite are those that they always were.
        let one = text(&fixture::sample());
        assert_eq!(one.matches("<testsuite ").count(), 1);
        assert!(one.contains("<testsuite name=\"Custom Connect Plugin Management\" tests=\"7\""));
    }

    #[test]
    fn only_the_annotated_style_has_file_and_line() {
        let report = fixture::sample();
        let annotated = render(&report, Style::Annotated).unwrap();
        assert!(annotated.contains("file=\"spec/ccpm-v1.yaml\" line=\"212\""));
        assert!(annotated.contains("file=\"cases/full-walk.yaml\" line=\"3\""));
        assert!(!text(&report).contains(" file=") && !text(&report).contains(" line="));
    }
}
