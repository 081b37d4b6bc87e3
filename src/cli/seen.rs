//! What of traffic was judged and what was not, for people.

use crate::report::Report;
use crate::report::model::TrafficRecord;

use super::terminal::{Paint, harmless, width};
use super::text::{cut, fold, plural};

/// So many unknown requests are listed; the JSON report has more.
const LISTED: usize = 20;

/// The lines; empty for a run.
pub fn told(report: &Report, paint: Paint) -> String {
    report
        .traffic
        .as_ref()
        .map_or_else(String::new, |traffic| lines(traffic, paint))
}

fn lines(traffic: &TrafficRecord, paint: Paint) -> String {
    let mut out = format!(
        "seen      {}, {} to operations of the contract, {} judged",
        plural(traffic.entries, "request"),
        traffic.matched,
        traffic.judged
    );
    if traffic.breaking > 0 {
        out.push_str(&format!(
            "; {} broke the contract, so that a refusal is right",
            traffic.breaking
        ));
    }
    out.push('\n');
    if traffic.repeated > 0 {
        out.push_str(&format!(
            "          {} twice, counted once\n",
            plural(traffic.repeated, "request")
        ));
    }
    for one in &traffic.not_judged {
        let line = format!(
            "not judged, or not whole: {} ({})",
            harmless(&one.reason),
            one.count
        );
        out.push_str(&format!(
            "          {}\n",
            fold(&line, width(), "          ")
        ));
    }
    if traffic.unknown.is_empty() {
        return out;
    }
    let listed: u64 = traffic
        .unknown
        .iter()
        .take(LISTED)
        .map(|one| one.count)
        .sum();
    let all: u64 =
        traffic.unknown.iter().map(|one| one.count).sum::<u64>() + traffic.unknown_others;
    out.push_str(&format!(
        "unknown   {} to no operation of the contract\n",
        plural(all, "request")
    ));
    for one in traffic.unknown.iter().take(LISTED) {
        let line = format!("{:>6}  {} {}", one.count, one.method, one.url);
        out.push_str(&paint.dim(&format!("          {}\n", cut(&harmless(&line), 160))));
    }
    if all > listed {
        out.push_str(&paint.dim(&format!(
            "          and {} more, in the reports\n",
            all - listed
        )));
    }
    out
}
