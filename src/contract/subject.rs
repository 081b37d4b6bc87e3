//! What a clause is about, as a value: operation, part, status, place, keyword. Ids, sentences and views are made from
//! it; nothing reads it back out of a text.

use std::fmt;
use std::sync::Arc;

use super::pointer;

/// What a clause is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The operation, as index into the contract's operations.
    pub operation: usize,
    /// The part of the operation.
    pub part: Part,
    /// The documented response it belongs to; absent for what is about requests or about several answers.
    pub status: Option<StatusKey>,
    /// The place in a body; the body itself for anything else.
    pub place: Place,
    /// The schema keyword, or what else is said of the part; empty where the part has one clause only.
    pub keyword: &'static str,
}

/// The part of an operation that a clause is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The security requirement.
    Security,
    /// A parameter of a request.
    Parameter(In, String),
    /// The body of a request.
    RequestBody,
    /// That the status of an answer is a documented one.
    DocumentedStatus,
    /// A documented status.
    Status,
    /// The media types of a response.
    ContentType,
    /// A header of a response.
    Header(String),
    /// The body of a response.
    Body,
    /// What several answers together show of the state of a resource.
    State(String),
    /// What the contract states only in prose.
    Rule(String),
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum In {
    /// The query string.
    Query,
    /// A segment of the path.
    Path,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl In {
    /// The word used in documents and ids.
    pub fn word(self) -> &'static str {
        match self {
            In::Query => "query",
            In::Path => "path",
            In::Header => "header",
            In::Cookie => "cookie",
        }
    }
}

/// The kind of promise, for lists and charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A request without valid credentials is refused.
    Security,
    /// A request whose parameter breaks the contract is refused.
    Parameter,
    /// A request whose body breaks the contract is refused.
    RequestBody,
    /// A documented status is answered where it is due.
    Status,
    /// The answer's status is one of the documented ones.
    Undocumented,
    /// The media type is one of the documented ones.
    ContentType,
    /// A documented header is there.
    HeaderPresent,
    /// A documented header's value fits its schema.
    HeaderSchema,
    /// The body arrives whole.
    Complete,
    /// The body is JSON.
    Json,
    /// No object in the body has a key twice.
    UniqueKeys,
    /// One keyword at one place of a body schema.
    Schema,
    /// What was written reads as it was written.
    State,
    /// A rule: stated only in prose.
    Rule,
}

impl Kind {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Security => "security",
            Kind::Parameter => "parameter",
            Kind::RequestBody => "request-body",
            Kind::Status => "status",
            Kind::Undocumented => "undocumented-status",
            Kind::ContentType => "content-type",
            Kind::HeaderPresent => "header-present",
            Kind::HeaderSchema => "header-schema",
            Kind::Complete => "complete",
            Kind::Json => "json",
            Kind::UniqueKeys => "json-unique-keys",
            Kind::Schema => "schema",
            Kind::State => "state",
            Kind::Rule => "rule",
        }
    }
}

impl Subject {
    /// About a part of an operation as a whole.
    pub fn of(operation: usize, part: Part) -> Subject {
        Subject {
            operation,
            part,
            status: None,
            place: Place::default(),
            keyword: "",
        }
    }

    /// The same, of a documented response.
    pub fn under(mut self, status: StatusKey) -> Subject {
        self.status = Some(status);
        self
    }

    /// The same, of a keyword.
    pub fn keyword(mut self, keyword: &'static str) -> Subject {
        self.keyword = keyword;
        self
    }

    /// The same, at a place in the body.
    pub fn at(mut self, place: Place) -> Subject {
        self.place = place;
        self
    }

    /// The kind of promise.
    pub fn kind(&self) -> Kind {
        match (&self.part, self.keyword) {
            (Part::Security, _) => Kind::Security,
            (Part::Parameter(..), _) => Kind::Parameter,
            (Part::RequestBody, _) => Kind::RequestBody,
            (Part::DocumentedStatus, _) => Kind::Undocumented,
            (Part::Status, _) => Kind::Status,
            (Part::ContentType, _) => Kind::ContentType,
            (Part::Header(_), "present") => Kind::HeaderPresent,
            (Part::Header(_), _) => Kind::HeaderSchema,
            (Part::Body, "complete") => Kind::Complete,
            (Part::Body, "json") => Kind::Json,
            (Part::Body, "json-unique-keys") => Kind::UniqueKeys,
            (Part::Body, _) => Kind::Schema,
            (Part::State(_), _) => Kind::State,
            (Part::Rule(_), _) => Kind::Rule,
        }
    }

    /// The name it speaks of: of the parameter, the header or the rule, or of the property that is required.
    pub fn name(&self) -> &str {
        match &self.part {
            Part::Parameter(_, name)
            | Part::Header(name)
            | Part::State(name)
            | Part::Rule(name) => name,
            _ => self.place.last_key().unwrap_or_default(),
        }
    }

    /// Whether it is about the schema of a response's body at that place, and not merely about the place being there.
    pub fn is_value_at(&self, place: &Place) -> bool {
        self.kind() == Kind::Schema && self.keyword != "required" && self.place == *place
    }
}

