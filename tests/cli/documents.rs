//! Documents that are wrong in part, or odd: what is told of them, and that the rest is used.

use serde_json::{Value, json};

use super::support::Bench;

fn archive(url: &str, body: &str) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "a test"}, "entries": [{
        "startedDateTime": "",
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": {"size": body.len(), "text": body}},
    }]}})
    .to_string()
}

/// Thirty schemas that are composed of all others, beside one that is right.
fn endless() -> String {
    let mut text = "openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'https://a.test'}]
paths:
  /a: {get: {operationId: a, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}
  /b: {get: {operationId: b, responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}}}}
components:
  schemas:
"
    .to_owned();
    for n in 0..30 {
        let others = (0..30).filter(|other| *other != n);
        let others: Vec<String> = others
            .map(|other| format!("{{$ref: '#/components/schemas/S{other}'}}"))
            .collect();
        text += &format!(
            "    S{n}: {{allOf: [{}, {{type: object}}]}}\n",
            others.join(", ")
        );
    }
    text
}

#[test]
fn a_schema_that_does_not_compile_is_told_and_the_rest_is_judged() {
    let bench = Bench::new();
    bench.write("t.yaml", &endless());
    bench.write("a.har", &archive("https://a.test/a", "{}"));
    let judge = [
        "judge",
        "a.har",
        "--spec",
        "t.yaml",
        "--report",
        "json=r.json",
    ];
    let done = bench.run(&judge).code(0);
    assert!(
        done.err.contains("t.yaml:9:")
            && done.err.contains("does not compile")
            && done.err.contains("no answer is judged by it"),
        "{}",
        done.err
    );
    let report = bench.json("r.json");
    let clauses = report["clauses"].as_array().unwrap();
    let clause = |id: &str| -> &Value {
        let found = clauses.iter().find(|clause| clause["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    assert_eq!(clause("a/200/body/type")["state"], "not_exercised");
    let why = clause("a/200/body/type")["reason"].as_str().unwrap();
    assert!(why.contains("does not compile"), "{why}");
    assert_eq!(clause("a/200/body/json")["state"], "held");
    let strict = bench.run(&[&judge[..], &["--strict-spec"]].concat());
    let strict = strict.code(2);
    assert!(strict.err.contains("does not compile"), "{}", strict.err);
}

#[test]
fn of_operations_at_one_path_the_one_is_judged_that_the_query_means() {
    let bench = Bench::new();
    let operation = |name: &str| {
        format!(
            "  /rest?method={name}:
    get:
      operationId: {name}
      responses:
        '200': {{description: d, content: {{application/json: {{schema: {{type: object, required: [{name}]}}}}}}}}
"
        )
    };
    bench.write(
        "t.yaml",
        &format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\nservers: [{{url: 'https://a.test'}}]\npaths:\n{}{}",
            operation("first"),
            operation("second")
        ),
    );
    for (method, code) in [("second", 0), ("first", 1)] {
        let url = format!("https://a.test/rest?method={method}");
        bench.write("a.har", &archive(&url, "{\"second\": 1}"));
        bench
            .run(&["judge", "a.har", "--spec", "t.yaml"])
            .code(code);
    }
}

#[cfg(unix)]
#[test]
fn what_nobody_means_refuses_the_document() {
    let bench = Bench::new();
    let main = |reference: &str| {
        format!(
            "openapi: 3.1.0
info: {{title: t, version: '1'}}
paths:
  /a: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: {reference}}}}}}}}}}}}}}}
