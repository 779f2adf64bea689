//! What the types of a handler say: parameters and request body by its arguments, answers by its result.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Extension, Json as JsonBody,
    extract::{
        Path, Query, Request, State,
        rejection::{PathRejection, QueryRejection},
    },
    handler::Handler,
    http::HeaderMap,
    response::Response,
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    admin::users::acts::routes::ActRequest,
    app::AppState,
    error::{ApiError, ErrorCode},
    session::{CurrentSession, SignedIn},
    web::{
        answer::{Accepted, Created, JsonOf},
        body::{Form, Json},
        client::Client,
        cookies::RequestCookies,
        navigation::Navigation,
        provider_name::ProviderName,
        redirect::Redirect,
    },
};

/// Returns whether a value is a request body that the handler accepts.
#[cfg(test)]
type ReadsBody = fn(Value) -> bool;

/// The description of an operation while it is collected.
pub(crate) struct Description<'s> {
    /// Schemas of answers, which are components of the document.
    pub(super) answers_schemas: &'s mut SchemaGenerator,
    /// Schemas of requests, which are written in place.
    pub(super) request_schemas: SchemaGenerator,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    #[cfg(test)]
    pub(super) reads_body: Option<ReadsBody>,
    pub(super) answers: BTreeMap<u16, Value>,
    pub(super) refusals: BTreeSet<&'static str>,
    /// Whether it needs a session.
    pub(super) needs_session: bool,
}

impl<'s> Description<'s> {
    pub(super) fn new(answers_schemas: &'s mut SchemaGenerator) -> Self {
        let request = SchemaSettings::draft2020_12().for_deserialize().with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
        });
        Self {
            answers_schemas,
            request_schemas: request.into_generator(),
            parameters: Vec::new(),
            body: None,
            #[cfg(test)]
            reads_body: None,
            answers: BTreeMap::new(),
            refusals: BTreeSet::new(),
            needs_session: false,
        }
    }

    /// Adds codes of problems.
    pub(super) fn refuse(&mut self, codes: &[ErrorCode]) {
        self.refusals.extend(codes.iter().map(|code| code.as_str()));
    }

    /// Adds an answer with JSON of the type.
    fn answer_json<T: JsonSchema>(&mut self, status: u16) {
        let schema = self.answers_schemas.subschema_for::<T>();
        self.answers.insert(
            status,
            json!({ "description": description_of(status), "content": { "application/json": { "schema": schema } } }),
        );
    }

    /// Adds the members of a type as parameters of the query.
    fn query<T: JsonSchema>(&mut self) {
        let schema = T::json_schema(&mut self.request_schemas).to_value();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let mut schema = schema.clone();
            let description = take_description(&mut schema);
            let mut parameter = json!({ "name": name, "in": "query", "schema": not_null(schema) });
            if required.contains(&json!(name)) {
                parameter["required"] = true.into();
            }
            if let Some(description) = description {
                parameter["description"] = description;
            }
            self.parameters.push(parameter);
        }
        self.refuse(&[ErrorCode::InvalidRequest]);
    }

    fn session(&mut self, missing_steps: &[ErrorCode]) {
        self.needs_session = true;
        self.refuse(&[ErrorCode::NotSignedIn, ErrorCode::SessionEnded]);
        self.refuse(missing_steps);
    }
}

pub(super) const fn description_of(status: u16) -> &'static str {
    match status {
        201 => "Created.",
        202 => "Accepted: the rest happens later.",
        _ => "Done.",
    }
}

fn take_description(schema: &mut Value) -> Option<Value> {
    schema.as_object_mut()?.remove("description")
}

