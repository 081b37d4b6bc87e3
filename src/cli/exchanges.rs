//! Every exchange that a report keeps, a line each, for `--verbose`.

use crate::report::Report;
use crate::report::model::ExchangeRecord;

use super::terminal::{Paint, harmless};
use super::text::plural;

/// The exchanges by case, in the order of the run.
pub fn list(report: &Report, paint: Paint) -> String {
    let mut out = String::from("\nexchanges\n");
    for case in &report.cases {
        let kept: Vec<&ExchangeRecord> = case
            .exchanges
            .iter()
            .filter_map(|index| report.exchanges.get(*index))
            .collect();
        if kept.is_empty() {
            continue;
        }
        out.push_str(&format!("  {}\n", paint.name(&harmless(&case.id))));
        for exchange in kept {
            out.push_str(&one(exchange, paint));
        }
    }
    let attempts: u64 = report
        .exchanges
        .iter()
        .map(|exchange| 1 + exchange.attempts.len() as u64)
        .sum();
    let more = report.summary.exchanges.saturating_sub(attempts);
    if more > 0 {
        out.push_str(&paint.dim(&format!(
            "  and {} of long walks that are not kept\n",
            plural(more, "request")
        )));
    }
    out
}

/// Method, status, time and URL; below it the attempts before, and what went wrong.
fn one(exchange: &ExchangeRecord, paint: Paint) -> String {
    let status = |status: Option<u16>| match status {
        Some(status) => status.to_string(),
        None => "---".to_owned(),
    };
    let mut out = String::new();
    for (n, attempt) in exchange.attempts.iter().enumerate() {
        let trouble = if attempt.error.is_empty() {
            String::new()
        } else {
            format!(", {}", harmless(&attempt.error))
        };
        out.push_str(&paint.dim(&format!(
            "         {} {:>5} ms  attempt {}{trouble}; waited {} ms\n",
            status(attempt.status),
            attempt.duration_ms,
            n + 1,
            attempt.waited_ms
        )));
    }
    let came = exchange.response.as_ref().map(|response| response.status);
    out.push_str(&format!(
        "    {:<4} {} {:>5} ms  {}\n",
        harmless(&exchange.request.method),
        status(came),
        exchange.duration_ms,
        harmless(&exchange.request.url)
    ));
    if !exchange.error.is_empty() {
        out.push_str(&paint.open(&format!("         {}\n", harmless(&exchange.error))));
    }
    out
}
