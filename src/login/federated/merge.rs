//! Does what the decision says: one compare-and-set on one document, or a new one.
//!
//! Another replica may be doing the same for the same person at the same instant; then a handle is taken, and everything
//! starts over with what is known now: sixteen first sign-ins of one identity make one person.

use serde_json::{Value, json};

use super::{
    claims::Claims,
    link,
    matching::{self, Decision, Facts, Outcome, Refusal},
};
use crate::{
    app::App,
    audit::{self, Event, EventKind},
    clock::Timestamp,
    config::{FieldPolicy, ProviderConfig},
    net::Caller,
    session::EndReason,
    store::{Change, Page, StoreError},
    user::{self, Creator, Email, Identity, IdentityKey, Status, Tombstone, User, UserId},
};

/// How often a decision starts over because somebody else was faster.
const ATTEMPTS: usize = 8;
/// Accounts that may show one address before it is called ambiguous anyway.
const SHOWING: usize = 3;

/// What came of a sign-in through a provider.
pub enum Merged {
    /// This person.
    Person(Box<User>),
    /// First a proof of this account, then a confirmation.
    Pending(link::PendingLink),
    /// Nobody; the event that says why.
    Refused(Refusal, UserId),
}

/// Decides whose identity this is and does what follows.
///
/// # Errors
/// When the store fails.
pub async fn merge(
    app: &App,
    caller: &Caller,
    provider: &ProviderConfig,
    claims: &Claims,
) -> Result<Merged, StoreError> {
    for _ in 0..ATTEMPTS {
        let facts = gather(app, claims).await?;
        let decision = matching::decide(claims, provider, &facts);
        match apply(app, provider, claims, &facts, &decision).await {
            Ok(Applied::Again) | Err(StoreError::Taken { .. }) => {}
            Ok(Applied::Done(done)) => return Ok(tell(app, caller, provider, claims, &decision, done).await),
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unavailable("too many sign-ins of one identity at once".to_owned()))
}

/// What the store knows that matters for these claims.
async fn gather(app: &App, claims: &Claims) -> Result<Facts, StoreError> {
    let key = key(claims);
    let known = app.store.find::<User>(&key.handle()).await?;
    let tag = key.unlinked_tag();
    let unlinked = Page { tag: Some(&tag), limit: 1, ..Page::default() };
    let unlinked = !app.store.page::<User>(unlinked).await?.is_empty();
    let Some(email) = claims.verified_email() else {
        return Ok(Facts { known, unlinked, ..Facts::default() });
    };
    let owner = app.store.find::<User>(&email.handle()).await?;
    let tag = email.tag();
    let showing = Page { tag: Some(&tag), limit: SHOWING, ..Page::default() };
    let mut showing = app.store.page::<User>(showing).await?;
    showing.retain(|user| !user.email_verified);
    Ok(Facts { known, unlinked, owner, showing })
}

enum Applied {
    Done(Done),
    /// What the decision rested on has changed.
    Again,
}

enum Done {
    Person(Box<User>),
    Pending(UserId),
    /// And whom it is about.
    Refused(Refusal, Option<UserId>),
}

async fn apply(
    app: &App,
    provider: &ProviderConfig,
    claims: &Claims,
    facts: &Facts,
    decision: &Decision,
) -> Result<Applied, StoreError> {
    let now = app.clock.now();
    Ok(match decision.outcome {
        Outcome::Refuse(refusal) => Applied::Done(Done::Refused(refusal, facts.person())),
        Outcome::AskForProof(user) => Applied::Done(Done::Pending(user)),
        Outcome::SignIn(user) => update(app, user, |user| refresh(user, provider, claims, now)).await?,
        Outcome::Link(user) => {
            update(app, user, |user| {
                // What made it linkable must still hold when it is written.
                let holds = user.status == Status::Active
                    && user.email_verified
                    && !user.has_role(matching::PRIVILEGED);
                holds && {
                    // Not twice: the same first sign-in may have made this account at the same instant.
                    if !user.identities.iter().any(|known| known.key == key(claims)) {
                        user.identities.push(identity(provider, claims, now));
                    }
                    refresh(user, provider, claims, now)
                }
            })
            .await?
        }
        Outcome::Create => Applied::Done(Done::Person(Box::new(create(app, provider, claims, now).await?))),
        Outcome::Reclaim(squatter) => {
            quarantine(app, squatter, now).await?;
            Applied::Done(Done::Person(Box::new(create(app, provider, claims, now).await?)))
        }
    })
}

/// Changes a person; `false` from the change: what the decision rested on is gone.
async fn update(
    app: &App,
    user: UserId,
    change: impl Fn(&mut User) -> bool + Send + Sync,
) -> Result<Applied, StoreError> {
    let id = user.document_id();
    let updated = app
        .store
        .update::<User, bool, StoreError>(&id, |user| {
            Ok(if change(user) { Change::Write(true) } else { Change::Keep(false) })
        })
        .await?;
    app.users.invalidate(&id);
    Ok(match updated {
        Some((user, true)) => Applied::Done(Done::Person(Box::new(user))),
        _ => Applied::Again,
    })
}

/// The account of whoever used somebody else's address loses every way in: credentials, factors, sessions, links. Data and roles
/// are kept for review (pre-hijacking: classic-federated merge, unexpired session, trojan identifier).
async fn quarantine(app: &App, squatter: UserId, now: Timestamp) -> Result<(), StoreError> {
    update(app, squatter, |user| {
        let links = std::mem::take(&mut user.identities);
        user.tombstones
            .extend(links.into_iter().map(|identity| Tombstone { key: identity.key, unlinked_at: now }));
        (user.password, user.totp, user.pending_totp) = (None, None, None);
        user.status = Status::Quarantined;
        user.updated_at = now;
        user.end_sessions(EndReason::UserDisabled);
        true
    })
    .await
    .map(drop)
}

async fn create(
    app: &App,
    provider: &ProviderConfig,
    claims: &Claims,
    now: Timestamp,
) -> Result<User, StoreError> {
    let mut user = User::new(UserId::new(now), now);
    user.created_by = Creator::Provider;
    user.identities.push(identity(provider, claims, now));
    let email = claims.email.as_ref().filter(|_| provider.profile.email != FieldPolicy::Never);
    user.email = email.cloned();
    user.email_verified = email.is_some_and(|email| claims.email_verified && provider.is_trusted_for(email));
    for (field, policy, value) in profile(provider, claims) {
        if policy != FieldPolicy::Never && value.is_some() {
            set(&mut user, field, value, &provider.name);
        }
    }
    refresh(&mut user, provider, claims, now);
    app.store.insert(&mut user).await?;
    Ok(user)
}

/// What a sign-in through this identity changes; `false` if the person does not have it any more.
fn refresh(user: &mut User, provider: &ProviderConfig, claims: &Claims, now: Timestamp) -> bool {
    let key = key(claims);
    let Some(identity) = user.identities.iter_mut().find(|identity| identity.key == key) else {
        return false;
    };
    identity.provider.clone_from(&provider.name);
    identity.email = claims.email.as_ref().map(ToString::to_string);
    identity.roles = roles(provider, claims);
    identity.last_login_at = Some(now);
    for (field, policy, value) in profile(provider, claims) {
        let from_here = user.origins.get(field).is_some_and(|origin| *origin == provider.name);
        let follows = match policy {
            FieldPolicy::Provider => value.is_some(),
            FieldPolicy::ProviderUntilEdited => value.is_some() && (from_here || get(user, field).is_none()),
            FieldPolicy::Local | FieldPolicy::Never => false,
        };
        if follows && get(user, field) != value.as_deref() {
            set(user, field, value, &provider.name);
            user.updated_at = now;
        }
    }
    follow_email(user, provider, claims, now);
    true
}

/// An address that the provider changes is shown, and is a handle only if the provider is trusted for it; it never re-points an
/// account, and never loses the person an address that we verified ourselves.
fn follow_email(user: &mut User, provider: &ProviderConfig, claims: &Claims, now: Timestamp) {
    let from_here = user.origins.get("email").is_some_and(|origin| *origin == provider.name);
    let follows = match provider.profile.email {
        FieldPolicy::Provider => !user.email_verified || from_here,
        FieldPolicy::ProviderUntilEdited => from_here,
        FieldPolicy::Local | FieldPolicy::Never => false,
    };
    if let Some(email) = claims.email.as_ref().filter(|email| follows && user.email.as_ref() != Some(email)) {
        user.email = Some(email.clone());
        user.email_verified = false;
        user.origins.insert("email".to_owned(), provider.name.clone());
        user.updated_at = now;
    }
}

/// The fields that are plain text, with their policies and what the claims say.
fn profile<'a>(
    provider: &ProviderConfig,
    claims: &'a Claims,
) -> [(&'static str, FieldPolicy, Option<String>); 3] {
    let text = |name: &'a str| claims.text(name).and_then(|text| user::display_name(text).ok());
    let picture = claims.text("picture").filter(|url| url.len() <= 2048 && url.starts_with("https://"));
    [
        ("displayName", provider.profile.display_name, text("name")),
        ("picture", provider.profile.picture, picture.map(ToOwned::to_owned)),
        ("locale", provider.profile.locale, text("locale")),
    ]
}

fn get<'a>(user: &'a User, field: &str) -> Option<&'a str> {
    match field {
        "displayName" => user.display_name.as_deref(),
        "picture" => user.picture.as_deref(),
        _ => user.locale.as_deref(),
    }
}

