//! Below which URL the operations of a contract are in traffic: as the user says, else as the document does, else where
//! most requests match.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::contract::{Document, Paths};

use super::server::{self, Server};

/// So many requests are looked at to find the base.
const LOOKED_AT: u64 = 20_000;
/// So many places are remembered, to be named where nothing matches.
const PLACES: usize = 1_000;

/// The URL that the paths of a document are below.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base {
    /// Scheme, host and port; `None` for any.
    pub origin: Option<String>,
    /// The path, without a slash at its end.
    pub path: String,
}

/// A URL of traffic, taken apart.
#[derive(Debug, Clone)]
pub struct Place {
    /// Scheme, host and port.
    pub origin: String,
    /// The path, percent-encoded.
    pub path: String,
    /// Whether no segment of it leads up or nowhere: one server resolves those, and the next one takes them as they are.
    pub is_plain: bool,
    /// The query, without its mark.
    pub query: Option<String>,
}

impl Place {
    /// Of a URL; `None` where it is none of HTTP.
    pub fn of(text: &str) -> Option<Place> {
        let url = Url::parse(text).ok()?;
        let own = text.split_once("://").map_or(text, |(_, rest)| rest);
        let own = own.split(['?', '#']).next().unwrap_or_default();
        let own = own.find('/').map_or("/", |at| &own[at..]);
        let is_dotted = |part: &str| {
            let part = percent_decode_str(part).decode_utf8_lossy();
            matches!(&*part, "." | "..")
        };
        let is_plain = !own.contains('\\') && !own.split('/').any(is_dotted);
        matches!(url.scheme(), "http" | "https").then(|| Place {
            origin: url.origin().ascii_serialization(),
            path: if is_plain { url.path() } else { own }.to_owned(),
            is_plain,
            query: url.query().map(str::to_owned),
        })
    }
}

impl Base {
    /// Of a URL, absolute or a path alone.
    pub fn of(text: &str) -> Base {
        match Place::of(text) {
            Some(place) => Base {
                origin: Some(place.origin),
                path: place.path.trim_end_matches('/').to_owned(),
            },
            None => Base {
                origin: None,
                path: match text.trim_matches('/') {
                    "" => String::new(),
                    path => format!("/{path}"),
                },
            },
        }
    }

    /// The path of a URL below it.
    pub fn rest<'p>(&self, place: &'p Place) -> Option<&'p str> {
        if self
            .origin
            .as_ref()
            .is_some_and(|origin| *origin != place.origin)
        {
            return None;
        }
        let rest = place.path.strip_prefix(self.path.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// As a URL, as far as it is known.
    pub fn shown(&self) -> String {
        format!(
            "{}{}",
            self.origin.as_deref().unwrap_or_default(),
            self.path
        )
    }
}

/// Looks for the base in the requests.
#[derive(Debug)]
pub struct Search<'p> {
    paths: &'p Paths,
    /// Those of the document, with the bases that are listed.
    servers: Vec<(Server, Vec<Base>)>,
    /// How many requests match below a base with something concrete in their path, and how many at all.
    matches: HashMap<Base, (u64, u64)>,
    /// Where requests went, by the beginning of their path.
    places: BTreeMap<String, u64>,
    looked_at: u64,
}

