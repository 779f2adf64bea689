//! Account linking: which user does an identity belong to, and the write that follows.
//!
//! ```text
//!   claims ─▶ candidates (loads users) ─▶ decide (pure) ─▶ apply (writes) ─▶ audit event
//!                                                            ├── profile       fields, address, roles (role_claim)
//!                                                            ├── quarantine    accounts with a reclaimed address
//!                                                            └── pending_link  waits for a local proof
//! explain: the same decision for claims that an administrator enters; nothing is written
//! ```
//!
//! `decide` has exactly one outcome with its rule. `apply` writes it with one compare-and-set and starts over if the facts have changed.

pub mod apply;
pub mod candidates;
pub mod decide;
pub mod decision_trace;
pub mod explain;
pub mod pending_link;
mod profile;
mod quarantine;
mod role_claim;
mod update;
