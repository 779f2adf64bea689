//! Tokens in links of mails: hashed, bound, used once.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use vestibule::{
    link_token::{Invalid, LinkToken, Purpose},
    store::{Change, Page, Store, StoreError},
    user::{EndReason, Status, User},
};

use crate::harness::{
    service::Service,
    stores::StoreLocation,
    users::{create_user_with, password, stored_user},
};

async fn ada(service: &Service) -> User {
    create_user_with(service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await
}

/// Issues a token and returns it as the page sends it.
async fn issue(service: &Service, user: &User, purpose: Purpose) -> SecretString {
    let link = service.app.link_tokens().issue(&service.app.addresses, user, purpose).await;
    let link = link.expect("the store answers").expect("a link for this user");
    token_of(link.expose_secret())
}

fn token_of(link: &str) -> SecretString {
    link.split_once("#token=").expect("a token in the fragment").1.into()
}

async fn find(
    service: &Service,
    token: &SecretString,
    is_allowed: fn(Purpose) -> bool,
) -> Result<LinkToken, Invalid> {
    let found = service.app.link_tokens().find(token, is_allowed).await.expect("the store answers");
    found.map(|(token, _)| token)
}

async fn invalid(service: &Service, token: &SecretString) -> Option<Invalid> {
    find(service, token, Purpose::is_reset).await.err()
}

async fn change(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let write = |user: &mut User| {
        change(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), write).await.expect("the store answers");
}

#[on_every_store]
async fn token_is_in_the_fragment_of_a_link_of_the_public_url(location: StoreLocation) {
    let service =
        Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", "https://corp.example/auth")]).await;
    let ada = ada(&service).await;
    let tokens = service.app.link_tokens();
    let link = tokens.issue(&service.app.addresses, &ada, Purpose::ResetPassword).await;
    let link = link.expect("the store answers").expect("a link");
    let link = url::Url::parse(link.expose_secret()).expect("a URL");
    assert_eq!(link.as_str().split('#').next(), Some("https://corp.example/auth/reset-password"));
    let token = link.fragment().and_then(|fragment| fragment.strip_prefix("token=")).expect("a token");
    assert_eq!(token.len(), 43, "256 bits");
}

// A leaked database contains no usable link.
#[on_every_store]
async fn only_the_hash_of_a_token_is_stored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let token = issue(&service, &ada, Purpose::ResetPassword).await;
    let stored = service.app.store.page::<LinkToken>(Page { limit: 10, ..Page::default() }).await;
    let stored = stored.expect("the store answers");
    assert_eq!(stored.len(), 1);
    let text = serde_json::to_string(&stored[0].document).expect("JSON");
    assert!(!text.contains(token.expose_secret()), "{text}");
    let shape = text.replace(&ada.id.to_string(), "USER");
    let shape = shape.split("\"hash\":").next().expect("a part").to_owned();
    assert_eq!(shape, r#"{"_id":"resetPassword:USER","#);
}

// ASVS 2.3.4, 6.5.1: used once, also by two replicas at the same time.
#[on_every_store]
async fn one_of_two_replicas_uses_a_token_up(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    for _ in 0..8 {
        let text = issue(&service, &ada, Purpose::ResetPassword).await;
        let token = find(&service, &text, Purpose::is_reset).await.expect("valid");
        let attempts = (0..8).map(|count| {
            let service = if count % 2 == 0 { &service } else { &other };
            let token = token.clone();
            async move { service.app.link_tokens().use_up(&token).await.expect("the store answers") }
        });
        let used = futures_util::future::join_all(attempts).await;
        assert_eq!(used.iter().filter(|used| **used).count(), 1);
        assert_eq!(invalid(&other, &text).await, Some(Invalid::Used(ada.id)));
    }
}

#[on_every_store]
async fn token_expires_with_the_clock(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    for (purpose, minutes) in
        [(Purpose::ResetPassword, 30), (Purpose::AdministratorReset, 24 * 60), (Purpose::NotMe, 7 * 24 * 60)]
    {
        let token = issue(&service, &ada, purpose).await;
        service.advance_time(Duration::from_mins(minutes).checked_sub(Duration::from_millis(1)).unwrap());
        find(&service, &token, |_| true).await.unwrap_or_else(|invalid| panic!("{purpose:?}: {invalid:?}"));
        service.advance_time(Duration::from_millis(1));
        assert_eq!(
            find(&service, &token, |_| true).await.err(),
            Some(Invalid::Expired(ada.id)),
            "{purpose:?}"
        );
    }
}

#[on_every_store]
async fn newer_token_replaces_the_older_one(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let older = issue(&service, &ada, Purpose::ResetPassword).await;
    let found = find(&service, &older, Purpose::is_reset).await.expect("valid");
    let newer = issue(&other, &ada, Purpose::ResetPassword).await;
    assert_eq!(invalid(&service, &older).await, Some(Invalid::Unknown));
    let used = service.app.link_tokens().use_up(&found).await.expect("the store answers");
    assert!(!used, "a request that found the older token does not use the newer one up");
    assert_eq!(invalid(&service, &newer).await, None);
    // At the same time: exactly one is valid.
    let (one, two) = tokio::join!(
        issue(&service, &ada, Purpose::ResetPassword),
        issue(&other, &ada, Purpose::ResetPassword)
    );
    let valid = [invalid(&service, &one).await, invalid(&service, &two).await];
    assert_eq!(valid.iter().filter(|invalid| invalid.is_none()).count(), 1, "{valid:?}");
    // Each notice has a token of its own.
    let first = issue(&service, &ada, Purpose::NotMe).await;
    issue(&service, &ada, Purpose::NotMe).await;
    assert!(find(&service, &first, Purpose::is_report).await.is_ok());
}

type UserChange = fn(&Service, &mut User);

#[on_every_store]
async fn reset_token_is_bound_to_the_state_of_the_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let changes: [(&str, UserChange); 5] = [
        ("password", |service, user| {
            service.advance_time(Duration::from_millis(1));
            user.set_password(password(service, "$argon2id$".to_owned()));
        }),
        ("address", |_, user| user.email = Some("b@corp.example".parse().expect("an address"))),
        ("no longer verified", |_, user| user.email_verified = false),
        ("disabled", |service, user| {
            user.set_status(Status::Disabled, service.clock.now());
        }),
        ("quarantined", |service, user| {
            user.set_status(Status::Quarantined, service.clock.now());
        }),
    ];
    for (what, apply) in changes {
        let token = issue(&service, &ada, Purpose::ResetPassword).await;
        change(&service, &ada, |user| apply(&service, user)).await;
        assert_eq!(invalid(&service, &token).await, Some(Invalid::Outdated(ada.id)), "{what}");
        // As before.
        change(&service, &ada, |user| {
            (user.email, user.email_verified, user.status, user.password) =
                (ada.email.clone(), true, Status::Active, ada.password.clone());
        })
        .await;
        assert_eq!(invalid(&service, &token).await, None, "{what}");
    }
    // Sessions that end do not change what the token may do.
    let token = issue(&service, &ada, Purpose::ResetPassword).await;
    change(&service, &ada, |user| user.end_sessions(EndReason::Revoked)).await;
    assert_eq!(invalid(&service, &token).await, None);
}

