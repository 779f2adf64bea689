//! Registration of a passkey for the user of a session, and what every registration shares.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, AuthenticatorTransport, CreationChallengeResponse, Credential,
    PublicKeyCredentialDescriptor, RegisterPublicKeyCredential, RegistrationState,
    RequestRegistrationExtensions, ResidentKeyRequirement, UserVerificationPolicy,
};

use super::{
    CREDENTIAL_ID_BYTES_MAX, PasskeyError, RelyingParty,
    assertion::{self, refused},
    ceremony::{self, Binding},
    model::{NewCredential, name_of},
};
use crate::{
    admission::{Admission, Amr, PasskeyMethods},
    app::App,
    audit::EventKind,
    clock::Timestamp,
    login::{
        recent_proof::require_enrolment_allowed,
        second_factor::{
            recovery_codes::{self, NewCodes},
            step_up,
        },
    },
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal},
    store::{Change, StoreError},
    user::{Email, FactorId, PASSKEYS_MAX, Passkey, User, Username},
    web::client::Client,
};

/// The request for a new passkey, and its ceremony.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// `PublicKeyCredentialCreationOptionsJSON`.
    pub public_key: serde_json::Value,
    pub ceremony: String,
}

/// The response to it.
#[derive(Clone, Debug, Deserialize)]
pub struct CreationResponse {
    pub ceremony: String,
    /// `RegistrationResponseJSON`.
    pub credential: RegisterPublicKeyCredential,
    /// The name that the user chose.
    pub name: Option<String>,
}

/// Returns the options for a new passkey of the user of this session.
///
/// # Errors
/// [`PasskeyError::TooMany`]; [`PasskeyError::ProofTooOld`] if the last authentication is older than ten minutes, [`PasskeyError::Limited`]
/// after too many starts, and the refusals of the session.
pub async fn start(app: &App, current: &CurrentSession) -> Result<CreationOptions, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    require_enrolment_allowed::<PasskeyError>(app, current)?;
    app.limiter.count_enrolment(&current.user.id.to_string()).await?;
    if current.user.passkeys.len() >= PASSKEYS_MAX {
        return Err(PasskeyError::TooMany);
    }
    Ok(options(app, party, &current.user, &Binding::Registration(current)))
}

/// Returns the options for a new passkey of this user.
pub(super) fn options(
    app: &App,
    party: &RelyingParty,
    user: &User,
    binding: &Binding<'_>,
) -> CreationOptions {
    let account = user.username.as_ref().map(Username::as_str).or(user.email.as_ref().map(Email::as_str));
    let account = account.unwrap_or("account");
    let display_name = user.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(account);
    // `credProps` says whether the passkey can be found without its id. Without that, it is no login on its own.
    let extensions = RequestRegistrationExtensions { uvm: None, ..RequestRegistrationExtensions::default() };
    let attestation = if app.config.passkeys.roots.is_some() {
        AttestationConveyancePreference::Direct
    } else {
        AttestationConveyancePreference::None
    };
    let builder = party
        .webauthn
        .new_challenge_register_builder(&user.id.to_bytes(), account, display_name)
        .expect("the names are not empty")
        .attestation(attestation)
        .extensions(Some(extensions))
        .user_verification_policy(policy(app));
    let (CreationChallengeResponse { mut public_key }, state) =
        party.webauthn.generate_challenge_register(builder).expect("the time is short");
    if let Some(selection) = &mut public_key.authenticator_selection {
        // A security key without a free place can still be a second factor.
        selection.resident_key = Some(if app.config.local_passwords {
            ResidentKeyRequirement::Preferred
        } else {
            ResidentKeyRequirement::Required
        });
        selection.require_resident_key = !app.config.local_passwords;
    }
    // The browser offers no authenticator that the user has registered already. The unique key of the credential is what enforces it.
    let decode = |passkey: &Passkey| URL_SAFE_NO_PAD.decode(&passkey.credential_id).ok();
    let known = user.passkeys.iter().filter_map(decode);
    public_key.exclude_credentials = Some(
        known
            .map(|id| PublicKeyCredentialDescriptor { type_: "public-key".to_owned(), id, transports: None })
            .collect(),
    );
    let ceremony = ceremony::seal(app, binding, state);
    let public_key = serde_json::to_value(public_key).expect("options have only text keys");
    CreationOptions { public_key, ceremony }
}

/// A passkey without verification of the user is a second factor only, so a service without passwords requires the verification.
fn policy(app: &App) -> UserVerificationPolicy {
    if app.config.local_passwords {
        UserVerificationPolicy::Preferred
    } else {
        UserVerificationPolicy::Required
    }
}

/// A registered passkey.
#[derive(Debug)]
pub struct Registered {
    pub admission: Admission,
    pub passkey: Passkey,
    /// With the first factor: recovery codes, to be shown once.
    pub recovery_codes: Option<Vec<String>>,
}

/// Registers the passkey of a response. Every other session of the user ends, as with an authenticator app.
///
/// # Errors
/// [`PasskeyError`]; nothing has changed.
pub async fn finish(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    response: CreationResponse,
) -> Result<Registered, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    require_enrolment_allowed::<PasskeyError>(app, current)?;
    session::check_against_store(app, current).await?;
    let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
    let (passkey, methods) = match verify(app, party, Binding::Registration(current), response).await {
        Ok(verified) => verified,
        Err(error) => {
            if let PasskeyError::Refused(reason) = &error {
                audit.failure(EventKind::PasskeyAdded, reason).record().await;
            }
            return Err(error);
        }
    };
    let (user, passkey, codes) = write(app, current, passkey).await?;
    audit.success(EventKind::PasskeyAdded).details(details(&passkey, methods)).record().await;
    notices::send(app, client, &user, notice(&passkey)).await;
    let admission = step_up(app, current, &user, methods.amr())?;
    Ok(Registered { admission, passkey, recovery_codes: codes })
}

