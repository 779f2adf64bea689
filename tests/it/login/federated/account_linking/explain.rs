//! `vestibule explain` and the login decide alike, for every row of the decision table, on the database of a running
//! service.
//!
//! `explain` has no input for three cases: failed userinfo (it gets all claims), a link from the account page, and an
//! organization that only userinfo contains (it treats every claim as signed).

use std::thread;

use Expected::{Accept, AskForProof, Refuse};
use serde_json::{Value, json};
use vestibule::user::{Creator, Identity, IdentityKey, Status, UnlinkedIdentity, User, UserId};

use crate::harness::{
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, assert_signed_in, claims_of, event_of,
        sign_in, trace_id, with_claims,
    },
    process::Installation,
    stores::StoreLocation,
};

/// Number of processes at once.
const PROCESSES: usize = 4;
/// Token claims that the login sees and a file may omit.
const TOKEN_CLAIMS: [&str; 5] = ["iss", "aud", "iat", "exp", "auth_time"];

/// Prepares a user who exists before the login. The identity has this key.
type Setup = fn(&mut User, &IdentityKey);

/// A row: claims, existing user, and the expected decision with its rule.
struct Row {
    what: &'static str,
    provider: &'static str,
    /// Merged over the claims of a user with a verified email at corp.example.
    claims: Value,
    users: &'static [Setup],
    outcome: Expected,
    rule: &'static str,
}

