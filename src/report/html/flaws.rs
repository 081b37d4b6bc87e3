//! What of the document is not tested, before all else: a green page that leaves half of the contract out must say so.

use super::super::model::Report;
use super::super::words::{plural, warning};

/// Warnings that are on the page, and those of them that are shown open.
const SHOWN: usize = 500;
const OPEN: usize = 3;

/// The warnings of the document.
pub(super) struct Flaws {
    pub(super) count: String,
    pub(super) open: Vec<String>,
    pub(super) rest: Vec<String>,
    /// How many are not on the page.
    pub(super) more: usize,
}

impl Flaws {
    pub(super) fn of(report: &Report) -> Flaws {
        let all = &report.contract.warnings;
        let mut open: Vec<String> = all.iter().map(warning).take(SHOWN).collect();
        let rest = open.split_off(open.len().min(OPEN));
        Flaws {
            count: plural(all.len() as u64, "warning"),
            open,
            rest,
            more: all.len().saturating_sub(SHOWN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use crate::report::fixture;

    #[test]
    fn what_is_not_tested_stands_above_the_figures() {
        let mut report = fixture::conformant();
        assert!(!render(&report).unwrap().contains("id=\"flaws-title\""));
        report.contract.warnings = fixture::warnings(600);
        let page = render(&report).unwrap();
        let (above, _) = page.split_once("<section class=\"overview\"").unwrap();
        assert!(above.contains("600 warnings about the document"));
        assert!(above.contains("api.yaml:7:5: <code>GET /x0</code> documents no <code>responses</code>; GET /x0 is not tested"));
        assert!(above.contains("497 more") && above.contains("100 others are in the JSON report"));
    }
}
