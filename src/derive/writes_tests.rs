//! What the battery of a small contract does to what it made itself.

use crate::battery::model::{CaseFile, Change, StepFile};
use crate::contract::Contract;

use super::{Derived, Wish, derive};

/// Posts that can be made, listed, read and changed; the list has the parameter.
pub(super) fn posts(parameter: &str, more: &str) -> Derived {
    let post = "{type: object, properties: {id: {type: integer}, title: {type: string, maxLength: 40}, stars: {type: integer}}}";
    let answer = |schema: &str| {
        format!("{{description: d, content: {{application/json: {{schema: {schema}}}}}}}")
    };
    let (one, all) = (
        answer(post),
        answer(&format!("{{type: array, items: {post}}}")),
    );
    let id = "parameters: [{name: postId, in: path, required: true, schema: {type: integer}}]";
    let body = format!(
        "requestBody: {{required: true, content: {{application/json: {{schema: {post}}}}}}}"
    );
    let text = format!(
        "paths:
  /posts:
    get: {{operationId: listPosts, parameters: [{parameter}], responses: {{'200': {all}}}}}
    post: {{operationId: addPost, {body}, responses: {{'201': {one}}}}}
  /posts/{{postId}}:
    {id}
    get: {{operationId: getPost, responses: {{'200': {one}}}}}
    patch: {{operationId: editPost, {body}, responses: {{'200': {one}}}}}
    delete: {{operationId: dropPost, responses: {{'204': {{description: d}}}}}}
{more}"
    );
    let contract = Contract::load("t.yaml", text, &[]).unwrap();
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
        contract.prepare_requests(operation);
    }
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    derive(&contract, &wish)
}

pub(super) fn case<'d>(derived: &'d Derived, id: &str) -> &'d CaseFile {
    let mut all = derived.cases.iter();
    all.find(|case| case.case == id).unwrap()
}

/// Where the list chooses by itself, what was made need not be in it.
#[test]
fn a_list_that_chooses_by_itself_proves_nothing_of_what_was_made() {
    for (parameter, is_telling) in [
        ("", true),
        (
            "{name: status, in: query, schema: {type: string, default: published}}",
            false,
        ),
        (
            "{name: sort, in: query, schema: {type: string, default: title}}",
            true,
        ),
        (
            "{name: limit, in: query, schema: {type: integer, default: 20}}",
            true,
        ),
    ] {
        let derived = posts(parameter, "");
        let life = case(&derived, "addPost.life");
        let has = |step: &StepFile| step.lists.as_ref().is_some_and(|lists| lists.has);
        assert_eq!(life.steps.iter().any(has), is_telling, "{parameter}");
    }
}

/// What is said of the body that is sent counts as what is said of the answer; what is only drafted is not read.
#[test]
fn what_reads_otherwise_by_what_is_said_of_it_is_not_compared() {
    for (said, of_put, at_is_compared, is_applied) in [
        ("", "", true, true),
        ("Rounded to the minute.", "", false, true),
        ("", "Makes a draft; it is live after a review.", true, false),
    ] {
        let body = |said: &str| {
            format!(
                "{{type: object, required: [at, n], properties: {{at: {{type: string, description: '{said}'}}, n: {{type: integer}}}}}}"
            )
        };
        let answer = |status: u16| {
            format!(
                "responses: {{'{status}': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: integer}}, at: {{type: string}}, n: {{type: integer}}}}}}}}}}}}}}"
            )
        };
        let sent = format!(
            "requestBody: {{required: true, content: {{application/json: {{schema: {}}}}}}}",
            body(said)
        );
        let id = "parameters: [{name: eventId, in: path, required: true, schema: {type: integer}}]";
        let more = format!(
            "  /events:\n    post: {{operationId: make, {sent}, {}}}\n  /events/{{eventId}}:\n    {id}\n    get: {{operationId: one, {}}}\n    put: {{operationId: change, description: '{of_put}', {sent}, {}}}\n",
            answer(201),
            answer(200),
            answer(200)
        );
        let derived = posts("", &more);
        let life = case(&derived, "make.life");
        let same = life.steps[1].same.as_ref().unwrap();
        let is_compared = same.at.iter().any(|place| place.there == "/at");
        assert_eq!(is_compared, at_is_compared, "{said}");
        let applied = derived
            .cases
            .iter()
            .any(|case| case.case == "change.applied");
        assert_eq!(applied, is_applied, "{of_put}");
    }
}

