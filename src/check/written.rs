//! What people enter, as services write it: addresses of pages, telephone numbers, text with tags, amounts.

/// A URI in its normal form (RFC 3986, sections 6.2.2 and 6.2.3); that of a page without what services are used to put before
/// or behind it: the scheme, a slash at the end of the path, a fragment.
pub(super) fn uri(text: &str) -> Option<String> {
    // Who enters `example.com/shop` means the page.
    let is_host = !text.contains("://") && text.contains('.') && !text.contains('@');
    let whole = match is_host {
        true => format!("https://{text}"),
        false => text.to_owned(),
    };
    let uri = fluent_uri::Uri::parse(&*whole).ok()?;
    let normal = uri.normalize().into_string();
    let is_page = normal.starts_with("http://") || normal.starts_with("https://");
    if !is_page {
        return Some(normal);
    }
    let (_, rest) = normal.split_once("://")?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    Some(format!("{}{query}", path.trim_end_matches('/')))
}

/// Whether a moment is another one that is cut to a whole day, hour or minute.
pub(super) fn is_cut(moment: &str, shown: &str) -> bool {
    /// Where the hour, the minute and the second begin, and where they end.
    const UNITS: [usize; 3] = [11, 14, 17];
    const END: usize = 19;
    let is_zero = |text: &str| text.bytes().all(|byte| b"0:".contains(&byte));
    let (Some(moment), Some(shown)) = (moment.get(..END), shown.get(..END)) else {
        return false;
    };
    let mut units = UNITS.iter();
    moment.parse::<jiff::civil::DateTime>().is_ok()
        && units.any(|at| moment[..*at] == shown[..*at] && is_zero(&shown[*at..]))
}

/// Whether a telephone number is another one with the code of its country (E.164).
pub(super) fn is_called(national: &str, shown: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_digit() || " ()+-./".contains(letter);
    let (national, shown) = (
        national.replace("(0)", ""),
        shown.trim_start_matches("tel:"),
    );
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let own = digits(&national);
    let own = own.trim_start_matches('0');
    national.chars().all(is_part)
        && shown.starts_with('+')
        && shown.chars().all(is_part)
        && own.len() >= 6
        && digits(shown).ends_with(own)
}

/// Whether one text is the other without its tags, or without those that are not to be shown on a page.
pub(super) fn is_without_tags(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let bare = untagged(text);
        let meant = plain(&bare).unwrap_or(bare);
        meant
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let has_tags = |text: &str| untagged(text) != text;
    (has_tags(one) || has_tags(other)) && words(one) == words(other)
}

/// A text without tags, and without what stands in those that act.
fn untagged(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let is_tag =
            after.starts_with(|first: char| first.is_ascii_alphabetic() || "/!".contains(first));
        let Some(end) = after.find('>').filter(|_| is_tag) else {
            out.push('<');
            rest = after;
            continue;
        };
        rest = &after[end + 1..];
        for acts in ["script", "style"] {
            if after
                .get(..acts.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(acts))
            {
                let closed = rest.to_ascii_lowercase().find(&format!("</{acts}"));
                rest = closed.map_or("", |closed| &rest[closed..]);
            }
        }
    }
    out + rest
}

/// An amount with the unit of its size: `1000m` is 1, `1024Mi` is 1Gi.
pub(super) fn amount(text: &str) -> Option<f64> {
    const SIZES: [(&str, f64); 10] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("m", 0.001),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("", 1.0),
    ];
    let begins = text.starts_with(|first: char| first.is_ascii_digit());
    let mut sizes = SIZES.iter().filter(|_| begins);
    sizes.find_map(|(size, times)| Some(text.strip_suffix(size)?.parse::<f64>().ok()? * times))
}

/// A text with signs that are written for a page, as they are meant; `None` where it has none.
pub(super) fn plain(text: &str) -> Option<String> {
    const SIGNS: [(&str, &str); 10] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        // The last: what it brings forth is no sign.
        ("&amp;", "&"),
    ];
    let signs = SIGNS.iter();
    let meant = signs.fold(text.to_owned(), |text, (sign, meant)| {
        text.replace(sign, meant)
    });
    (meant != text).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_be_cut_to_a_whole_day_hour_or_minute() {
        for (shown, cut) in [
            ("2026-01-02T00:00:00Z", true),
            ("2026-01-02T15:00:00.000Z", true),
            ("2026-01-02T15:04:00+00:00", true),
            ("2026-01-02T10:00:00Z", false),
            ("2026-01-03T00:00:00Z", false),
            ("2026-01-02T15:04:06Z", false),
            ("2026-01-02", false),
        ] {
            assert_eq!(is_cut("2026-01-02T15:04:05Z", shown), cut, "{shown}");
        }
        assert!(!is_cut("conform-abc00000000", "conform-abc00000000"));
    }
}
