//! The valid request of an operation: what has to be given that the document does not give, and where it comes from.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::battery::model::{Answers, Change, RequestChange};
use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::contract::{Contract, In, Operation, Parameter, Style, wire};

use super::acts;
use super::body;
use super::given::{is_given, is_given_alone};
use super::ids::{self, Offers};
use super::implied;
use super::mask;
use super::once;
use super::origin::Origin;
use super::own::{self, Own};
use super::pages;
use super::parts::parts;
use super::placing::put;
use super::resource::Resources;

/// A parameter of the valid request whose value the document does not give.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The parameter, as index into those of its operation.
    pub parameter: usize,
    /// Where its value may be found.
    pub origins: Vec<Origin>,
    /// Whether it names what the request changes.
    pub own: bool,
    /// The value where none of them offers one.
    pub otherwise: Option<Value>,
    /// Where that comes from.
    pub because: &'static str,
}

/// What the valid request of an operation stands on.
#[derive(Debug, Clone, Default)]
pub struct Stand {
    /// What is sought.
    pub sought: Vec<Sought>,
    /// The parameters for which there is no value at all.
    pub missing: Vec<usize>,
    /// The parameters that the user gives.
    pub given: Vec<usize>,
    /// The parameters that get a text which is nobody else's, each with its form.
    pub marked: Vec<(usize, &'static str)>,
    /// The members of the body whose value may be found in answers, by their pointers.
    pub members: Vec<(String, Vec<Origin>)>,
    /// Where a body may name what the run did not make and need not: none that does is sent.
    pub foreign: Vec<String>,
    /// Why the request may not be sent: it would change what the run did not make.
    pub refused: Option<String>,
}

impl Stand {
    /// The stand of an operation; `offers` may be asked by it.
    pub fn new(
        contract: &Contract,
        ix: usize,
        offers: &Offers<'_>,
        parameters: &BTreeMap<String, String>,
    ) -> Stand {
        let operation = &contract.operations[ix];
        let mut stand = Stand::default();
        let parts = parts(&operation.path);
        for (n, parameter) in operation.parameters.iter().enumerate() {
            let in_path = parameter.location == In::Path;
            if operation.carries_credentials(parameter) {
                continue;
            }
            if is_given(parameters, operation, &parameter.name) {
                stand.given.push(n);
            } else if in_path || parameter.required && is_unknown_id(contract, parameter) {
                let documented = documented(contract, parameter);
                let origins = match is_one_of_few(contract, parameter) {
                    true => Vec::new(),
                    false => offers.of(ix, &parts, parameter),
                };
                let because = match documented.is_some() {
                    true => "the document",
                    false => "the smallest value that fits",
                };
                // A guess beside a place to look would take the place of what is found missing there.
                let guess = || {
                    parameter
                        .values()
                        .first()
                        .filter(|_| origins.is_empty() || !in_path)
                };
                stand.sought.push(Sought {
                    parameter: n,
                    otherwise: documented.or_else(guess).cloned(),
                    origins,
                    own: false,
                    because,
                });
            } else if let Some((value, because)) = made_up(contract, operation, parameter) {
                stand.sought.push(Sought {
                    parameter: n,
                    otherwise: Some(value),
                    origins: Vec::new(),
                    own: false,
                    because,
                });
            } else if parameter.required && parameter.value_from_document().is_none() {
                stand.missing.push(n);
            }
        }
        stand
    }

