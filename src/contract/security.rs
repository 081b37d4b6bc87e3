//! What an operation demands of credentials: the schemes by which it wants to be shown who asks.

use super::clause::{ClauseIx, Level};
use super::document::SpecError;
use super::enumerate::Builder;
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
    /// declared, what the document's schemes would ask for, for a key that is given all the same.
    pub requirements: Vec<Vec<SchemeUse>>,
}

const SCHEMES: &str = "/components/securitySchemes";

impl<'d> Builder<'d, '_> {
    pub(super) fn security(&mut self, node: &'d Node, here: &str) -> Result<Security, SpecError> {
        let (owner, base) = match node.get("security") {
            Some(_) => (node, here),
            None => (&self.document.root, ""),
        };
        let Some(entry) = owner.entry("security") else {
            return Ok(Security {
                requirements: self.undeclared()?,
                ..Security::default()
            });
        };
        let mut requirements = Vec::new();
        for alternative in entry.node.as_sequence().unwrap_or_default() {
            let names = alternative.as_mapping().into_iter().flatten();
            let schemes = names.map(|(name, scheme)| self.scheme(name, scheme.key));
            requirements.push(schemes.collect::<Result<Vec<_>, _>>()?);
        }
        let is_open = requirements.is_empty() || requirements.iter().any(Vec::is_empty);
        let at = pointer::join(base, "security");
        let clause = (!is_open).then(|| {
            self.clause(
                self.part(Part::Security),
                Level::Must,
                "a request without valid credentials is refused",
                (&at, entry.key),
            )
        });
        Ok(Security {
            clause,
            declared: true,
            requirements,
        })
    }

    /// What serves where the document forgot `security`: any of the schemes that it declares, else the usual two.
    fn undeclared(&self) -> Result<Vec<Vec<SchemeUse>>, SpecError> {
        let declared = self.document.at(SCHEMES).map(|(node, _)| node);
        let declared = declared.and_then(Node::as_mapping).into_iter().flatten();
        let mut schemes = declared
            .map(|(name, entry)| Ok(vec![self.scheme(name, entry.key)?]))
            .collect::<Result<Vec<_>, SpecError>>()?;
        if schemes.is_empty() {
            // Who gives a user and a password means both; who gives a token, gives that alone.
            let usual = [SecurityScheme::Basic, SecurityScheme::Bearer].into_iter();
            let nameless = |scheme| SchemeUse {
                name: String::new(),
                scheme,
            };
            schemes.extend(usual.map(|scheme| vec![nameless(scheme)]));
        }
        Ok(schemes)
    }

    fn scheme(&self, name: &str, mark: Mark) -> Result<SchemeUse, SpecError> {
        let named = |scheme| SchemeUse {
            name: name.to_owned(),
            scheme,
        };
        let at = pointer::join(SCHEMES, name);
        let Some((node, place)) = self.document.at(&at) else {
            // A fragment brings no components; HTTP Basic is what the contract it is a part of uses.
            return if self.document.at(SCHEMES).is_none() {
                Ok(named(SecurityScheme::Basic))
            } else {
                Err(self.document.error(mark, format!("the security scheme `{name}` is not declared under components.securitySchemes")))
            };
        };
        let found = self.document.resolve(node, &at)?;
        let text = |key: &str| {
            let node = found.node.get(key).and_then(Node::as_str);
            node.unwrap_or_default().to_owned()
        };
        let kind = text("type").to_ascii_lowercase();
        let http = text("scheme").to_ascii_lowercase();
        Ok(named(
            match (kind.as_str(), http.as_str(), text("in").as_str()) {
                ("http", "basic", _) => SecurityScheme::Basic,
                ("http", "bearer", _) | ("oauth2" | "openidconnect", ..) => SecurityScheme::Bearer,
                ("apikey", _, "header") => SecurityScheme::HeaderKey(text("name")),
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
