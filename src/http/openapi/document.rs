//! The document: all routes with their operations, the schemas of the answers, and how a client authenticates.

use std::collections::BTreeMap;

use axum::http::Method;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    handler::Description,
    operation::{Answer, Operation, Tag},
    table::{Described, DescribedRoute, Group, Routes},
};
use crate::error::{ErrorCode, Problem};

const OVERVIEW: &str = "\
Vestibule logs users in, with a password or through an OpenID Connect provider, and keeps their session in a cookie.

**Session.** A login sets an `HttpOnly` cookie. On https its name is `__Host-vestibule`, on http `vestibule-PORT`. There are no tokens for JavaScript.

**CSRF.** A request that changes something repeats the value of the cookie `__Host-XSRF-TOKEN` (on http `XSRF-TOKEN`) in the header \
`X-XSRF-TOKEN`. `GET /api/auth/csrf-token` returns the same value. Browsers also send `Origin`, which must be the origin of the service or an \
allowed one.

**Errors.** Each error is a problem (RFC 9457) with a stable `code`. Each operation lists the codes that it can answer.

**Lists.** A list has a `nextCursor`. It is the `cursor` of the request for the next page, and `null` on the last page.

**Administrators.** The paths below `/api/admin` need a role that gives the permission, and a second factor that was proven in the last ten \
minutes.";

/// What every request can be refused with.
const ALWAYS: [ErrorCode; 4] =
    [ErrorCode::InvalidRequest, ErrorCode::Internal, ErrorCode::StoreUnavailable, ErrorCode::Timeout];
const SIGNED_IN: [ErrorCode; 5] = [
    ErrorCode::NotSignedIn,
    ErrorCode::SessionEnded,
    ErrorCode::SecondFactorRequired,
    ErrorCode::EnrolmentRequired,
    ErrorCode::PasswordChangeRequired,
];

/// Describes the routes of the API as OpenAPI 3.1.
pub(crate) fn document(routes: Vec<Routes>) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.meta_schema = None;
        settings.definitions_path = "/components/schemas".into();
    });
    let mut schemas = settings.into_generator();
    let problem = schemas.subschema_for::<Problem<'static>>().to_value();
    let mut paths = Map::new();
    for route in routes.into_iter().flat_map(Routes::into_described) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        for described in &route.operations {
            let method = described.method.as_str().to_ascii_lowercase();
            path[method] = operation(&route, described, &mut schemas, &problem);
        }
    }
    let tags = Tag::ALL.map(|tag| {
        let (name, description) = tag.texts();
        json!({ "name": name, "description": description })
    });
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Vestibule",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Logins and sessions for web applications",
            "description": OVERVIEW,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        // Relative to the address of this document: an installation can have a prefix.
        "servers": [{ "url": "..", "description": "This service" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-vestibule",
                    "description": "The session cookie of a browser. On http its name is `vestibule-PORT`.",
                },
                "csrf": {
                    "type": "apiKey", "in": "header", "name": "X-XSRF-TOKEN",
                    "description": "The value of the CSRF cookie.",
                },
            },
        },
    })
}

fn operation(
    route: &DescribedRoute,
    described: &Described,
    schemas: &mut SchemaGenerator,
    problem: &Value,
) -> Value {
    let Described { method, operation, describe } = described;
    let mut description = Description::new(schemas);
    describe(&mut description);
    description.refuse(&ALWAYS);
    description.refuse(operation.refusals);
    if operation.permission.is_some() {
        description.refuse(&SIGNED_IN);
        description.refuse(&[ErrorCode::Forbidden, ErrorCode::ReauthenticationRequired]);
    }
    let needs_session =
        description.needs_session || operation.permission.is_some() || route.group == Group::SignedIn;
    if route.group == Group::SignedIn {
        description.refuse(&SIGNED_IN);
    }
    let needs_csrf = route.group != Group::Others && !matches!(*method, Method::GET);
    if needs_csrf {
        description.refuse(&[ErrorCode::CsrfFailed]);
    }
    let mut security = Map::new();
    for (scheme, is_needed) in [("session", needs_session), ("csrf", needs_csrf)] {
        if is_needed {
            security.insert(scheme.to_owned(), json!([]));
        }
    }
    let parameters: Vec<Value> =
        path_parameters(route.path, operation).into_iter().chain(description.parameters.drain(..)).collect();
    let mut written = json!({
        "operationId": operation.id,
        "tags": [operation.tag.texts().0],
        "summary": operation.summary,
        "description": text_of(operation),
        "responses": responses(operation, &mut description, problem),
        "security": if security.is_empty() { json!([]) } else { json!([security]) },
    });
    if !parameters.is_empty() {
        written["parameters"] = parameters.into();
    }
    if let Some(body) = request_body(operation, &mut description) {
        written["requestBody"] = body;
    }
    written
}

