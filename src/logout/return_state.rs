//! `state` of the logout at the provider: where the browser goes afterwards. It is sealed, so that nothing is stored and a provider learns
//! nothing about the page. The target is validated again when the browser returns.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    clock::Timestamp,
    secrets::{Sealed, SealedField},
    web::return_target::{ReturnTarget, StoredTarget},
};

/// How long the logout at the provider may take.
const STATE_TIME: Duration = Duration::from_mins(10);
/// What the value is sealed for. It has no owner: nothing of a user is in it.
const OWNER: &str = "logout";
const FIELD: SealedField = SealedField::ReturnTo;
/// Longest target that is carried, in bytes. Providers limit the length of a URL, which also contains the ID token.
const TARGET_MAX: usize = 2048;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReturnState {
    return_to: Option<StoredTarget>,
    expires_at: Timestamp,
}

/// Creates the `state` for a logout that returns to this target.
pub(super) fn seal(app: &App, return_to: Option<&ReturnTarget>) -> String {
    let return_to = return_to.filter(|target| {
        let fits = target.as_str().len() <= TARGET_MAX;
        if !fits {
            tracing::info!(bytes_max = TARGET_MAX, "return target too long for a logout at the provider");
        }
        fits
    });
    let state = ReturnState {
        return_to: return_to.map(ReturnTarget::to_stored),
        expires_at: app.clock.now() + STATE_TIME,
    };
    let plain = serde_json::to_vec(&state).expect("a target and a time are JSON");
    app.keys.seal(&OWNER, FIELD, &plain).to_url_text()
}

/// Returns the target of a `state` of this service that has not expired.
pub(super) fn open(app: &App, state: &str) -> Option<ReturnTarget> {
    let plain = app.keys.open(&OWNER, FIELD, &Sealed::of_url_text(state)).ok()?;
    let state: ReturnState = serde_json::from_slice(&plain).ok()?;
    let is_current = app.clock.now() < state.expires_at;
    state.return_to.filter(|_| is_current).map(|target| app.addresses.returns.stored(&target))
}
