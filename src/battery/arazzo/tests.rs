//! Documents held against a small contract: what they are made into, and what is said of wrong ones.

use super::super::table_tests::{ORDERS, plan_over};
use super::super::{Battery, Plan, Selection};
use super::flow::{Call, Next, Target};
use crate::contract::Contract;

const LIFE: &str = "arazzo: 1.0.0
info: {title: t, version: '1', x-team: a}
sourceDescriptions:
  - {name: api, url: https://example.com/t.yaml, type: openapi}
workflows:
  - workflowId: life
    inputs:
      type: object
      required: [note]
      properties: {note: {type: string}, count: {type: integer, default: 2}, tags: {type: array}}
    parameters:
      - {name: X-Tenant, in: header, value: beta}
    steps:
      - stepId: make
        operationId: create
        requestBody:
          payload: {quantity: $inputs.count, note: 'n {$inputs.note}', fixed: 1}
        successCriteria:
          - condition: $statusCode == 201
        outputs: {id: $response.body#/id}
      - stepId: read
        operationPath: '{$sourceDescriptions.api.url}#/paths/~1orders~1{order_id}/get'
        parameters:
          - {name: order_id, in: path, value: $steps.make.outputs.id}
        onFailure:
          - {name: again, type: retry, retryAfter: 0.5, retryLimit: 2}
    outputs: {id: $steps.make.outputs.id}
";

fn planned(texts: &[&str], given: &[(&str, &str)]) -> Result<Plan, String> {
    plan_over(ORDERS, texts, given)
}

#[test]
fn a_workflow_is_made_into_a_case() {
    let plan = planned(&[LIFE], &[("note", "5"), ("tags", "a, b")]).unwrap();
    let [case] = &plan.cases[..] else {
        panic!("one case");
    };
    assert_eq!((&*case.id, case.steps.len(), case.core), ("life", 2, true));
    assert_eq!(case.skipped, None);
    let flow = case.flow.as_ref().unwrap();
    let inputs = flow.workflows[0].inputs.to_string();
    assert_eq!(inputs, r#"{"count":2,"note":"5","tags":["a","b"]}"#);
    let make = &case.steps[0].requests[0];
    let tenant = ("X-Tenant".to_owned(), "beta".to_owned());
    assert_eq!(make.headers, [tenant]);
    let waits: Vec<String> = make
        .waits()
        .map(|(place, name)| format!("{place} from {name}"))
        .collect();
    assert_eq!(waits, ["body from body: $inputs.count, $inputs.note"]);
    let read = &flow.workflows[0].steps[1];
    assert!(matches!(&read.call, Call::Request(asks) if asks.is_sure && asks.step == 1));
    assert!(matches!(
        read.on_failure[0].does,
        Next::Retry { limit: 2, .. }
    ));
    let ids = ["create/rule/life/make/1", "read/rule/life/read/success"];
    for id in ids {
        let clause = plan.find_clause(id).unwrap();
        assert!(
            case.aims.contains(&clause) && plan.rule(clause).is_some(),
            "{id}"
        );
    }
}

#[test]
fn a_workflow_without_its_input_or_its_permission_is_skipped() {
    let plan = planned(&[LIFE], &[]).unwrap();
    let why = plan.cases[0].skipped.as_deref().unwrap();
    assert!(
        why.contains("needs the input `note`: give it with --param note=VALUE"),
        "{why}"
    );
    assert!(
        planned(&[LIFE], &[("life:note", "x")]).unwrap().cases[0]
            .skipped
            .is_none()
    );
    let error = planned(&[LIFE], &[("note", "x"), ("nota", "x")]).unwrap_err();
    assert!(error.contains("no parameter `nota`"), "{error}");
    let mut battery = Battery::default();
    battery.add("f.yaml", LIFE, false).unwrap();
    let contract = Contract::load("t.yaml", ORDERS.to_owned(), &[]).unwrap();
    let plan = Plan::new(contract.into(), &battery, &Selection::default()).unwrap();
    let why = plan.cases[0].skipped.as_deref().unwrap();
    assert_eq!(
        why,
        "POST may change something: allow it with --allow-writes"
    );
}

/// Documents that are unusual, and right.
#[test]
fn odd_but_legal_documents_are_taken() {
    let json = r##"{"arazzo": "1.0.1", "info": {"title": "t", "version": "1"},
      "sourceDescriptions": [{"name": "a", "url": "./other.yaml"}, {"name": "b", "url": "t.yaml", "type": "openapi"}],
      "workflows": [
        {"workflowId": "all", "dependsOn": ["first"], "inputs": {"$ref": "#/components/inputs/page"},
         "successActions": [{"reference": "$components.successActions.stop"}],
         "steps": [
          {"stepId": "list", "operationId": "$sourceDescriptions.b.list", "parameters": [
             {"reference": "$components.parameters.limit", "value": 7},
             {"name": "session", "in": "cookie", "value": "{$workflows.first.outputs.id}"}],
           "successCriteria": [
             {"condition": "{$statusCode} == 200 && !($response.header.X-Id == null)"},
             {"context": "$statusCode", "condition": "^2", "type": "regex"},
             {"context": "$response.body", "condition": "$.items[?@.id]",
              "type": {"type": "jsonpath", "version": "draft-goessner-dispatch-jsonpath-00"}}],
           "onSuccess": [{"name": "on", "type": "goto", "stepId": "call", "criteria": [{"condition": "true"}]}]},
          {"stepId": "call", "workflowId": "first", "parameters": [{"name": "note", "value": "$inputs.size"}],
           "outputs": {"id": "$outputs.id"},
           "onFailure": [{"reference": "$components.failureActions.again"}]}],
         "outputs": {"id": "$steps.call.outputs.id", "all": "$steps.call.outputs.id#/0"}},
        {"workflowId": "first", "steps": [
          {"stepId": "make", "operationId": "create",
           "requestBody": {"contentType": "application/json", "payload": "{\"note\": \"{$inputs.note}\"}",
             "replacements": [{"target": "/quantity", "value": 3}]},
           "outputs": {"id": "$response.body.id"}}],
         "outputs": {"id": "$steps.make.outputs.id"}}],
      "components": {
        "inputs": {"page": {"type": "object", "properties": {"size": {"$ref": "#/components/inputs/size"}}},
                   "size": {"type": "integer", "default": 3}},
        "parameters": {"limit": {"name": "limit", "in": "query", "value": 5}},
        "successActions": {"stop": {"name": "stop", "type": "end"}},
        "failureActions": {"again": {"name": "again", "type": "retry", "workflowId": "first", "criteria": [{"condition": "$statusCode == 409"}]}}}}"##;
    let plan = planned(&[json], &[]).unwrap();
    let ids: Vec<&str> = plan.cases.iter().map(|case| &*case.id).collect();
    assert_eq!(ids, ["all", "first"]);
    let case = &plan.cases[0];
    let names: Vec<&str> = case.steps.iter().map(|step| &*step.name).collect();
    assert_eq!(names, ["first/make", "list"]);
    assert!(
        case.steps[1].requests[0]
            .target
            .starts_with("/orders?limit=7")
    );
    let flow = case.flow.as_ref().unwrap();
    let [all, first] = &flow.workflows[..] else {
        panic!("two workflows");
    };
    assert_eq!(all.before, [1]);
    assert_eq!(all.inputs.to_string(), r#"{"size":3}"#);
    let actions = &all.steps[0].on_success;
    assert!(matches!(actions[0].does, Next::Goto(Target::Step(1))));
    assert!(matches!(actions[1].does, Next::End));
    assert!(matches!(&all.steps[1].call, Call::Workflow(1, given) if given.len() == 1));
    assert_eq!(first.steps.len(), 1);
    assert_eq!(
        plan.clauses
            .get(all.steps[1].criteria[0].clause.unwrap())
            .id(),
        "create/rule/all/call/success"
    );
}

#[test]
fn what_is_wrong_is_refused_with_its_place_and_what_was_meant() {
    let second = |more: &str| {
        format!("\n      - stepId: other\n        operationId: list\n{more}    outputs: {{id")
    };
    for (from, to, said) in [
        (
            "arazzo: 1.0.0",
            "arazzo: 1.1.0",
            "f0.yaml:1:9: Arazzo version `1.1.0` is not known, only 1.0.x",
        ),
        (
            "operationId: create",
            "operationId: creat",
            "f0.yaml:15:22: the contract has no operation `creat`; did you mean `create`?",
        ),
        (
            "operationId: create",
            "operationId: $sourceDescriptions.apis.create",
            "there is no source description `apis`; did you mean `api`?",
        ),
        (
            "operationId: create",
            "workflowId: lief",
            "there is no workflow `lief`; did you mean `life`?",
        ),
        (
            "operationId: create",
            "workflowId: life",
            "the workflows call each other in a circle",
        ),
        (
            "operationId: create",
            "operationId: create\n        workflowId: life",
            "one of `operationId`",
        ),
        (
            "        requestBody:\n          payload: {quantity: $inputs.count, note: 'n {$inputs.note}', fixed: 1}\n",
            "",
            "f0.yaml:14:9: POST /orders demands a body, and the step gives none: give its `payload`",
        ),
        (
            "~1{order_id}/get",
            "~1{order}/get",
            "the contract has no operation GET /orders/{order}; did you mean `GET /orders/{order_id}`?",
        ),
        (
            "{$sourceDescriptions.api.url}#",
            "t.yaml#",
            "an `operationPath` is",
        ),
        (
            "value: $steps.make.outputs.id}",
            "value: $steps.mak.outputs.id}",
            "the workflow has no step `mak`; did you mean `make`?",
        ),
        (
            "value: $steps.make.outputs.id}",
            "value: $steps.make.outputs.ids}",
            "f0.yaml:24:47: the step `make` has no output `ids`; did you mean `id`?",
        ),
        (
            "value: $steps.make.outputs.id}",
            "value: $step.make.outputs.id}",
            "`$step` is nothing that it can begin with",
        ),
        (
            "$inputs.count,",
            "$inputs.cuont,",
            "the workflow has no input `cuont`; did you mean `count`?",
        ),
        (
            "'n {$inputs.note}'",
            "'n {$inputs.note'",
            "has no `}` at its end",
        ),
        (
            "name: order_id, in: path",
            "name: ordr_id, in: path",
            "has no path parameter `ordr_id`; did you mean `order_id`?",
        ),
        (
            "in: path, value",
            "in: body, value",
            "a parameter is not in `body`",
        ),
        ("in: path, value", "value", "missing field `in`"),
        (
            "$statusCode == 201",
            "$statusCode = 201",
            "f0.yaml:19:24: the condition `$statusCode = 201` cannot be read: a single `=`",
        ),
        (
            "- condition: $statusCode == 201",
            "- {condition: '//a', context: $response.body, type: xpath}",
            "XPath is not supported",
        ),
        (
            "- condition: $statusCode == 201",
            "- {condition: '$[?', context: $response.body, type: jsonpath}",
            "is no JSONPath (RFC 9535)",
        ),
        (
            "- condition: $statusCode == 201",
            "- {condition: '[', context: $response.body, type: regex}",
            "the pattern `[` cannot be used",
        ),
        (
            "- condition: $statusCode == 201",
            "- {condition: '^2', type: regex}",
            "needs a `context`",
        ),
        (
            "successCriteria",
            "succesCriteria",
            "f0.yaml:18:9: unknown field `succesCriteria`; did you mean `successCriteria`?",
        ),
        (
            "payload: {quantity",
            "replacements: [{target: //a, value: 1}]\n          payload: {quantity",
            "XPath is not supported",
        ),
        (
            "type: retry,",
            "type: retri,",
            "`retri` is no type of action here: end, goto, retry; did you mean `retry`?",
        ),
        ("retryLimit: 2", "retryLimit: 1.5", "a whole number from 0"),
        (
            "type: retry, retryAfter: 0.5, retryLimit: 2",
            "type: goto, stepId: raed",
            "the workflow has no step `raed`; did you mean `read`?",
        ),
        (
            "type: retry, retryAfter: 0.5, retryLimit: 2",
            "type: goto, stepId: read",
            "the gotos lead in a circle without end: read → read",
        ),
        (
            "stepId: read",
            "stepId: make",
            "the workflow has a step `make` already",
        ),
        (
            "workflows:",
            "workflow:",
            "unknown field `workflow`; did you mean `workflows`?",
        ),
        (
            "title: t",
            "title: t}\nsourceDescription: {x: y",
            "unknown field `sourceDescription`",
        ),
    ] {
        assert!(LIFE.contains(from), "{from}");
        let error = planned(&[&LIFE.replacen(from, to, 1)], &[("note", "x")]).unwrap_err();
        assert!(error.contains(said), "{error}\nis not\n{said}");
    }
    let circle = second("        onSuccess: [{name: back, type: goto, stepId: make}]\n");
    let error = planned(&[&LIFE.replace("\n    outputs: {id", &circle)], &[]).unwrap_err();
    assert!(
        error.contains("in a circle without end: make → read → other → make"),
        "{error}"
    );
    // One that an answer can end is none.
    let ends = second(
        "        onSuccess: [{name: back, type: goto, stepId: make, criteria: [{condition: '$inputs.count > 2'}]}]\n",
    );
    planned(&[&LIFE.replace("\n    outputs: {id", &ends)], &[]).unwrap();
}
