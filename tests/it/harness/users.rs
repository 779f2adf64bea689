//! Users of the tests: `ada` has a password, `grace` an identity at the provider, `linus` both.

use std::{num::NonZero, thread};

use secrecy::SecretString;
use tokio::sync::OnceCell;
use vestibule::{
    config::{HashParameters, Hashing},
    login::{password::hasher::Hasher, second_factor::totp},
    store::{Change, StoreError},
    user::{Password, Totp, User, UserId},
};

use super::{service::Service, totp::Authenticator};

/// Password of every user.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Creates a user with a password.
pub(crate) async fn create_user(service: &Service, name: &str) -> User {
    create_user_with(service, name, |_| {}).await
}

/// Creates a user with a password, and changes it before it is stored.
pub(crate) async fn create_user_with(service: &Service, name: &str, change: impl FnOnce(&mut User)) -> User {
    let now = service.clock.now();
    let mut user = User::new(UserId::new(now), now);
    user.username = Some(name.parse().expect("a user name"));
    user.display_name = Some(format!("{name} of the tests"));
    user.password = Some(password(service, hash().await));
    change(&mut user);
    service.app.store.insert(user).await.expect("a new user").into_document()
}

/// Creates a user with a password and an authenticator app.
pub(crate) async fn create_user_with_app(service: &Service, name: &str) -> (User, Authenticator) {
    let app = Authenticator::new(format!("{name:-<20}").as_bytes());
    let now = service.clock.now();
    let user = create_user_with(service, name, |user| {
        let secret = service.app.keys.seal(&user.id, totp::ACTIVE, app.secret());
        user.totp.push(Totp::unused(secret, now));
    })
    .await;
    (user, app)
}

/// Builds a password with this hash.
pub(crate) fn password(service: &Service, hash: String) -> Password {
    Password::new(hash, service.clock.now())
}

/// Returns the stored user.
pub(crate) async fn stored_user(service: &Service, user: &User) -> User {
    let user = service.app.users.get_uncached(&user.id.document_id()).await;
    user.expect("the store answers").expect("a stored user")
}

/// Changes a user at this service, which knows of the change at once.
pub(crate) async fn change_user(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let write = |user: &mut User| {
        change(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), write).await.expect("written").expect("a user");
}

/// Returns a hash of [`PASSWORD`], computed once.
pub(crate) async fn hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let hasher = Hasher::start(Hashing { threads, queue: 1, parameters: HashParameters::default() });
        hasher.hash(SecretString::from(PASSWORD)).await.expect("a hash")
    })
    .await
    .clone()
}
