//! RFC 3339 date-times, section 5.6: years 0000 to 9999, fractions of any length, leap seconds, `t` and `z` in either
//! case. The grammar is ours, because `jiff` takes more forms and fewer digits; the calendar is its own. Every timestamp
//! of a walk passes here, so nothing is allocated but a fraction.

use jiff::civil::Date;

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
        let bytes = text.as_bytes();
        let (moment, rest) = bytes.split_at_checked(19)?;
        let marks = [
            moment[4],
            moment[7],
            moment[10].to_ascii_uppercase(),
            moment[13],
            moment[16],
        ];
        if marks != *b"--T::" {
            return None;
        }
        let whole = rest.strip_prefix(b".").unwrap_or_default();
        let digits = whole
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let zone = match (rest.first(), digits) {
            (Some(b'.'), 0) => return None,
            (Some(b'.'), digits) => &whole[digits..],
            _ => rest,
        };
        let offset = match zone {
            b"Z" | b"z" => 0,
            [sign @ (b'+' | b'-'), hour @ .., b':', tens, ones] => {
                let ahead = number(hour, 23)? * 3_600 + number(&[*tens, *ones], 59)? * 60;
                if *sign == b'-' { -ahead } else { ahead }
            }
            _ => return None,
        };
        let (hour, minute) = (number(&moment[11..13], 23)?, number(&moment[14..16], 59)?);
        let second = number(&moment[17..19], 60)?;
        let year = number(&moment[..2], 99)? * 100 + number(&moment[2..4], 99)?;
        let (month, day) = (number(&moment[5..7], 12)?, number(&moment[8..10], 31)?);
        let date = Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()?;
        let day = date.duration_since(Date::constant(0, 1, 1)).as_secs();
        let seconds = day + hour * 3_600 + minute * 60 + second - offset;
        // A leap second falls on 23:59:60 in UTC, whatever the offset shows.
        if second == 60 && seconds.rem_euclid(86_400) != 0 {
            return None;
        }
        Some(Moment {
            instant: (
                seconds,
                text[text.len() - zone.len() - digits..text.len() - zone.len()]
                    .trim_end_matches('0')
                    .to_owned(),
            ),
            offset,
        })
    }
}

/// Two digits, at most that many.
fn number(digits: &[u8], most: i64) -> Option<i64> {
    let [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = digits else {
        return None;
    };
    let number = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    (number <= most).then_some(number)
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