"
        )
    };
    bench.write("b.yaml", "A: {$ref: 'c.yaml#/B'}\nD: {type: object}\n");
    bench.write("folder/x.yaml", "a: 1\n");
    bench.write("broken.yaml", "a: 1\na: 2\n");
    std::fs::write(bench.path("latin1.yaml"), b"a: \xFC\n").unwrap();
    let pipe = bench.path("pipe.yaml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    std::os::unix::fs::symlink("loop.yaml", bench.path("loop.yaml")).unwrap();
    bench.write("c.yaml", "B: {$ref: 'b.yaml#/A'}\n");
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), bench.path("out.yaml")).unwrap();
    for (reference, code, place, words) in [
        ("'b.yaml#/D'", 0, "", ""),
        ("'b.yaml#/E'", 0, "t.yaml:4:", "leads nowhere in that file"),
        ("'../t2.yaml#/D'", 0, "t.yaml:4:", "--spec-root"),
        ("'b.yaml#/A'", 2, "c.yaml:1:", "only leads back to itself"),
        ("'out.yaml'", 2, "t.yaml:4:", "symbolic link"),
        ("'no.yaml'", 0, "t.yaml:4:", "No such file"),
        ("'b.yaml/no.yaml'", 0, "t.yaml:4:", "Not a directory"),
        ("'folder'", 2, "t.yaml:4:", "name the document in it"),
        ("'pipe.yaml'", 2, "t.yaml:4:", "save the document to a file"),
        ("'loop.yaml'", 2, "t.yaml:4:", "symbolic links"),
        (
            "'latin1.yaml#/a'",
            2,
            "t.yaml:4:",
            "0xFC in line 1 is wrong; save it as UTF-8",
        ),
        (
            "'broken.yaml#/a'",
            2,
            "t.yaml:4:",
            "broken.yaml:2:1: the key `a`",
        ),
    ] {
        bench.write("t.yaml", &main(reference));
        for command in ["clauses", "derive"] {
            let done = bench.run(&[command, "--spec", "t.yaml"]).code(code);
            assert!(
                done.err.contains(place) && done.err.contains(words),
                "{reference}: {}",
                done.err
            );
        }
    }
}

#[test]
fn what_no_option_helps_has_no_empty_brackets() {
    let bench = Bench::new();
    let schema = "{allOf: [{type: string}, {type: integer}]}";
    let content =
        format!("{{required: true, content: {{application/json: {{schema: {schema}}}}}}}");
    let post = format!("{{requestBody: {content}, responses: {{'201': {{description: d}}}}}}");
    bench.write(
        "t.yaml",
        &format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{post: {post}}}}}\n"
        ),
    );
    let done = bench.run(&["derive", "--spec", "t.yaml"]).code(3);
    let line = "POST /a: no body could be made that fits its schema\n";
    assert!(done.out.contains(line), "{}", done.out);
}

#[test]
fn a_list_of_no_case_says_why() {
    let bench = Bench::new();
    for (paths, why) in [
        (
            "{/a: {post: {responses: {'201': {description: d}}}}}",
            "POST /a: POST may change something (--allow-writes)",
        ),
        ("{}", "the document has no operation"),
    ] {
        let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {paths}\n");
        bench.write("t.yaml", &text);
        let done = bench.run(&["run", "--list", "--spec", "t.yaml"]).code(3);
        assert!(done.err.contains(why), "{}", done.err);
    }
}

