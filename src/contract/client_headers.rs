//! Headers of which a document may speak, and which say little of a request: what the client or the way to the server adds,
//! and what a server may ignore.

/// Whether the client itself sends such a header, or the way to the server adds it, whatever a case says.
pub fn is_sent_anyway(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "user-agent",
        "host",
        "content-length",
        "connection",
        "accept-encoding",
        "accept-language",
        "cookie",
        "date",
        "forwarded",
        "x-forwarded-for",
    ];
    NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether HTTP itself lets a server ignore a header that it does not understand (RFC 9110), or it is for tracing alone.
pub fn may_be_ignored(name: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "accept-",
        "if-",
        "range",
        "cache-",
        "prefer",
        "traceparent",
        "tracestate",
        "user-agent",
        "x-b3-",
    ];
    const ENDS: [&str; 3] = ["requestid", "correlationid", "traceid"];
    let name = name.to_ascii_lowercase();
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    BEGINNINGS.iter().any(|known| name.starts_with(known))
        || ENDS.iter().any(|known| letters.ends_with(known))
}

/// Whether a browser adds it to requests of its own accord.
pub fn is_of_browsers(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("sec-") || matches!(name.as_str(), "origin" | "referer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_any_case() {
        for (name, expected) in [
            ("Host", (true, false, false)),
            ("Accept-Language", (true, true, false)),
            ("X-Request-ID", (false, true, false)),
            ("X_Correlation_Id", (false, true, false)),
            ("Sec-Fetch-Mode", (false, false, true)),
            ("Origin", (false, false, true)),
            ("X-Tenant", (false, false, false)),
        ] {
            let known = (
                is_sent_anyway(name),
                may_be_ignored(name),
                is_of_browsers(name),
            );
            assert_eq!(known, expected, "{name}");
        }
    }
}
