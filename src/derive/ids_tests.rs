//! Where the ids of paths are looked for, by what the document says of lists and of the answers of others.

use crate::battery::model::Change;
use crate::contract::Contract;

use super::{Wish, derive};

/// The sources of the parameter in the path of `one`, where `lists` are the other paths, each with its answer's schema.
fn sources(path: &str, kind: &str, parameter: &str, lists: &[(&str, &str)]) -> Vec<String> {
    let parts = path.split('{').skip(1);
    let names = parts.filter_map(|part| Some(part.split_once('}')?.0));
    let declared = names.map(|name| {
        format!("{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}")
    });
    let declared = declared.collect::<Vec<_>>().join(", ");
    let mut text = format!(
        "paths:\n  {path}: {{get: {{operationId: one, parameters: [{declared}], responses: {{'200': {{description: d}}}}}}}}\n"
    );
    for (n, (path, schema)) in lists.iter().enumerate() {
        text += &format!(
            "  {path}: {{get: {{operationId: list{n}, responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}\n"
        );
    }
    let contract = Contract::load("t.yaml", text, &[]).unwrap();
    let derived = derive(&contract, &Wish::default());
    let one = derived.cases.iter().find(|case| case.case == "one.valid");
    let change = one.and_then(|one| one.request.path.0.get(parameter));
    let Some(Change::Answer(answers)) = change else {
        return Vec::new();
    };
    let each = answers.of.iter().map(|one| {
        let keys = one.keys.as_ref().map(|at| format!("keys of {at:?}"));
        let place = one.at.clone().or(keys).unwrap_or_default();
        format!("{} {place}", one.case.trim_end_matches(".valid"))
    });
    each.collect()
}

fn array(entry: &str) -> String {
    format!("{{type: array, items: {entry}}}")
}

/// A schema of an object with these members.
fn object(members: &[(&str, &str)]) -> String {
    let members = members
        .iter()
        .map(|(name, schema)| match schema.starts_with('{') {
            true => format!("{name}: {schema}"),
            false => format!("{name}: {{type: {schema}}}"),
        });
    let members = members.collect::<Vec<_>>().join(", ");
    format!("{{type: object, properties: {{{members}}}}}")
}

/// A path, the type of its parameters, the one that is asked about, the lists with their schemas, and where it is sought.
type Row<'r> = (
    &'r str,
    &'r str,
    &'r str,
    &'r [(&'r str, &'r str)],
    &'r [&'r str],
);

#[test]
fn an_id_is_looked_for_where_entries_are_told_apart() {
    let meta = object(&[(
        "metadata",
        &object(&[("name", "string"), ("uid", "string")]),
    )]);
    let kube = object(&[("items", &array(&meta))]);
    let kind = array(&object(&[("kind", "string"), ("values", &array("{}"))]));
    let repo = object(&[
        ("id", "integer"),
        ("name", "string"),
        ("owner", &object(&[("login", "string"), ("id", "integer")])),
    ]);
    let repos = array(&repo);
    let pet = object(&[("id", "integer")]);
    let map = format!("{{type: object, additionalProperties: {pet}}}");
    let inner = object(&[("pets", &map), ("total", "integer")]);
    let own_link = object(&[
        (
            "_links",
            &object(&[("self", &object(&[("href", "string")]))]),
        ),
        ("fullName", "string"),
    ]);
    let links = object(&[("_embedded", &object(&[("contacts", &array(&own_link))]))]);
    let user = array(&object(&[("id", "integer"), ("email", "string")]));
    let version = array(&object(&[("id", "integer"), ("version", "string")]));
    let rows: &[Row<'_>] = &[
        (
            "/maps/{name}",
            "string",
            "name",
            &[("/maps", &kube)],
            &["list0 /items/*/metadata/name"],
        ),
        (
            "/metadata/{metadata_kind}",
            "string",
            "metadata_kind",
            &[("/metadata", &kind)],
            &["list0 /*/kind"],
        ),
        (
            "/versions/{plugin_version}",
            "string",
            "plugin_version",
            &[("/versions", &version)],
            &["list0 /*/id", "list0 /*/version"],
        ),
        (
            "/repos/{owner}/{repo}",
            "string",
            "owner",
            &[("/user/repos", &repos)],
            &["list0 /*/owner/login", "list0 /*/owner/id"],
        ),
        (
            "/repos/{owner}/{repo}",
            "string",
            "repo",
            &[("/user/repos", &repos)],
            &["list0 /*/name", "list0 /*/id"],
        ),
        (
            "/repos/{repo}",
            "integer",
            "repo",
            &[("/repos", &repos)],
            &["list0 /*/id"],
        ),
        (
            "/accounts/{owner}",
            "string",
            "owner",
            &[("/user/repos", &repos)],
            &["list0 /*/owner/login", "list0 /*/owner/id"],
        ),
        (
            "/pets/{petId}",
            "string",
            "petId",
            &[("/pets", &map)],
            &["list0 keys of \"\""],
        ),
        (
            "/pets/{petId}",
            "string",
            "petId",
            &[("/pets", &inner)],
            &["list0 keys of \"/pets\""],
        ),
        (
            "/contacts/{contactId}",
            "string",
            "contactId",
            &[("/contacts", &links)],
            &["list0 /_embedded/contacts/*/_links/self/href"],
        ),
        (
            "/users/email/{email}",
            "string",
            "email",
            &[("/users", &user)],
            &["list0 /*/email"],
        ),
        (
            "/users/by-email/{address_email}",
            "string",
            "address_email",
            &[("/users", &user)],
            &["list0 /*/email"],
        ),
    ];
    for (path, kind, parameter, lists, wanted) in rows {
        assert_eq!(sources(path, kind, parameter, lists), *wanted, "{path}");
    }
}