/// The tail of the id of a clause: all of it but the operation's name.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = |f: &mut fmt::Formatter<'_>| {
            if !self.place.is_root() {
                write!(f, "/{}", self.place)?;
            }
            write!(f, "/{}", self.keyword)
        };
        if let Some(status) = self.status {
            write!(f, "{status}/")?;
        }
        match &self.part {
            Part::Security => f.write_str("security"),
            Part::Parameter(location, name) => {
                let slash = match self.place.steps().first() {
                    None | Some(PlaceStep::Each) => "",
                    Some(_) => "/",
                };
                let (location, place) = (location.word(), &self.place);
                write!(f, "{location}/{name}{slash}{place}/{}", self.keyword)
            }
            Part::RequestBody | Part::Body => f.write_str("body").and_then(|()| below(f)),
            Part::DocumentedStatus => f.write_str("documented-status"),
            Part::Status => f.write_str("status"),
            Part::ContentType => f.write_str("content-type"),
            Part::Header(name) => write!(f, "header/{name}/{}", self.keyword),
            Part::State(name) => write!(f, "state/{name}"),
            Part::Rule(name) => write!(f, "rule/{name}"),
        }
    }
}

/// The statuses that a documented response, or a case, speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKey {
    /// This status: `404`.
    Exact(u16),
    /// All that begin with this digit: `4XX`.
    Range(u16),
    /// All that are not documented otherwise.
    Default,
}

impl StatusKey {
    /// Reads a key of `responses` (OpenAPI, "Responses Object").
    pub fn parse(key: &str) -> Option<StatusKey> {
        if key.eq_ignore_ascii_case("default") {
            return Some(StatusKey::Default);
        }
        let digits = key
            .strip_suffix(['X', 'x'])
            .and_then(|rest| rest.strip_suffix(['X', 'x']));
        if let Some(digit) = digits {
            let hundreds = digit.parse().ok().filter(|digit| (1..=5).contains(digit))?;
            return Some(StatusKey::Range(hundreds));
        }
        let status = key
            .parse()
            .ok()
            .filter(|status| (100..=599).contains(status))?;
        Some(StatusKey::Exact(status))
    }

    /// Whether it speaks of that status.
    pub fn covers(self, status: u16) -> bool {
        match self {
            StatusKey::Exact(known) => known == status,
            StatusKey::Range(hundreds) => hundreds == status / 100,
            StatusKey::Default => true,
        }
    }

    /// The hundreds of the statuses it speaks of; `None` for the default.
    pub fn hundreds(self) -> Option<u16> {
        match self {
            StatusKey::Exact(status) => Some(status / 100),
            StatusKey::Range(hundreds) => Some(hundreds),
            StatusKey::Default => None,
        }
    }

    /// The one status it speaks of, if it is one.
    pub fn exact(self) -> Option<u16> {
        match self {
            StatusKey::Exact(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for StatusKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatusKey::Exact(status) => write!(f, "{status}"),
            StatusKey::Range(hundreds) => write!(f, "{hundreds}XX"),
            StatusKey::Default => f.write_str("default"),
        }
    }
}

/// One step into a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlaceStep {
    /// A property.
    Key(Arc<str>),
    /// Any property that is not named.
    Any,
    /// Each entry of an array.
    Each,
    /// The value as one of several alternatives describes it; no step in the value itself.
    Branch(Arc<str>),
}

/// A place in a body, such as `data[]/spec/version`; cheap to copy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Place(Arc<[PlaceStep]>);

impl Place {
    /// Whether it is the body itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The place one step further.
    pub fn with(&self, step: PlaceStep) -> Place {
        Place(self.0.iter().cloned().chain([step]).collect())
    }

    /// The same place, seen from where that one begins.
    pub(super) fn within(&self, outer: &Place) -> Place {
        match (outer.is_root(), self.is_root()) {
            (true, _) => self.clone(),
            (_, true) => outer.clone(),
            _ => Place(outer.0.iter().chain(self.0.iter()).cloned().collect()),
        }
    }

    /// The place of a property.
    pub fn key(&self, name: &str) -> Place {
        self.with(PlaceStep::Key(name.into()))
    }

    /// The steps.
    pub fn steps(&self) -> &[PlaceStep] {
        &self.0
    }

    /// The name of the property at its end.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(PlaceStep::Key(name)) => Some(name),
            _ => None,
        }
    }

    /// The RFC 6901 pointer of it, in which `*` is any entry or any property that is not named.
    pub fn pointer(&self) -> String {
        let steps = self.0.iter();
        steps.fold(String::new(), |base, step| match step {
            PlaceStep::Key(name) => pointer::join(&base, name),
            PlaceStep::Any | PlaceStep::Each => base + "/*",
            PlaceStep::Branch(_) => base,
        })
    }

    /// The places on the way to it, the body itself left out and it included.
    pub fn way(&self) -> impl Iterator<Item = Place> + '_ {
        (1..=self.0.len()).map(|length| Place(self.0[..length].into()))
    }

    /// The place that the tokens of a pointer name, entries of arrays as `each`.
    pub fn of_pointer(tokens: &[String]) -> Place {
        let step = |token: &String| match token.bytes().all(|byte| byte.is_ascii_digit()) {
            true => PlaceStep::Each,
            false => PlaceStep::Key(token.as_str().into()),
        };
        Place(tokens.iter().map(step).collect())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            let slash = if n == 0 { "" } else { "/" };
            match step {
                PlaceStep::Key(name) => {
                    f.write_str(slash)?;
                    for (n, part) in name.split('/').enumerate() {
                        f.write_str(if n == 0 { "" } else { "~1" })?;
                        f.write_str(part)?;
                    }
                }
                PlaceStep::Any => write!(f, "{slash}*")?,
                PlaceStep::Each => f.write_str("[]")?,
                PlaceStep::Branch(name) => write!(f, "<{name}>")?,
            }
        }
        Ok(())
    }
}
