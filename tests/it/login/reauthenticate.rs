//! Re-authentication inside a session.

mod with_credentials;
mod with_provider;
