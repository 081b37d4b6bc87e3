//! What a run writes, and where: `FORMAT[=PATH]` as the command line spells it, and no place twice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::report::Format;
use crate::report::writer::{Destination, Output};
use crate::transport::whole::place;

use super::CliError;
use super::auth_table::AuthTable;
use super::config::Resolved;
use super::settings::Settings;

/// The reports that a run is asked for; without any, the three defaults.
pub fn of(settings: &Settings) -> Result<Vec<Output>, CliError> {
    let folder = settings
        .report_dir
        .clone()
        .unwrap_or_else(|| PathBuf::from("reports"));
    let in_folder = |format: Format| Output {
        format,
        destination: Destination::File(folder.join(format.file_name())),
    };
    if settings.report.is_empty() {
        return Ok([Format::Json, Format::Junit, Format::Html]
            .map(in_folder)
            .to_vec());
    }
    settings
        .report
        .iter()
        .map(|text| {
            let (format, destination) = parse("--report", text)?;
            Ok(match destination {
                Some(destination) => Output {
                    format,
                    destination,
                },
                None => in_folder(format),
            })
        })
        .collect()
}

/// One `FORMAT[=PATH]`, with the flag it came from for messages.
pub fn parse(flag: &str, text: &str) -> Result<(Format, Option<Destination>), CliError> {
    let (word, path) = match text.split_once('=') {
        Some((word, path)) => (word, Some(path)),
        None => (text, None),
    };
    let format: Format = word
        .parse()
        .map_err(|error| CliError::new(format!("{flag} {text}: {error}")))?;
    match path {
        Some("") => Err(CliError::new(format!(
            "{flag} {text}: the path is empty; write {format}=FILE, or {format}=- for standard output"
        ))),
        path => Ok((format, path.map(destination))),
    }
}

/// Where a path leads: what is standard output by another name is standard output.
fn destination(path: &str) -> Destination {
    match is_stdout(Path::new(path)) {
        true => Destination::Stdout,
        false => Destination::parse(path),
    }
}

/// Whether a path is another name of standard output.
fn is_stdout(path: &Path) -> bool {
    const NAMES: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    NAMES.iter().any(|name| path == Path::new(name)) || is_same(path)
}

/// Whether a file is the one that standard output goes to. In the one that takes everything nothing is lost.
#[cfg(unix)]
fn is_same(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| {
        let found = std::fs::metadata(path).ok();
        found.map(|found| (found.dev(), found.ino()))
    };
    let (own, out) = (identity(path), identity(Path::new("/dev/stdout")));
    own.is_some() && own == out && own != identity(Path::new("/dev/null"))
}

#[cfg(not(unix))]
fn is_same(_: &Path) -> bool {
    false
}

/// Refuses two outputs to one place, and an output to a file that is read, by this run or the next: one would be lost, and it
/// would not show. `files` are read besides.
pub fn check(resolved: &Resolved, outputs: &[Output], files: &[PathBuf]) -> Result<(), CliError> {
    let settings = &resolved.settings;
    let mut writes = written("--report", outputs);
    let summary = outputs.iter().any(|output| output.format == Format::Github);
    let flags = [
        ("--record", settings.record.clone()),
        ("--write-baseline", settings.write_baseline.clone()),
        ("GITHUB_STEP_SUMMARY", step_summary().filter(|_| summary)),
    ];
    writes.extend(
        flags
            .into_iter()
            .filter_map(|(flag, path)| Some((flag.to_owned(), path?))),
    );
    let reads = [
        ("--spec", &settings.spec),
        ("--cacert", &settings.cacert),
        ("--api-secret-file", &settings.api_secret_file),
        ("--baseline", &settings.baseline),
    ];
    let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
    taken.insert(place(&resolved.file), "the configuration".to_owned());
    let secrets = settings.auth.values().flat_map(AuthTable::files);
    taken.extend(secrets.map(|path| (place(path), "[auth]".to_owned())));
    for (flag, path) in reads {
        // A baseline is renewed in its place.
        let path = path
            .iter()
            .filter(|path| settings.write_baseline.as_ref() != Some(path));
        taken.extend(path.map(|path| (place(path), flag.to_owned())));
    }
    let lists = [
        ("--cases", settings.cases.as_slice()),
        ("--replay", &settings.replay),
        ("a FILE that is judged", files),
    ];
    for (flag, paths) in lists {
        taken.extend(paths.iter().map(|path| (place(path), flag.to_owned())));
    }
    apart(taken, writes)
}

/// The places of reports, each with the flag that names it.
fn written(flag: &str, outputs: &[Output]) -> Vec<(String, PathBuf)> {
    let place_of = |output: &Output| match &output.destination {
        Destination::File(path) => path.clone(),
        Destination::Stdout => PathBuf::from(STDOUT),
    };
    let named = |output: &Output| (format!("{flag} {}", output.format), place_of(output));
    outputs.iter().map(named).collect()
}

/// Refuses what a report is rendered into where that is the report itself, or another output.
pub fn check_rendered(report: &Path, outputs: &[Output]) -> Result<(), CliError> {
    let taken = BTreeMap::from([(place(report), "the report that is read".to_owned())]);
    apart(taken, written("--format", outputs))
}

/// Refuses what is written to a place that is taken; `taken` holds who uses each.
fn apart(
    mut taken: BTreeMap<PathBuf, String>,
    writes: Vec<(String, PathBuf)>,
) -> Result<(), CliError> {
    for (flag, path) in writes {
        let path = match is_stdout(&path) {
            true => PathBuf::from(STDOUT),
            false => path,
        };
        if path != Path::new(STDOUT) && is_stream(&Destination::File(path.clone())) {
            continue;
        }
        if let Some(other) = taken.insert(place(&path), flag.clone()) {
            return Err(CliError::new(format!(
                "{other} and {flag} both use {}; give each a place of its own",
                if path == Path::new(STDOUT) {
                    "standard output".into()
                } else {
                    path.display().to_string()
                },
            )));
        }
    }
    Ok(())
}

/// As which file standard output counts.
const STDOUT: &str = "-";

/// The file that GitHub names in the environment.
pub fn step_summary() -> Option<PathBuf> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY")?;
    (!path.is_empty()).then(|| path.into())
}

/// Whether it is written into rather than put in its place, and may have to wait for a reader.
pub fn is_stream(destination: &Destination) -> bool {
    match destination {
        Destination::File(path) => path.exists() && !path.is_file() && !path.is_dir(),
        Destination::Stdout => true,
    }
}