#[test]
fn what_is_left_out_of_the_plan_is_counted_with_the_reason() {
    let bench = Bench::new();
    let text = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a: {get: {responses: {'200': {description: d}}}, put: {summary: s}, delete: {$ref: '#/no'}, post: {}}
  /b: {$ref: '#/no'}
  /c: []
";
    bench.write("t.yaml", text);
    let summary = ["clauses", "--summary", "--spec", "t.yaml"];
    let table = bench.run(&summary).code(0).out;
    for line in [
        "      2 operations: they document no `responses`\n        PUT /a, POST /a\n",
        "      1 operations: their references lead to nothing that can be used\n        DELETE /a\n",
        "      1 paths: their references lead to nothing that can be used\n        /b\n",
        "      1 paths: they hold no mapping of operations\n        /c\n",
    ] {
        assert!(table.contains(line), "{line}\n{table}");
    }
    let json = bench.run(&[&summary[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&json.code(0).out).unwrap();
    assert_eq!(json["operations"]["total"], 1);
    let untested = json["untested"].as_array().unwrap();
    let count = |what: &str| {
        let own = untested.iter().filter(|one| one["what"] == what);
        own.filter_map(|one| one["count"].as_u64()).sum::<u64>()
    };
    assert_eq!((count("operations"), count("paths")), (3, 2));
    assert!(untested[0]["why"].as_str().unwrap().contains("`responses`"));
}

#[test]
fn strict_means_the_same_to_every_command() {
    let bench = Bench::new();
    let base = ["--base-url", "http://127.0.0.1:9", "--list"];
    let commands: [&[&str]; 6] = [
        &["run", base[0], base[1], base[2]],
        &["run", "--operation", "b", base[0], base[1], base[2]],
        &["clauses"],
        &["clauses", "--summary"],
        &["derive"],
        &["explain", "b/200/status"],
    ];
    let without = |version: &str, more: &str| {
        format!("openapi: {version}\ninfo: {{title: t, version: '1'}}\n{more}")
    };
    for (text, says) in [
        (endless(), "does not compile"),
        (without("3.0.3", "components: {}\n"), "no `paths`"),
        (without("3.1.0", ""), "neither `paths` nor `components`"),
        (without("3.1.0", "components: {}\n"), ""),
        (without("3.1.0", "webhooks: {}\n"), ""),
    ] {
        bench.write("t.yaml", &text);
        // To find that it does not compile takes its time.
        let few = if text == endless() { 1..3 } else { 0..6 };
        for command in &commands[few] {
            let args = [command, &["--spec", "t.yaml", "--strict-spec"][..]].concat();
            let done = bench.run(&args);
            assert!(done.err.contains(says), "{command:?}: {}", done.err);
            let is_refused = done.err.contains("--strict-spec refuses");
            assert_eq!(is_refused, !says.is_empty(), "{command:?}: {}", done.err);
            assert_eq!(
                done.code == 2,
                is_refused || done.err.contains("no such operation") || command[0] == "explain",
                "{command:?}: {}",
                done.err
            );
        }
    }
}

#[test]
fn one_reference_stands_for_all_paths_schemas_or_responses() {
    let bench = Bench::new();
    for (name, text) in [
        (
            "main.yaml",
            "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {$ref: paths/all.yaml}\ncomponents:\n  schemas: {$ref: schemas.yaml}\n  securitySchemes: {$ref: parts.yaml#/schemes}\n",
        ),
        (
            "paths/all.yaml",
            "/a:\n  get:\n    operationId: a\n    security: [{key: []}]\n    parameters: {$ref: ../parts.yaml#/parameters}\n    responses: {$ref: ../parts.yaml#/responses}\n/b: {$ref: b.yaml}\n",
        ),
        (
            "paths/b.yaml",
            "get: {operationId: b, responses: {'200': {description: d}}}\n",
        ),
        ("schemas.yaml", "S: {$ref: parts.yaml#/S}\n"),
        (
            "parts.yaml",
            "schemes:\n  key: {type: apiKey, in: header, name: K}\nparameters:\n- {name: q, in: query, schema: {type: integer, maximum: 3}}\nresponses:\n  '200':\n    description: d\n    headers: {$ref: '#/headers'}\n    content: {$ref: '#/content'}\nheaders:\n  X-A: {schema: {type: integer}}\ncontent:\n  application/json:\n    schema: {$ref: 'main.yaml#/components/schemas/S'}\nS:\n  maxLength: 3\n",
        ),
    ] {
        bench.write(name, text);
    }
    let done = bench.run(&["clauses", "--spec", "main.yaml", "--format", "json"]);
    let done = done.code(0);
    assert_eq!(done.err, "");
    let clauses: Vec<Value> = serde_json::from_str(&done.out).unwrap();
    for (id, file, line) in [
        ("a/security", "paths/all.yaml", 4),
        ("a/query/q/maximum", "parts.yaml", 4),
        ("a/200/status", "parts.yaml", 6),
        ("a/200/header/X-A/schema", "parts.yaml", 11),
        ("a/200/content-type", "parts.yaml", 12),
        ("a/200/body/maxLength", "parts.yaml", 16),
        ("b/200/status", "paths/b.yaml", 1),
    ] {
        let clause = clauses.iter().find(|one| one["id"] == id);
        let clause = clause.unwrap_or_else(|| panic!("no {id}"));
        assert_eq!(clause["spec_file"], file, "{id}");
        assert_eq!(clause["spec_line"], line, "{id}");
    }
    // Who names credentials for others names none for this one.
    let b = clauses.iter().filter(|one| one["operation"] == "b");
    assert!(b.clone().count() > 1 && b.clone().all(|one| one["id"] != "b/security"));
}
