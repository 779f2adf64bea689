//! `users import` of the exports of other products. The hashes in the fixtures were made by other implementations: each test signs in with
//! the password.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::{Value, json};
use vestibule::{clock::Clock, secrets};

use super::{add, signed_in, users};
use crate::harness::{
    browser::Browser,
    process::{Done, Installation},
    stores::StoreLocation,
    totp::Authenticator,
    users::PASSWORD,
};

const GOOGLE: &str = "https://accounts.google.com";
const AUTH0: &str = "https://corp.eu.auth0.com/";
const KEYCLOAK: &str = "https://sso.corp.example/realms/corp";
const FIREBASE: &str = "https://securetoken.google.com/corp";
/// Subject of one user at Google, in every fixture.
const AT_GOOGLE: &str = "108204268033311374519";
/// The key of the authenticator apps in the fixtures.
const SECRET: &[u8] = b"fhAbjBAwfMqoDyXPyAcL";

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports");
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn installation(location: &StoreLocation) -> Installation {
    let home = Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", &secrets::new_key()),
        ("VESTIBULE_HASH_THREADS", "1"),
        ("VESTIBULE_PROVIDERS", "google,old,sso,fire"),
    ]);
    let issuers = [("GOOGLE", GOOGLE), ("OLD", AUTH0), ("SSO", KEYCLOAK), ("FIRE", FIREBASE)];
    issuers.into_iter().fold(home, |home, (name, issuer)| {
        home.and(&format!("VESTIBULE_PROVIDER_{name}_ISSUER"), issuer)
            .and(&format!("VESTIBULE_PROVIDER_{name}_CLIENT_ID"), "client")
            .and(&format!("VESTIBULE_PROVIDER_{name}_CLIENT_SECRET"), "the secret of the client")
    })
}

fn import(home: &Installation, file: &str, content: &[u8], more: &[&str]) -> Done {
    home.write(file, content);
    home.run(&[&["users", "import", file], more].concat())
}

fn user(home: &Installation, name: &str) -> Value {
    let all = users(home);
    all.iter().find(|user| user["username"] == name).unwrap_or_else(|| panic!("{name}: {all:#?}")).clone()
}

/// Returns issuer and subject of all identities.
fn identities(user: &Value) -> Vec<(String, String)> {
    let identities = user["identities"].as_array().expect("identities").iter();
    let text = |identity: &Value, name: &str| identity[name].as_str().expect("a text").to_owned();
    identities.map(|identity| (text(identity, "issuer"), text(identity, "subject"))).collect()
}

fn pair(issuer: &str, subject: &str) -> (String, String) {
    (issuer.to_owned(), subject.to_owned())
}

async fn sign_in_with_app(address: SocketAddr, name: &str) {
    let browser = Browser::at(address);
    assert_eq!(browser.sign_in(name, PASSWORD).await.expect_status(200).json()["needMfa"], true, "{name}");
    let code = Authenticator::new(SECRET).code(Clock::system().now());
    browser.verify(&code).await.expect_status(200);
}

async fn is_refused(address: SocketAddr, name: &str) {
    Browser::at(address).sign_in(name, PASSWORD).await.expect_status(401);
}

#[on_every_store]
async fn users_of_auth0_sign_in_with_their_passwords(location: StoreLocation) {
    let home = installation(&location);
    let file = [fixture("auth0-users.ndjson"), fixture("auth0-hashes.ndjson")].concat();
    let options = ["--issuer", AUTH0, "--role-map", "editor=app:editor"];
    let done = import(&home, "all.ndjson", &file, &options).expect_exit(0);
    assert!(done.out.contains("\ncreated grace@gmail.example\n"), "{}", done.out);
    assert!(done.out.contains("\n    not carried over: no --role-map for \"admin\"\n"), "{}", done.out);
    let ada = user(&home, "ada@corp.example");
    assert_eq!((&ada["roles"], &ada["emailVerified"]), (&json!(["app:editor"]), &json!(false)));
    assert_eq!(
        (&ada["displayName"], &ada["createdAt"]),
        (&json!("Ada Lovelace"), &json!("2021-03-05T16:34:59.502Z"))
    );
    assert_eq!(identities(&ada), [pair(AUTH0, "auth0|60425dc43519d90068f82973")]);
    let grace = user(&home, "grace@gmail.example");
    let subject = format!("google-oauth2|{AT_GOOGLE}");
    assert_eq!(identities(&grace), [pair(AUTH0, &subject), pair(GOOGLE, AT_GOOGLE)]);
    assert_eq!((&grace["hasPassword"], &grace["locale"]), (&json!(false), &json!("en")));

    import(&home, "bulk.json", &fixture("auth0-bulk.json"), &["--trust-verified-emails"]).expect_exit(0);
    let app = user(&home, "app@corp.example");
    assert_eq!((&app["emailVerified"], &app["identities"]), (&json!(true), &json!([])), "without --issuer");

    let serving = home.serve();
    for name in ["ada@corp.example", "bcrypt", "argon2", "pbkdf2", "scrypt"] {
        signed_in(serving.address, name).await;
    }
    sign_in_with_app(serving.address, "app@corp.example").await;
    for name in ["md5", "grace@gmail.example", "mallory@corp.example"] {
        is_refused(serving.address, name).await;
    }
    assert_eq!(user(&home, "mallory@corp.example")["status"], "disabled");

    // The logins replaced the hashes. The same file changes nothing.
    let done = import(&home, "all.ndjson", &file, &options).expect_exit(0);
    assert!(done.out.ends_with("3 rows: 0 created, 0 updated, 3 unchanged, 0 refused\n"), "{}", done.out);
}

