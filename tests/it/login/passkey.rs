//! Passkeys: registration, login, second factor, re-authentication, and hostile ceremonies.

mod ceremony;
mod changes;
mod ended;
mod factor;
mod hostile;
mod races;
mod registration;
mod settings;
mod sign_in;
