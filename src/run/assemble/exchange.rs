//! An exchange made into its record.

use std::time::Duration;

use crate::exchange::{Answer, BodyEnd, Failure};
use crate::report::model::{AttemptRecord, ExchangeRecord, RequestRecord, ResponseRecord};

use super::super::stays::BODY_SHOWN;
use super::super::{CaseRun, Kept};
use super::Assembly;

impl<'a> Assembly<'a> {
    pub(super) fn exchange(&self, run: &CaseRun, kept: &'a Kept) -> ExchangeRecord {
        let exchange = &kept.exchange;
        let (last, earlier) = exchange
            .attempts
            .split_last()
            .expect("an exchange has at least one attempt");
        let trouble = |result: &Result<Answer, Failure>| match result {
            Err(failure) => self.clean(&failure.message),
            Ok(answer) => match &answer.end {
                BodyEnd::Complete => String::new(),
                BodyEnd::BrokenOff(why) | BodyEnd::Unread(why) => self.clean(why),
            },
        };
        let sent = exchange.request.body.as_ref();
        let sent = sent.map_or(&[][..], |body| body.bytes.as_slice());
        let (body_bytes, body_truncated) = (sent.len() as u64, sent.len() > BODY_SHOWN);
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
                        (name.clone(), self.spared.header(name, value).into_owned())
                    })
                    .collect(),
                body: self.body(sent, true, body_truncated),
                body_bytes,
                body_truncated,
            },
            response: last
                .result
                .as_ref()
                .ok()
                .map(|answer| self.response(answer, kept.body_bytes)),
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

    fn response(&self, answer: &'a Answer, body_bytes: u64) -> ResponseRecord {
        let truncated = body_bytes > BODY_SHOWN as u64;
        let is_whole = answer.end == BodyEnd::Complete && answer.body.len() as u64 >= body_bytes;
        ResponseRecord {
            status: answer.status,
            headers: answer
                .headers
                .iter()
                .map(|(name, value)| {
                    (
                        self.clean(name),
                        self.spared.header(name, value).into_owned(),
                    )
                })
                .collect(),
            body: self.body(&answer.body, is_whole, truncated),
            body_bytes,
            body_truncated: truncated,
        }
    }

    /// What is shown of a body: cut only after the secrets were taken out.
    fn body(&self, kept: &'a [u8], is_whole: bool, truncated: bool) -> String {
        let clean = self.spared.body(kept, is_whole);
        let text = String::from_utf8_lossy(&clean);
        if !truncated {
            return text.into_owned();
        }
        let mut end = text.len().min(BODY_SHOWN);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}…", &text[..end])
    }
}
