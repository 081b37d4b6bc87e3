//! A document of Swagger 2.0 is tested as any other: with a case that a person wrote, and without.

use conform::mock::{API_KEY, API_SECRET, MockConfig};

use super::support::{Bench, done, parameters, serve, serve_edited};

const DOCUMENT: &str = "swagger: '2.0'
info: {title: Plugins, version: '1'}
host: plugins.example.com
basePath: /ccpm/v1
schemes: [https]
produces: [application/json]
securityDefinitions: {key: {type: basic}}
security: [{key: []}]
paths:
  /plugins/{plugin_id}/versions:
    get:
      operationId: listVersions
      parameters:
      - {name: plugin_id, in: path, required: true, type: string}
      - {name: environment, in: query, required: true, type: string}
      responses:
        200: {description: A page., schema: {$ref: '#/definitions/Page'}}
        400: {description: Wrong., schema: {type: object}}
        401: {description: No key., schema: {type: object}}
definitions:
  Page: {type: object, required: [data], properties: {data: {type: array, items: {$ref: '#/definitions/Version'}}}}
  Version: {type: object, required: [id], properties: {id: {type: string, maxLength: 40}}}
";

const CASE: &str = "case: first-page
title: A valid request gets the first page
operation: listVersions
expects: success
accepts: [200]
core: true
aims: [200/**]
means: >-
  Nothing but the key and the environment.
";

#[test]
fn a_case_that_a_person_wrote_tests_a_swagger_2_document() {
    let bench = Bench::new();
    bench.write("plugins.yaml", DOCUMENT);
    bench.write("first-page.yaml", CASE);
    let run = |url: &str| {
        let mut command = bench.command();
        command
            .env("CONFORM_USERNAME", API_KEY)
            .env("CONFORM_PASSWORD", API_SECRET)
            .args([
                "run",
                "--spec",
                "plugins.yaml",
                "--cases",
                "first-page.yaml",
            ])
            .args(["--base-url", &format!("{url}/ccpm/v1")])
            .args(parameters());
        done(&command.output().unwrap())
    };
    let right = serve(MockConfig::default());
    let told = run(&right.url).code(0);
    assert!(told.out.contains("first-page"), "{}", told.out);
    let report = bench.json("reports/report.json");
    let cases = report["cases"].as_array().unwrap();
    assert_eq!(
        cases.len(),
        1,
        "an operation with a written case is not derived"
    );
    assert_eq!(cases[0]["verdict"], "pass");
    let clauses = report["clauses"].as_array().unwrap();
    let id = "listVersions/200/body/data[]/id/maxLength";
    let clause = clauses.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(
        (&clause["state"], &clause["spec_line"]),
        (&"held".into(), &22.into())
    );
    let wrong = serve_edited(200, |body| body["data"][0]["id"] = "x".repeat(41).into());
    let told = run(&wrong.url).code(1);
    assert!(
        told.out.contains(id) && told.out.contains("plugins.yaml:22"),
        "{}",
        told.out
    );
}

#[test]
fn the_server_that_it_names_in_pieces_is_named_and_not_contacted() {
    let bench = Bench::new();
    for (text, server) in [
        (DOCUMENT.to_owned(), "https://plugins.example.com/ccpm/v1"),
        (
            DOCUMENT.replace("schemes: [https]\n", ""),
            "https://plugins.example.com/ccpm/v1",
        ),
        (
            DOCUMENT.replace("schemes: [https]", "schemes: [http, wss]"),
            "http://plugins.example.com/ccpm/v1",
        ),
    ] {
        bench.write("plugins.yaml", &text);
        let told = bench.run(&["run", "--spec", "plugins.yaml"]).code(2);
        told.error(&[
            "plugins.yaml names no target but the server",
            server,
            "--base-url URL",
        ]);
    }
}
