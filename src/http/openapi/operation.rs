//! What an operation says about itself beside the types of its handler.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::{admin::Permission, error::ErrorCode};

/// A group of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tag {
    Session,
    Login,
    Federated,
    SecondFactor,
    Account,
    Users,
    Audit,
    Administration,
    Service,
}

impl Tag {
    pub(super) const ALL: [Self; 9] = [
        Self::Session,
        Self::Login,
        Self::Federated,
        Self::SecondFactor,
        Self::Account,
        Self::Users,
        Self::Audit,
        Self::Administration,
        Self::Service,
    ];

    /// Returns the name and the description.
    pub(super) const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Session => ("session", "The session of the browser: its state, its end, its CSRF token."),
            Self::Login => {
                ("login", "Log in with a password, log out, reset a password, prove who you are again.")
            }
            Self::Federated => (
                "federated login",
                "Log in through an OpenID Connect provider. Most of these addresses are opened by the browser and answer with a redirect.",
            ),
            Self::SecondFactor => {
                ("second factor", "Authenticator apps, passkeys, codes by mail and SMS, and recovery codes.")
            }
            Self::Account => ("account", "What signed-in users see and change about themselves."),
            Self::Users => (
                "users",
                "For administrators: users, their sessions and identities. Each act states its reason, which the audit event keeps.",
            ),
            Self::Audit => ("audit", "For administrators: audit events and figures."),
            Self::Administration => {
                ("administration", "For administrators: providers, settings, mail and webhooks.")
            }
            Self::Service => ("service", "This document, and checks of a set-up."),
        }
    }
}

/// Writes the schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Returns the schema of a type.
pub(crate) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// An answer that the type of the handler does not say.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Json(u16, &'static str, SchemaOf),
    /// A text of this media type.
    Text(u16, &'static str, &'static str),
    /// Without a body.
    Empty(u16, &'static str),
    /// 303 with `Location`.
    Redirect(&'static str),
}

/// The description of an operation.
pub(crate) struct Operation {
    pub(super) id: &'static str,
    pub(super) tag: Tag,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) permission: Option<Permission>,
    /// Parameters of the path.
    pub(super) path: &'static [(&'static str, &'static str)],
    /// Codes of the problems that only this operation answers.
    pub(super) refusals: &'static [ErrorCode],
    pub(super) answers: &'static [Answer],
    /// Fields of the form that the handler reads.
    pub(super) form: Option<SchemaOf>,
    /// A request body, as JSON.
    pub(super) example: Option<&'static str>,
}

impl Operation {
    pub(crate) const fn new(tag: Tag, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            description: "",
            permission: None,
            path: &[],
            refusals: &[],
            answers: &[],
            form: None,
            example: None,
        }
    }

    pub(crate) const fn text(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// Names the permission that the handler requires, with a recent second factor.
    pub(crate) const fn needs(self, permission: Permission) -> Self {
        Self { permission: Some(permission), ..self }
    }

    pub(crate) const fn path(self, path: &'static [(&'static str, &'static str)]) -> Self {
        Self { path, ..self }
    }

    pub(crate) const fn refuses(self, refusals: &'static [ErrorCode]) -> Self {
        Self { refusals, ..self }
    }

    pub(crate) const fn answers(self, answers: &'static [Answer]) -> Self {
        Self { answers, ..self }
    }

    pub(crate) const fn form(self, form: SchemaOf) -> Self {
        Self { form: Some(form), ..self }
    }

    pub(crate) const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }

    /// Returns the roles that give the permission of the operation.
    pub(super) fn roles(&self) -> Vec<&'static str> {
        let Some(permission) = self.permission else { return Vec::new() };
        Permission::ROLES.into_iter().filter(|role| permission.is_given_by(role)).collect()
    }
}