#[derive(Clone, Copy)]
enum Expected {
    Accept(&'static str),
    AskForProof,
    Refuse(&'static str),
}

fn row(
    what: &'static str,
    (provider, claims): (&'static str, Value),
    users: &'static [Setup],
    outcome: Expected,
    rule: &'static str,
) -> Row {
    Row { what, provider, claims, users, outcome, rule }
}

const ADMIN_CREATED: Setup = |_, _| {};
const OWNER: Setup = |user, _| user.email_verified = true;
const NAMED: Setup = |user, _| {
    let email = user.email.take().expect("an address");
    user.username = Some(email.as_str().parse().expect("a user name"));
};
const NAMED_DISABLED: Setup = |user, key| {
    NAMED(user, key);
    user.status = Status::Disabled;
};
const KNOWN: Setup = |user, key| {
    let (key, at) = (key.clone(), user.created_at);
    let (provider, email, roles) = ("former-name".to_owned(), None, Vec::new());
    user.identities.push(Identity { key, provider, email, roles, linked_at: at, last_login_at: None });
};
const OWNER_WITH_ANOTHER: Setup = |user, key| {
    user.email_verified = true;
    KNOWN(user, &IdentityKey { issuer: key.issuer.clone(), subject: format!("before {}", key.subject) });
};
const OWNER_OF_OTHER_ISSUER: Setup = |user, key| {
    user.email_verified = true;
    KNOWN(
        user,
        &IdentityKey { issuer: "https://elsewhere.example".to_owned(), subject: key.subject.clone() },
    );
};
const UNLINKED: Setup = |user, key| {
    user.email = None;
    user.unlinked_identities.push(UnlinkedIdentity { key: key.clone(), unlinked_at: user.created_at });
};
const SELF_REGISTERED: Setup = |user, _| user.created_by = Creator::User;
const PROVIDER_CREATED: Setup = |user, _| user.created_by = Creator::Provider;
const ADMIN: Setup = |user, _| {
    user.email_verified = true;
    user.roles = vec!["admin".to_owned()];
};
const SELF_REGISTERED_ADMIN: Setup = |user, _| {
    user.created_by = Creator::Provider;
    user.roles = vec!["admin".to_owned()];
};
const DISABLED: Setup = |user, _| user.status = Status::Disabled;
const OWNER_DISABLED: Setup = |user, _| {
    user.email_verified = true;
    user.status = Status::Disabled;
};
const KNOWN_DISABLED: Setup = |user, key| {
    KNOWN(user, key);
    user.status = Status::Disabled;
};
const KNOWN_QUARANTINED: Setup = |user, key| {
    KNOWN(user, key);
    user.status = Status::Quarantined;
};
const SELF_REGISTERED_DISABLED: Setup = |user, _| {
    user.created_by = Creator::User;
    user.status = Status::Disabled;
};

const NOT_VERIFIED: &str = "the provider sent no verified address";
const UNKNOWN: &str = "no account has the address";
const IS_KNOWN: &str = "the identity is known";
const IS_DISABLED: &str = "the account is disabled";
const OWNER_IS_DISABLED: &str = "the account with the address is disabled";
const VERIFIED_TWICE: &str = "the address is verified here and at the provider";
const NOT_TRUSTED: &str = "the provider is not trusted for the domain of a known address";
const IS_ADMIN_CREATED: &str = "an administrator created an account with this address";
const ONLY_SELF_REGISTERED: &str = "only unverified, self-registered accounts have the address";
const RECLAIMED: &str = "unverified, self-registered accounts have the address";
const NOT_ALLOWED: &str = "the address is not in an allowed domain";
const OTHER_ORGANIZATION: &str = "the token belongs to another organization";

/// The same claims of a trusted and of an untrusted provider.
fn corp(claims: Value) -> (&'static str, Value) {
    ("corp", claims)
}

fn fake(claims: Value) -> (&'static str, Value) {
    ("fake", claims)
}

fn honest() -> (&'static str, Value) {
    corp(json!({}))
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn rows_by_default() -> Vec<Row> {
    let says = |word: Value| corp(json!({ "email_verified": word }));
    let privileged = "an administrator account is never linked by its address";
    let another = "the account with the address has or had another identity of this issuer";
    let kept = "an administrator account is never reclaimed by its address";
    let without_conflict =
        "only unverified, self-registered accounts have the address, and the provider is not trusted for it";
    vec![
        row("unknown", honest(), &[], Accept("create"), UNKNOWN),
        row("unknown, no address", corp(json!({ "email": null })), &[], Accept("create"), NOT_VERIFIED),
        row("known", honest(), &[KNOWN], Accept("signIn"), IS_KNOWN),
        row(
            "known, without an address",
            corp(json!({ "email": null })),
            &[KNOWN],
            Accept("signIn"),
            IS_KNOWN,
        ),
        row("known, disabled", honest(), &[KNOWN_DISABLED], Refuse("account_disabled"), IS_DISABLED),
        row("known, quarantined", honest(), &[KNOWN_QUARANTINED], Refuse("account_disabled"), IS_DISABLED),
        row("known, unlinked by another", honest(), &[KNOWN, UNLINKED], Accept("signIn"), IS_KNOWN),
        row(
            "unlinked before",
            honest(),
            &[UNLINKED, OWNER],
            Refuse("identity_unlinked"),
            "the identity was unlinked on purpose",
        ),
        row("owner, trusted", honest(), &[OWNER], Accept("link"), VERIFIED_TWICE),
        row("owner, not trusted", fake(json!({})), &[OWNER], AskForProof, NOT_TRUSTED),
        row("owner, privileged", honest(), &[ADMIN], AskForProof, privileged),
        row(
            "owner, with another identity at this issuer",
            honest(),
            &[OWNER_WITH_ANOTHER],
            AskForProof,
            another,
        ),
        row(
            "owner, with an identity at another issuer",
            honest(),
            &[OWNER_OF_OTHER_ISSUER],
            Accept("link"),
            VERIFIED_TWICE,
        ),
        row("owner, disabled", honest(), &[OWNER_DISABLED], Refuse("account_disabled"), OWNER_IS_DISABLED),
        row("owner, text true", says(json!("true")), &[OWNER], Accept("create"), NOT_VERIFIED),
        row("owner, absent", says(json!(null)), &[OWNER], Accept("create"), NOT_VERIFIED),
        row("owner, false", says(json!(false)), &[OWNER], Accept("create"), NOT_VERIFIED),
        row("made by an administrator", honest(), &[ADMIN_CREATED], AskForProof, IS_ADMIN_CREATED),
        row(
            "made by an administrator, not trusted",
            fake(json!({})),
            &[ADMIN_CREATED],
            AskForProof,
            IS_ADMIN_CREATED,
        ),
        row("user name is the address", honest(), &[NAMED], AskForProof, IS_ADMIN_CREATED),
        row(
            "user name is the address, not trusted",
            fake(json!({})),
            &[NAMED],
            AskForProof,
            IS_ADMIN_CREATED,
        ),
        row("user name, claim not verified", says(json!("true")), &[NAMED], Accept("create"), NOT_VERIFIED),
        row(
            "user name is the address, disabled",
            honest(),
            &[NAMED_DISABLED],
            Refuse("account_disabled"),
            OWNER_IS_DISABLED,
        ),
        row(
            "user name is the address, another account was given it",
            honest(),
            &[NAMED, ADMIN_CREATED],
            Refuse("link_ambiguous"),
            "several accounts have the address",
        ),
        row("self-registered, trusted", honest(), &[SELF_REGISTERED], Accept("reclaim"), RECLAIMED),
        row(
            "two self-registered, trusted",
            honest(),
            &[SELF_REGISTERED, PROVIDER_CREATED],
            Accept("reclaim"),
            RECLAIMED,
        ),
        row(
            "self-registered, not trusted",
            fake(json!({})),
            &[PROVIDER_CREATED, SELF_REGISTERED],
            Accept("create"),
            without_conflict,
        ),
        row(
            "self-registered, disabled",
            honest(),
            &[SELF_REGISTERED_DISABLED],
            Refuse("account_disabled"),
            OWNER_IS_DISABLED,
        ),
        row(
            "self-registered, privileged",
            honest(),
            &[SELF_REGISTERED, SELF_REGISTERED_ADMIN],
            AskForProof,
            kept,
        ),
        row(
            "self-registered accounts do not block the one of the administrator",
            honest(),
            &[SELF_REGISTERED, ADMIN_CREATED, PROVIDER_CREATED],
            AskForProof,
            IS_ADMIN_CREATED,
        ),
        row(
            "two accounts have the address",
            honest(),
            &[ADMIN_CREATED, ADMIN_CREATED],
            Refuse("link_ambiguous"),
            "several accounts have the address",
        ),
        row("a disabled one shows it", honest(), &[DISABLED], Refuse("account_disabled"), OWNER_IS_DISABLED),
    ]
}

fn rows_without_sign_up() -> Vec<Row> {
    let unverified = corp(json!({ "email_verified": false }));
    vec![
        row("unknown", honest(), &[], Refuse("signup_not_allowed"), UNKNOWN),
        row("owner, unverified", unverified, &[OWNER], Refuse("signup_not_allowed"), NOT_VERIFIED),
        row("owner, trusted", honest(), &[OWNER], Accept("link"), VERIFIED_TWICE),
        row("known", honest(), &[KNOWN], Accept("signIn"), IS_KNOWN),
        row(
            "self-registered, trusted",
            honest(),
            &[SELF_REGISTERED],
            Refuse("signup_not_allowed"),
            ONLY_SELF_REGISTERED,
        ),
    ]
}

/// corp allows only other.example, for which it is not trusted. fake allows only corp.example.
fn rows_with_domains() -> Vec<Row> {
    let other = json!({ "email": "hopper@other.example" });
    let text = fake(json!({ "email_verified": "true" }));
    vec![
        row("unknown, other domain", honest(), &[], Refuse("signup_not_allowed"), NOT_ALLOWED),
        row("unverified", text, &[], Refuse("signup_not_allowed"), NOT_ALLOWED),
        row("known, other domain", honest(), &[KNOWN], Refuse("access_denied"), NOT_ALLOWED),
        row(
            "known, no address",
            fake(json!({ "email": null })),
            &[KNOWN],
            Refuse("access_denied"),
            NOT_ALLOWED,
        ),
        row("unknown, allowed", fake(json!({})), &[], Accept("create"), UNKNOWN),
        row("owner, trusted for another domain", corp(other), &[OWNER], AskForProof, NOT_TRUSTED),
    ]
}

/// fake requires `org_1`, corp requires `acme`.
fn rows_with_organizations() -> Vec<Row> {
    let other = || corp(json!({ "org_id": "org_2", "org_name": "ACME" }));
    vec![
        row("by id", fake(json!({ "org_id": "org_1", "org_name": "acme" })), &[], Accept("create"), UNKNOWN),
        row(
            "by name",
            corp(json!({ "org_id": "org_1", "org_name": "acme" })),
            &[],
            Accept("create"),
            UNKNOWN,
        ),
        row("another", other(), &[], Refuse("access_denied"), OTHER_ORGANIZATION),
        row("another, known", other(), &[KNOWN], Refuse("access_denied"), OTHER_ORGANIZATION),
        row("none", honest(), &[OWNER], Refuse("access_denied"), OTHER_ORGANIZATION),
        row("a list", fake(json!({ "org_id": ["org_1"] })), &[], Refuse("access_denied"), OTHER_ORGANIZATION),
    ]
}

/// Runs commands, some at a time, and returns their outputs.
fn run_all(home: &Installation, commands: &[Vec<String>]) -> Vec<Value> {
    let run = |command: &Vec<String>| -> Value {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let done = home.run(&arguments).expect_exit(0);
        assert_eq!(done.err, "", "{command:?}");
        serde_json::from_str(&done.out).unwrap()
    };
    let some = |commands: &[Vec<String>]| -> Vec<Value> {
        thread::scope(|scope| {
            let running: Vec<_> = commands.iter().map(|command| scope.spawn(move || run(command))).collect();
            running.into_iter().map(|thread| thread.join().expect("the thread does not panic")).collect()
        })
    };
    commands.chunks(PROCESSES).flat_map(some).collect()
}

fn command(arguments: &[&str]) -> Vec<String> {
    ["explain", "--json"].iter().chain(arguments).map(ToString::to_string).collect()
}

/// Returns evidence and decision without the token claims.
fn without_token(shown: &Value) -> Value {
    let mut same = json!({});
    for name in
        ["provider", "issuer", "subject", "email", "emailVerified", "trustedForDomain", "claims", "decision"]
    {
        same[name] = shown[name].clone();
    }
    let claims = same["claims"].as_object_mut().expect("claims");
    claims.retain(|name, _| !TOKEN_CLAIMS.contains(&name.as_str()));
    same
}

/// Explains every row, signs in with it, and compares.
#[expect(clippy::too_many_lines, reason = "the comparison is one sequence")]
async fn check_rows(location: &StoreLocation, settings: &[(&str, &str)], rows: Vec<Row>) {
    let fixture = FederatedFixture::with_settings(location, settings).await;
    let home = Installation::beside(&fixture.service);
    let mut asked = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let provider = if row.provider == "corp" { &fixture.corp } else { &fixture.fake };
        let claims = with_claims(claims_of(&format!("row{number}")), row.claims.clone());
        let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
        let key = IdentityKey { issuer: provider.issuer().to_owned(), subject: text("sub") };
        for change_user in row.users {
            let now = fixture.service.clock.now();
            let mut user = User::new(UserId::new(now), now);
            user.email = text("email").parse().ok();
            change_user(&mut user, &key);
            fixture.service.app.store.insert(user).await.expect("a new user");
        }
        // Without `iss` in the file, the issuer is the one of the provider.
        let file = if number % 2 == 0 {
            claims.clone()
        } else {
            with_claims(claims.clone(), json!({ "iss": key.issuer }))
        };
        home.write(&format!("row{number}.json"), file.to_string());
        asked.push((provider, claims));
    }
    let explain = |(number, row): (usize, &Row)| {
        command(&["--provider", row.provider, "--claims", &format!("row{number}.json")])
    };
    let explain: Vec<_> = rows.iter().enumerate().map(explain).collect();
    let before = location.all_documents().await;
    let explained = run_all(&home, &explain);
    assert_eq!(location.all_documents().await, before, "explaining changes nothing");

    let mut traces = Vec::new();
    for (row, (provider, claims)) in rows.iter().zip(&asked) {
        let answer = sign_in(&fixture.browser(), provider, claims).await;
        let event = event_of(&fixture.service, &answer).await;
        match row.outcome {
            Accept(_) => assert_signed_in(&answer, "/"),
            AskForProof => assert_link_pending(&answer, provider),
            Refuse(code) => {
                assert_refused(&answer, code);
                assert_eq!(event.reason.as_deref(), Some(code), "{}", row.what);
                assert_eq!(trace_id(&answer), event.id().to_string(), "{}", row.what);
            }
        }
        traces.push(command(&["--trace", &event.id().to_string()]));
    }
    let printed = run_all(&home, &traces);
    for ((row, explained), printed) in rows.iter().zip(&explained).zip(&printed) {
        assert_eq!(without_token(explained), without_token(printed), "{}", row.what);
        let decision = &explained["decision"];
        let outcome = match row.outcome {
            Accept(outcome) => outcome,
            AskForProof => "askForProof",
            Refuse(_) => "refuse",
        };
        assert_eq!(
            (&decision["outcome"], &decision["rule"]),
            (&json!(outcome), &json!(row.rule)),
            "{}",
            row.what
        );
        let needed = decision["needed"].as_str().unwrap_or_default();
        assert_eq!(needed.is_empty(), matches!(row.outcome, Accept(_)), "{}: {decision}", row.what);
        assert_eq!(
            printed["changes"].is_object(),
            matches!(row.outcome, Accept(_)),
            "{}: {printed}",
            row.what
        );
        assert_eq!(printed["type"], "federatedSignIn", "{}", row.what);
    }
}

#[on_every_store]
async fn explain_matches_the_login(location: StoreLocation) {
    check_rows(&location, &[], rows_by_default()).await;
}

#[on_every_store]
async fn explain_matches_the_login_without_signup(location: StoreLocation) {
    let settings = [("FAKE_ALLOW_SIGNUP", "false"), ("CORP_ALLOW_SIGNUP", "false")];
    check_rows(&location, &settings, rows_without_sign_up()).await;
}

#[on_every_store]
async fn explain_matches_the_login_with_allowed_domains(location: StoreLocation) {
    let settings = [("FAKE_ALLOWED_DOMAINS", "corp.example"), ("CORP_ALLOWED_DOMAINS", "other.example")];
    check_rows(&location, &settings, rows_with_domains()).await;
}

#[on_every_store]
async fn explain_matches_the_login_with_an_organization(location: StoreLocation) {
    let settings = [("FAKE_ORGANIZATION", "org_1"), ("CORP_ORGANIZATION", "acme")];
    check_rows(&location, &settings, rows_with_organizations()).await;
}
