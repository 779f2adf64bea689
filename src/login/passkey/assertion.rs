//! Verification of an assertion: the response of an authenticator with a passkey of a user.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use webauthn_rs_core::{
    error::WebauthnError,
    proto::{
        AttestationFormat, AuthenticationState, AuthenticatorTransport, COSEKey, Credential,
        ParsedAttestation, PublicKeyCredential, RegisteredExtensions, RequestChallengeResponse,
        UserVerificationPolicy,
    },
};

use super::{PasskeyError, RelyingParty, ceremony::Binding};
use crate::{
    admission::PasskeyMethods,
    app::App,
    clock::Timestamp,
    metrics,
    user::{Passkey, User, UserId},
};

/// The request for an assertion, and its ceremony.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionOptions {
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub public_key: serde_json::Value,
    pub ceremony: String,
}

/// The response to it.
#[derive(Clone, Debug, Deserialize)]
pub struct AssertionResponse {
    pub ceremony: String,
    /// `AuthenticationResponseJSON`.
    pub credential: PublicKeyCredential,
}

impl AssertionResponse {
    /// Returns the credential id as it is stored.
    pub(super) fn credential_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential.raw_id)
    }
}

/// Starts an assertion with one of these passkeys; with any of this service if the list is empty.
pub(super) fn start(
    app: &App,
    party: &RelyingParty,
    binding: &Binding<'_>,
    passkeys: &[Passkey],
) -> AssertionOptions {
    // A passkey that verified the user at its registration must always do so: the user relies on the PIN of a stolen key. The request says
    // so, because a browser may otherwise leave it out. An empty list is that of a login without a password.
    let policy = if passkeys.iter().all(|passkey| passkey.user_verified) {
        UserVerificationPolicy::Required
    } else {
        UserVerificationPolicy::Preferred
    };
    let credentials = passkeys.iter().filter_map(credential_of).collect();
    let builder = party
        .webauthn
        .new_challenge_authenticate_builder(credentials, Some(policy))
        .expect("a policy is given");
    let (RequestChallengeResponse { public_key, mediation: _ }, mut state) =
        party.webauthn.generate_challenge_authenticate(builder).expect("the time is short");
    // The passkeys are read again at the response: one that was removed in between is no longer valid.
    state.set_allowed_credentials(Vec::new());
    let ceremony = super::ceremony::seal(app, binding, state);
    let public_key = serde_json::to_value(public_key).expect("options have only text keys");
    AssertionOptions { public_key, ceremony }
}

/// What a valid assertion proves, and what changes in the passkey.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) methods: PasskeyMethods,
    counter: u32,
    backed_up: bool,
}

/// Whether the response must name the user.
#[derive(Clone, Copy, Debug)]
pub(super) enum UserHandle {
    /// In a login without a user name.
    Required,
    /// The session names the user. A security key without a place for passkeys sends none.
    Optional,
}

impl UserHandle {
    /// Returns whether the response names this user (W3C Web Authentication §7.2, step 6). A passkey of a merged user names a former id.
    fn fits(self, user: &User, response: &AssertionResponse) -> bool {
        match (self, response.credential.response.user_handle.as_deref()) {
            (Self::Optional, None) => true,
            (Self::Required, None) => false,
            (Self::Required | Self::Optional, Some(handle)) => UserId::of_bytes(handle)
                .is_some_and(|handle| handle == user.id || user.former_ids.contains(&handle)),
        }
    }
}

/// Verifies an assertion with a passkey of this user: user handle, type, challenge, origin, RP id, presence, verification of the user as the
/// request required it, signature and counter.
///
/// # Errors
/// [`PasskeyError::Refused`] with the reason for the audit event.
pub(super) fn verify(
    party: &RelyingParty,
    state: &AuthenticationState,
    response: &AssertionResponse,
    (user, passkey): (&User, &Passkey),
    handle: UserHandle,
) -> Result<Verified, PasskeyError> {
    if !handle.fits(user, response) {
        return Err(refused("wrong_user_handle"));
    }
    let credential = credential_of(passkey).ok_or_else(|| refused("passkey_unreadable"))?;
    let result = party
        .webauthn
        .authenticate_single_credential(&response.credential, state, &credential)
        .map_err(|error| refused(reason(&error)))?;
    // The library checks it only at a registration.
    require_own_page(&response.credential.response.client_data_json)?;
    Ok(Verified {
        methods: PasskeyMethods {
            device_bound: !result.backup_eligible(),
            // Attack: the finder of a security key without a PIN sets one, and it then verifies the finder. Only the verification at the
            // registration binds it to the user (W3C Web Authentication §4, `uvInitialized`).
            user_verified: result.user_verified() && passkey.user_verified,
        },
        counter: result.counter(),
        backed_up: result.backup_state(),
    })
}