/// A type that JSON Schema does not have says what a value is all the same; where it means nothing, no answer to one is
/// held against anybody.
#[test]
fn a_type_that_there_is_not_is_read_as_what_it_means() {
    for (kind, value, level) in [
        ("int", "1", None),
        ("datetime", "2006-01-02T15:04:05Z", None),
        ("Widget", "text", Some(crate::contract::Level::Info)),
        ("integer", "1", None),
    ] {
        let text = format!(
            "paths: {{'/delay/{{delay}}': {{get: {{operationId: one, parameters: [{{name: delay, in: path, required: true, schema: {{type: {kind}}}}}], responses: {{'200': {{description: d}}}}}}}}}}"
        );
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        let derived = derive(&contract, &Wish::default());
        let one = &derived.cases[0];
        let Some(Change::Answer(answers)) = one.request.path.0.get("delay") else {
            panic!("{one:?}");
        };
        assert_eq!(answers.otherwise.as_deref(), Some(value), "{kind}");
        assert_eq!(one.breaks.level, level, "{kind}");
    }
}

/// The end of a range comes after its beginning, and a path that declares nothing of its parameter takes any text.
#[test]
fn what_the_document_leaves_open_has_a_value() {
    let moment = "required: true, schema: {type: string, format: date-time}";
    let text = format!(
        "paths: {{'/log/{{any}}': {{get: {{operationId: one, parameters: [{{name: since, in: query, {moment}}}, {{name: until, in: query, {moment}}}], responses: {{'200': {{description: d}}}}}}}}}}"
    );
    let contract = Contract::load("t.yaml", text, &[]).unwrap();
    let derived = derive(&contract, &Wish::default());
    assert!(derived.left_out.is_empty());
    let request = &derived.cases[0].request;
    let said = |change: Option<&Change>| match change {
        Some(Change::Answer(answers)) => answers.otherwise.clone(),
        _ => None,
    };
    let until = said(request.query.0.get("until"));
    assert_eq!(until.as_deref(), Some("2037-01-02T15:04:05Z"));
    assert_eq!(said(request.path.0.get("any")).as_deref(), Some("text"));
}

