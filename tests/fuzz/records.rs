//! Recordings and reports read back: refused by name, or rendered in every format, well-formed and harmless.

use conform::exchange::Recording;
use conform::report::{Format, json, render};

use super::bounds::{self, Harness, project};

const WORDS: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "\\u001b",
    "\\u0085",
    "\\u202e",
    "\"schema_version\":1",
    "\"count\":",
    "<script>",
    "]]>",
    "::error::",
    "%0A",
    "\n",
    ",",
    "{",
    "}",
    "[",
    "]",
    "é",
];

#[test]
fn reports() {
    let _turn = bounds::turn();
    let work = |input: &[u8]| {
        let report = match json::read(input, "fuzz.json") {
            Ok(report) => report,
            Err(error) => {
                let said = error.to_string();
                assert!(said.contains("fuzz.json"), "{said}");
                return;
            }
        };
        for format in Format::ALL {
            let bytes = render(format, &report).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let is_bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
            assert!(!text.contains(is_bad), "a control in {}", format.word());
            match format {
                Format::Json | Format::Sarif | Format::Ctrf => {
                    serde_json::from_str::<serde_json::Value>(&text).unwrap();
                }
                Format::Junit | Format::JunitAnnotated => {
                    let mut reader = quick_xml::Reader::from_str(&text);
                    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
                }
                Format::Html => assert!(text.trim_end().ends_with("</html>")),
                Format::Github => {}
            }
        }
    };
    let harness = Harness {
        name: "reports",
        seeds: vec![project("reports/sample/report.json")],
        words: WORDS,
        cases: 60,
        mebibytes: 64,
        times: 200,
        work: &work,
    };
    harness.run();
}

#[test]
fn recordings() {
    let _turn = bounds::turn();
    let work = |input: &[u8]| {
        if let Ok(text) = std::str::from_utf8(input)
            && let Err(error) = Recording::read("fuzz.rec", text.as_bytes())
        {
            let said = error.to_string();
            assert!(said.starts_with("fuzz.rec: "), "{said}");
        }
    };
    let harness = Harness {
        name: "recordings",
        seeds: vec![recording()],
        words: WORDS,
        cases: 150,
        mebibytes: 64,
        times: 200,
        work: &work,
    };
    harness.run();
}

/// A right recording, of the program's own making.
fn recording() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_conform"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CONFORM_")) {
        command.env_remove(name);
    }
    command.current_dir(folder.path());
    command.args([
        "run",
        "-q",
        "--case",
        "head",
        "--no-core",
        "--record",
        "a.rec",
    ]);
    command.output().unwrap();
    std::fs::read(folder.path().join("a.rec")).unwrap()
}
