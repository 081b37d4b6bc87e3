//! What an operation demands of credentials: the schemes by which it wants to be shown who asks.

use super::clause::{ClauseIx, Level};
use super::enumerate::Builder;
use super::kinds::Wanted;
use super::pointer;
use super::subject::Part;
use super::yaml::{Mark, Node};

/// A way to show who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityScheme {
    /// HTTP Basic (RFC 7617).
    Basic,
    /// HTTP Bearer (RFC 6750); OAuth 2 and OpenID Connect as well, with a token that is given.
    Bearer,
    /// A key in the header of this name.
    HeaderKey(String),
    /// A key in the query parameter of this name.
    QueryKey(String),
    /// A key in the cookie of this name.
    CookieKey(String),
    /// Any other: its type, and where it is declared.
    Other(String, Mark),
}

/// A scheme with the name that the document gives it; the name is empty where the document declares none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeUse {
    /// Its name under `components.securitySchemes`.
    pub name: String,
    /// What it is.
    pub scheme: SecurityScheme,
}

/// What an operation demands of credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// The clause; absent where the operation is open to all.
    pub clause: Option<ClauseIx>,
    /// Whether the document says anything about it, for the operation or for all.
    pub declared: bool,
    /// Each of them serves alone, with all its schemes together; an empty one asks for nothing. Where nothing is
    /// declared, for this operation or any other, what the document's schemes would ask for, for a key that is given all the
    /// same.
    pub requirements: Vec<Vec<SchemeUse>>,
}

/// What is lost with a scheme that cannot be read.
const UNKNOWN: &str =
    "what it takes is not known, so other credentials are shown where some are given";

