//! Which part of a valid request a server complains of, by its own error.

use serde_json::Value;

use crate::contract::Operation;

use super::response::Body;

/// The most texts of an error that are looked through.
const MOST: usize = 200;
/// What the members of errors are called themselves.
const OWN: [&str; 16] = [
    "type",
    "title",
    "status",
    "detail",
    "details",
    "instance",
    "code",
    "message",
    "msg",
    "error",
    "errors",
    "reason",
    "description",
    "field",
    "fields",
    "input",
];

/// The flag that gives another value for what the error names first, a parameter or a member of the body; or for what it
/// names of those that the user gave a value for.
pub fn remedy(operation: &Operation, error: &Value, given: &[String]) -> Option<String> {
    let mut texts = Vec::new();
    gather(error, &mut texts);
    let is_given = |(name, at): &(&str, String)| given.iter().any(|one| one == name || one == at);
    let own = named(operation, &texts, is_given);
    let (_, at) = own.or_else(|| named(operation, &texts, |_| true))?;
    Some(format!("--param {}:{at}=…", operation.id))
}

/// Which of these members of a body the words of a refusal name.
pub fn members<'n>(refusal: &Body, text: &str, among: &[&'n str]) -> Vec<&'n str> {
    let mut texts = Vec::new();
    match refusal.value() {
        Some(error) => gather(error, &mut texts),
        None => texts.push(text),
    }
    // What an error calls its own parts names nothing.
    texts.retain(|text| !OWN.contains(text));
    let words = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || "_-".contains(c))));
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let is_named = |name: &&&str| words.contains(&name.to_lowercase());
    among.iter().filter(is_named).copied().collect()
}

/// The first declared and meant name that a text is, or ends with as a path does; else the first that stands in a text as a word.
fn named<'o>(
    operation: &'o Operation,
    texts: &[&str],
    is_meant: impl Fn(&(&str, String)) -> bool,
) -> Option<(&'o str, String)> {
    let parameters = operation.parameters.iter();
    let parameters = parameters.map(|one| (one.name.as_str(), one.name.clone()));
    let bodies = operation.request_body.iter().flat_map(|body| &body.content);
    let members = bodies
        .filter_map(|media| media.values().first()?.as_object())
        .flat_map(|map| map.keys())
        .map(|name| (name.as_str(), format!("/{name}")));
    let declared: Vec<(&str, String)> = parameters.chain(members).filter(is_meant).collect();
    let ends = |text: &str, name: &str| text.rsplit(['.', '/', '[']).next() == Some(name);
    let is_word = |text: &str, name: &str| {
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || "_-".contains(c)));
        words.any(|word| word == name)
    };
    let find = |is: &dyn Fn(&str, &str) -> bool| {
        let mut texts = texts.iter();
        texts.find_map(|text| declared.iter().find(|(name, _)| is(text, name)))
    };
    find(&ends).or_else(|| find(&is_word)).cloned()
}

/// The texts of an error: keys and values.
fn gather<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    if out.len() >= MOST {
        return;
    }
    match value {
        Value::String(text) => out.push(text),
        Value::Array(items) => items.iter().for_each(|item| gather(item, out)),
        Value::Object(map) => {
            for (name, value) in map {
                out.push(name);
                gather(value, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::Contract;

    #[test]
    fn the_members_that_a_refusal_names() {
        let among = ["name", "keytype", "title", "keytypes"];
        let json = |error: Value| Body::Json(error, None);
        for (error, wanted) in [
            (
                json!({"error": "Key 'keytype' not present or not a String"}),
                vec!["keytype"],
            ),
            (
                json!({"detail": [{"type": "missing", "loc": ["body", "name"]}]}),
                vec!["name"],
            ),
            (json!({"Name": ["This field is required."]}), vec!["name"]),
            (json!({"title": "Bad Request", "status": 400}), vec![]),
        ] {
            assert_eq!(members(&json(error.clone()), "", &among), wanted, "{error}");
        }
        let plain = Body::NotJson(String::new());
        assert_eq!(members(&plain, "keytype: needed", &among), ["keytype"]);
    }

    #[test]
    fn what_an_error_names() {
        let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: add
      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: X-Tenant, in: header, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, required: [quantity], properties: {quantity: {type: integer}}}}}}
      responses: {'200': {description: d}}
";
        let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
        contract.prepare(0);
        for (error, named) in [
            (
                json!({"errors": [{"field": "limit", "message": "quantity"}]}),
                Some("--param add:limit=…"),
            ),
            (
                json!({"detail": [{"loc": ["body", "quantity"]}]}),
                Some("--param add:/quantity=…"),
            ),
            (
                json!({"pointer": "/quantity"}),
                Some("--param add:/quantity=…"),
            ),
            (
                json!({"errors": {"X-Tenant": ["unknown"]}}),
                Some("--param add:X-Tenant=…"),
            ),
            (
                json!({"message": "The limit must be small"}),
                Some("--param add:limit=…"),
            ),
            (json!({"message": "the limits are off"}), None),
            (json!(null), None),
        ] {
            let found = remedy(&contract.operations[0], &error, &[]);
            assert_eq!(found.as_deref(), named, "{error}");
        }
        let both = json!({"message": "no limit for such a tenant", "field": "X-Tenant"});
        for (given, named) in [
            ("limit", "limit"),
            ("X-Tenant", "X-Tenant"),
            ("other", "X-Tenant"),
        ] {
            let found = remedy(&contract.operations[0], &both, &[given.to_owned()]);
            let named = format!("--param add:{named}=…");
            assert_eq!(found, Some(named), "{given}");
        }
    }
}
