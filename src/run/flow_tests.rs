//! Workflows, run against answers that a test names one after the other.

use std::time::Duration;

use crate::ledger::Verdict;

use super::step_tests::{Answered, run};

/// A workflow with these steps.
fn flow(steps: &str) -> String {
    format!(
        "arazzo: 1.0.1
info: {{title: t, version: '1'}}
sourceDescriptions: [{{name: api, url: t.yaml, type: openapi}}]
workflows:
  - workflowId: life
    steps:
      - stepId: make
        operationId: make
        requestBody: {{payload: {{name: a, size: 3}}}}
        successCriteria:
          - condition: $statusCode == 201
          - condition: $response.body#/id > 0 && $request.body#/name == 'A'
        outputs: {{id: $response.body#/id}}
{steps}"
    )
}

const READ: &str = "      - stepId: read
        operationId: read
        parameters: [{name: id, in: path, value: $steps.make.outputs.id}]
        successCriteria: [{condition: $statusCode == 200}]
";
const MADE: Answered = ("POST /things", &[(201, r#"{"id": 5, "name": "a"}"#)]);
const FOUND: Answered = ("GET /things/5", &[(200, r#"{"id": 5}"#)]);

#[tokio::test]
async fn steps_follow_one_another_and_a_break_names_clause_step_and_criterion() {
    let seen = run(&[&flow(READ)], &[MADE, FOUND]).await;
    assert_eq!(seen.asked, ["POST /things", "GET /things/5"]);
    assert_eq!(
        seen.verdict,
        Verdict::Pass,
        "{} {:?}",
        seen.reason,
        seen.broken
    );
    // What an earlier step made is there: 404 is a break.
    let seen = run(&[&flow(READ)], &[MADE]).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    let [(clause, message)] = &seen.broken[..] else {
        panic!("one break: {:?}", seen.broken);
    };
    assert_eq!(clause, "read/rule/life/read/1");
    assert_eq!(
        message,
        "step `read` of the workflow `life` meets its criterion `$statusCode == 200`: it does not: $statusCode is 404"
    );
    let wrong: Answered = ("POST /things", &[(201, r#"{"id": -5}"#)]);
    let seen = run(&[&flow(READ)], &[wrong, FOUND]).await;
    assert_eq!(seen.asked, ["POST /things"]);
    assert_eq!(seen.broken[0].0, "make/rule/life/make/2");
    assert!(
        seen.broken[0]
            .1
            .contains("$response.body#/id is -5, $request.body#/name is \"a\""),
        "{:?}",
        seen.broken
    );
}

#[tokio::test]
async fn what_shows_nothing_is_inconclusive_with_its_step() {
    let nothing: Answered = ("POST /things", &[(201, r#"{"id": 5}"#)]);
    let lacks = flow(READ).replace(
        "outputs: {id: $response.body#/id}",
        "outputs: {id: $response.body#/key}",
    );
    let refused: Answered = ("POST /things", &[(401, "{}")]);
    for (file, answer, said) in [
        (
            &lacks,
            nothing,
            "step `read`: `$steps.make.outputs.id` has no value",
        ),
        (
            &flow(READ),
            refused,
            "step `make`: a valid request was answered 401",
        ),
    ] {
        let seen = run(&[file], &[answer, FOUND]).await;
        assert_eq!(
            (seen.verdict, seen.asked.len()),
            (Verdict::Inconclusive, 1),
            "{:?}",
            seen.broken
        );
        assert!(seen.reason.contains(said), "{}", seen.reason);
    }
}

#[tokio::test]
async fn a_step_is_tried_again_as_often_as_it_says() {
    let again = format!(
        "{READ}        onFailure: [{{name: again, type: retry, retryAfter: 1.5, retryLimit: 2, criteria: [{{condition: $statusCode == 404}}]}}]\n"
    );
    let late: Answered = ("GET /things/5", &[(404, ""), (404, ""), (200, "{}")]);
    let seen = run(&[&flow(&again)], &[MADE, late]).await;
    assert_eq!(
        (seen.verdict, seen.asked.len()),
        (Verdict::Pass, 4),
        "{}",
        seen.reason
    );
    assert_eq!(seen.paused, Duration::from_secs(3));
    let never: Answered = ("GET /things/5", &[(404, "")]);
    let seen = run(&[&flow(&again)], &[MADE, never]).await;
    assert_eq!((seen.verdict, seen.asked.len()), (Verdict::Fail, 4));
    let other: Answered = ("GET /things/5", &[(400, "")]);
    let seen = run(&[&flow(&again)], &[MADE, other]).await;
    assert_eq!((seen.verdict, seen.asked.len()), (Verdict::Fail, 2));
}

#[tokio::test]
async fn actions_lead_on_as_the_answers_say() {
    let remove = "      - stepId: remove
        operationId: remove
        parameters: [{name: id, in: path, value: $steps.make.outputs.id}]
";
    let skip = |action: &str| {
        format!("{READ}        {action}\n      - stepId: list\n        operationId: list\n{remove}")
    };
    let removed: Answered = ("DELETE /things/5", &[(204, "")]);
    let list: Answered = ("GET /things", &[(200, r#"{"items": []}"#)]);
    for (action, found, asked) in [
        (
            "onSuccess: []",
            FOUND,
            "GET /things/5 GET /things DELETE /things/5",
        ),
        (
            "onSuccess: [{name: a, type: goto, stepId: remove}]",
            FOUND,
            "GET /things/5 DELETE /things/5",
        ),
        ("onSuccess: [{name: a, type: end}]", FOUND, "GET /things/5"),
        (
            "onSuccess: [{name: a, type: end, criteria: [{condition: $response.body#/id != 5}]}]",
            FOUND,
            "GET /things/5 GET /things DELETE /things/5",
        ),
        (
            "onFailure: [{name: a, type: goto, stepId: remove}]",
            ("GET /things/5", &[(404, "")][..]),
            "GET /things/5 DELETE /things/5",
        ),
    ] {
        let seen = run(&[&flow(&skip(action))], &[MADE, found, list, removed]).await;
        assert_eq!(seen.asked[1..].join(" "), asked, "{action}");
        assert_eq!(
            seen.verdict,
            Verdict::Pass,
            "{action}: {} {:?}",
            seen.reason,
            seen.broken
        );
    }
}

#[tokio::test]
async fn a_workflow_takes_another_with_inputs_and_uses_its_outputs() {
    let two = "arazzo: 1.0.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: t.yaml}]
workflows:
  - workflowId: all
    dependsOn: [listed]
    steps:
      - stepId: one
        workflowId: made
        parameters: [{name: size, value: 7}]
        successCriteria: [{condition: $outputs.size == 7 && $statusCode == 201}]
      - stepId: read
        operationId: read
        parameters: [{name: id, in: path, value: $steps.one.outputs.id}]
        successCriteria:
          - condition: $workflows.listed.outputs.count == 2 && $workflows.made.inputs.size == 7
          - {context: $response.body, type: jsonpath, condition: '$[?@.id == 5]'}
          - {context: $url, type: regex, condition: /things/5$}
  - workflowId: made
    inputs: {type: object, properties: {size: {type: integer, default: 1}}}
    steps:
      - stepId: make
        operationId: make
        requestBody: {payload: {size: 0}, replacements: [{target: /size, value: $inputs.size}]}
        outputs: {id: $response.body.id, size: $request.body#/size}
    outputs: {id: $steps.make.outputs.id, size: $steps.make.outputs.size}
  - workflowId: listed
    steps:
      - {stepId: list, operationId: list, outputs: {count: '$response.body.items[1].id'}}
    outputs: {count: $steps.list.outputs.count}
";
    let list: Answered = (
        "GET /things",
        &[(200, r#"{"items": [{"id": 1}, {"id": 2}]}"#)],
    );
    let seen = run(&[two], &[MADE, FOUND, list]).await;
    assert_eq!(
        seen.verdict,
        Verdict::Pass,
        "{} {:?}",
        seen.reason,
        seen.broken
    );
    assert_eq!(
        seen.asked[..3],
        ["GET /things", "POST /things", "GET /things/5"]
    );
    // A break in a workflow that is taken ends the one that takes it.
    let broken: Answered = ("POST /things", &[(500, "")]);
    let seen = run(&[two], &[broken, FOUND, list]).await;
    assert_eq!(
        (seen.verdict, &*seen.broken.last().unwrap().0),
        (Verdict::Fail, "make/rule/made/make/success")
    );
}

#[tokio::test]
async fn gotos_that_answers_could_end_and_do_not_are_cut() {
    let round = format!(
        "{READ}        onSuccess: [{{name: a, type: goto, stepId: read, criteria: [{{condition: $response.body#/id == 5}}]}}]\n"
    );
    let seen = run(&[&flow(&round)], &[MADE, FOUND]).await;
    assert_eq!(seen.asked.len(), 1_000);
    assert_eq!(
        (seen.verdict, &*seen.reason),
        (
            Verdict::Inconclusive,
            "step `read`: the workflow took 1000 steps and did not end"
        )
    );
}

/// What an output was looked for in is told where it is missed, also across workflows and where its step was jumped over.
#[tokio::test]
async fn a_value_that_is_missing_says_what_came_instead_and_nothing_is_sent() {
    let nothing: Answered = ("POST /things", &[(201, r#"{"key": 5}"#)]);
    let lacks =
        "step `make` was answered 201 with nothing at $response.body#/id; the body has `key`";
    let calls = "arazzo: 1.0.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: t.yaml}]
workflows:
  - workflowId: all
    steps:
      - {stepId: sub, workflowId: made, outputs: {own: $outputs.id}}
      - stepId: read
        operationId: read
        parameters: [{name: id, in: path, value: $steps.sub.outputs.id}]
  - workflowId: made
    steps:
      - {stepId: make, operationId: make, requestBody: {payload: {name: A}}, outputs: {id: $response.body#/id}}
    outputs: {id: $steps.make.outputs.id}
";
    let own = flow(READ).replace(
        "          - condition: $response.body#/id > 0 && $request.body#/name == 'A'\n",
        "",
    );
    let jumps = flow(READ).replace(
        "value: $steps.make.outputs.id",
        "value: $steps.list.outputs.id",
    );
    let jumps = jumps.replace(
        "      - stepId: read",
        "        onSuccess: [{name: a, type: goto, stepId: read}]
      - {stepId: list, operationId: list, outputs: {id: '$response.body#/items/0/id'}}
      - stepId: read",
    );
    for (file, answer, value, why) in [
        (own, nothing, "$steps.make.outputs.id", lacks),
        (calls.to_owned(), nothing, "$steps.sub.outputs.id", lacks),
        (
            calls.replace("outputs.id}]", "outputs.own}]"),
            nothing,
            "$steps.sub.outputs.own",
            lacks,
        ),
        (jumps, MADE, "$steps.list.outputs.id", ""),
    ] {
        let seen = run(&[&file], &[answer, FOUND]).await;
        assert_eq!(
            (
                seen.verdict,
                seen.asked.contains(&"GET /things/5".to_owned())
            ),
            (Verdict::Inconclusive, false),
            "{file} {:?}",
            seen.broken
        );
        let said = format!("step `read`: `{value}` has no value");
        assert!(
            seen.reason.starts_with(&said) && seen.reason.ends_with(why),
            "{}",
            seen.reason
        );
    }
}

/// Null is nothing that can stand in a path.
#[tokio::test]
async fn a_null_is_not_sent_as_a_parameter() {
    let own = flow(READ).replace(
        "          - condition: $response.body#/id > 0 && $request.body#/name == 'A'\n",
        "",
    );
    let null: Answered = ("POST /things", &[(201, r#"{"id": null}"#)]);
    let seen = run(&[&own], &[null, FOUND]).await;
    assert_eq!(seen.asked, ["POST /things"]);
    let said = "step `read`: there is no value for the path parameter `id`";
    assert_eq!(seen.reason, said, "{:?}", seen.broken);
}

/// A criterion about the status speaks of every status but those that say nothing.
#[tokio::test]
async fn an_unmet_status_is_a_break_of_its_criterion() {
    let asks = |criterion: &str| {
        flow(&format!(
            "      - stepId: read
        operationId: read
        parameters: [{{name: id, in: path, value: 9}}]
{criterion}"
        ))
    };
    let told = asks("        successCriteria: [{condition: $statusCode == 200}]\n");
    for (file, status, verdict) in [
        (&told, &[(404, "{}")][..], Verdict::Fail),
        (&told, &[(400, "{}")], Verdict::Fail),
        (&told, &[(401, "{}")], Verdict::Inconclusive),
        (&told, &[(403, "{}")], Verdict::Inconclusive),
        (&told, &[(429, "{}")], Verdict::Inconclusive),
        (&told, &[(503, "{}")], Verdict::Inconclusive),
        (&asks(""), &[(404, "{}")], Verdict::Inconclusive),
    ] {
        let seen = run(&[file], &[MADE, ("GET /things/9", status)]).await;
        let own = seen
            .broken
            .iter()
            .any(|(clause, _)| clause == "read/rule/life/read/1");
        assert_eq!(
            own,
            verdict == Verdict::Fail,
            "{status:?} {:?}",
            seen.broken
        );
        if !own {
            assert!(
                seen.reason.contains("step `read`"),
                "{status:?} {}",
                seen.reason
            );
        }
    }
}
