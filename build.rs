//! Lists the contract and the case and rule files that are built in, so that a file added or deleted is in or out at the
//! next build, each with the tree of its text, which a run need not parse then; and the words of our own sentences, which no secret may be taken out of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// "Did you mean …?", which the parser of YAML says.
#[path = "src/contract/nearest.rs"]
mod nearest;

/// The program's own parser of YAML.
#[expect(dead_code, reason = "the program uses the rest")]
#[path = "src/contract/yaml"]
mod yaml {
    mod anchors;
    pub mod events;
    mod node;
    pub mod pack;
    mod packed;
    mod remedy;
    mod scalar;
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=cases");
    println!("cargo::rerun-if-changed=spec");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=templates");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let to = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let mut out = String::new();
    let specs = listed(&root, "spec", &to)?;
    let [spec] = specs.as_slice() else {
        return Err(io::Error::other("spec/ holds one contract, as .yaml"));
    };
    out.push_str("/// The contract.\n");
    out.push_str(&format!("pub const SPEC: BuiltIn = {spec};\n"));
    out.push_str("/// The battery.\n");
    let cases = listed(&root, "cases", &to)?.join(",\n    ");
    out.push_str(&format!(
        "pub const CASES: &[BuiltIn] = &[\n    {cases}\n];\n"
    ));
    fs::write(to.join("pack.rs"), out)?;
    fs::write(to.join("words.txt"), words(&root)?)
}

/// The words of our own sentences, in lower case and a line each: those of the texts in the source and the templates,
/// tests aside.
fn words(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    gather(&root.join("src"), &["rs"], &mut files)?;
    let is_test = |file: &PathBuf| {
        let name = file.to_string_lossy().replace('\\', "/");
        name.contains("tests") || name.ends_with("raw_server.rs") || name.ends_with("fixture.rs")
    };
    files.retain(|file| !is_test(file));
    let mut words = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(file)?;
        let source = source
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        for line in source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            // A text over several lines begins and ends on others.
            let is_text = line.contains('"') || !line.contains(['(', ';', '=']);
            add_words(line, is_text, &mut words);
        }
    }
    let mut templates = Vec::new();
    gather(
        &root.join("templates"),
        &["html", "css", "js", "txt"],
        &mut templates,
    )?;
    for file in templates {
        add_words(&fs::read_to_string(file)?, true, &mut words);
    }
    Ok(words.into_iter().collect::<Vec<_>>().join("\n"))
}

fn add_words(text: &str, is_wanted: bool, words: &mut BTreeSet<String>) {
    const SHORTEST: usize = 6;
    let all = text.split(|c: char| !c.is_ascii_alphabetic() && c != '-' && c != '_');
    let long = all.filter(|word| is_wanted && word.len() >= SHORTEST);
    words.extend(long.map(str::to_ascii_lowercase));
}

/// Each file of a folder as a value; its tree is put into the folder `to`.
fn listed(root: &Path, folder: &str, to: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    gather(&root.join(folder), &["yaml"], &mut files)?;
    files.sort();
    let mut values = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).expect("found below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file)?;
        let tree = yaml::events::read(&text, 0)
            .map_err(|error| io::Error::other(format!("{name}:{}: {error}", error.mark.line)))?;
        let packed = to.join(format!("{}.tree", name.replace('/', "-")));
        fs::write(&packed, yaml::pack::pack(&tree))?;
        let (text, tree) = (file.to_string_lossy(), packed.to_string_lossy());
        values.push(format!(
            "BuiltIn {{ name: {name:?}, text: include_str!({text:?}), tree: include_bytes!({tree:?}) }}"
        ));
    }
    Ok(values)
}

fn gather(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, endings, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|one| *one == ending))
        {
            files.push(path);
        }
    }
    Ok(())
}