/// A change sends the id that its path has, and no other.
#[test]
fn the_id_in_a_body_is_that_of_what_is_changed() {
    let derived = posts("", "");
    let valid = case(&derived, "editPost.valid");
    let tries = &valid.request.body.as_ref().unwrap().tries;
    let with_id: Vec<_> = tries
        .iter()
        .filter(|one| one.json.get("id").is_some())
        .collect();
    assert!(!with_id.is_empty());
    for one in with_id {
        let from = &one.answers.0["/id"].of[0];
        assert_eq!(
            (&*from.case, from.at.as_deref()),
            ("addPost.valid", Some("/id"))
        );
        assert!(!one.marks.0.contains_key("/id"));
    }
    let applied = case(&derived, "editPost.applied");
    let body = applied.steps[1].request.body.as_ref().unwrap();
    for one in &body.tries {
        assert_ne!(one.json["stars"], tries[0].json["stars"]);
        let ids = one.answers.0.get("/id").map(|id| &*id.of[0].case);
        let is_sent = one.json.get("id").is_some();
        assert_eq!(ids, is_sent.then_some("addPost.valid"));
    }
}

/// A name within alternatives, and a text with a pattern, are another one in each request.
#[test]
fn what_alternatives_and_patterns_allow_is_marked() {
    let one = |kind: &str| {
        format!(
            "{{type: object, required: [kind, name, isbn], properties: {{kind: {{type: string, enum: [{kind}]}}, name: {{type: string, maxLength: 40}}, isbn: {{type: string, pattern: '^97[89][0-9]{{10}}$'}}}}}}"
        )
    };
    let body = format!(
        "requestBody: {{required: true, content: {{application/json: {{schema: {{oneOf: [{}, {}]}}}}}}}}",
        one("a"),
        one("b")
    );
    let more = format!(
        "  /books:\n    post: {{operationId: addBook, {body}, responses: {{'201': {{description: d}}}}}}\n"
    );
    let derived = posts("", &more);
    let tries = &case(&derived, "addBook.valid")
        .request
        .body
        .as_ref()
        .unwrap()
        .tries;
    for one in tries {
        assert_eq!(one.marks.0["/name"], "conform-{mark}");
        assert_eq!(one.marks.0["/isbn"], "978{digits:10}");
    }
}

/// What is put in its own place once more is no second one, whatever the document says of a 409.
#[test]
fn only_what_is_posted_can_be_taken() {
    let body = "requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 40}}}}}}";
    let answers = "responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}, '409': {description: The name is taken already.}}";
    let id = "{name: userId, in: path, required: true, schema: {type: string}}";
    for (path, item, method, is_made) in [
        ("/users", "/users/{userId}", "post", true),
        ("/users/{userId}", "/users/{userId}", "put", false),
    ] {
        let of = if method == "put" {
            format!("parameters: [{id}], ")
        } else {
            String::new()
        };
        let make = format!("{method}: {{operationId: make, {of}{body}, {answers}}}");
        let get = format!(
            "get: {{operationId: one, parameters: [{id}], responses: {{'200': {{description: d}}}}}}"
        );
        let more = match path == item {
            true => format!("  {path}:\n    {make}\n    {get}\n"),
            false => format!("  {path}:\n    {make}\n  {item}:\n    {get}\n"),
        };
        let derived = posts("", &more);
        assert!(derived.cases.iter().any(|case| case.case == "make.valid"));
        let taken = derived.cases.iter().any(|case| case.case == "make.taken");
        assert_eq!(taken, is_made, "{method}");
    }
}

/// A name too short for the mark itself has letters that are made of it.
#[test]
fn a_short_name_is_marked_too() {
    let table = [
        ("{maxLength: 40", "conform-{mark}"),
        ("{maxLength: 8", "{letters}"),
        ("{pattern: '^[A-Z]{3,8}$'", "{LETTERS}"),
    ];
    for (said, form) in table {
        let body = format!(
            "{{type: object, required: [name], properties: {{name: {said}, type: string}}}}}}"
        );
        let create = format!(
            "post: {{operationId: make, requestBody: {{required: true, content: {{application/json: {{schema: {body}}}}}}}, responses: {{'201': {{description: d}}}}}}"
        );
        let derived = posts("", &format!("  /named:\n    {create}\n"));
        let valid = case(&derived, "make.valid");
        let first = &valid.request.body.as_ref().unwrap().tries[0];
        assert_eq!(
            first.marks.0.get("/name").map(String::as_str),
            Some(form),
            "{said}"
        );
    }
}

