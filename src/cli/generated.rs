//! Files that are made from the code and committed: JSON Schemas, sample reports, the reference of the command line. A test
//! regenerates one and compares it; with `CONFORM_UPDATE=1` it writes the file instead.

use std::path::Path;

use clap::CommandFactory;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};

use crate::battery::model::{Binding, CaseFile, RuleFile};
use crate::report::{self, Format, fixture, json};

use super::args::Cli;
use super::config::ConfigFile;

/// The width of help texts in the reference.
const HELP_WIDTH: usize = 90;

/// Holds a committed file against what the code makes of it now.
fn hold(path: &str, fresh: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("CONFORM_UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, fresh).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == fresh,
        "{path} is not what the code makes of it now; rewrite it with CONFORM_UPDATE=1 cargo test --lib generated"
    );
}

/// The schema of a file that a person writes, in the draft that editors know best.
fn schema<T: JsonSchema>(title: &str) -> Schema {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}

fn hold_schema(path: &str, schema: &Schema) {
    hold(path, &format!("{:#}\n", schema.as_value()));
}

#[test]
fn the_schema_of_reports() {
    hold("reports/report.schema.json", &json::schema());
}

#[test]
fn a_sample_of_each_format() {
    // A report with every kind of case, and with texts that try to break out of each format.
    let sample = fixture::sample();
    for format in Format::ALL {
        let bytes = report::render(format, &sample).unwrap();
        let path = format!("reports/sample/{}", format.file_name());
        hold(&path, &String::from_utf8(bytes).unwrap());
    }
}

#[test]
fn the_schema_of_the_configuration_file() {
    let mut schema = schema::<ConfigFile>("conform.toml");
    // A setting that is not given has no value that an editor could offer.
    let mut without = RecursiveTransform(|schema: &mut Schema| drop(schema.remove("default")));
    without.transform(&mut schema);
    hold_schema("reports/conform.schema.json", &schema);
}

#[test]
fn the_schemas_of_battery_files() {
    for (path, schema) in [
        (
            "cases/case.schema.json",
            schema::<CaseFile>("A case of conform"),
        ),
        (
            "cases/rule.schema.json",
            schema::<RuleFile>("A rule of conform"),
        ),
        (
            "cases/battery.schema.json",
            schema::<Binding>("What binds a battery to its operation"),
        ),
    ] {
        hold_schema(path, &schema);
    }
}

#[test]
fn the_reference_of_the_command_line() {
    let mut command = Cli::command()
        .term_width(HELP_WIDTH)
        .mut_subcommands(|one| one.term_width(HELP_WIDTH));
    command.build();
    let mut out = String::from(
        "# The command line\n\n\
         Generated from the argument definitions; `CONFORM_UPDATE=1 cargo test --lib generated` writes it again.\n\
         Every setting of `conform run` can also stand in `conform.toml` under its flag's name.\n\
         Only there stands the table `[run.levels]` (or `[profile.NAME.levels]`): other levels for clauses, such as\n\
         `\"*/429/**\" = \"off\"`, by globs over their ids, each `must`, `should`, `info` or `off`.\n",
    );
    let mut section = |title: &str, help: String| {
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        out.push_str(&format!(
            "\n## {title}\n\n```text\n{}\n```\n",
            help.join("\n").trim_end()
        ));
    };
    section("conform", command.render_long_help().to_string());
    let names: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    for name in names {
        let one = command.find_subcommand_mut(&name).unwrap();
        section(
            &format!("conform {name}"),
            one.render_long_help().to_string(),
        );
    }
    hold("docs/cli.md", &out);
}

#[test]
fn the_arguments_are_sound() {
    Cli::command().debug_assert();
}

/// The ids of released clauses: one that changes needs its old name under `renamed` in the battery file.
#[test]
fn released_clause_ids_stay() {
    let path = "spec/ccpm-v1.clauses";
    let plan = crate::run::Setup::default()
        .plan_without_target(&[])
        .unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let released = std::fs::read_to_string(file).unwrap_or_default();
    for id in released.lines() {
        assert!(
            plan.find_clause(id).is_some(),
            "the released clause {id} is gone: give its new name under `renamed` in the battery file"
        );
    }
    let mut ids: Vec<&str> = released.lines().collect();
    ids.extend(plan.clauses.iter().map(|(_, clause)| clause.id()));
    ids.sort_unstable();
    ids.dedup();
    hold(path, &format!("{}\n", ids.join("\n")));
}