impl<'d> Builder<'d, '_> {
    pub(super) fn security(&mut self, node: &'d Node, here: &str) -> Security {
        let (owner, base) = match node.get("security") {
            Some(_) => (node, here),
            None => (self.document.root(), ""),
        };
        let Some(entry) = owner.entry("security") else {
            // Who names credentials for others names none for this one.
            let requirements = match self.says_security {
                true => Vec::new(),
                false => self.undeclared(),
            };
            return Security {
                requirements,
                ..Security::default()
            };
        };
        let lost = "requests are sent as if it asked for no credentials";
        self.hold(owner, "security", Wanted::Either, lost);
        // Some write the one requirement without the list.
        let list = entry
            .node
            .as_sequence()
            .unwrap_or(std::slice::from_ref(&entry.node));
        let alternatives = list.iter().filter_map(Node::as_mapping);
        let is_open = alternatives.clone().next().is_none()
            || alternatives.clone().any(|names| names.is_empty());
        let mut requirements = Vec::new();
        for names in alternatives {
            let schemes = names
                .iter()
                .filter_map(|(name, scheme)| self.scheme(name, scheme.key));
            let schemes: Vec<_> = schemes.collect();
            // One with unknown schemes only would seem to ask for nothing.
            if names.is_empty() || !schemes.is_empty() {
                requirements.push(schemes);
            }
        }
        if requirements.is_empty() && !is_open {
            requirements = self.undeclared();
        }
        let at = pointer::join(base, "security");
        let clause = (!is_open).then(|| {
            self.clause(
                self.part(Part::Security),
                Level::Must,
                "a request without valid credentials is refused",
                (&at, entry.key),
            )
        });
        Security {
            clause,
            declared: true,
            requirements,
        }
    }

    /// Where the schemes are declared.
    fn schemes(&self) -> &'static str {
        match self.is_swagger {
            true => "/securityDefinitions",
            false => "/components/securitySchemes",
        }
    }

    /// What serves where the document forgot `security`: any of the schemes that it declares, else the usual two.
    fn undeclared(&mut self) -> Vec<Vec<SchemeUse>> {
        let declared = self.document.at(self.schemes()).map(|(node, _)| node);
        let declared = declared.and_then(Node::as_mapping).into_iter().flatten();
        let mut schemes = declared
            .filter_map(|(name, entry)| Some(vec![self.scheme(name, entry.key)?]))
            .collect::<Vec<_>>();
        if schemes.is_empty() {
            // Who gives a user and a password means both; who gives a token, gives that alone.
            let usual = [SecurityScheme::Basic, SecurityScheme::Bearer].into_iter();
            let nameless = |scheme| SchemeUse {
                name: String::new(),
                scheme,
            };
            schemes.extend(usual.map(|scheme| vec![nameless(scheme)]));
        }
        schemes
    }

    /// The scheme of that name; `None` where it is not declared, which is told.
    fn scheme(&mut self, name: &str, mark: Mark) -> Option<SchemeUse> {
        let named = |scheme| SchemeUse {
            name: name.to_owned(),
            scheme,
        };
        let at = pointer::join(self.schemes(), name);
        let found = self.document.at(&at);
        let through = || {
            let (_, at) = self.document.find(&at)?;
            self.document.at(&at)
        };
        let Some((node, place)) = found.or_else(through) else {
            // A fragment brings no components; HTTP Basic is what the contract it is a part of uses.
            if self.document.root().get("openapi").is_none() && !self.is_swagger {
                return Some(named(SecurityScheme::Basic));
            }
            let message = format!(
                "the security scheme `{name}` is not declared under components.securitySchemes"
            );
            let wrong = self.document.error(mark, message);
            self.warnings.add(wrong, UNKNOWN);
            return None;
        };
        let found = self.usable(self.document.resolve(node, &at), UNKNOWN)?;
        let text = |key: &str| {
            let node = found.node.get(key).and_then(Node::as_str);
            node.unwrap_or_default().to_owned()
        };
        let kind = text("type").to_ascii_lowercase();
        let http = text("scheme").to_ascii_lowercase();
        Some(named(
            match (kind.as_str(), http.as_str(), text("in").as_str()) {
                ("http", "basic", _) | ("basic", ..) => SecurityScheme::Basic,
                ("http", "bearer", _) | ("oauth2" | "openidconnect", ..) => SecurityScheme::Bearer,
                ("apikey", _, "header") => in_header(&text("name"), place),
                ("apikey", _, "query") => SecurityScheme::QueryKey(text("name")),
                ("apikey", _, "cookie") => SecurityScheme::CookieKey(text("name")),
                ("http", scheme, _) => SecurityScheme::Other(format!("http {scheme}"), place),
                ("apikey", _, place_of) => {
                    SecurityScheme::Other(format!("apiKey in {place_of}"), place)
                }
                (other, ..) => SecurityScheme::Other(other.to_owned(), place),
            },
        ))
    }
}
/// A key in a header of that name. Some documents write what the value begins with into the name.
fn in_header(name: &str, place: Mark) -> SecurityScheme {
    let name = name.trim();
    if http::HeaderName::from_bytes(name.as_bytes()).is_ok() {
        return SecurityScheme::HeaderKey(name.to_owned());
    }
    let words: Vec<&str> = name
        .split([':', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let is = |n: usize, word: &str| {
        words
            .get(n)
            .is_some_and(|one| one.eq_ignore_ascii_case(word))
    };
    match is(0, "authorization") && is(1, "bearer") {
        true => SecurityScheme::Bearer,
        false => SecurityScheme::Other(format!("apiKey in a header of the name `{name}`"), place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    #[test]
    fn what_is_no_name_of_a_header_is_read_as_it_was_meant_or_left() {
        let of = |name: &str| in_header(name, Mark::default());
        assert_eq!(of(" X-Key "), SecurityScheme::HeaderKey("X-Key".to_owned()));
        for name in ["Authorization: Bearer", "authorization bearer"] {
            assert_eq!(of(name), SecurityScheme::Bearer, "{name}");
        }
        for name in ["", "X Key", "Authorization: Basic"] {
            assert!(matches!(of(name), SecurityScheme::Other(..)), "{name}");
        }
    }
    #[test]
    fn what_no_operation_says_is_asked_of_all_and_what_some_say_of_these_only() {
        const SCHEMES: &str =
            "components: {securitySchemes: {key: {type: apiKey, in: query, name: k}}}";
        for (said, asked) in [
            ("", [1, 1]),
            ("security: [{key: []}], ", [1, 0]),
            ("security: [], ", [0, 1]),
        ] {
            let text = format!(
                "openapi: 3.0.3\npaths:\n  /a: {{get: {{{said}responses: {{}}}}}}\n  /b: {{get: {{responses: {{}}}}}}\n{SCHEMES}\n"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let of = |n: usize| contract.operations[n].security.requirements.len();
            assert_eq!([of(0), of(1)], asked, "{said}");
        }
    }
}
