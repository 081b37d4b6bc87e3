//! What is derived of documents that are odd, as people publish them: it fits, and asks for what the document means.

use std::sync::Arc;

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;

use super::{Wish, derive};

/// All that is derived of a document for its operations, made into a plan.
fn planned(paths: &str) -> Plan {
    let contract = Contract::load("t.yaml", format!("paths:\n{paths}"), &[]).unwrap();
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let mut battery = Battery::default();
    battery.add_derived("derived", derived.cases, derived.bindings);
    let selection = Selection {
        allow_writes: true,
        sends_nothing: true,
        ..Selection::default()
    };
    let plan = Plan::new(Arc::new(contract), &battery, &selection).unwrap();
    assert_eq!(plan.unfit, [""; 0]);
    plan
}

const JSON_OF: &str = "content: {application/json: {schema: ";

/// What has a default may be left out of a body, whatever is required; the clause says why no case looks at it.
#[test]
fn no_request_lacks_what_has_a_default() {
    let plan = planned(&format!(
        "  /a:
    post: {{operationId: a, requestBody: {{required: true, {JSON_OF}{{type: object, required: [name, status], properties: \
         {{name: {{type: string}}, status: {{type: string, default: new}}}}}}}}}}}}, responses: {{'201': {{description: d}}, '400': {{description: d}}}}}}
"
    ));
    let has = |id: &str| plan.cases.iter().any(|case| case.id == id);
    assert!(has("a.body-no-name") && !has("a.body-no-status"));
}

/// Of an object within the body a read may show less than was sent.
#[test]
fn a_member_of_a_member_that_no_read_shows_is_not_compared() {
    let sent = format!(
        "requestBody: {{{JSON_OF}{{type: object, required: [hook], properties: {{hook: {{type: object, required: [name, note], \
         properties: {{name: {{type: string}}, note: {{type: string}}}}}}}}}}}}}}}}"
    );
    let shown = |members: &str| {
        format!(
            "responses: {{'200': {{description: d, {JSON_OF}{{type: object, properties: {{hook: {{type: object, properties: \
             {{id: {{type: string}}{members}}}}}}}}}}}}}}}}}"
        )
    };
    let (id, read) = (shown(""), shown(", name: {type: string}"));
    let plan = planned(&format!(
        "  /hooks:
    post: {{operationId: addHook, {sent}, {id}}}
  /hooks/{{hookId}}:
    parameters: [{{name: hookId, in: path, required: true, schema: {{type: string}}}}]
    get: {{operationId: getHook, {read}}}
    put: {{operationId: putHook, {sent}, {id}}}
"
    ));
    let twice = plan.cases.iter().find(|case| case.id == "putHook.twice");
    let (same, _) = twice.unwrap().steps[1].same.as_ref().unwrap();
    let there: Vec<&str> = same.at.iter().map(|place| place.there.as_str()).collect();
    assert_eq!(there, ["/hook/name"]);
}

/// A tree is no list: what was made may hang anywhere in it.
#[test]
fn what_is_made_is_not_looked_for_in_a_tree() {
    let one = "{type: object, properties: {id: {type: integer}, name: {type: string}}}";
    let answer = |schema: &str| format!("{{description: d, {JSON_OF}{schema}}}}}}}");
    let plan = planned(&format!(
        "  /nodes:
    get: {{operationId: tree, responses: {{'200': {}}}}}
    post: {{operationId: addNode, requestBody: {{{JSON_OF}{one}}}}}}}, responses: {{'201': {}}}}}
  /nodes/{{nodeId}}:
    parameters: [{{name: nodeId, in: path, required: true, schema: {{type: integer}}}}]
    get: {{operationId: getNode, responses: {{'200': {}}}}}
    delete: {{operationId: dropNode, responses: {{'204': {{description: d}}}}}}
components: {{schemas: {{Tree: {{type: object, properties: {{id: {{type: integer}}, \
         children: {{type: array, items: {{$ref: '#/components/schemas/Tree'}}}}}}}}}}}}
",
        answer("{$ref: '#/components/schemas/Tree'}"),
        answer(one),
        answer(one),
    ));
    let life = plan.cases.iter().find(|case| case.id == "addNode.life");
    assert!(life.unwrap().steps.iter().all(|step| step.lists.is_none()));
}

/// What a case of a plan asks for.
fn target<'p>(plan: &'p Plan, id: &str) -> Option<&'p str> {
    let case = plan.cases.iter().find(|case| case.id == id)?;
    Some(&case.steps[0].requests[0].target)
}

#[test]
fn a_query_behind_a_path_is_sent_once() {
    let ok = "responses: {'200': {description: d}}";
    let plan = planned(&format!(
        "  /search?query={{query}}&kind=all:
    get: {{operationId: search, parameters: [{{name: query, in: query, required: true, schema: {{type: string, example: a b}}}}], {ok}}}
  /rest?method=list&page={{page}}:
    get: {{operationId: list, parameters: [{{name: page, in: path, required: true, schema: {{type: integer, example: 3}}}},
      {{name: key, in: query, required: true, schema: {{type: string, example: k}}}}], {ok}}}
  /rest?kind={{kind}}:
    get: {{operationId: kinds, parameters: [{{name: kind, in: query, schema: {{type: string}}}}], {ok}}}
"
    ));
    // What other cases may be answered stands in braces.
    let wanted = [
        ("search.valid", "/search?kind=all&query=a%20b"),
        ("list.valid", "/rest?method=list&page={page}&key=k"),
        ("kinds.valid", "/rest"),
    ];
    for (id, wanted) in wanted {
        assert_eq!(target(&plan, id), Some(wanted), "{id}");
    }
    let warnings = &plan.contract.warnings;
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[0].lost.contains("sent as the query"));
}

