//! Below which URL the operations of a contract are in traffic: as the user says, else as the document does, else where
//! most requests match.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::contract::yaml::Node;
use crate::contract::{Document, Paths};

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
    /// The query, without its mark.
    pub query: Option<String>,
}

impl Place {
    /// Of a URL; `None` where it is none of HTTP.
    pub fn of(url: &str) -> Option<Place> {
        let url = Url::parse(url).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| Place {
            origin: url.origin().ascii_serialization(),
            path: url.path().to_owned(),
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
    servers: Vec<Base>,
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
            servers: servers(document).iter().map(|url| Base::of(url)).collect(),
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
            let Some(found) = self.paths.find_in(method, rest) else {
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
        let is_absolute = |base: &&Base| base.origin.is_some();
        let named = self.servers.iter().filter(is_absolute);
        let named: Vec<Base> = named
            .filter(|base| self.matches.contains_key(base))
            .cloned()
            .collect();
        if !named.is_empty() {
            return named;
        }
        let paths: Vec<&str> = self.servers.iter().map(|base| base.path.as_str()).collect();
        let rank = |base: &Base| {
            let (concrete, all) = self.matches[base];
            let is_named = paths.contains(&base.path.as_str());
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

/// The URLs that a document names for its API or for a part of it, with the defaults of their variables.
pub fn servers(document: &Document) -> Vec<String> {
    let root = document.root();
    let children = |node: &'_ Node| -> Vec<Node> {
        let entries = node.as_mapping().into_iter().flatten();
        entries.map(|(_, entry)| entry.node.clone()).collect()
    };
    let mut homes = vec![root.clone()];
    if let Some(paths) = root.get("paths") {
        for item in children(paths) {
            homes.extend(children(&item));
            homes.push(item);
        }
    }
    let mut out: Vec<String> = Vec::new();
    for home in &homes {
        let list = home.get("servers").and_then(Node::as_sequence);
        for server in list.unwrap_or_default() {
            let Some(url) = server.get("url").and_then(Node::as_str) else {
                continue;
            };
            let variables = server.get("variables").and_then(Node::as_mapping);
            let url =
                variables
                    .into_iter()
                    .flatten()
                    .fold(url.to_owned(), |url, (name, variable)| {
                        let default = variable.node.get("default").and_then(Node::as_str);
                        url.replace(&format!("{{{name}}}"), default.unwrap_or_default())
                    });
            if !out.contains(&url) {
                out.push(url);
            }
        }
    }
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let base = text("basePath").unwrap_or_default();
    if let Some(host) = text("host") {
        out.extend(["https", "http"].map(|scheme| format!("{scheme}://{host}{base}")));
    } else if !base.is_empty() {
        out.push(base.to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

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