/// Requires that no page of another origin had the page in a frame. Attack: it hides the page and lets the user touch the authenticator for
/// something else (W3C Web Authentication §7.2, step 13).
fn require_own_page(client_data: &[u8]) -> Result<(), PasskeyError> {
    #[derive(Deserialize)]
    struct ClientData {
        #[serde(rename = "crossOrigin", default)]
        cross_origin: Option<bool>,
    }
    let read: ClientData = serde_json::from_slice(client_data).map_err(|_| refused("response_invalid"))?;
    match read.cross_origin {
        None | Some(false) => Ok(()),
        Some(true) => Err(refused("cross_origin")),
    }
}

/// Records the use of a passkey. It is part of the write that follows from the assertion.
///
/// # Errors
/// [`PasskeyError::Refused`]: the passkey was removed, or a copy of it was faster. Attack: a cloned authenticator. Of two that count from the
/// same value, the second one shows a counter that is not higher (W3C Web Authentication §6.1.1).
pub(super) fn record_use(
    user: &mut User,
    credential_id: &str,
    verified: &Verified,
    now: Timestamp,
) -> Result<(), PasskeyError> {
    let found = user.passkeys.iter_mut().find(|passkey| passkey.credential_id == credential_id);
    let passkey = found.ok_or_else(|| refused("passkey_removed"))?;
    let counts = verified.counter > 0 || passkey.counter > 0;
    if counts && verified.counter <= passkey.counter {
        return Err(refused(COUNTER_NOT_HIGHER));
    }
    passkey.counter = verified.counter;
    passkey.backed_up = verified.backed_up;
    passkey.last_used_at = Some(now);
    Ok(())
}

/// Reason for the audit event of a cloned authenticator.
const COUNTER_NOT_HIGHER: &str = "counter_not_higher";

/// Creates a refusal with this reason, and counts it.
pub(super) fn refused(reason: &'static str) -> PasskeyError {
    metrics::count_refused_passkey(reason);
    PasskeyError::Refused(reason)
}

/// Returns the reason of a refusal for the audit event.
pub(super) fn reason(error: &WebauthnError) -> &'static str {
    match error {
        WebauthnError::InvalidClientDataType => "wrong_type",
        WebauthnError::MismatchedChallenge => "wrong_challenge",
        WebauthnError::InvalidRPOrigin => "wrong_origin",
        WebauthnError::CredentialCrossOrigin => "cross_origin",
        WebauthnError::InvalidRPIDHash => "wrong_rp_id",
        WebauthnError::UserNotPresent => "user_not_present",
        WebauthnError::UserNotVerified => "user_not_verified",
        WebauthnError::CredentialPossibleCompromise => COUNTER_NOT_HIGHER,
        WebauthnError::AuthenticationFailure => "wrong_signature",
        WebauthnError::CredentialAlteredAlgFromRequest => "algorithm_not_allowed",
        WebauthnError::CredentialBackupEligibilityInconsistent
        | WebauthnError::CredentialMayNotBeHardwareBound => "backup_flags_inconsistent",
        // The response is refused for every reason.
        _ => "response_invalid",
    }
}

/// Returns the passkey in the form of the library, or `None` if it cannot be read.
fn credential_of(passkey: &Passkey) -> Option<Credential> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let key: serde_cbor_2::Value = serde_cbor_2::from_slice(&decode(&passkey.public_key)?).ok()?;
    let transports = passkey.transports.iter().filter_map(|name| name.parse::<AuthenticatorTransport>().ok());
    Some(Credential {
        cred_id: decode(&passkey.credential_id)?,
        cred: COSEKey::try_from(&key).ok()?,
        counter: passkey.counter,
        transports: Some(transports.collect()),
        user_verified: passkey.user_verified,
        backup_eligible: passkey.backup_eligible,
        backup_state: passkey.backed_up,
        registration_policy: UserVerificationPolicy::Preferred,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    })
}
