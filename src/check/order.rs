//! Whether values come in an order. Numbers and moments have one; texts are in some collation, which nobody says, so they
//! are out of order only where every collation agrees: at the first letter that differs, and by whatever of the text may
//! be what it is sorted by.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::battery::Way;

/// The most values that are compared, each with all others.
const MOST: usize = 300;

/// What values show of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They are in order.
    Right,
    /// Fewer than two different ones are there.
    Few,
    /// They may be in order, for somebody who compares them otherwise.
    Unclear,
    /// That one should not come behind that other one: their places.
    Wrong {
        /// The place of the earlier one.
        before: usize,
        /// The place of the later one.
        behind: usize,
    },
}

/// What a value is compared by; `None` of two means that they may stand in either order.
type Compare<'v> = Box<dyn Fn(usize, usize) -> Option<Ordering> + 'v>;

/// Whether values are in that order; those that are not there, or are null, may stand anywhere.
pub fn judge(values: &[Option<&Value>], way: Way) -> Order {
    let known = values.iter().enumerate();
    let known: Vec<(usize, &Value)> = known
        .filter_map(|(place, value)| Some((place, value.filter(|value| !value.is_null())?)))
        .take(MOST)
        .collect();
    if !known.iter().any(|(_, value)| *value != known[0].1) {
        return Order::Few;
    }
    match way {
        Way::Ascending => in_order(&known, false),
        Way::Descending => in_order(&known, true),
        Way::Either => match (in_order(&known, false), in_order(&known, true)) {
            (Order::Right, _) | (_, Order::Right) => Order::Right,
            (wrong @ Order::Wrong { .. }, Order::Wrong { .. }) => wrong,
            _ => Order::Unclear,
        },
    }
}

fn in_order(known: &[(usize, &Value)], is_reversed: bool) -> Order {
    let mut found = Order::Unclear;
    let ways = comparisons(known);
    if ways.is_empty() {
        return Order::Unclear;
    }
    for compare in ways {
        let mut is_seen = false;
        let mut wrong = None;
        'values: for behind in 1..known.len() {
            for before in 0..behind {
                let compared = compare(before, behind);
                match compared.map(|one| if is_reversed { one.reverse() } else { one }) {
                    Some(Ordering::Greater) => {
                        wrong = Some((before, behind));
                        break 'values;
                    }
                    Some(Ordering::Less) => is_seen = true,
                    _ => {}
                }
            }
        }
        match wrong {
            Some((before, behind)) if found == Order::Unclear => {
                let (before, behind) = (known[before].0, known[behind].0);
                found = Order::Wrong { before, behind };
            }
            Some(_) => {}
            None if is_seen && found == Order::Unclear => return Order::Right,
            None => return Order::Unclear,
        }
    }
    found
}

/// All that the values may be compared by.
fn comparisons<'v>(known: &[(usize, &'v Value)]) -> Vec<Compare<'v>> {
    let values: Vec<&'v Value> = known.iter().map(|(_, value)| *value).collect();
    if let Some(numbers) = all(&values, |value| value.as_f64()) {
        return vec![Box::new(move |one, other| {
            numbers[one].partial_cmp(&numbers[other])
        })];
    }
    let Some(texts) = all(&values, |value| value.as_str()) else {
        return Vec::new();
    };
    if let Some(moments) = all(&texts, |text| text.parse::<Timestamp>().ok()) {
        return vec![total(moments)];
    }
    // A clock without a zone may be turned back; a day may not.
    if let Some(days) = all(&texts, |text| text.get(..10)?.parse::<Date>().ok()) {
        return vec![total(days)];
    }
    let by_text = |whole: fn(&str) -> &str| -> Compare<'v> {
        let texts = texts.clone();
        Box::new(move |one, other| collated(whole(texts[one]), whole(texts[other])))
    };
    match all(&texts, |text| text.parse::<f64>().ok()) {
        Some(numbers) => {
            let texts = texts.clone();
            let by_number: Compare<'v> =
                Box::new(move |one, other| numbers[one].partial_cmp(&numbers[other]));
            vec![by_number, total(texts)]
        }
        None => vec![
            by_text(|text| text),
            by_text(without_article),
            by_text(last_word),
        ],
    }
}

fn total<'v, T: Ord + 'v>(values: Vec<T>) -> Compare<'v> {
    Box::new(move |one, other| Some(values[one].cmp(&values[other])))
}

fn all<T: Copy, R>(values: &[T], read: impl Fn(T) -> Option<R>) -> Option<Vec<R>> {
    values.iter().map(|value| read(*value)).collect()
}

/// A title without what librarians pass over.
fn without_article(text: &str) -> &str {
    const ARTICLES: &str =
        "a an the der die das ein eine le la les un une el los las il lo gli i de het een o os as";
    match text.split_once(' ') {
        Some((first, rest))
            if ARTICLES
                .split(' ')
                .any(|one| one.eq_ignore_ascii_case(first)) =>
        {
            rest
        }
        _ => text,
    }
}

/// The name of a family, where it comes last.
fn last_word(text: &str) -> &str {
    let last = text.split_whitespace().last();
    let is_name = |word: &&str| word.chars().all(char::is_alphabetic);
    last.filter(is_name).unwrap_or(text)
}

