//! Does what the decision says: one compare-and-set on one document, or a new one.
//!
//! Another replica may be doing the same for the same person at the same instant; then a handle is taken, and everything
//! starts over with what is known now: sixteen first sign-ins of one identity make one person.

use super::{
    decide::{self, Candidates, Decision, Outcome, Refusal},
    decision_trace, pending_link, profile,
};
use crate::{
    app::App,
    audit::{self, Event, EventId, EventKind},
    clock::Timestamp,
    config::ProviderConfig,
    login::federated::oidc::claims::Claims,
    session::CurrentSession,
    store::{Change, Page, Store, StoreError, Stored},
    user::{Creator, EndReason, Identity, IdentityKey, Status, UnlinkedIdentity, User, UserId, roles::ADMIN},
    web::client::Client,
};

/// How often a decision starts over because somebody else was faster.
const ATTEMPTS: usize = 8;
/// Accounts of an administrator's with one address: two are ambiguous already.
const SHOWING: usize = 2;
/// Accounts that brought an address along themselves and are reclaimed at once.
const SELF_MADE: usize = 50;

/// What came of a sign-in through a provider.
pub enum Merged {
    /// This person, and the event that says why.
    Person(Box<User>, Option<EventId>),
    /// First a proof of this account, then a confirmation.
    Pending(pending_link::PendingLink),
    /// Nobody, and the event that says why.
    Refused(Refusal, Option<EventId>),
}

/// Decides whose identity this is and does what follows. `asking`: the session in which a person asked for it to be linked.
///
/// # Errors
/// When the store fails.
pub async fn merge(
    app: &App,
    client: &Client,
    provider: &ProviderConfig,
    claims: &Claims,
    asking: Option<&CurrentSession>,
) -> Result<Merged, StoreError> {
    for _ in 0..ATTEMPTS {
        let mut candidates = load_candidates(&app.store, claims).await?;
        let decision = match asking {
            None => decide::decide(claims, provider, &candidates),
            Some(current) => {
                let person = app.users.get_uncached(&current.user.id.document_id()).await?;
                candidates.linking_user = person.filter(|person| current.ensure_valid_for(person).is_ok());
                match candidates.linking_user {
                    Some(_) => decide::decide(claims, provider, &candidates),
                    None => decide::link_session_gone(),
                }
            }
        };
        match apply(app, provider, claims, &candidates, &decision, asking).await {
            Ok(Applied::Again) | Err(StoreError::Taken { .. }) => {}
            Ok(Applied::Done(done)) => {
                return Ok(tell(app, client, provider, claims, &decision, done, asking).await);
            }
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unavailable("too many sign-ins of one identity at once".to_owned()))
}

/// What the store knows that matters for these claims.
///
/// # Errors
/// When the store fails.
pub async fn load_candidates(store: &Store, claims: &Claims) -> Result<Candidates, StoreError> {
    let key = key(claims);
    let known = store.find::<User>(&key.handle()).await?.map(Stored::into_document);
    let tag = key.unlinked_tag();
    let unlinked = Page { tag: Some(&tag), limit: 1, ..Page::default() };
    let unlinked = !store.page::<User>(unlinked).await?.is_empty();
    let Some(email) = claims.verified_email() else {
        return Ok(Candidates { known, unlinked, ..Candidates::default() });
    };
    let owner = store.find::<User>(&email.handle()).await?.map(Stored::into_document);
    let unverified = async |tag: String, limit| {
        let page = Page { tag: Some(&tag), limit, ..Page::default() };
        let users = store.page::<User>(page).await?.into_iter().map(Stored::into_document);
        Ok::<_, StoreError>(users.filter(|user| !user.email_verified).collect::<Vec<_>>())
    };
    let mut admin_created = unverified(email.admin_created_tag(), SHOWING).await?;
    // Also those that were listed before that counted ([`User::tags`]).
    admin_created.retain(|user| !user.field_sources.contains_key("email"));
    let self_registered = unverified(email.self_registered_tag(), SELF_MADE).await?;
    Ok(Candidates {
        known,
        unlinked,
        verified_owner: owner,
        admin_created,
        self_registered,
        linking_user: None,
    })
}

enum Applied {
    Done(Done),
    /// What the decision rested on has changed.
    Again,
}

enum Done {
    /// Whom it is about, and how they were before, if they were there.
    Person(Box<User>, Option<Box<User>>),
    Pending(UserId),
    /// And whom it is about.
    Refused(Refusal, Option<UserId>),
}

async fn apply(
    app: &App,
    provider: &ProviderConfig,
    claims: &Claims,
    candidates: &Candidates,
    decision: &Decision,
    asking: Option<&CurrentSession>,
) -> Result<Applied, StoreError> {
    let now = app.clock.now();
    // Whether the address is anybody else's already: two people never have it verified.
    let free = |user: &User| candidates.verified_owner.as_ref().is_none_or(|owner| owner.id == user.id);
    let refresh = |user: &mut User| profile::refresh(user, provider, claims, free(user), now);
    Ok(match decision.outcome.clone() {
        Outcome::Refuse(refusal) => Applied::Done(Done::Refused(refusal, candidates.person())),
        Outcome::AskForProof(user) => Applied::Done(Done::Pending(user)),
        Outcome::SignIn(user) => update(app, user, refresh).await?,
        Outcome::Link(user) => {
            update(app, user, |user| {
                is_linkable(user, claims) && {
                    attach(user, provider, claims, now);
                    refresh(user)
                }
            })
            .await?
        }
        Outcome::Connect(user) => {
            update(app, user, |user| {
                asking.is_some_and(|current| current.ensure_valid_for(user).is_ok()) && {
                    let used_before =
                        profile::identity_of(user, claims).and_then(|known| known.last_login_at);
                    attach(user, provider, claims, now);
                    let refreshed = refresh(user);
                    // Linked, not signed in.
                    if let Some(known) = profile::identity_of(user, claims) {
                        known.last_login_at = used_before;
                    }
                    refreshed
                }
            })
            .await?
        }
        Outcome::Create => {
            let user = create(app, provider, claims, now).await?;
            Applied::Done(Done::Person(Box::new(user), None))
        }
        Outcome::Reclaim(squatters) => {
            for squatter in squatters {
                if !quarantine(app, squatter, claims, now).await? {
                    return Ok(Applied::Again);
                }
            }
            let user = create(app, provider, claims, now).await?;
            Applied::Done(Done::Person(Box::new(user), None))
        }
    })
}

/// What made it linkable must still hold when it is written: the address may be another by now, or somebody else of this issuer has just
/// been linked by it.
fn is_linkable(user: &User, claims: &Claims) -> bool {
    user.status == Status::Active
        && user.email_verified
        && claims.is_address(user.email.as_ref())
        && !decide::has_another(user, claims)
        && !user.has_role(ADMIN)
}

/// Changes a person; `false` from the change: what the decision rested on is gone.
async fn update(
    app: &App,
    user: UserId,
    change: impl Fn(&mut User) -> bool + Send + Sync,
) -> Result<Applied, StoreError> {
    let id = user.document_id();
    let updated = app
        .users
        .update::<_, StoreError>(&id, |user| {
            let before = Box::new(user.clone());
            Ok(if change(user) { Change::Write(Some(before)) } else { Change::Keep(None) })
        })
        .await?;
    Ok(match updated {
        Some((user, Some(before))) => {
            Applied::Done(Done::Person(Box::new(user.into_document()), Some(before)))
        }
        _ => Applied::Again,
    })
}

/// Not twice: the same first sign-in may have made this account at the same instant. What the person unlinked and asks for again is
/// unlinked no more.
fn attach(user: &mut User, provider: &ProviderConfig, claims: &Claims, now: Timestamp) {
    let key = key(claims);
    user.unlinked_identities.retain(|unlinked| unlinked.key != key);
    if !user.identities.iter().any(|known| known.key == key) {
        user.identities.push(identity(provider, claims, now));
        user.updated_at = now;
    }
}

/// The account of whoever used somebody else's address loses every way in: credentials, factors, sessions, links. Data and roles
/// are kept for review (pre-hijacking: classic-federated merge, unexpired session, trojan identifier).
async fn quarantine(
    app: &App,
    squatter: UserId,
    claims: &Claims,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = update(app, squatter, |user| {
        // What made it reclaimable must still hold when it is written: an administrator may have verified the address just now.
        let holds = user.status == Status::Active
            && !user.email_verified
            && user.created_by != Creator::Administrator
            && !user.has_role(ADMIN)
            && claims.is_address(user.email.as_ref());
        if !holds {
            return false;
        }
        let links = std::mem::take(&mut user.identities);
        user.unlinked_identities.extend(
            links.into_iter().map(|identity| UnlinkedIdentity { key: identity.key, unlinked_at: now }),
        );
        (user.password, user.totp, user.pending_totp) = (None, None, None);
        user.status = Status::Quarantined;
        user.updated_at = now;
        user.end_sessions(EndReason::UserDisabled);
        true
    })
    .await?;
    let Applied::Done(Done::Person(after, Some(before))) = done else { return Ok(false) };
    let event = Event::success(EventKind::AccountReclaimed, now).about(squatter);
    audit::record(&app.store, event.details(decision_trace::changes(&before, &after).to_string())).await;
    Ok(true)
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
    profile::first(&mut user, provider, claims);
    profile::refresh(&mut user, provider, claims, true, now);
    Ok(app.users.insert(user).await?.into_document())
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
        roles: profile::roles(provider, claims),
        linked_at: now,
        last_login_at: None,
    }
}