/// Returns the notice about a new passkey.
pub(super) fn notice(passkey: &Passkey) -> Notice {
    Notice::PasskeyAdded { name: passkey.name.clone(), signs_in_alone: passkey.signs_in_alone() }
}

/// Returns the details of the audit event about a new passkey.
pub(super) fn details(passkey: &Passkey, methods: PasskeyMethods) -> String {
    let methods: Vec<_> = methods.amr().map(Amr::as_str).collect();
    format!("{:?}, {}", passkey.name, methods.join(" "))
}

/// Verifies the response and returns the new passkey.
pub(super) async fn verify(
    app: &App,
    party: &RelyingParty,
    binding: Binding<'_>,
    response: CreationResponse,
) -> Result<(Passkey, PasskeyMethods), PasskeyError> {
    let CreationResponse { ceremony, credential, name } = response;
    let state: RegistrationState = ceremony::open(app, [binding], &ceremony).await?;
    let settings = &app.config.passkeys;
    let roots = settings.roots.as_deref();
    let verified = party
        .webauthn
        .register_credential(&credential, &state, roots)
        .map_err(|error| refused(assertion::reason(&error)))?;
    if verified.cred_id.len() > CREDENTIAL_ID_BYTES_MAX {
        return Err(refused("response_invalid"));
    }
    let model = NewCredential::of(&credential.response.attestation_object)
        .ok_or_else(|| refused("response_invalid"))?;
    let is_allowed = settings.aaguids.is_empty()
        || model.aaguid.as_ref().is_some_and(|aaguid| settings.aaguids.contains(aaguid));
    if !is_allowed {
        return Err(PasskeyError::ModelNotAllowed);
    }
    let methods =
        PasskeyMethods { device_bound: !verified.backup_eligible, user_verified: verified.user_verified };
    Ok((passkey_of(&verified, model, &credential, name, app.clock.now()), methods))
}

fn passkey_of(
    verified: &Credential,
    model: NewCredential,
    response: &RegisterPublicKeyCredential,
    name: Option<String>,
    now: Timestamp,
) -> Passkey {
    let known = response.response.transports.iter().flatten().filter_map(|transport| match transport {
        AuthenticatorTransport::Test | AuthenticatorTransport::Unknown => None,
        known => Some(known.to_string()),
    });
    // A client could repeat one, and every request for a second factor would repeat them.
    let mut transports = Vec::new();
    known.for_each(|name| {
        if !transports.contains(&name) {
            transports.push(name);
        }
    });
    Passkey {
        id: FactorId::new(now),
        name: name.unwrap_or_default(),
        credential_id: URL_SAFE_NO_PAD.encode(&verified.cred_id),
        public_key: URL_SAFE_NO_PAD.encode(&model.public_key),
        counter: verified.counter,
        transports,
        user_verified: verified.user_verified,
        discoverable: response.extensions.cred_props.as_ref().and_then(|properties| properties.rk),
        backup_eligible: verified.backup_eligible,
        backed_up: verified.backup_state,
        aaguid: model.aaguid,
        created_at: now,
        last_used_at: Some(now),
    }
}

/// Returns the passkey with a name: its own, or a default name that no other passkey of the user has.
pub(super) fn named(passkey: &Passkey, user: &User) -> Passkey {
    let mut passkey = passkey.clone();
    if passkey.name.is_empty() {
        passkey.name = user.next_passkey_name(passkey.aaguid.as_deref().and_then(name_of));
    }
    passkey
}

/// Adds the passkey to the user, with recovery codes if it is the first factor.
async fn write(
    app: &App,
    current: &CurrentSession,
    passkey: Passkey,
) -> Result<(User, Passkey, Option<Vec<String>>), PasskeyError> {
    let id = current.user.id.document_id();
    let user = app.users.get_uncached(&id).await?.ok_or(Refusal::NotSignedIn)?;
    // Before the write, so that the passkey and the codes are stored together.
    let codes = if user.has_second_factor() {
        None
    } else {
        Some(recovery_codes::create(app).await.map_err(|_| PasskeyError::Busy)?)
    };
    let now = app.clock.now();
    let written = current
        .update_user::<_, PasskeyError>(&app.users, |user| {
            if user.passkeys.len() >= PASSKEYS_MAX {
                return Err(PasskeyError::TooMany);
            }
            // The unique key finds only other users.
            if user.passkeys.iter().any(|own| own.credential_id == passkey.credential_id) {
                return Err(PasskeyError::Registered);
            }
            let passkey = named(&passkey, user);
            let codes = codes.as_ref().filter(|_| !user.has_second_factor());
            if let Some(NewCodes { stored, .. }) = codes {
                user.set_recovery_codes(stored.clone());
            }
            user.add_passkey(passkey.clone(), now);
            user.continue_in(&current.session.handle());
            user.last_login_at = user.last_login_at.max(Some(now));
            Ok(Change::Write((passkey, codes.is_some())))
        })
        .await;
    match written {
        Ok((user, (passkey, with_codes))) => {
            let shown = codes.filter(|_| with_codes).map(|codes| codes.shown);
            Ok((user.into_document(), passkey, shown))
        }
        // Its unique key belongs to another user (W3C Web Authentication §7.1, step 26).
        Err(PasskeyError::Store(StoreError::Taken { .. })) => Err(PasskeyError::Registered),
        Err(error) => Err(error),
    }
}
