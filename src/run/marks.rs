//! What makes the texts of a run its own: a few letters for the run, and some for each of its requests.

pub use crate::exchange::recording::NO_MARK as NONE;

/// How many requests of a case have marks of their own.
const OF_A_CASE: usize = 64;

/// The mark of a run that begins now.
pub fn of_run(seed: u64) -> String {
    format!("c{}", letters(seed, 4))
}

/// The mark of a request: the nth of a case.
pub fn of_request(run: &str, case: usize, nth: usize) -> String {
    let number = case * OF_A_CASE + nth.min(OF_A_CASE - 1);
    format!("{run}{}", letters(number as u64, 4))
}

/// All marks of a run in a text.
pub fn found(run: &str, text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let places = lower.match_indices(run);
    let whole = places.filter_map(|(at, _)| lower.get(at..at + run.len() + 4));
    let mut out: Vec<String> = Vec::new();
    for mark in whole.filter(|mark| mark.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        if !out.iter().any(|known| known == mark) {
            out.push(mark.to_owned());
        }
    }
    out
}

/// The last digits of a number to the base 36.
fn letters(mut number: u64, count: usize) -> String {
    let mut out = vec!['0'; count];
    for place in out.iter_mut().rev() {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        *place = char::from_digit(digit, 36).unwrap_or('0');
        number /= 36;
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_again() {
        let run = of_run(1_234_567);
        let mark = of_request(&run, 7, 2);
        assert_eq!((run.len(), mark.len()), (5, 9));
        assert_ne!(mark, of_request(&run, 7, 3));
        let text = format!(
            "{{\"name\": \"Conform {}\", \"x\": \"{mark}\"}}",
            mark.to_uppercase()
        );
        assert_eq!(found(&run, &text), [mark]);
        assert_eq!(found(&run, "c12"), Vec::<String>::new());
    }
}
