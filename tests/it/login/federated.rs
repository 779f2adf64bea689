//! Login through a provider, on both stores: fake providers with one fault at a time, and a real one.
//!
//! `fake` is a provider that is trusted for nothing. `corp` is trusted for addresses at corp.example.

mod account_linking;
mod budgets;
mod callback;
mod conformance;
mod first_client;
mod navigation;
mod odd_documents;
pub(crate) mod provider_faults;
pub(crate) mod providers;
mod requests;
mod return_target;
mod settings;
mod size_limits;
mod stale_answers;
mod tenants;
