//! Two replicas that change the same document at the same time.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{
    session::{self, Session},
    store::{Page, Stored},
    user::User,
};

use crate::harness::{
    account::{
        BACK, LONG_IDLE, assert_back_in_account, assert_sent_to_login, identity_id, link_identity,
        linked_identities, reauthenticate, start_link, start_reauthentication, unlink_identity,
    },
    browser::{Answer, Browser},
    federated::{
        FederatedFixture, assert_signed_in, callback_as, claims_of, redirect_target, sign_in, start_login,
        update_user, with_claims,
    },
    has_time_for_race,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

// The store decides who owns an identity.
#[on_mongo]
async fn concurrent_links_of_one_identity_link_one_user() {
    let location = StoreLocation::replica_set();
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let mut users = Vec::new();
    for (name, service) in [("linus", &fixture.service), ("ada", &replica)] {
        let user = create_user(&fixture.service, name).await;
        let browser = Browser::of(service);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        users.push((browser, user));
    }
    let barrier = Barrier::new(2);
    let mut won = [Vec::new(), Vec::new()];
    let (began, mut round) = (Instant::now(), 0);
    while has_time_for_race(round, began, Duration::from_secs(20)) {
        let subject = format!("of both {round}");
        let claims = json!({ "sub": subject });
        let answers = join_all(users.iter().map(|(browser, _)| async {
            let authorization = start_link(browser, &fixture.fake).await;
            barrier.wait().await;
            callback_as(browser, &fixture.fake, &authorization, &claims).await
        }))
        .await;
        let has_it = |answer: &Answer| answer.header("location") == Some(BACK);
        let winner = usize::from(!has_it(&answers[0]));
        assert_back_in_account(&answers[winner]);
        let trace = assert_sent_to_login(&answers[1 - winner], "link_refused", &fixture.fake);
        // Refusals of one network are recorded up to a hundred.
        assert!(trace.is_some() || round >= 90, "round {round}: a trace");
        won[winner].push(subject);
        round += 1;
    }
    for ((browser, user), won) in users.iter().zip(&won) {
        let user = stored_user(&fixture.service, user).await;
        let has: Vec<&str> = user.identities.iter().map(|identity| identity.key.subject.as_str()).collect();
        assert_eq!(has, *won, "exactly the identities whose links succeeded");
        assert!(user.unlinked_identities.is_empty());
        assert_eq!(linked_identities(browser).await.len(), won.len());
    }
    assert_eq!(won[0].len() + won[1].len(), round);
    assert_eq!(fixture.users().await.len(), 2, "no user was created");
    printed(&format!("{round} rounds, won {} and {}", won[0].len(), won[1].len()));
}

// Two tabs at two replicas: one of the last two sign-in methods stays.
#[on_mongo]
async fn concurrent_unlinks_keep_the_last_identity() {
    let location = StoreLocation::replica_set();
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_back_in_account(&link_identity(&browser, &fixture.corp, &claims_of("grace")).await);
    let both = [browser.clone(), browser.at_replica(&replica)];
    let ids = [identity_id(&browser, "fake").await, identity_id(&browser, "corp").await];
    let grace = fixture.users().await.remove(0);
    let barrier = Barrier::new(2);
    let (began, mut round) = (Instant::now(), 0);
    while has_time_for_race(round, began, Duration::from_secs(10)) {
        let answers = join_all(both.iter().zip(&ids).map(|(browser, id)| async {
            barrier.wait().await;
            unlink_identity(browser, id).await
        }))
        .await;
        let winner = usize::from(answers[0].status != 200);
        answers[winner].clone().expect_status(200);
        answers[1 - winner].clone().expect_problem(409, "last_way_in");
        let after = stored_user(&fixture.service, &grace).await;
        assert_eq!((after.identities.len(), after.unlinked_identities.len()), (1, 1), "round {round}");
        update_user(&fixture.service, grace.id, |user| {
            user.identities.clone_from(&grace.identities);
            user.unlinked_identities.clear();
        })
        .await;
        forget_removals(&location).await;
        round += 1;
    }
    printed(&format!("{round} rounds"));
}

// A login in progress through an identity leaves no session after the unlink.
#[on_mongo]
async fn login_during_unlink_leaves_no_session() {
    let location = StoreLocation::replica_set();
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("ada")).await);
    let linked = stored_user(&fixture.service, &ada).await.identities;
    let id = identity_id(&browser, "fake").await;
    let (began, mut round, mut signed_in, mut lag) = (Instant::now(), 0, 0, Duration::ZERO);
    while has_time_for_race(round, began, Duration::from_secs(8)) {
        let other = Browser::of(&replica);
        let authorization = start_login(&other, &fixture.fake).await;
        let login = async {
            let began = Instant::now();
            (callback_as(&other, &fixture.fake, &authorization, &claims_of("ada")).await, began.elapsed())
        };
        let unlink = async {
            tokio::time::sleep(lag * u32::try_from(round % 12).expect("small") / 10).await;
            unlink_identity(&browser, &id).await
        };
        let ((answer, elapsed), unlinked) = tokio::join!(login, unlink);
        unlinked.expect_status(200);
        let is_in = answer.session_cookie().is_some();
        signed_in += usize::from(is_in);
        assert!(
            is_in || redirect_target(&answer).1["error"] == "identity_unlinked",
            "round {round}: {:?}",
            redirect_target(&answer)
        );
        lag = lag.max(elapsed);
        let tag = session::tag_of_identity(&linked[0].key);
        let page = Page { tag: Some(&tag), after: None, newest_first: false, limit: 10_000 };
        let sessions = fixture.service.app.sessions.page(page).await.expect("the store answers");
        let valid =
            sessions.iter().filter(|session| session.ended.is_none() && !session.is_replaced()).count();
        assert_eq!(valid, 0, "round {round}: session after the unlink: {}", answer.status);
        update_user(&fixture.service, ada.id, |user| {
            user.identities.clone_from(&linked);
            user.unlinked_identities.clear();
        })
        .await;
        forget_removals(&location).await;
        round += 1;
    }
    printed(&format!("{round} rounds, {signed_in} logins"));
}

