//! `/api/admin/users`: administrators find and change users.
//!
//! ```text
//!   query ─▶ list ─▶ Store::select ─▶ view
//!   body ──▶ acts ─▶ provisioning ──▶ view
//! ```

pub(crate) mod acts;
pub(crate) mod list;
mod locked;
pub(crate) mod routes;
pub(crate) mod sessions;
pub(crate) mod view;
