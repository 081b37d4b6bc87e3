//! An exchange made into its record.

use std::time::Duration;

use crate::exchange::{Answer, BodyEnd, Exchange, Failure};
use crate::report::model::{AttemptRecord, ExchangeRecord, RequestRecord, ResponseRecord};

use super::super::CaseRun;
use super::Assembly;

/// How much of a body the report shows, in bytes.
const BODY_SHOWN: usize = 8 * 1024;

impl Assembly<'_> {
    pub(super) fn exchange(&self, run: &CaseRun, exchange: &Exchange) -> ExchangeRecord {
        let (last, earlier) = exchange
            .attempts
            .split_last()
            .expect("an exchange has at least one attempt");
        let trouble = |result: &Result<Answer, Failure>| match result {
            Err(failure) => self.clean(&failure.message),
            Ok(answer) => match &answer.end {
                BodyEnd::Complete => String::new(),
                BodyEnd::BrokenOff(why) | BodyEnd::Bounded(why) => self.clean(why),
            },
        };
        let sent = exchange.request.body.as_ref();
        let (body, body_bytes, body_truncated) =
            sent.map_or_else(Default::default, |body| self.body(&body.bytes));
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        ExchangeRecord {
            case: self.id(run.case),
            request: RequestRecord {
                method: exchange.request.method.clone(),
                url: self.clean(&exchange.url),
                headers: exchange
                    .headers
                    .iter()
                    .map(|(name, value)| {
                        (
                            name.clone(),
                            self.context.redactor.header(name, value).into_owned(),
                        )
                    })
                    .collect(),
                body,
                body_bytes,
                body_truncated,
            },
            response: last
                .result
                .as_ref()
                .ok()
                .map(|answer| self.response(answer)),
            error: trouble(&last.result),
            duration_ms: millis(last.took),
            attempts: earlier
                .iter()
                .map(|attempt| AttemptRecord {
                    status: attempt.result.as_ref().ok().map(|answer| answer.status),
                    error: trouble(&attempt.result),
                    duration_ms: millis(attempt.took),
                    waited_ms: millis(attempt.waited),
                })
                .collect(),
        }
    }

    fn response(&self, answer: &Answer) -> ResponseRecord {
        let (body, body_bytes, body_truncated) = self.body(&answer.body);
        ResponseRecord {
            status: answer.status,
            headers: answer
                .headers
                .iter()
                .map(|(name, value)| {
                    (
                        self.clean(name),
                        self.context.redactor.header(name, value).into_owned(),
                    )
                })
                .collect(),
            body,
            body_bytes,
            body_truncated,
        }
    }

    /// The beginning of a body as text, its whole size, and whether something is left out.
    fn body(&self, bytes: &[u8]) -> (String, u64, bool) {
        let shown = &bytes[..bytes.len().min(BODY_SHOWN)];
        let truncated = bytes.len() > BODY_SHOWN;
        let mut text = String::from_utf8_lossy(shown).into_owned();
        if truncated {
            text.push('…');
        }
        (self.clean(&text), bytes.len() as u64, truncated)
    }
}
