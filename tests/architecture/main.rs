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
    &["check", "report"],
    &["run"],
    &["prove"],
    &["suite"],
    &["cli"],
];

/// Crates that only these files or folders of `src` may name.
const HOMES: [(&str, &[&str]); 9] = [
    ("axum", &["mock/"]),
    ("cel", &["battery/expression.rs"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("jsonschema", &["contract/schema/compiled.rs"]),
    ("libtest_mimic", &["suite/"]),
    ("quick_xml", &["report/junit/"]),
    ("reqwest", &["transport/"]),
    (
        "serde_saphyr",
        &["battery/load.rs", "contract/yaml.rs", "ledger/baseline.rs"],
    ),
];

struct SourceFile {
    /// The path below `src`, with `/`.
    path: String,
    /// The lines of code: without comments, and without the tests at the end.
    lines: Vec<String>,
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
        for line in &file.lines {
            for named in named_folders(line) {
                if named != folder && floor_of(&named).is_some_and(|below| below >= floor) {
                    wrong.push(format!("src/{}: `{folder}` names `{named}`", file.path));
                }
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
            if !is_home && file.lines.iter().any(|line| names_crate(line, name)) {
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

/// The folders that a line reaches by `crate::folder` or `crate::{folder…, folder…}`.
fn named_folders(line: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    let mut out = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => out.extend(list.split(',').map(|one| word(one.trim()))),
            None => out.push(word(rest)),
        }
    }
    out
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
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
                .filter(|line| !line.starts_with("//"))
                .map(str::to_owned)
                .collect();
            let below = path.strip_prefix(&root).unwrap();
            SourceFile {
                path: below.to_string_lossy().replace('\\', "/"),
                lines,
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
