//! The queue without a mail server: limits, keys, and the folder of the development.

use std::fs;

use serde_json::json;
use vestibule::{
    mail::{self, MailState, SendError},
    secrets::{self, Keys},
};

use super::{LINK, failure_is_recorded, listed, pairs, plain, reset, send, send_notice, settings};
use crate::{
    admin::administrator,
    harness::{browser::Browser, eventually, process::Installation, service::Service, stores::StoreLocation},
};

/// Port that no program listens on.
const CLOSED: u16 = 1;

#[on_every_store]
async fn service_without_a_mail_server_sends_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    assert!(!service.app.mail.is_enabled());
    assert!(matches!(
        send(&service, "ada@corp.example", reset(service.clock.now())).await,
        Err(SendError::Disabled)
    ));
    assert_eq!(Browser::of(&service).get("/api/auth/providers").await.json()["mail"], json!(false));
    assert!(listed(&service).is_empty());
}

// A folder is for development, and its mails contain links with tokens.
#[on_every_store]
async fn folder_gets_one_private_file_for_each_mail(location: StoreLocation) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let mails = folder.path().join("data/mail");
    let service =
        Service::with_settings(&location, &pairs(&settings(&format!("file:{}", mails.display())))).await;
    assert_eq!(Browser::of(&service).get("/api/auth/providers").await.json()["mail"], json!(true));
    send(&service, "Ada@Corp.Example", reset(service.clock.now())).await.expect("queued");
    let limit = std::time::Duration::from_secs(10);
    eventually(limit, "the file was written", || async { listed(&service).is_empty() }).await;
    let files: Vec<_> =
        fs::read_dir(&mails).expect("a folder").map(|file| file.expect("a file").path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    assert_eq!(file.extension().and_then(|name| name.to_str()), Some("eml"));
    assert_eq!(fs::metadata(file).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&mails).expect("a folder").permissions().mode() & 0o777, 0o700);
    let text = fs::read_to_string(file).expect("text");
    assert!(text.contains("To: Ada@corp.example\r\n") && text.contains("multipart/alternative"), "{text}");
}

// A database that leaks must contain no link that resets a password.
#[on_every_store]
async fn queued_mail_contains_no_token(location: StoreLocation) {
    let service = Service::with_settings(&location, &pairs(&plain(CLOSED))).await;
    send(&service, "ada@corp.example", reset(service.clock.now())).await.expect("queued");
    let stored = location.all_documents().await;
    assert!(stored.contains("ada@corp.example"), "the mail is stored");
    assert!(!stored.contains("SECRET-TOKEN") && !stored.contains(LINK));
}

#[on_every_store]
async fn one_address_cannot_fill_the_queue(location: StoreLocation) {
    let service = Service::with_settings(&location, &pairs(&plain(CLOSED))).await;
    for _ in 0..20 {
        send_notice(&service, "ada@corp.example").await;
    }
    let now = service.clock.now();
    assert!(matches!(send(&service, "ADA@corp.example", reset(now)).await, Err(SendError::QueueFull)));
    send(&service, "linus@corp.example", reset(now)).await.expect("another address has a limit of its own");
}

// A client can request resets for any number of accounts.
#[on_every_store]
async fn requests_for_resets_do_not_block_notices(location: StoreLocation) {
    let service = Service::with_settings(&location, &pairs(&plain(CLOSED))).await;
    let now = service.clock.now();
    let mut refused = 0;
    for number in 0..1_010 {
        match send(&service, &format!("user{number}@corp.example"), reset(now)).await {
            Ok(()) => {}
            Err(SendError::QueueFull) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(refused, 10);
    send_notice(&service, "ada@corp.example").await;
}

#[on_every_store]
async fn rotation_seals_queued_mail_with_the_newest_key(location: StoreLocation) {
    let (old, new) = (secrets::new_key(), secrets::new_key());
    let mut with_key = plain(CLOSED);
    with_key.push(("VESTIBULE_SECRET_KEYS".to_owned(), old.to_string()));
    let service = Service::with_settings(&location, &pairs(&with_key)).await;
    send_notice(&service, "ada@corp.example").await;
    let both = Keys::parse(&format!("{},{}", *new, *old)).expect("two keys");
    assert_eq!(mail::reseal_all(&service.app.store, &both).await.expect("sealed"), 1);
    assert_eq!(mail::reseal_all(&service.app.store, &both).await.expect("sealed"), 0);
    let id = new.split_once(':').expect("id:base64").0;
    assert!(location.all_documents().await.contains(&format!("\"{id}.")), "sealed with the new key");
}

#[on_every_store]
async fn administrator_sees_mails_without_their_content(location: StoreLocation) {
    let service = Service::with_settings(&location, &pairs(&plain(CLOSED))).await;
    let browser = administrator(&service).await.0;
    send(&service, "ada@corp.example", reset(service.clock.now())).await.expect("queued");
    let path = "/api/admin/mail?state=queued";
    let limit = std::time::Duration::from_secs(10);
    eventually(limit, "the first attempt", || async {
        browser.get(path).await.json()["items"][0]["reply"].is_string()
    })
    .await;
    let answer = browser.get(path).await.expect_status(200);
    assert!(!answer.text.contains("SECRET-TOKEN"), "{}", answer.text);
    let item = &answer.json()["items"][0];
    assert_eq!(
        (&item["to"], &item["template"], &item["state"]),
        (&json!("ada@corp.example"), &json!("passwordReset"), &json!("queued"))
    );
    assert!(item["reply"].as_str().expect("a reply").contains("refused"), "{item}");
    for member in ["nextAttemptAt", "createdAt", "id"] {
        assert!(item[member].is_string(), "{member}: {item}");
    }
    assert_eq!(
        browser.get("/api/admin/mail?state=failed").await.expect_status(200).json()["items"],
        json!([])
    );
    browser.get("/api/admin/mail?state=all").await.expect_problem(400, "invalid_request");
}

#[on_every_store]
async fn link_that_has_expired_is_not_sent(location: StoreLocation) {
    let service = Service::with_settings(&location, &pairs(&plain(CLOSED))).await;
    send(&service, "ada@corp.example", reset(service.clock.now())).await.expect("queued");
    service.advance_time(std::time::Duration::from_mins(31));
    let failed = || async {
        mail::page(&service.app.store, Some(MailState::Failed), None, 10).await.expect("read").mails
    };
    let limit = std::time::Duration::from_secs(10);
    eventually(limit, "the mail has failed", || async { !failed().await.is_empty() }).await;
    assert_eq!(failed().await[0].reason.map(vestibule::mail::FailureReason::as_str), Some("expired"));
    assert!(!location.all_documents().await.contains("\"content\":\""), "the sealed link is deleted");
    failure_is_recorded(&service, "expired").await;
    let id = failed().await[0].id.to_string();
    let done = Installation::beside(&service).run(&["mail", "retry", &id]).expect_exit(1);
    assert!(done.err.contains("the link has expired"), "{done:?}");
}