fn text_of(operation: &Operation) -> String {
    let roles: Vec<String> = operation.roles().iter().map(|role| format!("`{role}`")).collect();
    let permission = (!roles.is_empty()).then(|| {
        format!(
            "Needs one of the roles {}, and a second factor that was proven in the last ten minutes.",
            roles.join(", ")
        )
    });
    let texts = [Some(operation.description.to_owned()), permission];
    texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Returns the names in a path.
pub(super) fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameters(path: &str, operation: &Operation) -> Vec<Value> {
    let parameter = |name: &str| {
        let texts = operation.path.iter().find(|(known, _)| *known == name);
        let description = texts.map_or_else(|| name.to_owned(), |(_, text)| (*text).to_owned());
        json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string", "minLength": 1 },
        })
    };
    names_in(path).map(parameter).collect()
}

fn request_body(operation: &Operation, description: &mut Description<'_>) -> Option<Value> {
    if let Some(form) = operation.form {
        let schema = form(&mut description.request_schemas);
        return Some(
            json!({ "required": true, "content": { "application/x-www-form-urlencoded": { "schema": schema } } }),
        );
    }
    let mut body = description.body.take()?;
    if let Some(example) = operation.example {
        body["content"]["application/json"]["example"] = serde_json::from_str(example).unwrap_or_default();
    }
    Some(body)
}

/// Returns all answers by status. The texts of a problem come from the table of error codes.
fn responses(
    operation: &Operation,
    description: &mut Description<'_>,
    problem: &Value,
) -> Map<String, Value> {
    let mut answers = std::mem::take(&mut description.answers);
    for answer in operation.answers {
        let (status, written) = match *answer {
            Answer::Json(status, text, schema) => {
                let schema = schema(description.answers_schemas);
                (
                    status,
                    json!({ "description": text, "content": { "application/json": { "schema": schema } } }),
                )
            }
            // Without a schema: it would be one of the parsed text.
            Answer::Text(status, media, text) => {
                (status, json!({ "description": text, "content": { media: {} } }))
            }
            Answer::Empty(status, text) => (status, json!({ "description": text })),
            Answer::Redirect(text) => {
                let location = json!({ "Location": { "schema": { "type": "string" }, "required": true } });
                (303, json!({ "description": text, "headers": location }))
            }
        };
        // A second answer with a status has another media type.
        let known = answers.entry(status).or_insert_with(|| written.clone());
        if let (Some(known), Some(more)) =
            (known.get_mut("content").and_then(Value::as_object_mut), written["content"].as_object())
        {
            known.extend(more.clone());
        }
    }
    let mut refusals: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in ErrorCode::ALL.iter().filter(|code| description.refusals.contains(code.as_str())) {
        let status = code.status().map_or(500, |status| status.as_u16());
        refusals.entry(status).or_default().push(*code);
    }
    for (status, codes) in refusals {
        add_problem(answers.entry(status).or_insert(Value::Null), &codes, problem);
    }
    answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect()
}

/// Adds a problem to the answers of a status, of which one may have another media type.
fn add_problem(answer: &mut Value, codes: &[ErrorCode], problem: &Value) {
    let lines = codes.iter().map(|code| format!("- `{}`: {}.", code.as_str(), code.texts().0));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let text = match answer["description"].as_str() {
        Some(before) => format!("{before}\n\n{lines}"),
        None => lines,
    };
    let mut content = answer["content"].as_object().cloned().unwrap_or_default();
    content.insert("application/problem+json".to_owned(), json!({ "schema": problem }));
    *answer = json!({ "description": text, "content": content });
}

/// What is wrong with the document, in words.
#[cfg(test)]
pub(crate) fn mistakes(routes: Vec<Routes>) -> Vec<String> {
    use std::collections::BTreeSet;

    let mut schemas = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut ids = BTreeSet::new();
    let mut mistakes = Vec::new();
    for route in routes.into_iter().flat_map(Routes::into_described) {
        for Described { operation, describe, .. } in &route.operations {
            let id = operation.id;
            let mut description = Description::new(&mut schemas);
            describe(&mut description);
            let mut wrong = |is_wrong: bool, text: &str| {
                if is_wrong {
                    mistakes.push(format!("{id}: {text}"));
                }
            };
            wrong(!ids.insert(id), "another operation has this id");
            wrong(
                description.answers.is_empty() && operation.answers.is_empty(),
                "it says nothing about a success",
            );
            let names: BTreeSet<&str> = names_in(route.path).collect();
            let described: BTreeSet<&str> = operation.path.iter().map(|(name, _)| *name).collect();
            wrong(names != described, "the parameters of the path are not described");
            let undescribed =
                description.parameters.iter().find(|parameter| parameter["description"].is_null());
            wrong(
                undescribed.is_some(),
                &format!(
                    "a parameter has no description: {:?}",
                    undescribed.map(|parameter| &parameter["name"])
                ),
            );
            if let Some(example) = operation.example {
                let value: Option<Value> = serde_json::from_str(example).ok();
                let reads = description.reads_body.take();
                let is_read = value.is_some_and(|value| reads.is_some_and(|reads| reads(value)));
                wrong(!is_read, "the example is not accepted");
            }
        }
    }
    mistakes
}