#[on_every_store]
async fn users_of_keycloak_sign_in_with_their_passwords(location: StoreLocation) {
    let home = installation(&location);
    let options =
        ["--issuer", KEYCLOAK, "--role-map", "/staff/london=london", "--role-map", "client:wiki:writer=wiki"];
    let done = import(&home, "realm.json", &fixture("keycloak-realm.json"), &options).expect_exit(0);
    assert!(done.out.contains("1 left out: service accounts of clients are no users\n"), "{}", done.out);
    for part in [
        "digits 8 is not supported",
        "algorithm HmacSHA256 is not supported",
        "the passkey \"Key\" (webauthn): its authenticator names the user by the id of Keycloak",
        "the passkey \"Laptop\" (webauthn-passwordless)",
    ] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    let ada = user(&home, "ada");
    assert_eq!((&ada["roles"], &ada["locale"]), (&json!(["london", "wiki"]), &json!("de")));
    let subject = "0f7b6c1e-0000-4000-8000-000000000001";
    assert_eq!(identities(&ada), [pair(KEYCLOAK, subject), pair(GOOGLE, AT_GOOGLE)]);
    let serving = home.serve();
    sign_in_with_app(serving.address, "ada").await;
    sign_in_with_app(serving.address, "old").await;
    signed_in(serving.address, "argon").await;
    let answer = Browser::at(serving.address).sign_in("sha256", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["needPasswordChange"], true, "UPDATE_PASSWORD");
    is_refused(serving.address, "off").await;
    assert_eq!(users(&home).len(), 5);
}

#[on_every_store]
async fn users_of_firebase_sign_in_with_their_passwords(location: StoreLocation) {
    let home = installation(&location);
    home.write("signer-key", fixture("firebase-signer-key.txt"));
    let options = ["--firebase-signer-key-file", "signer-key", "--issuer", FIREBASE];
    let done = import(&home, "users.json", &fixture("firebase.json"), &options).expect_exit(0);
    assert!(done.out.contains("the second factor SMS"), "{}", done.out);
    let done = import(&home, "users.csv", &fixture("firebase.csv"), &options).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n"), "{}", done.out);
    let ada = user(&home, "ada@corp.example");
    assert_eq!(identities(&ada), [pair(FIREBASE, "Xy7uid0000000000000000000001"), pair(GOOGLE, AT_GOOGLE)]);
    assert_eq!(ada["roles"], json!([]), "a custom claim is no role here");
    let serving = home.serve();
    signed_in(serving.address, "ada@corp.example").await;
    is_refused(serving.address, "off@corp.example").await;
}

#[on_every_store]
async fn users_of_django_sign_in_with_their_passwords(location: StoreLocation) {
    let home = installation(&location);
    let options = ["--role-map", "group:editors=editor"];
    import(&home, "users.json", &fixture("django.json"), &options).expect_exit(0);
    let ada = user(&home, "ada");
    assert_eq!((&ada["roles"], &ada["displayName"]), (&json!(["editor"]), &json!("Ada Lovelace")));
    assert_eq!(user(&home, "sha1")["totp"], json!([]), "its enrolment was not confirmed");
    let serving = home.serve();
    sign_in_with_app(serving.address, "ada").await;
    for name in ["off", "sha1", "none"] {
        is_refused(serving.address, name).await;
    }
    assert_eq!(user(&home, "off")["status"], "disabled");
    let done = import(&home, "auth_user.csv", &fixture("django.csv"), &[]).expect_exit(0);
    assert!(done.out.ends_with("4 rows: 0 created, 0 updated, 4 unchanged, 0 refused\n"), "{}", done.out);
}