/// Deletes the counters of a user's removals, which would refuse the next rounds.
async fn forget_removals(location: &StoreLocation) {
    let counters = location.database().await.collection::<bson::Document>("counters");
    counters.delete_many(bson::doc! {}).await.expect("the server answers");
}

/// Counts the valid sessions of this user.
async fn valid_sessions(service: &Service, user: &User) -> usize {
    let now = service.clock.now();
    let tag = session::tag_of_user(user.id);
    let page = Page { tag: Some(&tag), after: None, newest_first: false, limit: 10_000 };
    let sessions = service.app.sessions.page(page).await.expect("the store answers");
    let valid = |session: &&Stored<Session>| {
        session.ended.is_none() && !session.is_replaced() && now < session.expires_at
    };
    sessions.iter().filter(valid).count()
}

/// Results of a rotation and a logout at the same time.
#[derive(Debug, Default)]
struct Tally {
    /// Duration of a rotation that succeeded.
    pace: Duration,
    /// The logout was first: the rotation was refused.
    refused: usize,
    /// The rotation was first: the new session was ended as well.
    ended: usize,
}

impl Tally {
    /// Logs out at one replica while the other one rotates the session id. The delay grows each round.
    async fn race<F: Future<Output = Answer>>(
        &mut self,
        (service, replica): (&Service, &Service),
        user: &User,
        browser: &Browser,
        change: F,
    ) {
        let round = self.refused + self.ended;
        let old = browser.clone();
        let leaving = browser.at_replica(replica);
        let token = leaving.with_token(Method::POST, "/api/auth/logout").await.json(&json!({}));
        let later = self.pace * u32::try_from(round % 12).expect("small") / 10;
        let leave = async {
            tokio::time::sleep(later).await;
            token.send().await
        };
        let timed = async {
            let began = Instant::now();
            (change.await, began.elapsed())
        };
        let ((changed, elapsed), left) = tokio::join!(timed, leave);
        left.expect_status(200);
        let moved = changed.session_cookie().is_some();
        assert!(moved || [401, 303].contains(&changed.status), "round {round}: {}", changed.text);
        for checked in [service, replica] {
            old.at_replica(checked).me().await.expect_status(401);
        }
        let valid = valid_sessions(service, user).await;
        assert_eq!(valid, 0, "round {round}: valid after the logout: {} {}", changed.status, changed.text);
        if moved {
            self.ended += 1;
        } else {
            self.refused += 1;
        }
        if moved {
            self.pace = elapsed;
        } else {
            self.pace = self.pace.max(elapsed);
        }
        // Prepare the next round.
        browser.sign_out().await.expect_status(200);
    }
}

// A session that ends during a rotation stays ended.
#[on_mongo]
async fn logout_during_reauthentication_is_final() {
    let location = StoreLocation::replica_set();
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let other = service.start_replica().await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let (began, mut round) = (Instant::now(), 0);
    let (mut factor, mut proof) = (Tally::default(), Tally::default());
    while has_time_for_race(round, began, Duration::from_secs(15)) {
        let browser = Browser::of(&service);
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        service.advance_time(Duration::from_secs(30));
        let code = app.code(service.clock.now());
        factor.race((&service, &other), &linus, &browser, browser.verify(&code)).await;

        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        service.advance_time(Duration::from_secs(30));
        browser.verify(&app.code(service.clock.now())).await.expect_status(200);
        service.advance_time(Duration::from_secs(30));
        let given = json!({ "code": app.code(service.clock.now()) });
        proof.race((&service, &other), &linus, &browser, reauthenticate(&browser, &given)).await;
        round += 1;
    }
    printed(&format!("{round} rounds: {factor:?}, {proof:?}"));
}

// The same for the callback of a provider.
#[on_mongo]
async fn logout_during_reauthentication_at_provider_is_final() {
    let location = StoreLocation::replica_set();
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let replica = fixture.start_replica().await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await.sign_out().await.expect_status(200);
    let grace = fixture.users().await.remove(0);
    let claims = with_claims(claims_of("grace"), json!({}));
    let (began, mut round, mut tally) = (Instant::now(), 0, Tally::default());
    while has_time_for_race(round, began, Duration::from_secs(10)) {
        fixture.service.advance_time(Duration::from_secs(1));
        let browser = fixture.browser();
        assert_signed_in(&sign_in(&browser, &fixture.fake, &claims).await, "/");
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        let back = async {
            let answer = callback_as(&browser, &fixture.fake, &authorization, &claims).await;
            if answer.session_cookie().is_none() {
                let (path, query) = redirect_target(&answer);
                assert_eq!((path.as_str(), query["error"].as_str()), ("/login", "reauthentication_refused"));
            }
            answer
        };
        tally.race((&fixture.service, &replica), &grace, &browser, back).await;
        round += 1;
    }
    printed(&format!("{round} rounds: {tally:?}"));
}

/// Prints a line that `--nocapture` and failures show.
#[expect(clippy::print_stdout, reason = "how much of it there was time for")]
fn printed(what: &str) {
    println!("{what}");
}
