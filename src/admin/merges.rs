//! `/api/admin/merges`, and the routes that merge users and move identities.

pub(crate) mod routes;
mod view;
