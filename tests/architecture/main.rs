//! The map of ARCHITECTURE.md, held against the source: arrows only point down, and what one module alone may name, no
//! other names.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up; a folder may name those of lower floors only.
const FLOORS: [&[&str]; 10] = [
    &["contract", "mock"],
    &["exchange"],
    &["transport"],
    &["battery"],
    &["ledger"],
    &["check", "derive", "report"],
    &["run"],
    &["prove"],
    &["suite"],
    &["cli"],
];

/// Crates that only these files or folders of `src` may name.
const HOMES: [(&str, &[&str]); 12] = [
    ("axum", &["mock/"]),
    ("cel", &["battery/expression.rs", "battery/cost.rs"]),
    ("clap", &["cli/"]),
    ("granit_parser", &["contract/yaml/events.rs"]),
    ("indicatif", &["cli/"]),
    ("jsonschema", &["contract/schema/compiled.rs"]),
    ("libtest_mimic", &["suite/"]),
    ("quick_xml", &["report/junit/"]),
    ("reqwest", &["transport/"]),
    ("hyper", &["transport/"]),
    ("serde_json_path", &["battery/arazzo/"]),
    (
        "serde_saphyr",
        &[
            "battery/file.rs",
            "contract/yaml/strict.rs",
            "ledger/baseline.rs",
        ],
    ),
];

struct SourceFile {
    /// The path below `src`, with `/`.
    path: String,
    /// The code: without comments, and without the tests at the end.
    code: String,
}

#[test]
fn arrows_only_point_down() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some((folder, _)) = file.path.split_once('/') else {
            continue;
        };
        let Some(floor) = floor_of(folder) else {
            wrong.push(format!(
                "src/{folder} stands on no floor: give it one here and in ARCHITECTURE.md"
            ));
            continue;
        };
        for named in named_folders(&file.code) {
            if named != folder && floor_of(&named).is_some_and(|below| below >= floor) {
                wrong.push(format!("src/{}: `{folder}` names `{named}`", file.path));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_crate_is_named_in_its_own_home_only() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (name, homes) in HOMES {
            let is_home = homes.iter().any(|home| file.path.starts_with(home));
            if !is_home && names_crate(&file.code, name) {
                wrong.push(format!(
                    "src/{} names `{name}`, which belongs to {homes:?}",
                    file.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let root = source_folder();
    let silent: Vec<String> = rust_files(&root)
        .into_iter()
        .filter(|path| !read(path).starts_with("//! "))
        .map(|path| path.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "no `//!` in the first line: {}",
        silent.join(" ")
    );
}

/// No file is longer than this, tests at its end included.
const LONGEST: usize = 400;

#[test]
fn no_file_is_too_long_to_be_read() {
    let root = source_folder();
    let long: Vec<String> = rust_files(&root)
        .into_iter()
        .map(|path| (read(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Words by which the first API is known; only its pack, and the reference server that serves it, may use them.
const FIRST_API: [&str; 8] = [
    "ccpm",
    "confluent",
    "crn",
    "plugin_id",
    "environment_id",
    "total_size",
    "list-versions",
    "connector",
];

#[test]
fn nothing_outside_its_pack_names_the_first_api() {
    let mut wrong = Vec::new();
    // What serves it, the samples of reports, and the file that keeps old names of predicates readable.
    let homes = [
        "mock/",
        "cli/mock.rs",
        "cli/generated.rs",
        "report/fixture/mod.rs",
        "battery/rule.rs",
    ];
    let is_home = |path: &str| homes.iter().any(|home| path.starts_with(home));
    for file in sources().iter().filter(|file| !is_home(&file.path)) {
        // A type of another crate, and no word of that API.
        let code = file.code.replace("TlsConnector", "").to_ascii_lowercase();
        for name in FIRST_API.iter().filter(|name| code.contains(*name)) {
            wrong.push(format!("src/{} names `{name}`", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_files_of_a_folder_import_each_other() {
    let sources = sources();
    let imports = |file: &SourceFile| -> Vec<String> {
        let mut names = paths_after(&file.code, "use super::");
        names.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
        names
    };
    let mut wrong = Vec::new();
    for one in &sources {
        for other in sources.iter().filter(|other| other.path > one.path) {
            let (Some((folder, a)), Some((other_folder, b))) =
                (one.path.rsplit_once('/'), other.path.rsplit_once('/'))
            else {
                continue;
            };
            let name = |file: &str| file.trim_end_matches(".rs").to_owned();
            let names = |file: &SourceFile, wanted: &str| imports(file).iter().any(|n| n == wanted);
            if folder == other_folder && names(one, &name(b)) && names(other, &name(a)) {
                wrong.push(format!("src/{folder}: {a} and {b} import each other"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_map_names_is_there() {
    let text = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md"));
    for folder in FLOORS.concat() {
        assert!(
            text.contains(&format!("`src/{folder}/`")),
            "ARCHITECTURE.md does not name src/{folder}/"
        );
    }
}

fn floor_of(folder: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&folder))
}

/// The folders that a text reaches by `crate::folder` or `crate::{folder…, folder…}`, over however many lines.
fn named_folders(code: &str) -> Vec<String> {
    paths_after(code, "crate::")
}

/// The first names of the paths that follow a prefix, those in braces one by one.
fn paths_after(code: &str, prefix: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    let mut out = Vec::new();
    for rest in code.split(prefix).skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            out.push(word(rest));
            continue;
        };
        // Only names at the outermost level of the braces are names of folders or files.
        let (mut depth, mut begin) = (0, true);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begin = true,
                c if begin && !c.is_whitespace() => {
                    out.push(word(&list[at..]));
                    begin = false;
                }
                _ => {}
            }
        }
    }
    out
}

#[test]
fn paths_are_read_over_several_lines_and_braces() {
    let code =
        "use crate::{\n    battery::{Case,\n Plan},\n    check,\n};\nlet x = crate::run::go();";
    assert_eq!(named_folders(code), ["battery", "check", "run"]);
}

fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    })
}

fn sources() -> Vec<SourceFile> {
    let root = source_folder();
    rust_files(&root)
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let lines = text
                .lines()
                .take_while(|line| *line != "mod tests {")
                .map(str::trim_start)
                .filter(|line| !line.starts_with("//"));
            let code = lines.collect::<Vec<_>>().join("\n");
            let below = path.strip_prefix(&root).unwrap();
            SourceFile {
                path: below.to_string_lossy().replace('\\', "/"),
                code,
            }
        })
        .collect()
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
