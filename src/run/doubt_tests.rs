//! What a service shows otherwise than it was sent, or not at all: what it may do accuses nobody, and what it loses does.

use serde_json::{Value, json};

use super::own_service::{Reply, State, held, reply, run};

/// Orders with one member that is written so where it is sent and so where it is read; the list has these parameters.
fn document(member: &str, (sent, shown): (&str, &str), list: &str) -> String {
    let one = |name: &str| {
        format!(
            "content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}"
        )
    };
    let (new, thing) = (one("New"), one("Thing"));
    let body = format!("requestBody: {{required: true, {new}}}");
    let demanded = match shown.contains("demanded") {
        true => format!("id, {member}"),
        false => "id".to_owned(),
    };
    format!(
        "components:
  schemas:
    New: {{type: object, required: [name, {member}], properties: {{name: {{type: string}}, {member}: {sent}}}}}
    Thing: {{type: object, required: [{demanded}], properties: {{id: {{type: string}}, name: {{type: string}}, {member}: {shown}}}}}
paths:
  /orders:
    get: {{operationId: all, parameters: [{list}], responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}}}}}}}}}}}
    post: {{operationId: make, {body}, responses: {{'201': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}, '400': {{description: d}}}}}}
  /orders/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    get: {{operationId: getOne, responses: {{'200': {{description: d, {thing}}}, '404': {{description: d}}}}}}
    put: {{operationId: putOne, {body}, responses: {{'200': {{description: d, {thing}}}, '204': {{description: d}}, '400': {{description: d}}, '404': {{description: d}}}}}}
    delete: {{operationId: dropOne, responses: {{'204': {{description: d}}, '404': {{description: d}}}}}}
"
    )
}

/// A thing as it is shown, in the way that is named.
fn shown(thing: &Value, how: &Value, count: u64) -> Value {
    let member = how["member"].as_str().unwrap();
    let mut thing = thing.clone();
    let value = thing[member].clone();
    let nothing = [json!(0), json!(false), json!(""), json!([]), json!({})];
    let is_nothing = nothing.contains(&value);
    match how["does"].as_str().unwrap() {
        "omits" if is_nothing => drop(thing.as_object_mut().unwrap().remove(member)),
        "drops" => drop(thing.as_object_mut().unwrap().remove(member)),
        "nulls" if is_nothing => thing[member] = Value::Null,
        "writes" => thing[member] = how["as"].clone(),
        "counts" => thing[member] = json!(9000 - count),
        "adds" => {
            let list = thing[member].as_array_mut();
            list.into_iter().for_each(|list| list.push(json!("user")));
        }
        _ => {}
    }
    thing
}

/// Keeps orders, in the way that `/how` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let how = state.things["/how"].clone();
    let does = how["does"].as_str().unwrap_or_default();
    let count = state.fresh();
    let is_right = |body: &Option<Value>| {
        let name = body.as_ref().and_then(|body| body.get("name"));
        name.is_some_and(Value::is_string)
    };
    match (method, path) {
        ("GET", "/orders") => {
            let mut all = state.things.clone();
            all.retain(|path, _| {
                path.starts_with("/orders/") && (does != "hides" || path.contains("dear"))
            });
            reply(
                200,
                all.values().map(|one| shown(one, &how, count)).collect(),
            )
        }
        ("GET", _) => match state.things.get(path) {
            Some(thing) => reply(200, shown(thing, &how, count)),
            None => reply(404, json!({})),
        },
        ("POST" | "PUT", _) if !is_right(&body) => reply(400, json!({})),
        ("PUT", _) if !state.things.contains_key(path) => reply(404, json!({})),
        ("POST" | "PUT", _) => {
            let is_put = method == "PUT";
            let id = format!("n{count}");
            let is_same = is_put && !["copies", "leads"].contains(&does);
            let id = match is_same {
                true => path.trim_start_matches("/orders/"),
                false => &*id,
            };
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(id);
            let answer = thing.clone();
            if !(is_put && does == "ignores") {
                state.things.insert(format!("/orders/{id}"), thing);
            }
            match (is_put, does) {
                (false, _) => reply(201, json!({"id": id})),
                (_, "leads") => (204, vec![("Location", format!("/orders/{id}"))], json!({})),
                (_, "copies" | "ignores") => reply(200, answer),
                _ => reply(204, json!({})),
            }
        }
        _ => held(state, method, path, body),
    }
}

/// The clauses about the state that are broken where the service does so.
async fn broken(text: &str, how: Value, others: &[Value]) -> String {
    let paths = ["/orders/dear1", "/orders/dear2"];
    let mut things: Vec<(&str, Value)> = paths.into_iter().zip(others.iter().cloned()).collect();
    things.push(("/how", how));
    let ran = run(text, &[], &things, orders).await;
    let all = ran.gating.into_iter().filter(|id| id.contains("/state/"));
    all.collect::<Vec<_>>().join(" ")
}

/// How many rows of a table do not come out as they say; each is a service and the clauses that it breaks.
async fn wrong_rows(
    table: &str,
    of: impl Fn(&[&str]) -> (String, Value, Vec<Value>),
) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = table.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let row: Vec<&str> = line.split('|').map(str::trim).collect();
        let (text, how, others) = of(&row);
        let found = broken(&text, how, &others).await;
        let expected = row.last().unwrap().replace("sent", "make/state/as-sent");
        let expected = expected.replace("applied", "putOne/state/applied");
        let expected = expected.replace("listed", "make/state/listed");
        if found != expected {
            wrong.push(format!("{line}: {found}"));
        }
    }
    wrong
}

