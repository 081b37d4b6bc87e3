//! What a request that writes is about: only what the run itself made is changed or deleted.

use crate::contract::{Contract, In, LinkValue, Operation, Parameter};

use super::body;
use super::naming::names_new;
use super::origin::Origin;
use super::parts::{named_at, parts};
use super::resource::{Resource, Resources};

/// What stands for a parameter in the path of a request that writes.
pub enum Own {
    /// What the run made, and nothing else.
    Made(Vec<Origin>),
    /// What the run made, or what it found: something is made below it.
    Above(Vec<Origin>),
    /// A text of this form, which is nobody else's.
    Chosen(&'static str),
    /// What the document says.
    Free,
    /// Nothing that the run made: why.
    Nothing(String),
}

/// What stands for a parameter of an operation that writes.
pub fn value(contract: &Contract, resources: &Resources, ix: usize, parameter: &Parameter) -> Own {
    let operation = &contract.operations[ix];
    let Some(index) = index_of(operation, parameter) else {
        return Own::Nothing(format!(
            "{{{}}} is a part of a name in its path",
            parameter.name
        ));
    };
    if let Some(resource) = resources.made_by(ix) {
        if resource.is_chosen && resource.parameter == parameter.name {
            return chosen(parameter);
        }
        let above = resources
            .at(&operation.path, index)
            .filter(|above| above.create != ix);
        return Own::Above(above.map(made).unwrap_or_default());
    }
    let Some((at, resource)) = resources.about(&operation.path) else {
        return Own::Nothing(match operation.method.as_str() {
            "POST" => format!(
                "what it does to {{{}}} cannot be told, and the run changes only what it made",
                parameter.name
            ),
            _ => "no operation makes what it changes, and the run changes only what it made"
                .to_owned(),
        });
    };
    match index.cmp(&at) {
        std::cmp::Ordering::Equal => Own::Made(made(resource)),
        std::cmp::Ordering::Less => {
            let name = named_at(&contract.operations[resource.create].path, index);
            let sent = name.map(|name| Origin {
                from: resource.create,
                value: LinkValue::Sent(name.to_owned()),
                why: "as sent to make what it is about",
            });
            Own::Made(sent.into_iter().collect())
        }
        std::cmp::Ordering::Greater => Own::Free,
    }
}

/// Where the id of something that the run made stands.
pub fn made(resource: &Resource) -> Vec<Origin> {
    let why = match resource.is_chosen {
        true => "the id that was chosen",
        false => "the id in the answer to a create",
    };
    let places = resource.ids.iter().cloned();
    let places = places.map(|value| Origin {
        from: resource.create,
        value,
        why,
    });
    places.collect()
}

/// Where the body of a change has the id of what is changed, which is not to be changed.
pub fn in_body(
    resources: &Resources,
    ix: usize,
    operation: &Operation,
) -> Vec<(String, Vec<Origin>)> {
    let mut all = resources.iter().filter(|one| !one.is_chosen);
    let shape = body::media(operation).and_then(|media| media.body.as_ref());
    let Some((resource, shape)) = all.find(|one| one.updates.contains(&ix)).zip(shape) else {
        return Vec::new();
    };
    let has = |at: &str| {
        let mut nodes = shape.shape.nodes.iter();
        nodes.any(|node| node.place.pointer() == at)
    };
    let ids = resource.ids.iter().filter_map(|id| match id {
        LinkValue::Body(at) if has(at) => Some((at.clone(), made(resource))),
        _ => None,
    });
    ids.collect()
}

/// The form of the id that a create is told to give, where a parameter tells it.
pub fn told(create: &Operation, parameter: &Parameter) -> Option<&'static str> {
    match chosen(parameter) {
        Own::Chosen(form) => Some(form).filter(|_| names_new(create, parameter)),
        _ => None,
    }
}

/// The form of an id that the client chooses.
fn chosen(parameter: &Parameter) -> Own {
    const FORMS: [&str; 8] = [
        "conform-{mark}",
        "conform{mark}",
        "{mark}",
        "{MARK}",
        "{uuid}",
        "{digits}",
        "{letters}",
        "{LETTERS}",
    ];
    let fits = |form: &&&str| {
        let mut marks = ["c0000000a", "cz9z9z9z9"].into_iter();
        marks.all(|mark| parameter.allows(&crate::battery::marked(form, mark).into()))
    };
    match FORMS.iter().find(fits) {
        Some(form) => Own::Chosen(form),
        None => Own::Nothing(format!("no new id can be made for {{{}}}", parameter.name)),
    }
}

fn index_of(operation: &Operation, parameter: &Parameter) -> Option<usize> {
    let parts = parts(&operation.path);
    let mut parts = parts.iter();
    let index = parts.position(|part| part.name == Some(&parameter.name));
    index.filter(|_| parameter.location == In::Path)
}