    /// The stand of an operation that writes.
    pub fn of_write(
        contract: &Contract,
        ix: usize,
        offers: &Offers<'_>,
        resources: &Resources,
        parameters: &BTreeMap<String, String>,
    ) -> Stand {
        let mut stand = Stand::new(contract, ix, offers, parameters);
        let operation = &contract.operations[ix];
        for (n, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location != In::Path {
                continue;
            }
            let own = match own::value(contract, resources, ix, parameter) {
                Own::Above(origins) if acts::is_act(contract, operation) => Own::Made(origins),
                own => own,
            };
            match own {
                // What the user gives for this very operation is to be changed.
                Own::Made(_) | Own::Nothing(_) | Own::Chosen(_)
                    if is_given_alone(parameters, operation, &parameter.name) => {}
                Own::Made(origins) => {
                    stand.given.retain(|given| *given != n);
                    stand.sought.retain(|sought| sought.parameter != n);
                    stand.sought.push(Sought {
                        parameter: n,
                        origins,
                        own: true,
                        otherwise: None,
                        because: "",
                    });
                }
                Own::Chosen(form) => {
                    stand.given.retain(|given| *given != n);
                    stand.sought.retain(|sought| sought.parameter != n);
                    stand.marked.push((n, form));
                }
                Own::Above(origins) => {
                    let mut all = stand.sought.iter_mut();
                    if let Some(sought) = all.find(|sought| sought.parameter == n) {
                        sought.origins.retain(|one| !origins.contains(one));
                        sought.origins.splice(..0, origins);
                    }
                }
                Own::Nothing(why) => stand.refused = Some(why),
                Own::Free => {}
            }
        }
        for (n, parameter) in operation.parameters.iter().enumerate() {
            let form = mask::form(contract, operation, parameter);
            let form = form.or(once::form(contract, operation, parameter));
            let form = form.or_else(|| own::told(operation, parameter));
            if let Some(form) = form.filter(|_| !stand.given.contains(&n)) {
                stand.sought.retain(|sought| sought.parameter != n);
                stand.missing.retain(|missing| *missing != n);
                stand.marked.push((n, form));
            }
        }
        let mut own = operation.parameters.iter();
        if operation.method != "POST" && !own.any(|one| one.location == In::Path) {
            stand.refused = Some("it may change what the run did not make".to_owned());
        }
        stand.members = body::members(contract, ix, &|name| offers.of_member(ix, name));
        stand.members.extend(own::in_body(resources, ix, operation));
        stand
    }

    /// The form of the id that the client chooses.
    pub fn chosen(&self, operation: &Operation) -> Option<&'static str> {
        let in_path = |n: usize| operation.parameters[n].location == In::Path;
        let mut marked = self.marked.iter();
        marked.find(|(n, _)| in_path(*n)).map(|(_, form)| *form)
    }

    /// All that is taken from other cases.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Vec<Origin>> {
        let sought = self.sought.iter_mut().map(|one| &mut one.origins);
        sought.chain(self.members.iter_mut().map(|(_, origins)| origins))
    }

    /// The parameters that no value can be given for.
    pub fn unmet(&self) -> impl Iterator<Item = usize> {
        let nowhere = |one: &&Sought| one.origins.is_empty() && one.otherwise.is_none();
        let sought = self.sought.iter().filter(nowhere).map(|one| one.parameter);
        self.missing.iter().copied().chain(sought)
    }

    /// The change that makes the valid request, with a remark for each value, by its pointer in the case file.
    /// `valid_of` is the valid case of an operation.
    pub fn change(
        &self,
        operation: &Operation,
        valid_of: &dyn Fn(usize) -> String,
    ) -> (RequestChange, Vec<(String, String)>) {
        let mut change = RequestChange::default();
        let mut notes = Vec::new();
        for sought in &self.sought {
            let parameter = &operation.parameters[sought.parameter];
            let of = sought.origins.iter();
            let text = |value: &Value| match value {
                Value::String(text) => Some(text.clone()),
                // A value that is found is written in the parameter's style, and so is this one.
                Value::Array(_) | Value::Object(_) => {
                    let (_, text) = wire(parameter, value).into_iter().next()?;
                    let begins = match parameter.style {
                        Style::Simple => String::new(),
                        Style::Label => ".".to_owned(),
                        Style::Matrix => format!(";{}=", parameter.name),
                        _ => return None,
                    };
                    text.strip_prefix(&begins).map(str::to_owned)
                }
                single => Some(single.to_string()),
            };
            let answers = Answers {
                of: of.map(|one| one.written(&valid_of(one.from))).collect(),
                own: sought.own,
                otherwise: sought.otherwise.as_ref().and_then(text),
            };
            let key = put(&mut change, parameter, Change::Answer(answers));
            let base = format!("/request/{key}/{}/answer", parameter.name);
            let each = sought.origins.iter().enumerate();
            notes.extend(each.map(|(n, one)| (format!("{base}/of/{n}"), one.why.to_owned())));
            if sought.otherwise.is_some() {
                notes.push((format!("{base}/else"), sought.because.to_owned()));
            }
        }
        for (n, form) in &self.marked {
            let one = &operation.parameters[*n];
            put(&mut change, one, Change::Marked((*form).to_owned()));
        }
        (change, notes)
    }

    /// Where the values come from, in one line.
    pub fn from(&self, operation: &Operation, valid_of: &dyn Fn(usize) -> String) -> String {
        let place = |one: &Origin| format!("{} ({})", one.why, valid_of(one.from));
        let each = self.sought.iter().map(|sought| {
            let name = &operation.parameters[sought.parameter].name;
            let places = sought.origins.iter().map(place);
            let last = sought.otherwise.as_ref().map(|_| sought.because.to_owned());
            let places: Vec<String> = places.chain(last).collect();
            format!("{name}: {}", places.join(", else "))
        });
        let members = self.members.iter().map(|(at, origins)| {
            let places = origins.iter().map(place);
            format!("{at}: {}", places.collect::<Vec<_>>().join(", else "))
        });
        let given = self.given.iter();
        let given = given.map(|n| format!("{}: --param", operation.parameters[*n].name));
        let all: Vec<String> = each.chain(members).chain(given).collect();
        match all.is_empty() {
            true => "the document".to_owned(),
            false => all.join("; "),
        }
    }
}

