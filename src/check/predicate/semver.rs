//! Semantic Versioning 2.0.0. The `semver` crate stops at 64-bit numbers, which the specification does not.

use std::sync::LazyLock;

use regex::Regex;

/// The grammar as semver.org publishes it, with ASCII digits.
static GRAMMAR: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(0|[1-9][0-9]*)";
    let prerelease = r"(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
    let build = r"[0-9a-zA-Z-]+";
    Regex::new(&format!(
        r"^{number}\.{number}\.{number}(-{prerelease}(\.{prerelease})*)?(\+{build}(\.{build})*)?$"
    ))
    .expect("the grammar is a regular expression")
});

/// Whether a text is a version as semver.org has it; its numbers may be of any size.
pub fn is_semver(text: &str) -> bool {
    semver::Version::parse(text).is_ok() || GRAMMAR.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::is_semver;

    #[test]
    fn the_examples_of_semver_org() {
        for good in [
            "0.0.4",
            "1.2.3",
            "10.20.30",
            "1.1.2-prerelease+meta",
            "1.1.2+meta",
            "1.1.2+meta-valid",
            "1.0.0-alpha",
            "1.0.0-beta",
            "1.0.0-alpha.beta",
            "1.0.0-alpha.beta.1",
            "1.0.0-alpha.1",
            "1.0.0-alpha0.valid",
            "1.0.0-alpha.0valid",
            "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
            "1.0.0-rc.1+build.1",
            "2.0.0-rc.1+build.123",
            "1.2.3-beta",
            "10.2.3-DEV-SNAPSHOT",
            "1.2.3-SNAPSHOT-123",
            "1.0.0",
            "2.0.0",
            "1.1.7",
            "2.0.0+build.1848",
            "2.0.1-alpha.1227",
            "1.0.0-alpha+beta",
            "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
            "1.2.3----R-S.12.9.1--.12+meta",
            "1.2.3----RC-SNAPSHOT.12.9.1--.12",
            "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
            "99999999999999999999999.999999999999999999.99999999999999999",
            "1.0.0-0A.is.legal",
        ] {
            assert!(is_semver(good), "{good}");
        }
        for bad in [
            "1",
            "1.2",
            "1.2.3-0123",
            "1.2.3-0123.0123",
            "1.1.2+.123",
            "+invalid",
            "-invalid",
            "-invalid+invalid",
            "-invalid.01",
            "alpha",
            "alpha.beta",
            "alpha.beta.1",
            "alpha.1",
            "alpha+beta",
            "alpha_beta",
            "alpha.",
            "alpha..",
            "beta",
            "1.0.0-alpha_beta",
            "-alpha.",
            "1.0.0-alpha..",
            "1.0.0-alpha..1",
            "1.0.0-alpha...1",
            "01.1.1",
            "1.01.1",
            "1.1.01",
            "1.2",
            "1.2.3.DEV",
            "1.2-SNAPSHOT",
            "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
            "1.2-RC-SNAPSHOT",
            "-1.0.3-gamma+b7718",
            "+justmeta",
            "9.8.7+meta+meta",
            "9.8.7-whatever+meta+meta",
            "v1.2.3",
            "V1.2.3",
            "1.2.3 ",
            " 1.2.3",
            "1.2.3-",
            "1.2.3+",
            "",
            "1.2.3-é",
        ] {
            assert!(!is_semver(bad), "{bad}");
        }
    }
}
