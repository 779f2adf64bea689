//! A ceremony that was started before its passkey, its user or its session ended opens nothing after it.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::user::{Status, User};

use crate::harness::{
    browser::Browser,
    factors::remove_app,
    passkey::{
        Passkey, factor_options, passkey_id, registration_options, sign_in, sign_in_options,
        user_with_passkey,
    },
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, change_user, stored_user},
};

const LOGIN: &str = "/api/auth/passkey/login";
const VERIFY: &str = "/api/mfa/passkey/verify";
const REGISTER: &str = "/api/account/passkeys";

#[derive(Clone, Copy, Debug)]
enum Act {
    Remove,
    ResetFactors,
    Quarantine,
    Disable,
    Delete,
    /// The other user has a factor of its own, so the passkey does not move.
    MergeWithoutFactors,
    Report,
}

const ACTS: [Act; 7] = [
    Act::Remove,
    Act::ResetFactors,
    Act::Quarantine,
    Act::Disable,
    Act::Delete,
    Act::MergeWithoutFactors,
    Act::Report,
];

async fn apply(service: &Service, user: &User, owner: &Browser, act: Act) {
    let home = Installation::beside(service);
    let command = |arguments: &[&str]| drop(home.run(arguments).expect_exit(0));
    let name = user.username.as_ref().expect("a name").as_str();
    let now = service.clock.now();
    match act {
        Act::Remove => {
            remove_app(owner, &passkey_id(owner).await).await.expect_status(200);
        }
        Act::ResetFactors => command(&["users", "reset-mfa", name]),
        Act::Quarantine => {
            change_user(service, user, |user| {
                user.revoke_all_credentials(now);
                assert!(user.set_status(Status::Quarantined, now));
            })
            .await;
        }
        Act::Disable => command(&["users", "disable", name]),
        Act::Delete => command(&["users", "delete", name, "--yes", "--reason", "left"]),
        Act::MergeWithoutFactors => {
            let into = format!("{name}.new");
            user_with_passkey(service, &into, &mut Passkey::security_key()).await;
            command(&["users", "merge", name, &into, "--yes"]);
        }
        Act::Report => {
            owner.post("/api/account/not-me", &json!({})).await.expect_status(200);
        }
    }
}

// Attack: an attacker has got a response of the passkey, and sends it after the owner or an administrator acted.
#[on_every_store]
async fn ceremony_of_before_an_act_signs_in_to_nothing_after_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (number, act) in ACTS.into_iter().enumerate() {
        let mut passkey = Passkey::synced();
        let (user, owner) = user_with_passkey(&service, &format!("user{number}"), &mut passkey).await;
        let (anonymous, pending) = (Browser::of(&service), Browser::of(&service));
        pending.sign_in(&format!("user{number}"), PASSWORD).await.expect_status(200);
        let before = owner.clone();
        let bodies = [
            (&anonymous, LOGIN, passkey.get(&sign_in_options(&anonymous).await)),
            (&pending, VERIFY, passkey.get(&factor_options(&pending).await)),
            (&before, REGISTER, Passkey::synced().create(&registration_options(&before).await)),
            (
                &before,
                "/api/auth/reauthenticate",
                json!({ "passkey": passkey.get(&factor_options(&before).await) }),
            ),
        ];
        apply(&service, &user, &owner, act).await;
        // The command line changes the store; a replica that starts now has read nothing of before.
        let replica = service.start_replica().await;
        for (browser, path, body) in bodies {
            let answer = browser.at_replica(&replica).post(path, &body).await;
            assert_eq!(answer.status, 401, "{act:?} {path}: {}", answer.text);
            assert_eq!(answer.session_cookie(), None, "{act:?} {path}");
        }
        replica.stop().await;
        service.advance_time(Duration::from_mins(11));
    }
}

// The login reads the passkey and then writes its use. Between the two, an act must win.
#[on_every_store]
async fn login_during_a_report_or_a_disabling_leaves_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    for round in 0..6 {
        service.advance_time(Duration::from_mins(11));
        let mut passkey = Passkey::synced();
        let (user, owner) = user_with_passkey(&service, &format!("ada{round}"), &mut passkey).await;
        let other = Browser::of(&replica);
        let body = passkey.get(&sign_in_options(&other).await);
        let login = other.post(LOGIN, &body);
        let login = if round % 2 == 0 {
            let report = json!({});
            let (reported, login) = tokio::join!(owner.post("/api/account/not-me", &report), login);
            reported.expect_status(200);
            login
        } else {
            let now = service.clock.now();
            let disable =
                change_user(&service, &user, |user| assert!(user.set_status(Status::Disabled, now)));
            tokio::join!(disable, login).1
        };
        assert!([200, 401].contains(&login.status), "{}", login.text);
        let me = other.at_replica(&service).me().await;
        assert_eq!(me.status, 401, "{}", me.text);
    }
}

// The user acts, and a ceremony of after the act is another one: nothing of the account is lost.
#[on_every_store]
async fn passkey_of_an_enabled_account_signs_in_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    let browser = Browser::of(&service);
    let body: Value = passkey.get(&sign_in_options(&browser).await);
    let set = async |status: Status| {
        let now = service.clock.now();
        change_user(&service, &user, |user| assert!(user.set_status(status, now))).await;
    };
    set(Status::Disabled).await;
    browser.post(LOGIN, &body).await.expect_problem(401, "passkey_refused");
    set(Status::Active).await;
    // The refusal has used the ceremony up.
    browser.post(LOGIN, &body).await.expect_problem(400, "ceremony_over");
    sign_in(&browser, &mut passkey).await.expect_status(200);
    assert_eq!(stored_user(&service, &user).await.passkeys.len(), 1);
}