/// What an answer to a create may have is not all that is asked: what a list shows is there.
#[test]
fn what_is_listed_is_asked_beside_what_was_made() {
    const SPEC: &str = "
paths:
  /notes:
    get: {operationId: list, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}
    post: {operationId: make, responses: {'201': {description: d}}}
  /notes/{note_id}:
    get: {operationId: one, parameters: [{name: note_id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}
";
    let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let one = derived.cases.iter().find(|case| case.case == "one.valid");
    let Some(Change::Answer(answers)) = one.and_then(|one| one.request.path.0.get("note_id"))
    else {
        panic!("no id is looked for");
    };
    let mut cases = answers.of.iter().map(|one| one.case.as_str());
    assert!(cases.clone().any(|case| case == "list.valid"));
    assert!(cases.any(|case| case == "make.valid"));
}

/// A value of the document stands in for one that is not found, in each style of a path.
#[test]
fn a_list_in_a_path_has_the_value_of_the_document() {
    for (style, wanted) in [
        ("simple", "3,4"),
        ("label", "3,4"),
        ("matrix", "3,4"),
        ("label, explode: true", "3.4"),
        ("matrix, explode: true", "3;ids=4"),
    ] {
        let text = format!(
            "openapi: 3.0.3\npaths: {{'/a/{{ids}}': {{get: {{operationId: one, parameters: [{{name: ids, in: path, required: true, style: {style}, schema: {{type: array, items: {{type: integer}}}}, example: [3, 4]}}], responses: {{'200': {{description: d}}}}}}}}}}"
        );
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        contract.prepare(0);
        contract.prepare_requests(0);
        let derived = derive(&contract, &Wish::default());
        let Some(Change::Answer(answers)) = derived.cases[0].request.path.0.get("ids") else {
            panic!("nothing is looked for: {style}");
        };
        assert_eq!(answers.otherwise.as_deref(), Some(wanted), "{style}");
    }
}

/// Where nothing else shows an id, what an accepted request leads to may.
#[test]
fn what_is_accepted_is_followed() {
    const SPEC: &str = "
paths:
  /clusters:
    post: {operationId: make, responses: {'202': {description: d, headers: {Location: {schema: {type: string}}}}}}
  /operations/{id}:
    get: {operationId: one, parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}], responses: {'200': {description: d}}}
";
    let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let one = derived.cases.iter().find(|case| case.case == "one.valid");
    let Some(Change::Answer(answers)) = one.and_then(|one| one.request.path.0.get("id")) else {
        panic!("no id is looked for");
    };
    assert_eq!(answers.of[0].case, "make.valid");
    assert_eq!(answers.of[0].header.as_deref(), Some("Location"));
}

#[test]
fn what_stands_below_a_thing_is_no_source_of_its_id() {
    let list = |entry: &str| {
        format!(
            "{{responses: {{'200': {{description: d, content: {{application/json: {{schema: {entry}}}}}}}}}}}"
        )
    };
    let task = object(&[("id", "integer"), ("project_id", "integer")]);
    let id = |name: &str| {
        format!("{{name: {name}, in: path, required: true, schema: {{type: integer}}}}")
    };
    let (project, both) = (
        id("project_id"),
        [id("project_id"), id("task_id")].join(", "),
    );
    let text = format!(
        "paths:
  /projects: {{get: {}}}
  /projects/{{project_id}}/tasks: {{parameters: [{project}], get: {}}}
  /projects/{{project_id}}/tasks/{{task_id}}: {{parameters: [{both}], get: {}}}
",
        list(&array(&object(&[("id", "integer")]))),
        list(&array(&task)),
        list(&task),
    );
    let contract = Contract::load("t.yaml", text, &[]).unwrap();
    let derived = derive(&contract, &Wish::default());
    assert!(derived.left_out.is_empty(), "{:?}", derived.left_out);
    let sought = |case: &str, name: &str| -> Vec<String> {
        let case = derived.cases.iter().find(|one| one.case == case).unwrap();
        match case.request.path.0.get(name) {
            Some(Change::Answer(answers)) => {
                answers.of.iter().map(|one| one.case.clone()).collect()
            }
            _ => Vec::new(),
        }
    };
    let tasks = "get-projects-project_id-tasks";
    assert_eq!(
        sought(&format!("{tasks}.valid"), "project_id"),
        ["get-projects.valid"]
    );
    assert_eq!(
        sought(&format!("{tasks}-task_id.valid"), "task_id"),
        [format!("{tasks}.valid")]
    );
}
