//! Which account belongs to an identity of a provider, and what a login writes to it.

mod decision;
mod decision_trace;
mod email_addresses;
mod explain;
mod pre_hijacking;
mod profile;
mod reclaim;
mod roles;
mod user_names;
mod userinfo_changes;
