//! The collections of the reference server, each version computed from its index on demand.
//! The same index always gives the same version, and no two versions of any collection share an id.

use jiff::Timestamp;

use super::config::MAX_ITEMS;
use super::shapes::{SHAPES, Shape};

/// The plugin whose first environment holds the configured number of versions.
pub const PLUGIN_ID: &str = "ccp-7xk2m9";
/// A second plugin, with 3 versions in [`ENVIRONMENT`].
pub const OTHER_PLUGIN_ID: &str = "ccp-q4w8z1";
/// The first environment.
pub const ENVIRONMENT: &str = "env-3f9d2k";
/// A second environment, in which [`PLUGIN_ID`] has 4 versions.
pub const OTHER_ENVIRONMENT: &str = "env-h8t5v0";
/// The organization in every resource name.
pub(super) const ORGANIZATION: &str = "5b0f7c3e-91d4-4e0a-8a67-2c6d1f3b9e58";

/// 2024-03-01T08:00:00Z, when the first version of every collection was created.
const FIRST_CREATED: i64 = 1_709_280_000;
/// The seconds between two versions; small enough that the last of 2^31 is still in year 8150.
const CREATED_EVERY: i64 = 90;

/// The versions of one plugin in one environment, oldest first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collection<'a> {
    pub(super) plugin: &'a str,
    pub(super) environment: &'a str,
    /// How many versions it holds; 0 in an unknown environment.
    pub(super) len: u64,
    number: u64,
}

impl<'a> Collection<'a> {
    /// The collection of a plugin in an environment, known or not; `None` if there is no such plugin.
    pub(super) fn find(plugin: &'a str, environment: &'a str, items: u64) -> Option<Self> {
        let (number, len) = match (plugin, environment) {
            (PLUGIN_ID, ENVIRONMENT) => (1, items.min(MAX_ITEMS)),
            (PLUGIN_ID, OTHER_ENVIRONMENT) => (2, 4),
            (OTHER_PLUGIN_ID, ENVIRONMENT) => (3, 3),
            (PLUGIN_ID | OTHER_PLUGIN_ID, _) => (0, 0),
            _ => return None,
        };
        Some(Self {
            plugin,
            environment,
            len,
            number,
        })
    }

    /// The version at an index below `len`.
    pub(super) fn version(&self, index: u64) -> Version {
        let slot = index % 10;
        let shape = &SHAPES[slot as usize];
        let (prefix, suffix) = shape.version;
        let created = FIRST_CREATED + index as i64 * CREATED_EVERY;
        let time = |(seconds, nanosecond)| timestamp(created + seconds, nanosecond);
        Version {
            id: id(self.number, index),
            // The patch is the slot, so no two are equal, not even without their suffixes.
            version: format!("{prefix}{}.{}.{slot}{suffix}", self.number, index / 10),
            index,
            shape,
            created_at: shape.created_at.map(time),
            updated_at: shape.updated_at.map(time),
            deleted_at: shape.deleted_at.map(time),
        }
    }
}

/// One version: what is its own, and the shape it shares with every tenth.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) index: u64,
    pub(super) shape: &'static Shape,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) deleted_at: Option<String>,
}

impl Version {
    /// Class name and type of its connectors: qualified names, nested ones, and bare aliases, in turn.
    pub(super) fn connector_classes(&self) -> impl Iterator<Item = (String, &'static str)> {
        (0..self.shape.connectors).map(|nth| {
            let kind = if (self.index + nth).is_multiple_of(2) {
                "SOURCE"
            } else {
                "SINK"
            };
            let name = match nth % 3 {
                0 => format!("io.example.connect.v{}.Connector{nth}", self.index),
                1 => format!("org.example.sink_{nth}.Outer$Inner{nth}"),
                _ => format!("Alias{nth}"),
            };
            (name, kind)
        })
    }
}

fn timestamp(second: i64, nanosecond: i32) -> String {
    let time =
        Timestamp::new(second, nanosecond).expect("the last of MAX_ITEMS is before the year 9999");
    time.to_string()
}

