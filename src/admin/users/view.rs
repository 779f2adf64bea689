//! Users as administrators see them: no hash, no secret.

use serde::Serialize;

use crate::{
    account::identities::public_id,
    app::App,
    clock::Timestamp,
    limiter::Lock,
    login::sign_in_methods::has_sign_in_method,
    store::Stored,
    user::{
        Creator, Email, Factor, FactorId, FieldSources, Identity, MessageCodes, Passkey, PhoneChannel,
        Status, Totp, User, UserId, masked_phone, roles::roles_of,
    },
};

/// A user in a list.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the API")]
#[schemars(rename = "AdminUser")]
pub(crate) struct UserView {
    id: UserId,
    username: Option<String>,
    email: Option<String>,
    email_verified: bool,
    display_name: Option<String>,
    picture: Option<String>,
    locale: Option<String>,
    /// Assigned here, or by an identity.
    roles: Vec<String>,
    assigned_roles: Vec<String>,
    status: Status,
    mfa_enabled: bool,
    auth_provider: String,
    providers: Vec<String>,
    factors: Vec<&'static str>,
    has_password: bool,
    must_change_password: bool,
    locked_until: Option<Timestamp>,
    deletion_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_login_at: Option<Timestamp>,
    /// Ids of users that were merged into this one.
    former_ids: Vec<UserId>,
    revision: i64,
}

impl UserView {
    pub(crate) fn of(app: &App, user: Stored<User>, locks: &[Lock]) -> Self {
        let Stored { document: user, revision } = user;
        Self {
            id: user.id,
            email_verified: user.email_verified,
            roles: roles_of(&user, &app.config.providers),
            mfa_enabled: user.has_second_factor(),
            auth_provider: user.auth_provider().to_owned(),
            providers: user.identities.iter().map(|identity| identity.provider.clone()).collect(),
            factors: user.factors().into_iter().map(Factor::as_str).collect(),
            has_password: user.password.is_some(),
            must_change_password: user.must_change_password(),
            locked_until: locks.first().map(|lock| lock.until),
            username: user.username.map(|name| name.to_string()),
            email: user.email.map(|email| email.to_string()),
            display_name: user.display_name,
            picture: user.picture,
            locale: user.locale,
            assigned_roles: user.roles,
            status: user.status,
            deletion_at: user.deletion_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_login_at: user.last_login_at,
            former_ids: user.former_ids,
            revision,
        }
    }
}

/// One user with everything that an administrator may know.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminUserDetail")]
pub(crate) struct UserDetail {
    #[serde(flatten)]
    user: UserView,
    identities: Vec<IdentityView>,
    unlinked_identities: Vec<UnlinkedView>,
    totp: Vec<AppView>,
    passkeys: Vec<PasskeyView>,
    email_codes: Option<CodesView>,
    sms_codes: Option<CodesView>,
    recovery_codes_left: usize,
    password_changed_at: Option<Timestamp>,
    locks: Vec<LockView>,
    field_sources: FieldSources,
    created_by: Creator,
    can_sign_in: CanSignIn,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminIdentity")]
struct IdentityView {
    id: String,
    provider: String,
    label: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    roles: Vec<String>,
    linked_at: Timestamp,
    last_login_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "UnlinkedIdentity")]