/// Who names an action behind the path may delete something by a GET.
#[test]
fn a_get_that_names_an_action_is_sent_only_where_the_action_reads() {
    let action = |name: &str| {
        format!(
            "  /#Action={name}:
    get: {{operationId: {name}, parameters: [{{name: Action, in: query, required: true, schema: {{type: string, enum: [{name}]}}}}], \
             responses: {{'200': {{description: d}}}}}}
"
        )
    };
    let plain = |written: &str| {
        format!(
            "  {written}:\n    get: {{operationId: '{written}', responses: {{'200': {{description: d}}}}}}\n"
        )
    };
    let names = [
        "DescribeVpcs",
        "DeleteVpc",
        "AcceptOffer",
        "GetDeleteState",
        "PromoteReadReplica",
        "GetAndResetCount",
    ];
    let others = [
        "/r?method=photos.getInfo",
        "/r?method=photos.delete",
        "/r?method=list.remove",
        "/r?type=artist",
    ];
    let text: String = names
        .into_iter()
        .map(action)
        .chain(others.into_iter().map(plain))
        .collect();
    let plan = planned(&text);
    let valid = plan.cases.iter().filter(|case| case.id.ends_with(".valid"));
    let mut sent: Vec<&str> = valid
        .map(|case| &*case.steps[0].requests[0].target)
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            "/?Action=DescribeVpcs",
            "/?Action=GetDeleteState",
            "/r?method=photos.getInfo",
            "/r?type=artist"
        ]
    );
}

/// Some documents allow two thousand million characters, which nobody can send.
#[test]
fn no_value_is_made_that_is_too_long_to_be_sent() {
    let name = |says: &str| format!("type: object, required: [n], properties: {{n: {{{says}}}}}");
    for (says, why) in [
        (
            "type: string, maxLength: 2147483647",
            "a text of more than 2147483647 characters is not made",
        ),
        (
            "type: array, items: {type: integer}, maxItems: 2147483647",
            "a list of more than 2147483647 entries is not made",
        ),
        (
            "type: object, maxProperties: 2147483647",
            "an object of more than 2147483647 members is not made",
        ),
    ] {
        let plan = planned(&format!(
            "  /a:
    post: {{operationId: a, requestBody: {{required: true, {JSON_OF}{{{}}}}}}}}}, responses: {{'201': {{description: d}}}}}}
", name(says)));
        assert!(target(&plan, "a.valid").is_some(), "{says}");
        let keyword = says
            .split(": 2147483647")
            .next()
            .unwrap()
            .rsplit(' ')
            .next()
            .unwrap();
        let clause = plan.find_clause(&format!("a/body/n/{keyword}")).unwrap();
        let clause = plan.contract.clauses.get(clause);
        assert_eq!(plan.contract.why_not_broken(clause).as_deref(), Some(why));
    }
}

/// What is required and nowhere described is sent too; a map has an entry where it needs one.
#[test]
fn bodies_have_what_is_required_without_a_description() {
    let plan = planned(&format!(
        "  /a:
    post: {{operationId: undescribed, requestBody: {{required: true, {JSON_OF}{{type: object, required: [n, team], \
         properties: {{n: {{type: string}}}}}}}}}}}}, responses: {{'201': {{description: d}}}}}}
  /b:
    post: {{operationId: map, requestBody: {{required: true, {JSON_OF}{{type: object, minProperties: 1, \
         additionalProperties: {{type: string}}}}}}}}}}, responses: {{'201': {{description: d}}}}}}
  /c:
    get: {{operationId: object, parameters: [{{name: filter, in: query, required: true, schema: {{type: object, \
         properties: {{name: {{type: string}}}}}}}}], responses: {{'200': {{description: d}}}}}}
"
    ));
    for id in ["undescribed.valid", "map.valid", "object.valid"] {
        assert!(target(&plan, id).is_some(), "{id}");
    }
    assert_eq!(target(&plan, "object.valid"), Some("/c?name=text"));
}

/// Since 3.1 an operation need not say what it answers; then no status of it is undocumented.
#[test]
fn an_operation_without_responses_is_tested_where_it_may_be() {
    for (version, is_tested) in [("3.1.0", true), ("3.0.3", false)] {
        let text = format!(
            "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths:\n  /a: {{get: {{operationId: a}}}}\n"
        );
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        assert_eq!(contract.operations.len(), usize::from(is_tested));
        assert_eq!(contract.warnings.is_empty(), is_tested);
        assert!(contract.clauses.find("a/documented-status").is_none());
        let derived = derive(&contract, &Wish::default());
        assert_eq!(
            derived.cases.iter().any(|case| case.case == "a.valid"),
            is_tested
        );
    }
}
