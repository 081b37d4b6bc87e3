//! How the steps of a case name what they are about, and where the first of them learns that.

use crate::contract::{Contract, LinkValue, Operation};
use crate::derive::lives::Places;
use crate::derive::resource::Resource;

/// How the steps of a case name what they are about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// By what the first step was answered.
    Captured,
    /// By the link that the first step was answered.
    Followed,
    /// By the id that the client chose.
    Chosen,
    /// By what the valid case of the create was answered.
    Valid,
}

/// How later steps name what the first one made, and what they capture of its answer.
pub(super) fn about(
    contract: &Contract,
    create: &Operation,
    resource: &Resource,
) -> Option<(About, Vec<(String, String)>)> {
    if resource.is_chosen {
        return Some((About::Chosen, Vec::new()));
    }
    // What the create was told is not in its answer, which may be about the work that makes it.
    let is_told = |place: &LinkValue| matches!(place, LinkValue::Sent(_));
    if resource.ids.iter().any(is_told) {
        return None;
    }
    let captured = |at: String| Some((About::Captured, vec![("id".to_owned(), at)]));
    let places = Places::of(contract, resource.create);
    let mut ids = resource.ids.iter();
    let id = ids.find_map(|place| match place {
        LinkValue::Body(at) => places.documents(at).then(|| at.clone()),
        _ => None,
    });
    if let Some(at) = id {
        return captured(at);
    }
    let has = |name: &&str| {
        let mut headers = create.successes().flat_map(|response| &response.headers);
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
    };
    if let Some(name) = ["Location", "Content-Location"].into_iter().find(has) {
        let link = ("link".to_owned(), format!("response.header.{name}"));
        return Some((About::Followed, vec![link]));
    }
    let mut headers = resource.ids.iter().filter_map(|place| match place {
        LinkValue::Header(name) => Some(name.as_str()),
        _ => None,
    });
    if let Some(name) = headers.find(has) {
        return captured(format!("response.header.{name}"));
    }
    // Where no answer tells, the list shows it by the mark of the run.
    let listed = Places::of(contract, resource.list?).listed(resource)?;
    let id = listed.rsplit('/').next().filter(|id| *id != "*")?;
    captured(format!("/{id}"))
}