struct UnlinkedView {
    issuer: String,
    subject: String,
    unlinked_at: Timestamp,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminAuthenticatorApp")]
struct AppView {
    id: FactorId,
    name: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminPasskey")]
struct PasskeyView {
    id: FactorId,
    name: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    /// Whether devices of the user share it.
    synced: bool,
    /// Whether the user can sign in with it alone.
    signs_in_alone: bool,
    transports: Vec<String>,
    /// Model of the authenticator; `null` if it does not say it.
    aaguid: Option<String>,
    credential_id: String,
}

/// Where codes by message go.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminMessageCodes")]
struct CodesView {
    /// The address or the number, masked.
    to: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Lock")]
struct LockView {
    guess: &'static str,
    failures: u32,
    until: Timestamp,
    of_known_device: bool,
}

/// Whether the user can sign in now, and the first reason why not.
#[derive(Serialize, schemars::JsonSchema)]
struct CanSignIn {
    ok: bool,
    why: Option<&'static str>,
}

impl UserDetail {
    pub(crate) fn of(app: &App, user: Stored<User>, locks: &[Lock]) -> Self {
        let unlinked = user.unlinked_identities.iter().map(|unlinked| UnlinkedView {
            issuer: unlinked.key.issuer.clone(),
            subject: unlinked.key.subject.clone(),
            unlinked_at: unlinked.unlinked_at,
        });
        let why = why_not(app, &user, locks);
        let MessageCodes { email, sms } = &user.message_codes;
        let address = || user.email.as_ref().map(Email::masked).unwrap_or_default();
        Self {
            identities: user.identities.iter().map(|identity| IdentityView::of(app, identity)).collect(),
            unlinked_identities: unlinked.collect(),
            totp: user.totp.iter().map(AppView::of).collect(),
            passkeys: user.passkeys.iter().map(PasskeyView::of).collect(),
            email_codes: email.as_ref().map(|email| CodesView {
                to: address(),
                confirmed_at: email.confirmed_at,
                last_used_at: email.last_used_at,
            }),
            sms_codes: sms.as_ref().map(CodesView::of_phone),
            recovery_codes_left: user.recovery_codes_left(),
            password_changed_at: user.password.as_ref().map(|password| password.changed_at),
            locks: locks.iter().map(LockView::of).collect(),
            field_sources: FieldSources::of(&user),
            created_by: user.created_by,
            can_sign_in: CanSignIn { ok: why.is_none(), why },
            user: UserView::of(app, user, locks),
        }
    }
}

fn why_not(app: &App, user: &User, locks: &[Lock]) -> Option<&'static str> {
    let has_provider = user.identities.iter().any(|identity| app.providers.has_provider_for(identity));
    let has_passkey = app.relying_party.is_some() && user.passkeys.iter().any(Passkey::signs_in_alone);
    match user.status {
        Status::Disabled => Some("disabled"),
        Status::Quarantined => Some("quarantined"),
        // A passkey is found by its key, whatever the waits of the account.
        Status::Active if has_provider || has_passkey => None,
        Status::Active if !has_sign_in_method(app, user) => Some("no_sign_in_method"),
        Status::Active if user.initial_password_is_expired(app.clock.now()) => Some("password_expired"),
        Status::Active => locks.first().map(|_| "locked"),
    }
}

impl IdentityView {
    fn of(app: &App, identity: &Identity) -> Self {
        Self {
            id: public_id(&identity.key),
            provider: identity.provider.clone(),
            label: app.providers.label(&identity.provider).to_owned(),
            issuer: identity.key.issuer.clone(),
            subject: identity.key.subject.clone(),
            email: identity.email.clone(),
            roles: identity.roles.clone(),
            linked_at: identity.linked_at,
            last_login_at: identity.last_login_at,
        }
    }
}

impl AppView {
    fn of(totp: &Totp) -> Self {
        Self {
            id: totp.id,
            name: totp.name.clone(),
            confirmed_at: totp.confirmed_at,
            last_used_at: totp.last_used_at,
        }
    }
}

impl PasskeyView {
    fn of(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name.clone(),
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
            synced: passkey.backed_up,
            signs_in_alone: passkey.signs_in_alone(),
            transports: passkey.transports.clone(),
            aaguid: passkey.aaguid.clone(),
            credential_id: passkey.credential_id.clone(),
        }
    }
}

impl CodesView {
    /// An administrator confirms a number that the user reads out, and needs no more than its end.
    fn of_phone(phone: &PhoneChannel) -> Self {
        Self {
            to: masked_phone(&phone.number),
            confirmed_at: phone.confirmed_at,
            last_used_at: phone.last_used_at,
        }
    }
}

impl LockView {
    fn of(lock: &Lock) -> Self {
        Self {
            guess: lock.guess.as_str(),
            failures: lock.failures,
            until: lock.until,
            of_known_device: lock.of_device,
        }
    }
}
