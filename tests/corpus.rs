//! Documents that people publish, where `CONFORM_CORPUS` names a folder of them: how many load, with how many warnings,
//! how many are refused and why, and which are slow. Without the variable there is nothing to do.
//!
//! `CONFORM_CORPUS=DIR cargo test --release --test corpus -- --nocapture`

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use conform::run::{Deriving, Setup};

/// What takes longer is told of.
const SLOW: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Table {
    ok: usize,
    warned: usize,
    refused: Vec<String>,
    slow: Vec<String>,
}

#[test]
fn documents_that_people_publish() {
    let Some(folder) = std::env::var_os("CONFORM_CORPUS") else {
        return;
    };
    let mut table = Table::default();
    for path in documents(Path::new(&folder)) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let begun = Instant::now();
        let setup = Setup {
            spec: Some(path),
            without_embedded: true,
            deriving: Some(Deriving::default()),
            ..Setup::default()
        };
        // What is derived from a document fits it.
        if let Err(error) = setup.plan_without_target(&[]) {
            table.refused.push(error.to_string());
            continue;
        }
        match setup.load() {
            Err(error) => table.refused.push(error.to_string()),
            Ok((contract, _)) => {
                let warnings = contract.warnings.len();
                table.ok += usize::from(warnings == 0);
                table.warned += usize::from(warnings > 0);
                let (operations, clauses) = (contract.operations.len(), contract.clauses.len());
                for operation in 0..operations {
                    contract.prepare(operation);
                }
                println!(
                    "{warnings:>5} warnings {operations:>5} operations {clauses:>7} clauses  {name}"
                );
            }
        }
        if begun.elapsed() > SLOW {
            table
                .slow
                .push(format!("{:.1} s {name}", begun.elapsed().as_secs_f64()));
        }
    }
    let Table {
        ok,
        warned,
        refused,
        slow,
    } = table;
    println!(
        "\n{ok} ok, {warned} with warnings, {} refused, {} slow",
        refused.len(),
        slow.len()
    );
    for line in refused.iter().chain(&slow) {
        println!("  {line}");
    }
    assert!(
        ok + warned > 0,
        "there is no document in {}",
        folder.display()
    );
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("CONFORM_CORPUS names a folder");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let kind = path.extension().and_then(|kind| kind.to_str());
        path.is_file() && matches!(kind, Some("yaml" | "yml" | "json"))
    });
    paths.sort();
    paths
}
