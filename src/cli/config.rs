//! Settings from flags, environment, profile and file made into one validated whole, each with where it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Spanned;

use crate::battery::{LevelWish, Weight};

use super::CliError;
use super::settings::Settings;

/// A configuration file: the settings themselves, and profiles of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigFile {
    /// Settings for every run.
    pub run: Settings,
    /// Settings by profile name, each before those of `run`.
    pub profile: BTreeMap<String, Settings>,
    /// Credentials by the name of a security scheme of the contract.
    pub auth: BTreeMap<String, AuthTable>,
}

/// Where the credentials of one security scheme come from: a variable or a file for each of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuthTable {
    /// The variable that holds the token of HTTP Bearer, OAuth 2 or OpenID Connect.
    pub token_env: Option<String>,
    /// The file that holds it.
    pub token_file: Option<PathBuf>,
    /// The variable that holds the user name of HTTP Basic.
    pub username_env: Option<String>,
    /// The file that holds it.
    pub username_file: Option<PathBuf>,
    /// The variable that holds the password of HTTP Basic.
    pub password_env: Option<String>,
    /// The file that holds it.
    pub password_file: Option<PathBuf>,
    /// The variable that holds an API key.
    pub key_env: Option<String>,
    /// The file that holds it.
    pub key_file: Option<PathBuf>,
}

/// The file that is read where none is named.
pub const DEFAULT_FILE: &str = "conform.toml";

/// Settings with their sources.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The settings.
    pub settings: Settings,
    /// For each setting that is not at its default: its value as text, and where it came from.
    pub sources: BTreeMap<String, (String, String)>,
    /// Credentials by the name of a security scheme.
    pub auth: BTreeMap<String, AuthTable>,
    /// Levels for clauses: those of the file, then those of the profile, each in the order of its lines.
    pub levels: Vec<LevelWish>,
}

/// Puts the layers together: flag over environment over profile over file. Flags and environment are `given` in one, and
/// `is_from_environment` tells by its name which setting came from where.
///
/// # Errors
/// A file or profile that cannot be used, with its place.
pub fn resolve(
    given: &Settings,
    config: Option<&Path>,
    profile: Option<&str>,
    is_from_environment: impl Fn(&str) -> bool,
) -> Result<Resolved, CliError> {
    let mut layers: Vec<(String, Map<String, Value>)> = Vec::new();
    let (mut auth, mut levels) = (BTreeMap::new(), Vec::new());
    let path = match config {
        Some(path) => Some(path.to_owned()),
        None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file()),
    };
    if let Some(path) = path {
        let (mut file, text) = read(&path)?;
        auth = std::mem::take(&mut file.auth);
        levels = wishes(&file.run, &path, &text);
        layers.push((path.display().to_string(), map_of(&file.run)));
        if let Some(name) = profile {
            let Some(settings) = file.profile.get(name) else {
                let known = file.profile.keys().map(String::as_str);
                let hint = crate::contract::nearest::hint(name, known);
                return Err(CliError::new(format!(
                    "{}: there is no profile `{name}`{hint}",
                    path.display()
                )));
            };
            levels.extend(wishes(settings, &path, &text));
            layers.push((format!("profile {name}"), map_of(settings)));
        }
    } else if let Some(name) = profile {
        return Err(CliError::new(format!(
            "--profile {name} needs a configuration file; there is no {DEFAULT_FILE} here"
        )));
    }
    let (environment, flags) = map_of(given)
        .into_iter()
        .partition(|(name, _)| is_from_environment(name));
    layers.push(("environment".to_owned(), environment));
    layers.push(("flag".to_owned(), flags));
    let mut merged = Map::new();
    let mut sources = BTreeMap::new();
    for (source, layer) in layers {
        for (key, value) in layer {
            sources.insert(key.clone(), (text_of(&value), source.clone()));
            merged.insert(key, value);
        }
    }
    let settings = serde_json::from_value(Value::Object(merged))
        .map_err(|error| CliError::new(format!("the settings do not fit together: {error}")))?;
    Ok(Resolved {
        settings,
        sources,
        auth,
        levels,
    })
}

