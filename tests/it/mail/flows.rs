//! Mails of the flows, as files of `file:FOLDER`: that each is sent, and where its link leads.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use serde_json::{Value, json};
use vestibule::user::User;

use crate::harness::{
    browser::Browser,
    eventually,
    factors::{Enrolled, enrolled_user},
    federated::{set_verified_email, update_user},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, stored_user},
};

const ADA: &str = "ada@corp.example";
const LIMIT: Duration = Duration::from_secs(20);
/// Reads a mail: the parts are encoded.
const READER: &str = "import email, email.policy, json, sys
mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
bodies = [mail.get_body((kind,)).get_content() for kind in ('plain', 'html')]
print(json.dumps({'to': mail['to'], 'subject': mail['subject'], 'text': bodies[0], 'html': bodies[1]}))";

/// A service that writes its mails into a folder.
struct Fixture {
    service: Service,
    folder: tempfile::TempDir,
}

impl Fixture {
    async fn start(location: &StoreLocation, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("file:{}", folder.path().display());
        let mut settings =
            vec![("VESTIBULE_MAIL_URL", url.as_str()), ("VESTIBULE_MAIL_FROM", "auth@corp.example")];
        settings.extend(more);
        Self { service: Service::with_settings(location, &settings).await, folder }
    }

    async fn user(&self) -> User {
        create_user_with(&self.service, "ada", |user| set_verified_email(user, ADA)).await
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path()).expect("the folder");
        let files = files.map(|file| file.expect("a file").path());
        files.filter(|file| file.extension().is_some_and(|end| end == "eml")).collect()
    }

    /// Returns the mail with this subject once it is in the folder.
    async fn mail(&self, subject: &str) -> Value {
        let find = || {
            let mails = self.files().into_iter().map(|file| read(&file));
            mails.into_iter().find(|mail| mail["subject"].as_str().is_some_and(|text| text.contains(subject)))
        };
        eventually(LIMIT, subject, async || find().is_some()).await;
        find().expect("the mail")
    }
}

fn read(file: &PathBuf) -> Value {
    let input = fs::File::open(file).expect("the file");
    let done = Command::new("python3").args(["-c", READER]).stdin(input).output().expect("python3 starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

/// Returns the token of the link to this page, which text and HTML contain.
fn token_of(mail: &Value, page: &str) -> String {
    let (text, html) = (mail["text"].as_str().expect("a text"), mail["html"].as_str().expect("HTML"));
    let start = format!("http://localhost:3000{page}#token=");
    let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("{start}: {text}"));
    let token: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    assert!(html.contains(&format!("{start}{token}")), "{html}");
    token
}

/// Asserts that the link "This was not me" of a mail ends this session.
async fn assert_not_me_ends(fixture: &Fixture, mail: &Value, session: &Browser) {
    assert_eq!(mail["to"], ADA);
    session.me().await.expect_status(200);
    let token = token_of(mail, "/not-me");
    let owner = Browser::of(&fixture.service);
    owner.post("/api/account/not-me", &json!({ "token": token })).await.expect_status(200);
    session.me().await.expect_problem(401, "session_ended");
    // The attacker may know the password. Its user sets another one by mail.
    owner.sign_in("ada", PASSWORD).await.expect_status(401);
}

#[on_every_store]
async fn login_from_an_unknown_device_is_notified_with_a_link_that_ends_it(location: StoreLocation) {
    let fixture = Fixture::start(&location, &[]).await;
    fixture.user().await;
    let own = Browser::of(&fixture.service);
    own.sign_in("ada", PASSWORD).await.expect_status(200);
    fixture.service.app.background.idle().await;
    let attacker = Browser::of(&fixture.service).with_header("user-agent", "Mozilla/5.0 Firefox/145.0");
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    let mail = fixture.mail("New login to your account").await;
    assert!(mail["text"].as_str().expect("a text").contains("Network address: 127.0.0.1"), "{mail}");
    assert_not_me_ends(&fixture, &mail, &attacker).await;
    own.me().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn used_recovery_code_is_notified_with_a_link_that_ends_the_session(location: StoreLocation) {
    let fixture = Fixture::start(&location, &[]).await;
    let Enrolled { user, codes, .. } = enrolled_user(&fixture.service, "ada").await;
    update_user(&fixture.service, user.id, |user| set_verified_email(user, ADA)).await;
    let attacker = Browser::of(&fixture.service);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    attacker.verify(&codes[0]).await.expect_status(200);
    let mail = fixture.mail("A recovery code of your account").await;
    assert!(mail["text"].as_str().expect("a text").contains('9'), "nine are left: {mail}");
    assert_not_me_ends(&fixture, &mail, &attacker).await;
}

#[on_every_store]
async fn requested_deletion_is_notified_with_a_link_that_keeps_the_account(location: StoreLocation) {
    let fixture = Fixture::start(&location, &[]).await;
    let user = fixture.user().await;
    let attacker = Browser::of(&fixture.service);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    attacker.delete("/api/account", &json!({ "confirmation": "ada" })).await.expect_status(202);
    assert!(stored_user(&fixture.service, &user).await.deletion_at.is_some());
    let mail = fixture.mail("will be deleted").await;
    assert_not_me_ends(&fixture, &mail, &attacker).await;
    assert_eq!(stored_user(&fixture.service, &user).await.deletion_at, None);
}

// A client chooses these headers. If a link followed them, the token of the victim would go to the attacker (password reset poisoning).
#[on_every_store]
async fn forged_host_changes_no_link_in_a_mail(location: StoreLocation) {
    // Also from a trusted proxy, which may pass on what a client sent.
    let fixture = Fixture::start(&location, &[("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1/32")]).await;
    fixture.user().await;
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "https://evil.example/"),
        ("x-forwarded-prefix", "//evil.example"),
    ];
    for (number, (name, value)) in forged.into_iter().enumerate() {
        fixture.service.advance_time(Duration::from_hours(2));
        let attacker = Browser::of(&fixture.service).with_header(name, value);
        attacker.post("/api/auth/password/forgot", &json!({ "email": ADA })).await.expect_status(202);
        eventually(LIMIT, name, async || fixture.files().len() > number).await;
    }
    for mail in fixture.files().iter().map(read) {
        token_of(&mail, "/reset-password");
    }
    // A change of the address has two links: to confirm it, and to cancel it.
    let browser = forged
        .into_iter()
        .fold(Browser::of(&fixture.service), |browser, (name, value)| browser.with_header(name, value));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let new = json!({ "email": "ada@new.example" });
    browser.post("/api/account/email", &new).await.expect_status(202);
    for (subject, page) in
        [("Confirm your address", "/confirm-email"), ("is about to change", "/cancel-email")]
    {
        token_of(&fixture.mail(subject).await, page);
    }
    for mail in fixture.files().iter().map(read) {
        assert!(!mail.to_string().contains("evil.example"), "{mail}");
    }
}
