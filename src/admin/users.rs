//! `/api/admin/users`: administrators find and change users.
//!
//! ```text
//!   query ─▶ list ─▶ Store::select ─▶ view
//! ```

pub(crate) mod list;
mod locked;
pub(crate) mod routes;
pub(crate) mod view;
