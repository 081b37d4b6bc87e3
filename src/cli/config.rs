//! Settings from flags, environment, profile and file made into one validated whole, each with where it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Spanned;

use crate::battery::{LevelWish, Weight};

use super::CliError;
use super::args::Layers;
use super::auth_table::AuthTable;
use super::environment::Environment;
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

/// The file that is read where none is named.
pub const DEFAULT_FILE: &str = "conform.toml";

/// Settings with their sources.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The settings.
    pub settings: Settings,
    /// For each setting that is not at its default: its value as text, and where it came from.
    pub sources: BTreeMap<String, (String, String)>,
    /// Levels for clauses: those of the file, then those of the profile, each in the order of its lines.
    pub levels: Vec<LevelWish>,
    /// The configuration in use, as messages name it.
    pub in_use: Option<String>,
    /// Where the configuration stands, or would stand.
    pub file: PathBuf,
}

impl Resolved {
    /// Whether a setting was given as a flag.
    pub fn is_flag(&self, name: &str) -> bool {
        let source = self.sources.get(name);
        source.is_some_and(|(_, source)| source == FLAG)
    }

    /// The variables that the configuration names for credentials.
    pub fn variables(&self) -> BTreeSet<String> {
        let tables = self.settings.auth.values();
        tables.flat_map(AuthTable::variables).collect()
    }
}

const FLAG: &str = "flag";

/// Puts the layers together: flag over environment over profile over file. Flags and environment are `given` in one.
///
/// # Errors
/// A file or profile that cannot be used, with its place.
pub fn resolve(
    given: &Settings,
    layers: &Layers,
    environment: &Environment,
) -> Result<Resolved, CliError> {
    let mut resolved = Resolved::default();
    let mut merged = Map::new();
    let mut auth = BTreeMap::new();
    resolved.file = PathBuf::from(DEFAULT_FILE);
    if let Some(path) = &layers.config {
        resolved.file.clone_from(path);
    }
    if layers.config.is_some() || resolved.file.is_file() {
        let path = resolved.file.clone();
        let shown = path.display().to_string();
        let (mut file, text) = read(&path)?;
        let mut adopt = |tables: &mut BTreeMap<String, AuthTable>, table: &str| {
            for (name, one) in tables.iter_mut() {
                one.place = format!("{shown}: [{table}auth.{}]", key(name));
            }
            auth.append(tables);
        };
        adopt(&mut file.auth, "");
        let mut tables = vec![(shown.clone(), file.run, "run.".to_owned())];
        resolved.in_use = Some(shown.clone());
        if let Some(name) = &layers.profile {
            let Some(settings) = file.profile.remove(name) else {
                let known = file.profile.keys().map(String::as_str);
                let hint = crate::contract::nearest::hint(name, known);
                let why = format!("{shown}: there is no profile `{name}`{hint}");
                return Err(CliError::new(why));
            };
            let table = format!("profile.{}.", key(name));
            tables.push((format!("profile {name}"), settings, table));
            resolved.in_use = Some(format!("{shown} with the profile {name}"));
        }
        for (source, mut settings, table) in tables {
            resolved.lay(&mut merged, &source, map_of(&settings));
            adopt(&mut settings.auth, &table);
            resolved.levels.extend(wishes(&settings, &path, &text));
        }
    } else if let Some(name) = &layers.profile {
        return Err(CliError::new(format!(
            "--profile {name} needs a configuration file; there is no {DEFAULT_FILE} here"
        )));
    }
    let is_variable = |name: &str| environment.settings.contains(name);
    let (mut variables, flags): (Map<_, _>, Map<_, _>) = map_of(given)
        .into_iter()
        .partition(|(name, _)| is_variable(name));
    if !environment.param.is_empty() {
        variables.insert(PARAM.to_owned(), Value::from(environment.param.clone()));
    }
    resolved.lay(&mut merged, "environment", variables);
    resolved.lay(&mut merged, FLAG, flags);
    resolved.settings = serde_json::from_value(Value::Object(merged))
        .map_err(|error| CliError::new(format!("the settings do not fit together: {error}")))?;
    resolved.settings.auth = auth;
    Ok(resolved)
}

/// A name as TOML writes it in a heading.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => format!("{name:?}"),
    }
}

const PARAM: &str = "param";

impl Resolved {
    /// Lays settings over those of the layers below; parameters add to them, name by name.
    fn lay(&mut self, merged: &mut Map<String, Value>, source: &str, layer: Map<String, Value>) {
        for (key, mut value) in layer {
            let mut source = source.to_owned();
            if let (PARAM, Some(below)) = (key.as_str(), merged.get(&key)) {
                value = with_parameters(below, value);
                source = format!("{}, {source}", self.sources[&key].1);
            }
            self.sources.insert(key.clone(), (text_of(&value), source));
            merged.insert(key, value);
        }
    }
}