impl<'p> Search<'p> {
    /// One for a document.
    pub fn new(paths: &'p Paths, document: &Document) -> Search<'p> {
        Search {
            paths,
            servers: server::all(document)
                .into_iter()
                .map(|one| {
                    let bases = one.urls.iter().map(|url| Base::of(url)).collect();
                    (one, bases)
                })
                .collect(),
            matches: HashMap::new(),
            places: BTreeMap::new(),
            looked_at: 0,
        }
    }

    /// Looks at a request.
    pub fn look(&mut self, method: &str, url: &str) {
        let Some(place) = Place::of(url).filter(|_| self.looked_at < LOOKED_AT) else {
            return;
        };
        self.looked_at += 1;
        let raw: Vec<&str> = place.path.split('/').skip(1).collect();
        let beginning = match raw.as_slice() {
            [first, _, ..] => format!("{}/{first}", place.origin),
            _ => place.origin.clone(),
        };
        if self.places.len() < PLACES || self.places.contains_key(&beginning) {
            *self.places.entry(beginning).or_default() += 1;
        }
        let decoded = |text: &&str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let mut segments: Vec<String> = raw.iter().map(decoded).collect();
        segments.push(String::new());
        for skipped in 0..=raw.len() {
            let rest = match skipped == raw.len() {
                true => &segments[raw.len()..],
                false => &segments[skipped..raw.len()],
            };
            let Some(found) = self.paths.find_in(method, rest, "") else {
                continue;
            };
            let path: String = raw[..skipped]
                .iter()
                .map(|segment| format!("/{segment}"))
                .collect();
            let base = Base {
                origin: Some(place.origin.clone()),
                path,
            };
            let counts = self.matches.entry(base).or_default();
            counts.0 += u64::from(found.concrete > 0);
            counts.1 += 1;
        }
    }

    /// Below what the requests are; nothing where none matches.
    pub fn found(&self) -> Vec<Base> {
        let named = |base: &Base| {
            let shown = base.shown();
            let mut all = self.servers.iter();
            all.position(|(one, bases)| bases.contains(base) || one.is_at(&shown))
        };
        let mut all: Vec<(usize, &Base)> = self
            .matches
            .keys()
            .filter_map(|base| Some((named(base)?, base)))
            .collect();
        if !all.is_empty() {
            all.sort_by(|one, other| {
                let rank = |base| self.matches[base];
                let order = one.0.cmp(&other.0);
                order
                    .then_with(|| rank(other.1).cmp(&rank(one.1)))
                    .then_with(|| one.1.cmp(other.1))
            });
            return all.into_iter().map(|(_, base)| base.clone()).collect();
        }
        let rank = |base: &Base| {
            let (concrete, all) = self.matches[base];
            let is_named = self.servers.iter().any(|(one, bases)| {
                bases.iter().any(|known| known.path == base.path) || one.is_below(&base.path)
            });
            (is_named, concrete, all, base.path.len())
        };
        let best = self
            .matches
            .keys()
            .max_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| other.cmp(one)));
        best.cloned().into_iter().collect()
    }

    /// The places to which most requests went, and how many.
    pub fn nearest(&self) -> Vec<(&str, u64)> {
        let mut all: Vec<(&str, u64)> = self
            .places
            .iter()
            .map(|(place, count)| (place.as_str(), *count))
            .collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all.truncate(3);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    #[test]
    fn a_path_that_servers_read_differently_is_known_and_kept_as_it_is() {
        for (path, is_plain) in [
            ("/a/b.c/..d", true),
            ("/a?b=/../c", true),
            ("/a/../b", false),
            ("/a/%2e%2E", false),
            ("/./a", false),
            ("/a\\b", false),
        ] {
            let place = Place::of(&format!("http://h:1{path}")).unwrap();
            assert_eq!(place.is_plain, is_plain, "{path}");
            assert_eq!(place.path, path.split('?').next().unwrap());
        }
    }

    #[test]
    fn the_base_is_where_the_document_says_or_where_most_requests_match() {
        const PETS: &str = "paths: {/pets: {get: {responses: {}}}, '/pets/{id}': {get: {responses: {}}}, '/{any}': {get: {responses: {}}}}\n";
        for (servers, urls, wanted) in [
            ("", &["http://h/pets"][..], &["http://h"][..]),
            (
                "",
                &[
                    "http://h/api/v1/pets",
                    "http://h/api/v1/pets/7?x=1",
                    "http://h/app.js",
                ],
                &["http://h/api/v1"],
            ),
            (
                "",
                &["http://h:1/pets", "http://h:2/pets", "http://h:2/pets"],
                &["http://h:2"],
            ),
            (
                "",
                &["http://h/a/b/c", "ws://h/pets", "data:x"],
                &["http://h/a/b"],
            ),
            ("", &["data:x"], &[]),
            (
                "servers: [{url: 'https://a.b/v1'}, {url: 'https://c.d/v1/'}]",
                &[
                    "https://a.b/v1/pets",
                    "https://c.d/v1/pets",
                    "http://h/pets",
                ],
                &["https://a.b/v1", "https://c.d/v1"],
            ),
            (
                "servers: [{url: 'https://{env}.b/v1', variables: {env: {default: x}}}]",
                &["https://x.b/v1/pets"],
                &["https://x.b/v1"],
            ),
            // All that the variables may be, and any text where nothing is said.
            (
                "servers: [{url: 'https://{env}.b:{port}/{v}/', variables: {env: {default: x, enum: [x, y]}, port: {default: '443', enum: ['443', '8443']}, v: {default: v1}}}]",
                &[
                    "https://y.b/v2/pets",
                    "https://x.b:8443/v3/pets",
                    "https://z.b/v1/pets",
                    "https://x.b/v1/v2/pets",
                ],
                &["https://x.b:8443/v3", "https://y.b/v2"],
            ),
            (
                "servers: [{url: '{server}/v1', variables: {server: {default: 'https://a.b'}}}]",
                &["http://h:1/v1/pets", "http://h:2/pets"],
                &["http://h:1/v1"],
            ),
            (
                "servers: [{url: '/{v}', variables: {v: {default: v1, enum: [v1, v2]}}}]",
                &["http://h/v2/pets", "http://h/v3/pets", "http://h/v3/pets"],
                &["http://h/v2"],
            ),
            // Recorded elsewhere, below the same path.
            (
                "servers: [{url: 'https://a.b/v1'}]",
                &[
                    "http://127.0.0.1:9/v1/pets",
                    "http://127.0.0.1:9/pets",
                    "http://127.0.0.1:9/pets",
                ],
                &["http://127.0.0.1:9/v1"],
            ),
            (
                "servers: [{url: /v1}]",
                &["http://h/v1/pets"],
                &["http://h/v1"],
            ),
            (
                "servers: [{url: 'https://a.b/v1'}]",
                &["http://h/other/pets"],
                &["http://h/other"],
            ),
        ] {
            let contract = Contract::load("t.yaml", format!("{PETS}{servers}\n"), &[]).unwrap();
            let paths = Paths::new(&contract.operations);
            let mut search = Search::new(&paths, &contract.document);
            urls.iter().for_each(|url| search.look("GET", url));
            let found: Vec<String> = search.found().iter().map(Base::shown).collect();
            assert_eq!(found, wanted, "{servers} {urls:?}");
        }
    }

    #[test]
    fn a_base_ends_at_a_segment() {
        let base = Base::of("http://H:80/v1/");
        let rest = |url: &str| base.rest(&Place::of(url).unwrap()).map(str::to_owned);
        assert_eq!(rest("http://h/v1/pets").as_deref(), Some("/pets"));
        assert_eq!(rest("http://h/v1").as_deref(), Some(""));
        assert_eq!(rest("http://h/v12/pets"), None);
        assert_eq!(rest("https://h/v1/pets"), None);
        assert_eq!(Base::of("/v1/").path, "/v1");
        assert_eq!(Base::of("/").path, "");
    }
}