/// A path that ends with a new value names nothing, and is no way to what it stands beside.
#[test]
fn a_new_value_in_a_path_is_no_id() {
    let put = "put: {operationId: rename, parameters: [{name: new_name, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}";
    let derived = posts("", &format!("  /posts/{{new_name}}:\n    {put}\n"));
    assert!(
        !derived
            .cases
            .iter()
            .any(|case| case.case.starts_with("rename."))
    );
    let why = derived.left_out.iter().map(|one| &*one.why);
    assert!(
        why.clone().any(|why| why.contains("{new_name}")),
        "{:?}",
        why.collect::<Vec<_>>()
    );
}

/// Bookings that must not be at one time, and two things that can be done to them.
const BOOKINGS: &str = "  /bookings:
    post:
      operationId: book
      requestBody: {required: true, content: {application/json: {schema: {allOf: [{type: object, properties: {room_id: {type: string}, title: {type: string, minLength: 2}, at: {type: string, format: date-time}, until: {type: string, format: date}}}], required: [room_id, title, at, until], unevaluatedProperties: false}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}, title: {type: string}}}}}}, '409': {description: d}}
  /bookings/{bookingId}:
    parameters: [{name: bookingId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: booking, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}, title: {type: string}}}}}}}}
    put: {operationId: rebook, requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {title: {type: string, maxLength: 40}, note: {type: string, maxLength: 40}}}, example: {title: t}}}}, responses: {'200': {description: d}}}
  /bookings/{bookingId}/cancel:
    parameters: [{name: bookingId, in: path, required: true, schema: {type: integer}}]
    post: {operationId: cancel, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [reason], properties: {reason: {type: string}}}}}}, responses: {'200': {description: d}, '409': {description: d}}}
";

/// The battery of these, with so many requests for each operation.
fn bookings(budget: usize) -> Derived {
    let text = format!("paths:\n{BOOKINGS}");
    let contract = Contract::load("t.yaml", text, &[]).unwrap();
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
        contract.prepare_requests(operation);
    }
    let wish = Wish {
        writes: true,
        budget: Some(budget),
        ..Wish::default()
    };
    derive(&contract, &wish)
}

/// What an action uses up nothing else is about, be it a wrong request of its own.
#[test]
fn each_action_gets_a_thing_of_its_own() {
    let derived = bookings(12);
    case(&derived, "book.for-cancel");
    for (id, first) in [
        ("cancel.valid", "book.for-cancel"),
        ("cancel.body-no-reason", "book.valid"),
        ("rebook.valid", "book.valid"),
    ] {
        let Some(Change::Answer(about)) = case(&derived, id).request.path.0.get("bookingId") else {
            panic!("{id} is about nothing");
        };
        assert_eq!(about.of[0].case, first, "{id}");
    }
}

#[test]
fn no_two_cases_have_one_id() {
    let derived = bookings(300);
    let mut ids: Vec<&str> = derived.cases.iter().map(|case| &*case.case).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

/// All days of a body are moved by as much, and those of the document are tried last.
#[test]
fn what_must_not_be_at_one_time_is_made_in_other_weeks() {
    let derived = bookings(12);
    let valid = case(&derived, "book.valid");
    let tries = &valid.request.body.as_ref().unwrap().tries;
    for name in ["at", "until"] {
        let form = tries[0].marks.0.get(&format!("/{name}"));
        let given = tries[0].json[name].as_str().unwrap();
        assert_eq!(form, Some(&format!("{{weeks:{given}}}")));
    }
    let is_plain = |one: &crate::battery::model::BodyTry| {
        one.json == tries[0].json && !one.marks.0.contains_key("/at")
    };
    assert!(tries[1..].iter().any(is_plain), "{tries:?}");
    // Where nothing is refused for another one, the days of the document will do.
    let more = BOOKINGS.replace(", '409': {description: d}", "");
    let derived = posts("", &more);
    let valid = case(&derived, "book.valid");
    let tries = &valid.request.body.as_ref().unwrap().tries;
    assert!(tries.iter().all(|one| !one.marks.0.contains_key("/at")));
}

/// All that is not the mistake is as the valid request had it, so that only that can be refused.
#[test]
fn an_undocumented_member_is_all_that_is_wrong() {
    let derived = bookings(300);
    let case = case(&derived, "book.body-x_conform_extra-extra-property");
    let body = case.request.body.as_ref().unwrap();
    assert_eq!(body.like.as_deref(), Some("book.valid"));
    let set: Vec<&str> = body.set.0.keys().map(String::as_str).collect();
    assert_eq!(set, ["/x_conform_extra"]);
}