/// An opaque id: collection and index, mixed by steps that can each be undone, so that it stays unique.
fn id(number: u64, index: u64) -> String {
    const BITS: u32 = 35;
    const MASK: u64 = (1 << BITS) - 1;
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut mixed = (index << 2 | number) & MASK;
    for factor in [0x5_851f_42d5, 0x3_94d0_49bb] {
        mixed ^= mixed >> 17;
        mixed = mixed.wrapping_mul(factor) & MASK;
    }
    mixed ^= mixed >> 18;
    let digits = (0..BITS / 5).map(|place| DIGITS[(mixed >> (5 * place) & 31) as usize] as char);
    "ver-".chars().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn collection(plugin: &'static str, environment: &'static str) -> Collection<'static> {
        Collection::find(plugin, environment, 25).unwrap()
    }

    #[test]
    fn the_collections_are_the_documented_ones() {
        assert_eq!(collection(PLUGIN_ID, ENVIRONMENT).len, 25);
        assert_eq!(collection(PLUGIN_ID, OTHER_ENVIRONMENT).len, 4);
        assert_eq!(collection(OTHER_PLUGIN_ID, ENVIRONMENT).len, 3);
        assert_eq!(collection(OTHER_PLUGIN_ID, OTHER_ENVIRONMENT).len, 0);
        assert_eq!(collection(PLUGIN_ID, "env-unknown").len, 0);
        assert!(Collection::find("ccp-unknown", ENVIRONMENT, 25).is_none());
        assert_eq!(
            Collection::find(PLUGIN_ID, ENVIRONMENT, u64::MAX)
                .unwrap()
                .len,
            MAX_ITEMS
        );
    }

    #[test]
    fn ids_and_versions_are_unique_over_everything() {
        let mut ids = HashSet::new();
        let mut versions = HashSet::new();
        for number in 1..=3 {
            let collection = Collection {
                number,
                ..collection(PLUGIN_ID, ENVIRONMENT)
            };
            for index in (0..50_000).chain(MAX_ITEMS - 50_000..MAX_ITEMS) {
                let version = collection.version(index);
                assert!(version.version.len() <= 60, "{}", version.version);
                assert!(
                    ids.insert(version.id),
                    "the id of {number}/{index} was seen before"
                );
                assert!(
                    versions.insert(version.version),
                    "the version of {number}/{index} was seen before"
                );
            }
        }
    }

    #[test]
    fn the_first_ten_versions_show_the_whole_grammar_of_semver() {
        let collection = collection(PLUGIN_ID, ENVIRONMENT);
        let versions: Vec<_> = (0..10)
            .map(|index| collection.version(index).version)
            .collect();
        let expected = [
            "1.0.0",
            "1.0.1-beta",
            "1.0.2-rc.123",
            "1.0.3-rc.123+build.456",
            "1.0.4+20240301.007",
            "1.0.5-0A.x-y.--",
            "1.0.6-alpha.99999999999999999999999+0099",
            "99999999999999999991.0.7",
            "1.0.8",
            "1.0.9-0",
        ];
        assert_eq!(versions, expected);
        assert!("99999999999999999991".parse::<u64>().is_err());
    }

    #[test]
    fn times_are_fixed_in_utc_and_in_order() {
        let collection = collection(PLUGIN_ID, ENVIRONMENT);
        assert_eq!(
            collection.version(0).created_at.as_deref(),
            Some("2024-03-01T08:00:00Z")
        );
        let mut before = Timestamp::MIN;
        for index in (0..40).chain(MAX_ITEMS - 40..MAX_ITEMS) {
            let version = collection.version(index);
            let read = |text: &Option<String>| {
                let text = text.as_deref()?;
                assert!(
                    text.ends_with('Z') && text.len() >= 20 && text.as_bytes()[4] == b'-',
                    "{text}"
                );
                Some(text.parse::<Timestamp>().unwrap())
            };
            let created = read(&version.created_at);
            assert!(
                read(&version.updated_at) >= created || version.updated_at.is_none(),
                "{index}"
            );
            assert!(
                read(&version.deleted_at).is_none_or(|deleted| Some(deleted) > created),
                "{index}"
            );
            assert!(
                created.is_none_or(|created| created > before),
                "{index} is not younger than the last"
            );
            before = created.unwrap_or(before);
        }
    }

    #[test]
    fn connector_classes_are_one_to_ten_of_both_kinds() {
        let collection = collection(PLUGIN_ID, ENVIRONMENT);
        let classes: Vec<Vec<_>> = (0..10)
            .map(|index| collection.version(index).connector_classes().collect())
            .collect();
        let counts: Vec<_> = classes.iter().map(Vec::len).collect();
        assert_eq!(counts, [1, 10, 1, 2, 3, 1, 2, 1, 1, 4]);
        for kind in ["SOURCE", "SINK"] {
            assert!(classes.iter().flatten().any(|(_, seen)| *seen == kind));
        }
        let names: HashSet<_> = classes[1].iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 10);
    }
}