fn set(user: &mut User, field: &str, value: Option<String>, origin: &str) {
    match field {
        "displayName" => user.display_name = value,
        "picture" => user.picture = value,
        _ => user.locale = value,
    }
    user.origins.insert(field.to_owned(), origin.to_owned());
}

/// The roles that the provider's map gives; what is not in the map gives none.
fn roles(provider: &ProviderConfig, claims: &Claims) -> Vec<String> {
    let Some(claim) = &provider.role_claim else { return Vec::new() };
    let mut roles: Vec<String> =
        claims.values(claim).into_iter().filter_map(|value| provider.role_map.get(value).cloned()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// The key of these claims' identity.
#[must_use]
pub fn key(claims: &Claims) -> IdentityKey {
    IdentityKey { issuer: claims.issuer.clone(), subject: claims.subject.clone() }
}

/// The identity that these claims are of, linked now.
#[must_use]
pub fn identity(provider: &ProviderConfig, claims: &Claims, now: Timestamp) -> Identity {
    Identity {
        key: key(claims),
        provider: provider.name.clone(),
        email: claims.email.as_ref().map(ToString::to_string),
        roles: roles(provider, claims),
        linked_at: now,
        last_login_at: None,
    }
}

/// Journals the outcome: with its rule, the claims that counted (no tokens), and whom it is about.
async fn tell(
    app: &App,
    caller: &Caller,
    provider: &ProviderConfig,
    claims: &Claims,
    decision: &Decision,
    done: Done,
) -> Merged {
    let now = app.clock.now();
    let event = match &done {
        Done::Refused(refusal, _) => Event::failure(EventKind::FederatedSignIn, refusal.code(), now),
        Done::Pending(_) => Event::failure(EventKind::FederatedSignIn, "local_proof_required", now),
        Done::Person(_) => Event::success(EventKind::FederatedSignIn, now),
    };
    let about = match &done {
        Done::Person(user) => Some(user.id),
        Done::Pending(user) => Some(*user),
        Done::Refused(_, about) => *about,
    };
    let event = about.into_iter().fold(event, Event::about);
    let event =
        event.details(journal(provider, claims, decision)).from(caller.ip, caller.request_id.as_str());
    let trace = event.id();
    audit::record(&app.store, event).await;
    match done {
        Done::Person(user) => Merged::Person(user),
        Done::Pending(user) => Merged::Pending(link::PendingLink::new(user, provider, claims, now)),
        Done::Refused(refusal, _) => Merged::Refused(refusal, trace),
    }
}

fn journal(provider: &ProviderConfig, claims: &Claims, decision: &Decision) -> String {
    let trusted = claims.email.as_ref().is_some_and(|email| provider.is_trusted_for(email));
    let shown: Value = json!({
        "provider": provider.name, "issuer": claims.issuer, "subject": claims.subject,
        "email": claims.email.as_ref().map(Email::as_str), "emailVerified": claims.email_verified, "trustedForDomain": trusted,
        "decision": decision,
    });
    shown.to_string()
}
