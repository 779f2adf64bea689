//! Federated login: any OpenID Connect provider, by authorization code with PKCE, `state` and `nonce`.
//!
//! ```text
//!   GET /api/auth/login/okta ─▶ start: transaction stored, bound to this browser ─▶ provider
//!   GET /api/auth/callback/okta ◀────────────────────────────────────────────────────┘
//!        │ callback: transaction taken, `iss` compared, code exchanged, tokens verified (oidc)
//!        ▼
//!      claims ─▶ auth_time ─▶ account_linking: candidates ─▶ decide (pure) ─▶ apply ─▶ Proof ─▶ session
//!                                                              └─▶ pending_link: prove the account, then confirm
//! ```
//!
//! In an open session the same flow links an identity (`Purpose::Link`) or re-authenticates the user (`Purpose::Reauthenticate`).
//! A test login of an administrator (`Purpose::Test`, [`test_login`]) ends in a report.
//! Every refusal is a redirect to `/login?error=CODE`. No token leaves this module, except an ID token for the logout at the provider.
//!
//! # The path of the claims
//!
//! Functions that take or return the claims of a login, in order. `tests/it/claims_path.rs` counts them.
//!
//! | stop | file | function | takes from the claims |
//! |---|---|---|---|
//! | 1 | `oidc/claims` | `Claims::new` | made from the ID token and userinfo |
//! | 2 | `oidc/exchange` | `exchange_and_verify` | |
//! | 3 | `oidc/exchange` | `exchange_code` | |
//! | 4 | `callback` | `assess` | upstream session, trusted MFA |
//! | 5 | `oidc/auth_time` | `assess` | `auth_time` |
//! | 6 | `account_linking/apply` | `resolve` (sign-in, link) | |
//! | 7 | `account_linking/apply` | `evaluate` (re-authentication and test login, instead of `resolve`) | |
//! | 8 | `account_linking/profile` | `IncomingProfile::new` | key, address, fields, roles: what is written to the user |
//! | 9 | `account_linking/candidates` | `load_candidates` | key, verified address |
//! | 10 | `account_linking/decide` | `decide` | organization, key, verified address |
//! | 11 | `account_linking/decision_trace` | `describe` | all, for the audit event |
//! | 12 | `account_linking/decision_trace` | `warnings` | the role claim and a failed userinfo |

pub mod account_linking;
pub mod callback;
pub mod identity_view;
pub mod oidc;
pub mod provider_test;
pub mod providers;
pub(crate) mod routes;
pub mod start;
pub mod test_login;
pub mod transaction;