#[on_every_store]
async fn token_of_another_purpose_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let token = issue(&service, &ada, Purpose::NotMe).await;
    for is_allowed in [Purpose::is_reset, Purpose::is_confirmation, Purpose::is_cancellation] {
        let refused = find(&service, &token, is_allowed).await.err();
        assert_eq!(refused, Some(Invalid::OtherPurpose(ada.id)));
    }
    for text in ["", "x", &"a".repeat(100_000), "\u{0}"] {
        assert_eq!(invalid(&service, &text.into()).await, Some(Invalid::Unknown));
    }
}

#[on_every_store]
async fn user_who_is_gone_has_no_token(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = ada(&service).await;
    let grace = create_user_with(&service, "grace", |_| {}).await;
    let tokens = service.app.link_tokens();
    for _ in 0..3 {
        issue(&service, &ada, Purpose::NotMe).await;
    }
    let reset = issue(&service, &ada, Purpose::ResetPassword).await;
    let kept = issue(&service, &grace, Purpose::NotMe).await;
    tokens.delete_all(ada.id).await.expect("the store answers");
    assert_eq!(invalid(&service, &reset).await, Some(Invalid::Unknown));
    assert!(find(&service, &kept, Purpose::is_report).await.is_ok(), "that of another user");
    let store = Store::open(location.url()).await.expect("the store opens a second time");
    let left =
        store.page::<LinkToken>(Page { limit: 10, ..Page::default() }).await.expect("the store answers");
    assert_eq!(left.len(), 1);
    assert_eq!(stored_user(&service, &ada).await.id, ada.id);
}