/// Removes `null` from a schema: a parameter that has no value is left out.
fn not_null(mut schema: Value) -> Value {
    if let Some(types) = schema["type"].as_array().cloned() {
        let rest: Vec<Value> = types.into_iter().filter(|name| name != "null").collect();
        schema["type"] = if let [one] = rest.as_slice() { one.clone() } else { rest.into() };
    }
    if let Some(kinds) = schema["anyOf"].as_array().cloned() {
        let mut rest = kinds.into_iter().filter(|kind| kind["type"] != "null");
        if let (Some(one), None) = (rest.next(), rest.next()) {
            return one;
        }
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    schema
}

/// What an argument of a handler needs of the request.
pub(crate) trait Input {
    fn describe(description: &mut Description<'_>);
}

/// What a handler answers.
pub(crate) trait Output {
    fn describe(description: &mut Description<'_>);
}

/// A handler whose arguments and result are described.
pub(crate) trait DescribedHandler<T>: Handler<T, AppState> {
    fn describe(description: &mut Description<'_>);
}

macro_rules! described_handlers {
    ($([$($argument:ident)*])+) => { $(
        impl<F, R, Answered, M, $($argument),*> DescribedHandler<(M, $($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> R + Handler<(M, $($argument,)*), AppState>,
            R: Future<Output = Answered>,
            Answered: Output,
            $($argument: Input,)*
        {
            fn describe(description: &mut Description<'_>) {
                $($argument::describe(description);)*
                Answered::describe(description);
            }
        }
    )+ };
}

described_handlers! { [A] [A B] [A B C] [A B C D] [A B C D E] [A B C D E G] [A B C D E G H] }

macro_rules! not_described {
    ($($type:ty),+) => { $(
        impl Input for $type {
            fn describe(_: &mut Description<'_>) {}
        }
    )+ };
}

not_described!(State<AppState>, Client, RequestCookies, Navigation, HeaderMap, Request, ProviderName);

impl<T> Input for Extension<T> {
    fn describe(_: &mut Description<'_>) {}
}

impl<T> Input for Result<Path<T>, PathRejection> {
    fn describe(description: &mut Description<'_>) {
        description.refuse(&[ErrorCode::NotFound]);
    }
}

impl<T: JsonSchema> Input for Result<Query<T>, QueryRejection> {
    fn describe(description: &mut Description<'_>) {
        description.query::<T>();
    }
}

impl<T: JsonSchema + DeserializeOwned> Input for Json<T> {
    fn describe(description: &mut Description<'_>) {
        let schema = T::json_schema(&mut description.request_schemas).to_value();
        let is_required = schema["required"].as_array().is_some_and(|members| !members.is_empty());
        description.body =
            Some(json!({ "required": is_required, "content": { "application/json": { "schema": schema } } }));
        #[cfg(test)]
        {
            description.reads_body = Some(|value| serde_json::from_value::<T>(value).is_ok());
        }
        description.refuse(&[
            ErrorCode::InvalidRequest,
            ErrorCode::TooLarge,
            ErrorCode::UnsupportedMediaType,
        ]);
    }
}

impl Input for Result<Form, ApiError> {
    fn describe(description: &mut Description<'_>) {
        description.refuse(&[
            ErrorCode::InvalidRequest,
            ErrorCode::TooLarge,
            ErrorCode::UnsupportedMediaType,
        ]);
    }
}

impl Input for CurrentSession {
    fn describe(description: &mut Description<'_>) {
        description.session(&[]);
    }
}

impl Input for SignedIn {
    fn describe(description: &mut Description<'_>) {
        description.session(&[
            ErrorCode::SecondFactorRequired,
            ErrorCode::EnrolmentRequired,
            ErrorCode::PasswordChangeRequired,
        ]);
    }
}

impl Input for ActRequest {
    fn describe(description: &mut Description<'_>) {
        SignedIn::describe(description);
        description.parameters.push(json!({
            "name": "If-Match",
            "in": "header",
            "description": "The revision of the user that the act is meant for, in quotation marks: `\"7\"`. If the user has another one, nothing is \
                            changed and the answer is 412.",
            "schema": { "type": "string" },
        }));
        description.refuse(&[ErrorCode::RevisionStale]);
    }
}

impl<T: JsonSchema> Output for JsonBody<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer_json::<T>(200);
    }
}

impl<T: JsonSchema> Output for JsonOf<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer_json::<T>(200);
    }
}

impl<T: JsonSchema> Output for Created<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer_json::<T>(201);
    }
}

impl<T: JsonSchema> Output for Accepted<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer_json::<T>(202);
    }
}

impl<T: Output> Output for Result<T, ApiError> {
    fn describe(description: &mut Description<'_>) {
        T::describe(description);
    }
}

/// The operation says what it answers.
impl Output for Response {
    fn describe(_: &mut Description<'_>) {}
}

/// The operation says where it leads.
impl Output for Redirect {
    fn describe(_: &mut Description<'_>) {}
}
