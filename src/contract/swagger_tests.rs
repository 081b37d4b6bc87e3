//! Swagger 2.0, read where it stands.

use serde_json::json;

use super::*;

const TEXT: &str = r##"swagger: "2.0"
info: {title: Pets, version: "1"}
host: pets.example.com
basePath: /v2
schemes: [https]
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
  user: {type: basic}
  token: {type: oauth2, flow: implicit, authorizationUrl: 'https://a.b/', scopes: {}}
security:
  - key: []
  - user: []
parameters:
  Limit: {name: limit, in: query, type: integer, maximum: 50, default: 20}
responses:
  Wrong: {description: Wrong., schema: {$ref: '#/definitions/Error'}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - $ref: '#/parameters/Limit'
        - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: ids, in: query, type: array, items: {type: integer}, collectionFormat: pipes, required: true}
        - {name: sort, in: query, type: array, items: {type: string}}
      responses:
        "200":
          description: All.
          headers:
            X-Total: {type: integer, format: int32}
          schema: {type: array, items: {$ref: '#/definitions/Pet'}}
        "400": {$ref: '#/responses/Wrong'}
    post:
      operationId: addPet
      parameters:
        - in: body
          name: pet
          required: true
          schema: {$ref: '#/definitions/Pet'}
      responses:
        "201": {description: Made.}
        default: {$ref: '#/responses/Wrong'}
  /pets/{id}/photo:
    parameters:
      - {name: id, in: path, required: true, type: string, pattern: '^[a-z]+$'}
    put:
      operationId: setPhoto
      consumes: [multipart/form-data]
      produces: [image/png]
      parameters:
        - {name: caption, in: formData, type: string, maxLength: 10, required: true}
        - {name: crop, in: formData, type: array, items: {type: integer}, collectionFormat: pipes}
        - {name: tags, in: formData, type: array, items: {type: string}}
        - {name: also, in: formData, type: array, items: {type: string}, collectionFormat: multi}
        - {name: file, in: formData, type: file}
      responses:
        "200": {description: It., schema: {type: file}}
        "400": {description: Wrong.}
definitions:
  Pet:
    type: object
    required: [name]
    properties:
      name: {type: string, minLength: 1}
      note: {type: string, x-nullable: true}
  Error: {type: object, properties: {message: {type: string}}}
"##;

fn contract() -> Contract {
    let contract = Contract::load("pets.yaml", TEXT.to_owned(), &[]).unwrap();
    assert_eq!(contract.warnings, []);
    (0..contract.operations.len()).for_each(|ix| contract.prepare(ix));
    contract
}

/// The line of the clause of that id.
fn line(contract: &Contract, id: &str) -> u64 {
    let ix = contract.clauses.find(id);
    contract
        .clauses
        .get(ix.unwrap_or_else(|| panic!("{id}")))
        .mark
        .line
}

#[test]
fn its_clauses_stand_where_the_document_has_them() {
    let contract = contract();
    for (id, wanted) in [
        ("listPets/security", 12),
        ("listPets/query/limit/maximum", 16),
        ("listPets/query/ids/required", 26),
        ("listPets/200/header/X-Total/schema", 32),
        ("listPets/200/content-type", 7),
        ("listPets/200/body/[]/name/minLength", 66),
        ("listPets/400/body/message/type", 68),
        ("addPet/body/required", 40),
        ("addPet/body/name/required", 64),
        ("addPet/default/body/type", 68),
        ("setPhoto/path/id/pattern", 47),
        ("setPhoto/body/caption/required", 53),
        ("setPhoto/body/caption/maxLength", 53),
        ("setPhoto/200/content-type", 51),
    ] {
        let found = line(&contract, id);
        let shown = TEXT.lines().nth(found as usize - 1).unwrap_or_default();
        let meant = TEXT.lines().nth(wanted - 1).unwrap_or_default();
        assert_eq!(found, wanted as u64, "{id}: {shown:?}, and not {meant:?}");
    }
    assert!(contract.clauses.find("addPet/201/body/type").is_none());
    assert!(contract.clauses.find("setPhoto/200/body/json").is_none());
}

#[test]
fn parameters_bodies_and_schemes_are_those_of_openapi_3() {
    let contract = contract();
    let [list, add, photo] = &contract.operations[..] else {
        panic!("three operations");
    };
    let of = |name: &str| list.parameter(In::Query, name).unwrap();
    assert_eq!(of("limit").value_from_document(), Some(json!(20)));
    assert!(of("limit").allows(&json!("50")) && !of("limit").allows(&json!("51")));
    let written = |name: &str| wire(of(name), &json!(["1", "2"]));
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(written("tags"), [pair("tags", "1"), pair("tags", "2")]);
    assert_eq!(written("ids"), [pair("ids", "1|2")]);
    assert_eq!(written("sort"), [pair("sort", "1,2")]);
    let body = add.request_body.as_ref().unwrap();
    let media = &body.content[0];
    assert!(body.required && media.is_json());
    assert!(
        media.allows(&json!({"name": "a", "note": null})) && !media.allows(&json!({"name": ""}))
    );
    let form = &photo.request_body.as_ref().unwrap().content[0];
    assert_eq!(form.range, "multipart/form-data");
    assert!(
        form.allows(&json!({"caption": "short"}))
            && !form.allows(&json!({"caption": "much too long"}))
    );
    let body = json!({"crop": [1, 2], "tags": ["a", "b"], "also": ["c", "d"]});
    let pairs = form_pairs(&body, &form.fields);
    let wanted = [
        ("crop", "1|2"),
        ("tags", "a,b"),
        ("also", "c"),
        ("also", "d"),
    ];
    assert_eq!(pairs, wanted.map(|(name, text)| pair(name, text)));
    let schemes = |operation: &Operation| -> Vec<SecurityScheme> {
        let all = operation.security.requirements.iter().flatten();
        all.map(|used| used.scheme.clone()).collect()
    };
    let key = SecurityScheme::HeaderKey("X-Key".to_owned());
    assert_eq!(schemes(list), [key, SecurityScheme::Basic]);
    assert_eq!(contract.servers(), ["https://pets.example.com/v2"]);
}