/// The member, how it is written where it is sent and where it is read, what the service does, the value that it writes, and
/// what is broken.
const READ: &str = "
    # What is nothing is left out, or is null.
    count  | {type: integer, example: 0} | {type: integer} | omits | null |
    count  | {type: integer, example: 5} | {type: integer} | drops | null | sent applied
    hidden | {type: boolean, example: false} | {type: boolean} | omits | null |
    note   | {type: string, example: x} | {type: string} | writes | '' | sent applied
    tags   | {type: array, items: {type: string}, example: []} | {type: array, items: {type: string}} | omits | null |
    tags   | {type: array, items: {type: string}, example: []} | {type: array, nullable: true, items: {type: string}} | nulls | null |
    tags   | {type: array, items: {type: string}, example: [a]} | {type: array, nullable: true, items: {type: string}} | writes | null | sent applied
    count  | {type: integer, example: 0} | {type: integer, description: demanded} | omits | null | sent
    # The document gives it another type, or other values.
    price  | {type: string, example: '12.34'} | {type: integer} | writes | 1234 |
    price  | {type: string, example: '12.34'} | {type: string} | writes | '1234' | sent applied
    live   | {type: boolean, example: true} | {type: string} | writes | 'Y' |
    point  | {type: object, properties: {lat: {type: number, example: 52.1}}} | {type: string} | writes | '52.1' |
    kind   | {type: string, enum: [a, b]} | {type: string, enum: [A1, B1]} | writes | 'A1' |
    kind   | {type: string, enum: [a, b]} | {type: string, enum: [a, b]} | writes | 'b' | sent applied
    # A state that the server moves; none is a loss.
    status | {type: string, enum: [on, off]} | {type: string} | writes | 'pending' |
    status | {type: string, enum: [on, off]} | {type: string} | writes | '' | sent applied
    status | {type: string, enum: [on, off]} | {type: string} | drops | null | sent applied
    # What is another value at each look.
    ttl    | {type: integer, example: 60} | {type: integer} | counts | null |
    ttl    | {type: integer, example: 60} | {type: integer} | writes | 59 | sent applied
    # A set, and a list to which the server adds.
    roles  | {type: array, items: {type: string}, example: [b, A, a]} | {} | writes | ['a', 'b'] |
    roles  | {type: array, items: {type: string}, example: [b, A, a]} | {} | writes | ['a'] | sent applied
    roles  | {type: array, items: {type: string}, example: [admin]} | {} | adds | null |
    roles  | {type: array, items: {type: string}, example: [admin]} | {} | writes | ['user'] | sent applied
";

#[tokio::test]
async fn what_is_read_may_leave_out_what_is_nothing_and_loses_nothing_else() {
    let row = |row: &[&str]| {
        let written: Value = serde_json::from_str(&row[4].replace('\'', "\"")).unwrap();
        let how = json!({"member": row[0], "does": row[3], "as": written});
        (document(row[0], (row[1], row[2]), ""), how, Vec::new())
    };
    assert_eq!(wrong_rows(READ, row).await, Vec::<String>::new());
}

/// The member, how it is written, the parameters of the list (`*` if required) each with its example, what two others that are
/// listed have there, and what is broken where nothing else is listed.
const LISTED: &str = "
    size     | {type: integer, example: 5} | | 1 1 | listed
    # A window, a place, a version of the API.
    startsAt | {type: string} | *from=a *to=b | a a |
    lat      | {type: string} | *lat=n52 | n52 n52 |
    lat      | {type: string, enum: [n52]} | *lat=n52 | n52 n52 | listed
    size     | {type: integer, example: 5} | *api-version=v1 | 1 2 | listed
    # What it shows where nobody asks for others.
    parentId | {type: string, enum: [x]} | parentId=x | null null |
    parentId | {type: string, enum: [x]} | parent_id=x | y y |
    parentId | {type: string, enum: [x]} | parentId=x | null y | listed
    parentId | {type: string, enum: [x]} | parentId=x | x x | listed
    parentId | {type: string, enum: [x]} | other=x | null null | listed
    size     | {type: integer, example: 5} | name=x | 1 1 | listed
";

#[tokio::test]
async fn a_list_that_is_asked_for_some_need_not_have_all() {
    let row = |row: &[&str]| {
        let parameter = |text: &str| {
            let (name, example) = text.split_once('=').unwrap();
            let required = name.starts_with('*');
            let name = name.trim_start_matches('*');
            format!(
                "{{name: {name}, in: query, required: {required}, schema: {{type: string}}, example: {example}}}"
            )
        };
        let list: Vec<String> = row[2].split_whitespace().map(parameter).collect();
        let others = (1..).zip(row[3].split_whitespace()).map(|(n, value)| {
            let value = serde_json::from_str(value).unwrap_or(json!(value));
            json!({"id": format!("dear{n}"), "name": format!("n{n}"), row[0]: value})
        });
        let how = json!({"member": row[0], "does": "hides"});
        let text = document(row[0], (row[1], "{}"), &list.join(", "));
        (text, how, others.collect())
    };
    assert_eq!(wrong_rows(LISTED, row).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_change_that_makes_another_thing_of_it_is_not_one_that_does_nothing() {
    let row = |row: &[&str]| {
        let text = document(
            "size",
            ("{type: integer, example: 5}", "{type: integer}"),
            "",
        );
        (text, json!({"member": "size", "does": row[0]}), Vec::new())
    };
    let table = "keeps |\ncopies |\nleads |\nignores | applied";
    assert_eq!(wrong_rows(table, row).await, Vec::<String>::new());
}
