//! Lists the contract and the case and rule files that are built in, so that a file added or deleted is in or out at the
//! next build.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=cases");
    println!("cargo::rerun-if-changed=spec");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut out = String::new();
    let specs = listed(&root, "spec")?;
    let [spec] = specs.as_slice() else {
        return Err(io::Error::other("spec/ holds one contract, as .yaml"));
    };
    out.push_str("/// The contract: its name in messages and reports, and its text.\n");
    out.push_str(&format!("pub const SPEC: (&str, &str) = {spec};\n"));
    out.push_str("/// The battery: each file's name and text.\n");
    let cases = listed(&root, "cases")?.join(",\n    ");
    out.push_str(&format!(
        "pub const CASES: &[(&str, &str)] = &[\n    {cases}\n];\n"
    ));
    fs::write(
        PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("pack.rs"),
        out,
    )
}

/// Each file of a folder as a pair of name and text.
fn listed(root: &Path, folder: &str) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    gather(&root.join(folder), &mut files)?;
    files.sort();
    let pair = |file: &PathBuf| {
        let name = file.strip_prefix(root).expect("found below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        format!("({name:?}, include_str!({:?}))", file.to_string_lossy())
    };
    Ok(files.iter().map(pair).collect())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
