//! The description of the API (OpenAPI 3.1), generated from the code.
//!
//! ```text
//!   router.rs         path ─▶ get(&OPERATION, handler)
//!   operations/       OPERATION: id, texts, permission, refusals: what no type says
//!   handler.rs        types of the handler ─▶ parameters, request body, answers
//!   table.rs          a route: what the service answers and what the document says of it
//!   document.rs       all routes ─▶ one JSON document, made at the first request for it
//!   page.rs           the document ─▶ a page to read it
//! ```
//!
//! A route cannot be added without its description: [`table::Routes`] accepts a handler only with an operation. Schemas come from the types
//! that serde reads and writes, so a new member is in the document without further work.

mod document;
mod handler;
pub(crate) mod operation;
pub(crate) mod operations;
mod page;
pub(crate) mod serve;
pub(crate) mod table;

pub(crate) use document::document;
#[cfg(test)]
pub(crate) use document::mistakes;
