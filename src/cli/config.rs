//! Settings from flags, environment, profile and file made into one validated whole, each with where it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
}

/// Puts the layers together: flag over environment over profile over file.
///
/// # Errors
/// A file or profile that cannot be used, with its place.
pub fn resolve(
    flags: &Settings,
    config: Option<&Path>,
    profile: Option<&str>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Resolved, CliError> {
    let mut layers: Vec<(String, Map<String, Value>)> = Vec::new();
    let mut auth = BTreeMap::new();
    let path = match config {
        Some(path) => Some(path.to_owned()),
        None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file()),
    };
    if let Some(path) = path {
        let mut file = read(&path)?;
        auth = std::mem::take(&mut file.auth);
        layers.push((path.display().to_string(), map_of(&file.run)));
        if let Some(name) = profile {
            let Some(settings) = file.profile.get(name) else {
                let known = file.profile.keys().map(String::as_str);
                let hint = crate::battery::nearest(name, known)
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                return Err(CliError::new(format!(
                    "{}: there is no profile `{name}`{hint}",
                    path.display()
                )));
            };
            layers.push((format!("profile {name}"), map_of(settings)));
        }
    } else if let Some(name) = profile {
        return Err(CliError::new(format!(
            "--profile {name} needs a configuration file; there is no {DEFAULT_FILE} here"
        )));
    }
    layers.push(("environment".to_owned(), from_environment(environment)?));
    layers.push(("flag".to_owned(), map_of(flags)));
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
    })
}

fn read(path: &Path) -> Result<ConfigFile, CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::new(format!("{}: cannot be read: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1)
            .unwrap_or_default();
        CliError::new(format!("{}:{line}: {}", path.display(), error.message()))
    })
}

fn map_of(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// `CONFORM_BASE_URL` and the like, for settings that hold one value.
fn from_environment(
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Map<String, Value>, CliError> {
    let schema = schemars::schema_for!(Settings);
    let mut map = Map::new();
    for (key, property) in schema
        .as_value()
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        // `CONFORM_API_KEY` is for API keys, `--api-key` for whatever an operation needs.
        if key == "api-key" {
            continue;
        }
        let name = format!("CONFORM_{}", key.to_ascii_uppercase().replace('-', "_"));
        let Some(text) = environment(&name).filter(|text| !text.is_empty()) else {
            continue;
        };
        let kinds = property.get("type").map(|kind| match kind {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect::<Vec<_>>(),
        });
        let kinds = kinds.unwrap_or_default();
        let wrong = |what: &str| CliError::new(format!("{name}: `{text}` is no {what}"));
        let value = if kinds.contains(&"boolean") {
            Value::Bool(text.parse().map_err(|_| wrong("true or false"))?)
        } else if kinds.contains(&"integer") {
            Value::from(text.parse::<u64>().map_err(|_| wrong("whole number"))?)
        } else if kinds.contains(&"number") {
            Value::from(text.parse::<f64>().map_err(|_| wrong("number"))?)
        } else if kinds.contains(&"array") {
            continue;
        } else {
            Value::String(text)
        };
        map.insert(key.clone(), value);
    }
    Ok(map)
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// A time such as `500ms`, `10s` or `5m`.
///
/// # Errors
/// What was given, and the form that is meant.
pub fn duration(name: &str, text: &str) -> Result<Duration, CliError> {
    let wrong = || {
        CliError::new(format!(
            "{name}: `{text}` is no time; write 500ms, 10s or 5m"
        ))
    };
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..split].parse().map_err(|_| wrong())?;
    let factor = match text[split..].trim() {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(number * factor).map_err(|_| wrong())
}

/// A size in bytes such as `500k`, `16MiB` or `1GB`.
///
/// # Errors
/// What was given, and the form that is meant.
pub fn size(name: &str, text: &str) -> Result<u64, CliError> {
    let wrong = || {
        CliError::new(format!(
            "{name}: `{text}` is no size; write 500KB, 16MiB or a number of bytes"
        ))
    };
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..split].parse().map_err(|_| wrong())?;
    let factor: u64 = match text[split..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(factor)
        .filter(|bytes| *bytes > 0)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes() {
        assert_eq!(
            duration("--timeout", "500ms").unwrap(),
            Duration::from_millis(500)
        );
        assert_eq!(
            duration("--timeout", "1.5m").unwrap(),
            Duration::from_secs(90)
        );
        for bad in ["", "ten", "10 parsecs", "-1s", "1e400s"] {
            assert!(
                duration("--timeout", bad)
                    .unwrap_err()
                    .to_string()
                    .contains("--timeout"),
                "{bad}"
            );
        }
        assert_eq!(size("--max-body", "16MiB").unwrap(), 16 << 20);
        assert!(size("--max-body", "0").is_err());
        assert!(size("--max-body", "99999999999GB").is_err());
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "[run]\ntimeout = \"1s\"\nretries = 1\nrate = 1\ncase = [\"a\"]\n[profile.ci]\nretries = 2\nrate = 2\n").unwrap();
        let flags = Settings {
            rate: Some(4),
            ..Settings::default()
        };
        let environment = |name: &str| match name {
            "CONFORM_RETRIES" => Some("3".to_owned()),
            "CONFORM_RATE" => Some("3".to_owned()),
            _ => None,
        };
        let resolved = resolve(&flags, Some(&file), Some("ci"), environment).unwrap();
        let settings = &resolved.settings;
        assert_eq!(
            (settings.timeout.as_deref(), settings.retries, settings.rate),
            (Some("1s"), Some(3), Some(4))
        );
        assert_eq!(settings.case, ["a"]);
        assert_eq!(
            resolved.sources["retries"],
            ("3".to_owned(), "environment".to_owned())
        );
        let error = resolve(&flags, Some(&file), Some("cii"), |_| None)
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean `ci`"), "{error}");
        std::fs::write(&file, "[run]\n\nretrys = 1\n").unwrap();
        let error = resolve(&flags, Some(&file), None, |_| None)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("c.toml:3") && error.contains("retrys"),
            "{error}"
        );
    }

    #[test]
    fn credentials_by_the_name_of_a_scheme_stand_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            resolve(&Settings::default(), Some(&file), None, |name| {
                (name == "CONFORM_API_KEY").then(|| "for API keys only".to_owned())
            })
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
