//! What speaks of outputs and of files that cannot be there.

use super::super::table_tests::{ORDERS, plan_over};
use super::super::{Battery, Plan, Selection};
use crate::contract::Contract;

const CALLS: &str = "arazzo: 1.0.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: t.yaml}]
workflows:
  - workflowId: all
    parameters: [{name: note, in: header, value: $steps.read.outputs.status}]
    steps:
      - stepId: sub
        workflowId: made
        parameters: [{name: note, value: n}]
        successCriteria: [{condition: $outputs.key > 0}]
        outputs: {id: $outputs.key}
      - stepId: read
        operationId: read
        parameters: [{name: order_id, in: path, value: $steps.sub.outputs.key}]
        outputs: {status: $response.body#/status}
      - stepId: last
        operationId: list
        onFailure: [{name: again, type: retry}]
    outputs: {id: $steps.sub.outputs.id}
  - workflowId: made
    steps:
      - {stepId: make, operationId: create, requestBody: {payload: {quantity: 1}}, outputs: {key: $response.body#/id}}
    outputs: {key: $steps.make.outputs.key}
";

/// What comes later, and what a workflow that is called does not have, is found before anything is sent.
#[test]
fn outputs_that_cannot_be_there_are_refused_with_their_place() {
    plan_over(ORDERS, &[CALLS], &[]).unwrap();
    for (from, to, said) in [
        (
            "name: note, value: n}",
            "name: note, value: $steps.read.outputs.status}",
            "f0.yaml:10:42: the step `read` is taken after `sub`: it has no outputs yet",
        ),
        (
            "value: $steps.sub.outputs.key}",
            "value: 'a{$steps.read.outputs.status}'}",
            "f0.yaml:15:56: the step `read` speaks of its own outputs, which come after it",
        ),
        (
            "{id: $outputs.key}",
            "{id: $outputs.kee}",
            "f0.yaml:12:23: the workflow `made` has no output `kee`; did you mean `key`?",
        ),
        (
            "$outputs.key > 0",
            "$outputs.kee > 0",
            "f0.yaml:11:39: the workflow `made` has no output `kee`; did you mean `key`?",
        ),
        (
            "outputs: {id: $outputs.key}\n",
            "description: d\n",
            "the workflow of the step `sub` has no output `id`",
        ),
    ] {
        assert!(CALLS.contains(from), "{from}");
        let error = plan_over(ORDERS, &[&CALLS.replacen(from, to, 1)], &[]).unwrap_err();
        assert!(error.contains(said), "{error}\nis not\n{said}");
    }
    // What an answer or a failure leads back to may have been taken.
    for action in [
        "onSuccess: [{name: a, type: goto, stepId: sub, criteria: [{condition: '$statusCode == 202'}]}]",
        "onFailure: [{name: a, type: retry, stepId: sub}]",
    ] {
        let text = CALLS.replace(
            "name: note, value: n}",
            "name: note, value: $steps.last.outputs.count}",
        );
        let text = text.replace(
            "        onFailure: [{name: again, type: retry}]",
            &format!("        outputs: {{count: $statusCode}}\n        {action}"),
        );
        plan_over(ORDERS, &[&text], &[]).unwrap();
    }
}

#[test]
fn a_source_that_is_not_there_is_refused_unless_it_means_the_document_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f.yaml");
    let contract = || Contract::load("t.yaml", ORDERS.to_owned(), &[]).unwrap();
    for (url, said) in [
        (
            "other.yaml",
            Some("f.yaml:3:39: the source `api` cannot be read"),
        ),
        ("https://h/other.yaml", None),
        ("elsewhere/t.yaml", None),
        ("f.yaml", None),
    ] {
        let text = CALLS.replace("url: t.yaml", &format!("url: {url}"));
        std::fs::write(&file, text).unwrap();
        let mut battery = Battery::default();
        battery.add_path(&file).unwrap();
        let plan = Plan::new(contract().into(), &battery, &Selection::default());
        match said {
            None => drop(plan.unwrap()),
            Some(said) => {
                let error = plan.unwrap_err().to_string();
                assert!(error.contains(said) && error.contains("t.yaml"), "{error}");
            }
        }
    }
}
