//! What stays of an exchange once it was judged.

use std::sync::Arc;

use crate::exchange::Exchange;

/// How much of a body the report shows, in bytes.
pub(super) const BODY_SHOWN: usize = 8 * 1024;
/// How much of it is kept until then: a secret that begins within what is shown is found to its end.
const BODY_KEPT: usize = 2 * BODY_SHOWN;

/// An exchange that was judged, without what of its bodies is not shown.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The exchange; its last answer's body is cut, those of earlier attempts are gone.
    pub exchange: Exchange,
    /// How long the last body was.
    pub body_bytes: u64,
}

impl Kept {
    /// Lets go of what is not shown.
    pub(super) fn of(mut exchange: Exchange) -> Kept {
        let body_bytes = exchange
            .answer()
            .map_or(0, |answer| answer.body.len() as u64);
        let last = exchange.attempts.len() - 1;
        for (n, attempt) in exchange.attempts.iter_mut().enumerate() {
            let most = if n == last { BODY_KEPT } else { 0 };
            if let Ok(answer) = &mut attempt.result
                && answer.body.len() > most
            {
                answer.body = Arc::new(answer.body[..most].to_vec());
            }
        }
        Kept {
            exchange,
            body_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exchange::{Answer, Attempt, BodyEnd};

    #[test]
    fn of_a_judged_body_only_what_is_shown_stays() {
        let attempt = |bytes: usize| Attempt {
            result: Ok(Answer {
                status: 200,
                headers: Vec::new(),
                body: Arc::new(vec![b'x'; bytes]),
                end: BodyEnd::Complete,
            }),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        };
        for (bytes, stay) in [(5, 5), (BODY_KEPT, BODY_KEPT), (16 << 20, BODY_KEPT)] {
            let kept = Kept::of(Exchange {
                request: crate::exchange::Request::default(),
                url: String::new(),
                headers: Vec::new(),
                attempts: vec![attempt(9), attempt(bytes)],
            });
            assert_eq!(kept.body_bytes, bytes as u64);
            let capacity = |n: usize| {
                kept.exchange.attempts[n]
                    .result
                    .as_ref()
                    .unwrap()
                    .body
                    .capacity()
            };
            assert_eq!((capacity(0), capacity(1)), (0, stay));
        }
    }
}