/// The levels of a table, in the order of its lines.
fn wishes(settings: &Settings, path: &Path, text: &str) -> Vec<LevelWish> {
    let wish = |(glob, weight): (&String, &Spanned<Weight>)| LevelWish {
        glob: glob.clone(),
        weight: *weight.get_ref(),
        source: path.display().to_string(),
        line: line_of(text, weight.span().start),
    };
    let mut wishes: Vec<LevelWish> = settings.levels.iter().map(wish).collect();
    wishes.sort_by_key(|wish| wish.line);
    wishes
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

fn read(path: &Path) -> Result<(ConfigFile, String), CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::new(format!("{}: cannot be read: {error}", path.display())))?;
    let file = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(&text, span.start));
        CliError::new(format!("{}:{line}: {}", path.display(), error.message()))
    })?;
    Ok((file, text))
}

fn map_of(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "[run]\ntimeout = \"1s\"\nretries = 1\nrate = 1\ncase = [\"a\"]\n[profile.ci]\nretries = 2\nrate = 2\n").unwrap();
        let given = Settings {
            rate: Some(4),
            retries: Some(3),
            ..Settings::default()
        };
        let is_from_environment = |name: &str| name == "retries";
        let resolved = resolve(&given, Some(&file), Some("ci"), is_from_environment).unwrap();
        let settings = &resolved.settings;
        assert_eq!(
            (settings.timeout.clone(), settings.retries, settings.rate),
            ("1s".parse().ok(), Some(3), Some(4))
        );
        assert_eq!(settings.case, ["a"]);
        assert_eq!(
            resolved.sources["retries"],
            ("3".to_owned(), "environment".to_owned())
        );
        let error = resolve(&given, Some(&file), Some("cii"), |_| false)
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean `ci`"), "{error}");
        assert_eq!(
            resolved.sources["timeout"],
            ("1s".to_owned(), file.display().to_string())
        );
        std::fs::write(&file, "[run]\nmax-time = \"5x\"\n").unwrap();
        let error = resolve(&given, Some(&file), None, |_| false)
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with("c.toml:2: `5x` is not a duration; write 500ms, 10s or 5m"),
            "{error}"
        );
        std::fs::write(&file, "[run]\n\nretrys = 1\n").unwrap();
        let error = resolve(&given, Some(&file), None, |_| false)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("c.toml:3") && error.contains("retrys"),
            "{error}"
        );
    }

    #[test]
    fn levels_keep_the_order_of_their_lines_and_a_profile_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            resolve(&Settings::default(), Some(&file), Some("ci"), |_| false)
        };
        let text = "[profile.ci.levels]\n\"z/**\" = \"must\"\n[run.levels]\n\"b/*\" = \"off\"\n\"a/*\" = \"info\"\n";
        let levels = read(text).unwrap().levels;
        let told = |wish: &LevelWish| (wish.glob.clone(), wish.weight, wish.line);
        assert_eq!(
            levels.iter().map(told).collect::<Vec<_>>(),
            [
                ("b/*".to_owned(), Weight::Off, 4),
                ("a/*".to_owned(), Weight::Info, 5),
                ("z/**".to_owned(), Weight::Must, 2),
            ]
        );
        let error = read("[run.levels]\n\n\"a/*\" = \"of\"\n").unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("c.toml:3: ") && error.contains("`off`"),
            "{error}"
        );
    }

    #[test]
    fn credentials_by_the_name_of_a_scheme_stand_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            resolve(&Settings::default(), Some(&file), None, |_| false)
        };
        let resolved = read("[auth.main]\ntoken_env = \"MY_TOKEN\"\n").unwrap();
        assert_eq!(resolved.auth["main"].token_env.as_deref(), Some("MY_TOKEN"));
        assert_eq!(resolved.settings.api_key, None);
        let error = read("[auth.main]\ntoken = \"secret\"\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("c.toml:2") && error.contains("token_env"),
            "{error}"
        );
    }
}
