//! Walks over lists that can be read in larger pages too: what the walk loses, the larger page shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::exchange::Request;
use crate::ledger::{Gate, Standing, Verdict};
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::own_service::{exchanged, json_of};
use super::{RunOptions, Runner, Silence, Stop};

const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: skip, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, maximum: 50}}
      responses:
        '200':
          description: A page of things.
          content: {application/json: {schema: {type: object}}}
        '400': {description: A wrong value.}
";
const BINDING: &str = "battery: things
alias: things
operation: GET /things
collection: {items: /items, id: /id, next: {offset: skip}, size: limit, guessed: true}
";
const WALK: &str = "case: walk
title: Walk
operation: things
does: walk
expects: success
accepts: [200]
aims: []
means: One.
";

/// The ids of a page: where it begins, how many it may have, and how many requests there were before.
type Listing = fn(i64, i64, i64) -> Vec<i64>;

struct List {
    ids: Listing,
    asked: AtomicI64,
}

impl Transport for List {
    fn send(&self, request: Request) -> Sending<'_> {
        let query = request.target.split_once('?').unwrap_or_default().1;
        let number = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|pair| pair.0 == name)?.1.parse::<i64>().ok()
        };
        let (skip, limit) = (number("skip").unwrap_or(0), number("limit").unwrap_or(3));
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        let ids = (self.ids)(skip, limit, before);
        let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        let status = if ids == REFUSED { 400 } else { 200 };
        let exchange = exchanged(request, Ok(json_of(status, &json!({"items": items}))));
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, _: std::time::Duration) -> Pausing<'_> {
        at_once()
    }
}

/// What stands for a refusal.
const REFUSED: [i64; 1] = [-1];

fn refusing_the_most(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    match limit {
        50.. => REFUSED.to_vec(),
        _ => right(skip, limit, before),
    }
}

fn refusing_the_most_once(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    match before {
        6 if limit == 50 => REFUSED.to_vec(),
        _ => right(skip, limit, before),
    }
}

fn right(skip: i64, limit: i64, _: i64) -> Vec<i64> {
    (skip + 1..=(skip + limit).min(17)).collect()
}

fn without_the_first_of_later_pages(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    let all = right(skip, limit, before).into_iter();
    all.skip(usize::from(skip > 0)).collect()
}

fn without_the_last_of_full_pages(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    let mut all = right(skip, limit, before);
    if skip > 0 && all.len() as i64 == limit {
        // As many as were asked for, so that the page is no shorter.
        all[limit as usize - 1] = skip + 100;
    }
    all
}

fn of_five_at_most(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    right(skip, limit.min(5), before)
}

fn with_new_ones_in_front(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    let all: Vec<i64> = (0..17 + before).map(|n| 17 + before - n).collect();
    let all = all.into_iter().skip(skip as usize);
    all.take(limit as usize).collect()
}

fn with_few_on_the_second(skip: i64, limit: i64, before: i64) -> Vec<i64> {
    // What may not be seen is taken out after paging.
    let mut all = right(skip, limit, before);
    all.retain(|id| ![5, 6].contains(id));
    all
}

#[tokio::test]
async fn what_a_larger_page_shows_the_walk_has_met() {
    let rows: [(&str, Listing, bool, Verdict); 6] = [
        ("right", right, false, Verdict::Pass),
        (
            "the first item of each page is lost",
            without_the_first_of_later_pages,
            true,
            Verdict::Fail,
        ),
        (
            "another item in place of the last of each page",
            without_the_last_of_full_pages,
            true,
            Verdict::Fail,
        ),
        (
            "pages of five at most",
            of_five_at_most,
            false,
            Verdict::Pass,
        ),
        (
            "new items in front",
            with_new_ones_in_front,
            false,
            Verdict::Inconclusive,
        ),
        (
            "pages that are not full",
            with_few_on_the_second,
            false,
            Verdict::Pass,
        ),
    ];
    for (name, ids, is_broken, verdict) in rows {
        let (broken, standing) = walked(ids).await;
        let lost = broken.contains(&"things/rule/walk-loses-nothing".to_owned());
        assert_eq!(lost, is_broken, "{name}: {broken:?}");
        let reason = standing.reason();
        assert_eq!(standing.verdict(), verdict, "{name}: {reason} {broken:?}");
    }
}

#[tokio::test]
async fn the_most_that_the_document_allows_is_not_refused() {
    let rows: [(&str, Listing, &[&str]); 3] = [
        ("right", right, &[]),
        ("always", refusing_the_most, &["things/query/limit/maximum"]),
        ("once", refusing_the_most_once, &[]),
    ];
    for (name, ids, expected) in rows {
        assert_eq!(walked(ids).await.0, expected, "{name}");
    }
}

/// What the walk over such a list finds broken.
async fn walked(ids: Listing) -> (Vec<String>, Standing) {
    let mut battery = Battery::default();
    battery.add("things.yaml", BINDING, false).unwrap();
    battery.add("walk.yaml", WALK, false).unwrap();
    let contract = Contract::load("t", SPEC.to_owned(), &battery.aliases()).unwrap();
    let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
    let transport = List {
        ids,
        asked: AtomicI64::new(0),
    };
    let (gate, stop, options) = (Gate::default(), Stop::default(), RunOptions::default());
    let runner = Runner::new(&plan, &transport, options, &gate, &Silence, &stop);
    let finished = runner.run().await;
    let run = &finished.cases[0];
    let broken = run.seen.broken().keys();
    let broken = broken.map(|clause| plan.clauses.get(*clause).id().to_owned());
    (broken.collect(), run.standing.clone())
}