/// Journals the outcome: the trace, whom it is about, and who asked for it.
async fn tell(
    app: &App,
    client: &Client,
    provider: &ProviderConfig,
    claims: &Claims,
    decision: &Decision,
    done: Done,
    asking: Option<&CurrentSession>,
) -> Merged {
    let now = app.clock.now();
    let kind = if asking.is_some() { EventKind::IdentityLinked } else { EventKind::FederatedSignIn };
    let event = match &done {
        Done::Refused(refusal, _) => Event::failure(kind, refusal.code(), now),
        Done::Pending(_) => Event::failure(kind, "local_proof_required", now),
        Done::Person(..) => Event::success(kind, now),
    };
    let (about, changes) = match &done {
        Done::Person(user, before) => {
            (Some(user.id), Some(decision_trace::changes_from(before.as_deref(), user)))
        }
        Done::Pending(user) => (Some(*user), None),
        Done::Refused(_, about) => (*about, None),
    };
    let event = about.into_iter().fold(event, Event::about);
    let event = asking.into_iter().fold(event, |event, current| event.by(&current.user.id));
    let event = event.details(decision_trace::of_decision(provider, claims, decision, changes));
    let event = event.from(client.ip, client.request_id.as_str());
    let trace = if let Done::Person(..) = done {
        let id = event.id();
        audit::record(&app.store, event).await;
        Some(id)
    } else {
        audit::record_unexpected(&app.store, &app.limiter, &client.network(), event).await
    };
    match done {
        Done::Person(user, _) => Merged::Person(user, trace),
        Done::Pending(user) => {
            Merged::Pending(pending_link::PendingLink::new(user, provider, claims, trace, now))
        }
        Done::Refused(refusal, _) => Merged::Refused(refusal, trace),
    }
}