#[on_every_store]
async fn users_of_mongoose_sign_in_with_their_passwords(location: StoreLocation) {
    let home = installation(&location);
    import(&home, "users.ndjson", &fixture("mongoose.ndjson"), &["--issuer", AUTH0]).expect_exit(0);
    assert_eq!(identities(&user(&home, "grace@gmail.example")), [pair(GOOGLE, AT_GOOGLE)]);
    assert_eq!(
        identities(&user(&home, "linus@corp.example")),
        [pair(AUTH0, "auth0|60425dc43519d90068f82975")]
    );
    assert_eq!(
        (&user(&home, "ada")["roles"], &user(&home, "ada")["createdAt"]),
        (&json!([]), &json!("2024-01-31T10:00:00.000Z"))
    );
    let serving = home.serve();
    sign_in_with_app(serving.address, "ada").await;
    is_refused(serving.address, "linus@corp.example").await;
    is_refused(serving.address, "grace@gmail.example").await;
}

// Users chose their names in the other product. A user who signed up there with the name of an administrator here must not replace the
// administrator's password and factors (account takeover).
#[on_every_store]
async fn user_of_the_same_name_is_not_changed_by_an_export(location: StoreLocation) {
    let home = installation(&location);
    add(&home, "ada");
    let before = user(&home, "ada");
    let hash = bcrypt::hash("the password of an attacker", 4).unwrap();
    let file = json!([{ "user_id": "auth0|1", "username": "ada", "email": "ada@corp.example", "password_hash": hash }]).to_string();
    for more in [&[][..], &["--dry-run"], &["--issuer", AUTH0]] {
        let done = import(&home, "users.json", file.as_bytes(), more).expect_exit(1);
        assert!(
            done.out.starts_with("refused line 1 (item 1): username \"ada\": an existing user has this name"),
            "{}",
            done.out
        );
        assert!(done.out.contains("--on-conflict update"), "{}", done.out);
    }
    assert_eq!(user(&home, "ada"), before);
    import(&home, "users.json", file.as_bytes(), &["--on-conflict", "update", "--issuer", AUTH0])
        .expect_exit(0);
    // The identity shows that it is the same user.
    let file = file.replace("ada@corp.example", "ada@new.example");
    let done = import(&home, "users.json", file.as_bytes(), &["--issuer", AUTH0]).expect_exit(0);
    assert!(done.out.starts_with("updated ada: email"), "{}", done.out);
}

#[test]
fn report_lists_what_is_not_carried_over() {
    let location = StoreLocation::file();
    let home = installation(&location);
    let done = import(&home, "bulk.json", &fixture("auth0-bulk.json"), &["--json", "--format", "auth0"])
        .expect_exit(0);
    let report: Value = serde_json::from_str(&done.out).unwrap();
    let of = |name: &str| {
        let results = report["results"].as_array().expect("results");
        results.iter().find(|result| result["username"] == name).expect(name)["notCarriedOver"].clone()
    };
    assert_eq!(of("bcrypt"), Value::Null);
    assert_eq!(
        of("md5"),
        json!([{ "field": "password", "text": "the user has no password here: a hash of \"md5\" cannot be checked here" }])
    );
    let text = "the address is verified there, and not here; add --trust-verified-emails to take that over";
    assert_eq!(
        of("app@corp.example"),
        json!([
            { "field": "secondFactors", "text": "the factors \"phone\"" },
            { "field": "secondFactors", "text": "the factors \"email\"" },
            { "field": "emailVerified", "text": text },
            { "field": "roles", "text": "no --role-map for \"editor\", \"group:staff\"" },
        ])
    );
    let done = import(&home, "again.json", &fixture("auth0-bulk.json"), &[]).expect_exit(0);
    assert!(
        done.out.contains("\nnot carried over, by number of users: passwords of 1, other second factors of 1, verified addresses of 1, roles and groups of 1\n")
            || done.out.starts_with("not carried over, by number of users: passwords of 1, other second factors of 1, verified addresses of 1, roles and groups of 1\n"),
        "{}",
        done.out
    );
}

#[test]
fn options_that_do_not_fit_the_file_are_refused() {
    let location = StoreLocation::file();
    let home = installation(&location);
    for (file, content, more, part) in [
        (
            "a.csv",
            b"username\nada\n".to_vec(),
            &["--role-map", "a=b"][..],
            "--role-map is for exports of other products",
        ),
        (
            "b.json",
            fixture("auth0-bulk.json"),
            &["--plain-passwords"],
            "--plain-passwords is not for exports",
        ),
        (
            "c.json",
            fixture("auth0-bulk.json"),
            &["--issuer", "https://other.example/"],
            "no configured provider has this issuer",
        ),
        ("d.csv", fixture("django.csv"), &["--format", "auth0"], "the file is not JSON"),
        ("e.json", fixture("auth0-bulk.json"), &["--format", "json"], "unknown column"),
        ("f.json", fixture("auth0-bulk.json"), &["--role-map", "a"], "write THEIRS=OURS"),
    ] {
        let done = import(&home, file, &content, more).expect_exit(2);
        assert!(done.err.contains(part) && done.out.is_empty(), "{done:?}");
    }
    assert!(!home.path("data").exists());
}
