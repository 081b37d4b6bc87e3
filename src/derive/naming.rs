//! What the name of a parameter or a path says: of what it is the id, and which member has it.

use crate::contract::names::{folded, singular, words};
use crate::contract::{In, Operation, Parameter};

use super::parts::last_fixed;
use super::reading::Member;

/// The last words of a name that make it one of an id, the likeliest first.
const ID_WORDS: [&str; 9] = [
    "id",
    "uuid",
    "guid",
    "name",
    "key",
    "slug",
    "number",
    "code",
    "identifier",
];

/// What the name of a parameter says of the member that has its value.
pub struct Name {
    /// What it is the id of, folded and singular; empty where nothing says so.
    pub noun: String,
    /// The names of members of an item, folded, the likeliest first.
    pub members: Vec<String>,
    /// The names of members that mean the same anywhere, folded.
    pub fields: Vec<String>,
    /// Its last word where there are several, none of which says that it is an id: `kind` of `metadata_kind`.
    pub last: Option<String>,
    /// Whether it says of what it is the id, and not by which member: `repo`, and not `repoId`.
    pub is_bare: bool,
}

impl Name {
    /// `before` is the fixed part of the path before it.
    pub fn of(name: &str, before: Option<&str>) -> Name {
        let all = words(name);
        let last = all.last().map_or("", String::as_str);
        let (own, kind) = match ID_WORDS.contains(&last) {
            true => (all[..all.len() - 1].concat(), Some(last)),
            false => (all.concat(), None),
        };
        let before = before
            .map(|before| singular(&folded(before)))
            .unwrap_or_default();
        let noun = match own.is_empty() {
            true => before.clone(),
            false => singular(&own),
        };
        let mut members = vec![folded(name)];
        members.extend(kind.map(str::to_owned));
        for noun in [&noun, &before] {
            members.extend(["id", "uuid"].map(|kind| format!("{noun}{kind}")));
        }
        members.extend(["id", "uuid"].map(str::to_owned));
        let is_bare = kind.is_none() && !own.is_empty();
        let last = (is_bare && all.len() > 1).then(|| last.to_owned());
        members.extend(last.clone());
        members.extend(["name", "key", "slug"].map(str::to_owned));
        let mut fields = Vec::new();
        // A bare `id` or `name` may be anybody's.
        if !own.is_empty() {
            fields.push(folded(name));
        }
        if !noun.is_empty() {
            fields.push(format!("{noun}id"));
        }
        Name {
            noun,
            members,
            fields,
            last,
            is_bare,
        }
    }

    /// The documented headers of the answer to a create that lead to what was made, or say what it goes by: `X-Order-Id`.
    pub fn headers<'o>(&self, create: &'o Operation) -> impl Iterator<Item = String> + use<'_, 'o> {
        let headers = create.successes().flat_map(|one| &one.headers);
        let named = headers.map(|header| header.name.as_str());
        let is_it = |header: &&str| {
            let all = words(header);
            let own = match all.as_slice() {
                [first, own @ ..] if first == "x" => own,
                own => own,
            };
            let last = own.last().map_or("", String::as_str);
            let is_id = ["id", "uuid", "guid"].contains(&last);
            is_id && self.members.contains(&own.concat())
                || header.eq_ignore_ascii_case("Content-Location")
        };
        named.filter(is_it).map(str::to_owned)
    }

    /// The member of an item that is its id.
    pub fn member<'m, 'c>(&self, members: &'m [Member<'c>]) -> Option<&'m Member<'c>> {
        let mut names = self.members.iter();
        names.find_map(|name| members.iter().find(|member| member.folded == *name))
    }
}

/// Whether a parameter of a create says what is to be the id of what it makes: `clusterId` of `POST /clusters?clusterId=…`.
pub fn names_new(create: &Operation, parameter: &Parameter) -> bool {
    let all = words(&parameter.name);
    let Some((last, own)) = all.split_last() else {
        return false;
    };
    let is_own = singular(&own.concat()) == noun(&create.path);
    let is_asked = parameter.location == In::Query && parameter.required;
    create.method == "POST" && is_asked && last == "id" && is_own
}

/// The word for what a path leads to: its last fixed part.
pub fn noun(path: &str) -> String {
    singular(&folded(last_fixed(path).unwrap_or_default()))
}