fn with_parameters(below: &Value, above: Value) -> Value {
    let name = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        text.split('=').next().unwrap_or_default().to_owned()
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let above = list(&above);
    let is_given = |one: &Value| above.iter().any(|other| name(other) == name(one));
    let kept = list(below).into_iter().filter(|one| !is_given(one));
    kept.chain(above.iter().cloned()).collect()
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
    let text = super::read(path, super::LARGEST_WRITTEN)?;
    let file = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(&text, span.start));
        CliError::new(format!("{}:{line}: {}", path.display(), error.message()))
    })?;
    Ok((file, text))
}

/// The settings that are given.
fn map_of(settings: &Settings) -> Map<String, Value> {
    let is_given =
        |value: &Value| !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty());
    match serde_json::to_value(settings) {
        Ok(Value::Object(map)) => map
            .into_iter()
            .filter(|(_, value)| is_given(value))
            .collect(),
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
    use std::num::NonZeroU32;

    use super::*;

    fn layers(file: &Path, profile: Option<&str>) -> Layers {
        Layers {
            config: Some(file.to_owned()),
            profile: profile.map(str::to_owned),
        }
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "[run]\ntimeout = \"1s\"\nretries = 1\nrate = 1\ncase = [\"a\"]\n[profile.ci]\nretries = 2\nrate = 2\n").unwrap();
        let given = Settings {
            rate: NonZeroU32::new(4),
            retries: Some(3),
            ..Settings::default()
        };
        let environment = Environment {
            settings: BTreeSet::from(["retries".to_owned()]),
            ..Environment::default()
        };
        let resolved = resolve(&given, &layers(&file, Some("ci")), &environment).unwrap();
        let settings = &resolved.settings;
        assert_eq!(
            (settings.timeout.clone(), settings.retries, settings.rate),
            ("1s".parse().ok(), Some(3), NonZeroU32::new(4))
        );
        assert_eq!(settings.case, ["a"]);
        assert_eq!(
            resolved.sources["retries"],
            ("3".to_owned(), "environment".to_owned())
        );
        let error = resolve(&given, &layers(&file, Some("cii")), &environment)
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean `ci`"), "{error}");
        assert_eq!(
            resolved.sources["timeout"],
            ("1s".to_owned(), file.display().to_string())
        );
        std::fs::write(&file, "[run]\nmax-time = \"5x\"\n").unwrap();
        let error = resolve(&given, &layers(&file, None), &environment)
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with("c.toml:2: `5x` is not a duration; write 500ms, 10s or 5m"),
            "{error}"
        );
        std::fs::write(&file, "[run]\n\nretrys = 1\n").unwrap();
        let error = resolve(&given, &layers(&file, None), &environment)
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
            resolve(
                &Settings::default(),
                &layers(&file, Some("ci")),
                &Environment::default(),
            )
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
    fn credentials_by_the_name_of_a_scheme_stand_in_the_file_and_a_profile_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let read = |text: &str, profile| {
            std::fs::write(&file, text).unwrap();
            resolve(
                &Settings::default(),
                &layers(&file, profile),
                &Environment::default(),
            )
        };
        let text = "[auth.main]\ntoken_env = \"MY_TOKEN\"\n[auth.other]\nkey_env = \"MY_KEY\"\n\
                    [profile.staging.auth.main]\ntoken_env = \"STAGING_TOKEN\"\n";
        for (profile, variables) in [
            (None, ["MY_KEY", "MY_TOKEN"]),
            (Some("staging"), ["MY_KEY", "STAGING_TOKEN"]),
        ] {
            let resolved = read(text, profile).unwrap();
            assert!(resolved.variables().iter().eq(variables), "{profile:?}");
            assert_eq!(resolved.settings.api_key, None);
        }
        let error = read("[auth.main]\ntoken = \"secret\"\n", None).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("c.toml:2") && error.contains("token_env"),
            "{error}"
        );
    }

    #[test]
    fn parameters_add_to_those_of_the_layers_below_name_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let text = "[run]\nparam = [\"a=1\", \"b=1\", \"c=1\", \"d=1=1\"]\n[profile.ci]\nparam = [\"b=2\", \"e=2\"]\n";
        std::fs::write(&file, text).unwrap();
        let given = Settings {
            param: vec!["c=4".into(), "f=4".into()],
            ..Settings::default()
        };
        let environment = Environment {
            param: vec!["e=3".into(), "c=3".into()],
            ..Environment::default()
        };
        let resolved = resolve(&given, &layers(&file, Some("ci")), &environment).unwrap();
        assert_eq!(
            resolved.settings.param,
            ["a=1", "d=1=1", "b=2", "e=3", "c=4", "f=4"]
        );
        assert!(
            resolved.sources["param"]
                .1
                .ends_with("profile ci, environment, flag")
        );
    }

    #[test]
    fn what_counts_from_one_is_refused_at_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for key in [
            "rate = 0",
            "concurrency = 0",
            "max-pages = 0",
            "min-coverage = nan",
        ] {
            std::fs::write(&file, format!("[run]\n{key}\n")).unwrap();
            let read = resolve(
                &Settings::default(),
                &layers(&file, None),
                &Environment::default(),
            );
            let error = read.unwrap_err().to_string();
            assert!(error.contains("c.toml:2: "), "{error}");
        }
    }
}
