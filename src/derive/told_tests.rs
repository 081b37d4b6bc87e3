//! What the battery of a small contract makes of what its document tells in words and names.

use crate::battery::model::Change;

use super::writes_tests::{case, posts};

/// What words leave open has its clause, and a case that is sent only where it is named.
#[test]
fn what_words_leave_open_is_told() {
    for (said, is_open) in [("Archives it.", true), ("Deletes it.", false)] {
        let more = format!(
            "  /notes:
    post: {{operationId: addNote, requestBody: {{required: true, content: {{application/json: {{schema: {{type: object, properties: {{text: {{type: string}}}}, required: [text]}}}}}}}}, responses: {{'201': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: integer}}, text: {{type: string}}}}}}}}}}}}}}}}
  /notes/{{noteId}}:
    parameters: [{{name: noteId, in: path, required: true, schema: {{type: integer}}}}]
    get: {{operationId: getNote, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: integer}}, text: {{type: string}}}}}}}}}}}}}}}}
    delete: {{operationId: dropNote, description: {said}, responses: {{'204': {{description: d}}}}}}
"
        );
        let derived = posts("", &more);
        let names = |id: &str| {
            let found = derived.cases.iter().find(|case| case.case == id);
            found.map(|case| {
                (
                    case.opt_in,
                    case.aims.contains(&"dropNote/state/gone".to_owned()),
                )
            })
        };
        let open = is_open.then_some((true, true));
        assert_eq!(names("addNote.life"), Some((false, !is_open)), "{said}");
        assert_eq!(names("addNote.life-unsure"), open, "{said}");
    }
}

/// What a create is told to call it is new each time, and what it makes goes by that.
#[test]
fn what_is_to_be_called_so_is_marked() {
    let op = "{type: object, properties: {name: {type: string}, done: {type: boolean}}}";
    for (parameter, is_new) in [("noteId", true), ("note_id", true), ("bookId", false)] {
        let more = format!(
            "  /notes:
    post: {{operationId: addNote, parameters: [{{name: {parameter}, in: query, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d, content: {{application/json: {{schema: {op}}}}}}}}}}}
  /notes/{{note}}:
    parameters: [{{name: note, in: path, required: true, schema: {{type: string}}}}]
    delete: {{operationId: dropNote, responses: {{'204': {{description: d}}}}}}
"
        );
        let derived = posts("", &more);
        let asked = case(&derived, "addNote.valid")
            .request
            .query
            .0
            .get(parameter);
        let is_marked = matches!(asked, Some(Change::Marked(_)));
        assert_eq!(is_marked, is_new, "{parameter}");
        let about = case(&derived, "dropNote.valid").request.path.0.get("note");
        let Some(Change::Answer(answers)) = about else {
            panic!("{about:?}");
        };
        let sent = answers.of.first().and_then(|one| one.sent.as_deref());
        assert_eq!(sent.is_some(), is_new, "{parameter}");
    }
}
