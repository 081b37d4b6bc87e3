//! Media types as they are compared (RFC 9110, sections 8.3.1 and 12.5.1): names in any letter case, parameters in any order,
//! and of the documented ranges that fit the most specific one.

/// A media type or range: what stands before its parameters in lower case, and the parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`, lower-case.
    pub essence: String,
    /// Names in lower case and values without their quotes.
    parameters: Vec<(String, String)>,
}

/// How well a documented range fits a media type; the greater, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    of_parameters: OfParameters,
    /// 0 for all, 1 for a range of subtypes, 2 for one type.
    breadth: u8,
    /// How many parameters are the same.
    same: usize,
}

impl Fit {
    /// Whether a parameter says that another one is meant.
    pub(super) fn is_contradicted(self) -> bool {
        self.of_parameters == OfParameters::Another
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum OfParameters {
    /// One has another value.
    Another,
    /// One is left out.
    Lacking,
    /// All that are documented are there.
    All,
}

impl MediaType {
    /// Reads what a header or a document says; what cannot be read is left out.
    pub fn parse(text: &str) -> MediaType {
        let mut parts = split(text).into_iter();
        let essence = parts.next().unwrap_or_default();
        let parameters = parts.filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches('"').replace('\\', "");
            Some((name.trim().to_ascii_lowercase(), value))
        });
        MediaType {
            essence: essence.trim().to_ascii_lowercase(),
            parameters: parameters.collect(),
        }
    }

    /// How well this range fits a media type; `None` where it does not, whatever their parameters.
    pub(super) fn fit(&self, given: &MediaType) -> Option<Fit> {
        let kind = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
        let breadth = match self.essence.split_once('/') {
            Some(("*", "*")) if !given.essence.is_empty() => 0,
            Some((own, "*")) if own == kind(&given.essence) => 1,
            _ if self.essence == given.essence => 2,
            _ => return None,
        };
        let (mut of_parameters, mut same) = (OfParameters::All, 0);
        for (name, value) in &self.parameters {
            let mut known = given.parameters.iter().filter(|(known, _)| known == name);
            let found = match known.next() {
                Some((_, given)) if given.eq_ignore_ascii_case(value) => {
                    same += 1;
                    OfParameters::All
                }
                Some(_) => OfParameters::Another,
                None => OfParameters::Lacking,
            };
            of_parameters = of_parameters.min(found);
        }
        Some(Fit {
            of_parameters,
            breadth,
            same,
        })
    }
}

/// The parts between semicolons, but for those in quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = text.split(|letter: char| {
        let ends = letter == ';' && !is_quoted;
        is_quoted ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && is_quoted && !is_escaped;
        ends
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_fits_best() {
        const PLAIN: &str = "application/json";
        const ONE: &str = "application/json; version=1";
        const TWO: &str = "application/json;version=\"2\"";
        for (documented, given, best) in [
            (
                vec![TWO, ONE],
                "Application/JSON; charset=utf-8; Version=\"1\"",
                ONE,
            ),
            (vec![PLAIN, TWO], TWO, TWO),
            (vec![TWO, PLAIN], "application/json", PLAIN),
            (vec![TWO, PLAIN], ONE, PLAIN),
            (vec!["*/*", "application/*", PLAIN], PLAIN, PLAIN),
            (
                vec!["*/*", "application/*"],
                "application/problem+json",
                "application/*",
            ),
            (vec!["*/*"], "", ""),
            (vec![PLAIN], "text/html", ""),
            // What may be left out is no other one, and a semicolon in quotes ends nothing.
            (
                vec!["application/json; charset=utf-8"],
                PLAIN,
                "application/json; charset=utf-8",
            ),
            (
                vec!["text/a; p=\"x;y\"", "text/a; p=\"x\""],
                "text/a;p=\"x;y\"",
                "text/a; p=\"x;y\"",
            ),
        ] {
            let given = MediaType::parse(given);
            let fits = documented.iter().filter_map(|range| {
                let fit = MediaType::parse(range).fit(&given)?;
                Some((fit, *range))
            });
            let found = fits
                .max_by_key(|(fit, _)| *fit)
                .map_or("", |(_, range)| range);
            assert_eq!(found, best, "{given:?}");
        }
        let fit = MediaType::parse(ONE).fit(&MediaType::parse(TWO));
        assert!(fit.is_some_and(Fit::is_contradicted));
    }
}