/// A value for a required parameter for which the document gives none, though it says more than the schema does.
fn made_up(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<(Value, &'static str)> {
    let is_open = parameter.required && documented(contract, parameter).is_none();
    is_open.then(|| implied::value(contract, operation, parameter))?
}

fn is_unknown_id(contract: &Contract, parameter: &Parameter) -> bool {
    ids::is_id(parameter) && documented(contract, parameter).is_none()
}

/// The first value that the document gives for a parameter and that fits: an example, a default, one of few.
pub fn documented<'c>(contract: &'c Contract, parameter: &'c Parameter) -> Option<&'c Value> {
    let value = parameter.values().first()?;
    let (node, _) = contract.document.at(&parameter.pointer)?;
    let gives = |node: &Node| {
        let keys = ["example", "examples", "default", "const", "enum"];
        keys.iter().any(|key| node.get(key).is_some())
    };
    let [schema, items] = schemas(contract, node);
    let all = [Some(node), schema, items].into_iter();
    all.flatten().any(gives).then_some(value)
}

/// Whether a list shows only what some text chooses where nobody asks for it: `status` with the default `published`.
pub fn is_filtered(contract: &Contract, list: &Operation) -> bool {
    const SHAPING: [&str; 9] = [
        "sort",
        "order",
        "orderby",
        "direction",
        "dir",
        "format",
        "fields",
        "lang",
        "view",
    ];
    // What the document says of it may be less than all.
    const CHOSEN: [&str; 14] = [
        "published",
        "featured",
        "popular",
        "recent",
        "recently",
        "latest",
        "approved",
        "index",
        "delay",
        "behind",
        "trending",
        "visible",
        "top",
        "eventually",
    ];
    let node = contract.document.at(&list.pointer).map(|(node, _)| node);
    let said = ["summary", "description"].map(|key| node?.get(key)?.as_str());
    let mut said = said.into_iter().flatten().flat_map(words);
    if said.any(|word| CHOSEN.contains(&word.as_str())) {
        return true;
    }
    let mut optional = list.parameters.iter();
    optional.any(|parameter| {
        let Some((node, _)) = contract.document.at(&parameter.pointer) else {
            return false;
        };
        let [schema, _] = schemas(contract, node);
        let default = schema.and_then(|schema| schema.get("default"));
        let is_text = default
            .or(node.get("default"))
            .and_then(Node::as_str)
            .is_some();
        let shapes = words(&parameter.name)
            .iter()
            .any(|word| SHAPING.contains(&word.as_str()));
        parameter.location == In::Query
            && is_text
            && !shapes
            && !pages::is_position(&parameter.name)
    })
}

/// Whether the document lists all values that a parameter may have.
fn is_one_of_few(contract: &Contract, parameter: &Parameter) -> bool {
    let Some((node, _)) = contract.document.at(&parameter.pointer) else {
        return false;
    };
    let lists = |node: &Node| ["const", "enum"].iter().any(|key| node.get(key).is_some());
    let is_flag = |node: &Node| node.get("type").and_then(Node::as_str) == Some("boolean");
    let mut all = schemas(contract, node).into_iter().flatten();
    all.any(|node| lists(node) || is_flag(node))
}

/// The schema of a parameter, and of its entries where it is a list.
fn schemas<'c>(contract: &'c Contract, node: &'c Node) -> [Option<&'c Node>; 2] {
    let resolved = |node: &'c Node| {
        let found = contract.document.resolve(node, "").ok()?;
        Some(found.node)
    };
    let schema = node.get("schema").and_then(resolved);
    let items = schema.and_then(|schema| schema.get("items"));
    [schema, items.and_then(resolved)]
}
