//! RFC 3339 date-times, section 5.6: years 0000 to 9999, fractions of any length, leap seconds, `t` and `z` in either
//! case. The grammar is ours, because `jiff` takes more forms and fewer digits; the calendar is its own.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

static FORM: LazyLock<Regex> = LazyLock::new(|| {
    let hour_and_minute = "([01][0-9]|2[0-3]):([0-5][0-9])";
    Regex::new(&format!(
        r"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]{hour_and_minute}:([0-5][0-9]|60)(?:\.([0-9]+))?(?:[Zz]|([+-]){hour_and_minute})$"
    ))
    .expect("the grammar is a regular expression")
});

/// A moment in time, as it was written.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Seconds since the first day of year 0 in UTC, a leap second counting as the one after it; then the digits after
    /// the point, without trailing zeros. In this order the later moment is the greater.
    pub instant: (i64, String),
    /// What its clock is ahead of UTC, in seconds; zero for `Z`, `+00:00` and `-00:00` (section 4.3: UTC is known, the
    /// local offset is not).
    pub offset: i64,
}

impl Moment {
    /// Reads a date-time; `None` where the text is none.
    pub fn parse(text: &str) -> Option<Moment> {
        let parts = FORM.captures(text)?;
        let part = |n| parts.get(n).map_or("", |part| part.as_str());
        let number = |n| part(n).parse::<i64>().unwrap_or_default();
        let date: Date = part(1).parse().ok()?;
        let day = date.duration_since(Date::constant(0, 1, 1)).as_secs();
        let ahead = number(7) * 3_600 + number(8) * 60;
        let offset = if part(6) == "-" { -ahead } else { ahead };
        let seconds = day + number(2) * 3_600 + number(3) * 60 + number(4) - offset;
        // A leap second falls on 23:59:60 in UTC, whatever the offset shows.
        if number(4) == 60 && seconds.rem_euclid(86_400) != 0 {
            return None;
        }
        Some(Moment {
            instant: (seconds, part(5).trim_end_matches('0').to_owned()),
            offset,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn date_times_of_rfc_3339() {
        for good in [
            "2006-01-02T15:04:05Z",
            "2006-01-02t15:04:05z",
            "2006-01-02T15:04:05-07:00",
            "2024-02-29T00:00:00.123456789012Z",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "2006-01-02T15:04:05-00:00",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(Moment::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "2006-01-02",
            "2006-01-02 15:04:05Z",
            "2006-01-02T15:04:05",
            "2023-02-29T00:00:00Z",
            "2006-01-02T24:00:00Z",
            "2006-01-02T15:04Z",
            "2006-01-02T15:04:05.Z",
            "2006-01-02T15:04:05+0000",
            "2006-01-02T15:04:60Z",
            "1136214245",
            "2006-13-02T15:04:05Z",
            "2006-01-02T15:04:05Zx",
            "２006-01-02T15:04:05Z",
        ] {
            assert!(Moment::parse(bad).is_none(), "{bad}");
        }
    }
}