/// How two texts stand in every collation; `None` where one may see it otherwise: letters of different cases, marks,
/// digits, letters beyond ASCII, and those that some languages move or take for one with the next.
fn collated(one: &str, other: &str) -> Option<Ordering> {
    const PAIRS: &str =
        "aa ae ch cs dd dz ff gy ij lj ll ly ng nj ny oe ph rh rr ss sz th ty ue zs";
    const MOVED: [char; 4] = ['v', 'w', 'y', 'z'];
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let at = one
        .iter()
        .zip(&other)
        .position(|(one, other)| one != other)?;
    let (left, right) = (one[at], other[at]);
    let is_pair = |text: &[char], from: usize| {
        let pair = text.get(from..from + 2);
        let pair: Option<String> =
            pair.map(|pair| pair.iter().map(char::to_ascii_lowercase).collect());
        pair.is_some_and(|pair| PAIRS.split(' ').any(|known| known == pair))
    };
    let is_plain = |letter: char| {
        letter.is_ascii_alphabetic() && !MOVED.contains(&letter.to_ascii_lowercase())
    };
    let is_doubtful = [&one, &other]
        .into_iter()
        .any(|text| is_pair(text, at) || at.checked_sub(1).is_some_and(|from| is_pair(text, from)));
    let same_case = left.is_ascii_lowercase() == right.is_ascii_lowercase();
    let is_sure = is_plain(left) && is_plain(right) && same_case && !is_doubtful;
    is_sure.then(|| left.cmp(&right))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(values: &Value, way: Way) -> Order {
        let values: Vec<Option<&Value>> = values.as_array().unwrap().iter().map(Some).collect();
        judge(&values, way)
    }

    const WRONG: &str = "wrong";
    const RIGHT: &str = "right";
    const UNCLEAR: &str = "unclear";
    const FEW: &str = "few";

    fn word(order: Order) -> &'static str {
        match order {
            Order::Right => RIGHT,
            Order::Few => FEW,
            Order::Unclear => UNCLEAR,
            Order::Wrong { .. } => WRONG,
        }
    }

    #[test]
    fn numbers_and_moments_have_one_order() {
        for (values, ascending, descending) in [
            (json!([1, 2, 2, 3.5]), RIGHT, WRONG),
            (json!([3, 2, 2]), WRONG, RIGHT),
            (json!([null, 1, 2, null]), RIGHT, WRONG),
            (json!([1, 3, 2]), WRONG, WRONG),
            (json!([1, 1, null]), FEW, FEW),
            (json!([]), FEW, FEW),
            (json!([true, false]), UNCLEAR, UNCLEAR),
            (json!([1, "2"]), UNCLEAR, UNCLEAR),
            // By the moment, whatever the zone.
            (
                json!(["2026-01-01T12:00:00+02:00", "2026-01-01T11:00:00Z"]),
                RIGHT,
                WRONG,
            ),
            (json!(["2026-01-02", "2026-01-01"]), WRONG, RIGHT),
            (
                json!(["2026-01-02T03:00:00", "2026-01-02T02:00:00"]),
                UNCLEAR,
                UNCLEAR,
            ),
            // Decimal texts may be compared as texts.
            (json!(["9", "10"]), RIGHT, UNCLEAR),
            (json!(["8", "9", "10", "7"]), WRONG, WRONG),
        ] {
            assert_eq!(word(of(&values, Way::Ascending)), ascending, "{values}");
            assert_eq!(word(of(&values, Way::Descending)), descending, "{values}");
        }
    }

    #[test]
    fn texts_are_out_of_order_where_every_collation_says_so() {
        for (values, ascending) in [
            (json!(["Anna", "Berta", "Cleo"]), RIGHT),
            (json!(["Berta", "Anna"]), WRONG),
            (json!(["Banana", "Basil", "Bacon"]), WRONG),
            (json!(["apple", "Banana"]), UNCLEAR),
            (json!(["Banana", "apple"]), UNCLEAR),
            (json!(["Ödön", "Anna"]), UNCLEAR),
            (json!(["Aarhus", "Bern"]), UNCLEAR),
            (json!(["Chur", "Dover"]), UNCLEAR),
            (json!(["Zagreb", "Tartu"]), UNCLEAR),
            (json!(["a-b", "ab"]), UNCLEAR),
            (json!(["The Hobbit", "Emma"]), UNCLEAR),
            (json!(["The Aeneid", "Emma"]), UNCLEAR),
            (json!(["The Book", "Emma"]), UNCLEAR),
            (json!(["Mary Ann", "Lea Berg"]), UNCLEAR),
            (json!(["Mary Berg", "Lea Ann"]), WRONG),
            (json!(["B-12", "B-7"]), UNCLEAR),
            (json!(["D 12", "B 7"]), WRONG),
        ] {
            assert_eq!(word(of(&values, Way::Ascending)), ascending, "{values}");
        }
    }

    #[test]
    fn where_nobody_says_which_way_either_is_right() {
        for (values, either) in [
            (json!([1, 2, 3]), RIGHT),
            (json!([3, 2, 1]), RIGHT),
            (json!([1, 3, 2]), WRONG),
            (json!([1, 1]), FEW),
        ] {
            assert_eq!(word(of(&values, Way::Either)), either, "{values}");
        }
    }
}
