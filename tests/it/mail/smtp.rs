//! Conversations with a real mail server, over TLS.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use vestibule::mail;

use super::{LINK, failure_is_recorded, listed, pairs, plain, reset, send, send_notice, settings, with_ca};
use crate::{
    admin::administrator,
    harness::{
        browser::Browser,
        eventually,
        process::Installation,
        service::Service,
        smtp::{PASSWORD, SmtpServer, USER},
        stores::StoreLocation,
        users::{self, create_user},
    },
};

const ADA: &str = "ada@corp.example";
const LIMIT: Duration = Duration::from_secs(20);
/// Less than the service waits for a server that says nothing (30 seconds).
const NOT_WAITING: Duration = Duration::from_secs(25);

fn authenticated(tls: &str) -> SmtpServer {
    SmtpServer::start(json!({ "tls": tls, "user": USER, "password": PASSWORD }))
}

/// Waits until the queue has no mail.
async fn is_delivered(service: &Service) {
    eventually(LIMIT, "the queue is empty", || async { all(service).await.is_empty() }).await;
}

async fn all(service: &Service) -> Vec<mail::MailView> {
    mail::page(&service.app.store, None, None, 200).await.expect("the queue").mails
}

/// Waits for an attempt that did not succeed, and returns the reply that administrators see.
async fn reply(service: &Service) -> String {
    eventually(LIMIT, "an attempt", || async { all(service).await.iter().any(|mail| mail.reply.is_some()) })
        .await;
    all(service).await.into_iter().find_map(|mail| mail.reply).expect("a reply")
}

#[on_every_store]
async fn mail_is_delivered_over_tls_with_a_password(location: StoreLocation) {
    for tls in ["starttls", "implicit"] {
        let server = authenticated(tls);
        let user = USER.replace('@', "%40");
        let url = match tls {
            "starttls" => format!("smtp://{user}@localhost:{}?tls=required", server.port),
            _ => format!("smtps://{user}@localhost:{}", server.port),
        };
        let service = Service::with_settings(&location, &pairs(&with_ca(settings(&url)))).await;
        send(&service, "Ada@Corp.Example", reset(service.clock.now())).await.expect("queued");
        let mails = server.accepted(1).await;
        let mail = &mails[0];
        assert_eq!((&mail["encrypted"], &mail["user"]), (&json!(true), &json!(USER)), "{tls}");
        assert_eq!(
            (&mail["from"], &mail["to"]),
            (&json!("no-reply@corp.example"), &json!(["Ada@corp.example"]))
        );
        let headers = &mail["headers"];
        for (name, expected) in [
            ("from", "Corp & Söhne <no-reply@corp.example>"),
            ("to", "Ada@corp.example"),
            ("subject", "Reset your password for Vestibule"),
            ("auto-submitted", "auto-generated"),
        ] {
            assert_eq!(headers[name], expected, "{name}");
        }
        assert!(headers["message-id"].as_str().expect("an id").ends_with("@localhost>"), "{headers}");
        let (text, html) = (mail["text"].as_str().expect("text"), mail["html"].as_str().expect("HTML"));
        assert!(text.contains(LINK) && html.contains(&format!("href=\"{LINK}\"")), "{text}\n{html}");
        is_delivered(&service).await;
        service.stop().await;
    }
}

#[on_every_store]
async fn names_and_texts_of_every_language_arrive_as_they_are(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let mut settings = plain(server.port);
    settings.push(("VESTIBULE_BRAND_NAME".to_owned(), "Müller & Söhne <AG>".to_owned()));
    let service = Service::with_settings(&location, &pairs(&settings)).await;
    let act = vestibule::mail::Act::of_administrator(service.clock.now());
    for locale in ["en", "de", "fr", "es", "ar"] {
        let mut to = crate::mail::to(&format!("{locale}@corp.example"));
        (to.locale, to.account) = (Some(locale.to_owned()), Some("عادا\r\nBcc: eve@evil.example".to_owned()));
        service.app.mail.send(&to, &act, mail::Message::Test).await.expect("queued");
    }
    for mail in server.accepted(5).await {
        let subject = mail["headers"]["subject"].as_str().expect("a subject");
        assert!(subject.contains("Müller & Söhne <AG>"), "{subject}");
        assert!(mail["text"].as_str().expect("text").contains("عاداBcc: eve@evil.example\n"), "{mail:#}");
        assert_eq!(mail["to"].as_array().map(Vec::len), Some(1));
        assert!(mail["headers"].get("bcc").is_none(), "{mail:#}");
        let longest = mail["raw"].as_str().expect("a message").lines().map(str::len).max();
        assert!(longest.is_some_and(|length| length <= 998), "RFC 5322 §2.1.1: {longest:?}");
    }
}

// A server without a valid certificate may be an attacker: it gets neither the password nor the link.
#[on_every_store]
async fn server_with_a_wrong_certificate_gets_nothing(location: StoreLocation) {
    let user = USER.replace('@', "%40");
    for (tls, name, trusts) in [
        ("starttls", "localhost", false),
        ("implicit", "localhost", false),
        ("starttls", "127.0.0.1", true),
        ("implicit", "127.0.0.1", true),
    ] {
        let server = authenticated(tls);
        let url = match tls {
            "starttls" => format!("smtp://{user}@{name}:{}?tls=required", server.port),
            _ => format!("smtps://{user}@{name}:{}", server.port),
        };
        let settings = if trusts { with_ca(settings(&url)) } else { settings(&url) };
        let service = Service::with_settings(&location, &pairs(&settings)).await;
        send(&service, ADA, reset(service.clock.now())).await.expect("queued");
        let reply = reply(&service).await;
        assert!(reply.to_lowercase().contains("certificate"), "{tls} {name}: {reply}");
        assert!(server.events("accepted").is_empty() && server.events("password").is_empty());
        for mail in all(&service).await {
            service.app.store.take::<Any>(&mail.id.document_id()).await.expect("deleted");
        }
        service.stop().await;
    }
}

// An attacker in the network can remove the offer of STARTTLS from the greeting.
#[on_every_store]
async fn server_without_starttls_gets_nothing_where_it_is_required(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "tls": "none" }));
    let url = format!("smtp://localhost:{}?tls=required", server.port);
    let service = Service::with_settings(&location, &pairs(&with_ca(settings(&url)))).await;
    send(&service, ADA, reset(service.clock.now())).await.expect("queued");
    assert!(reply(&service).await.contains("STARTTLS"));
    assert!(server.events("accepted").is_empty());
}

#[on_every_store]
async fn opportunistic_encryption_is_used_if_the_server_offers_it(location: StoreLocation) {
    for tls in ["none", "starttls"] {
        let server = SmtpServer::start(json!({ "tls": tls }));
        let url = format!("smtp://localhost:{}?tls=opportunistic", server.port);
        let service = Service::with_settings(&location, &pairs(&with_ca(settings(&url)))).await;
        send_notice(&service, ADA).await;
        assert_eq!(server.accepted(1).await[0]["encrypted"], json!(tls == "starttls"));
        service.stop().await;
    }
}

// A wrong password is a mistake in the settings. It must not turn every waiting mail into a failed one.
#[on_every_store]
async fn mail_waits_while_the_server_refuses_the_password(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "tls": "starttls", "user": USER, "password": "another" }));
    let url = format!("smtp://{}@localhost:{}?tls=required", USER.replace('@', "%40"), server.port);
    let service = Service::with_settings(&location, &pairs(&with_ca(settings(&url)))).await;
    send_notice(&service, ADA).await;
    let reply = reply(&service).await;
    assert!(reply.contains("535") && !reply.contains(PASSWORD), "{reply}");
    assert_eq!(listed(&service)[0]["state"], "queued");
}

#[on_every_store]
async fn refused_mail_is_kept_for_administrators_until_they_retry_it(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "rcpt": ["550 5.1.1 no such user: \u{1b}[31mred"] }));
    let service = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    let browser = administrator(&service).await.0;
    send_notice(&service, ADA).await;
    let path = "/api/admin/mail?state=failed";
    eventually(LIMIT, "the mail has failed", || async {
        browser.get(path).await.json()["items"] != json!([])
    })
    .await;
    let item = browser.get(path).await.json()["items"][0].clone();
    assert_eq!((&item["reason"], &item["nextAttemptAt"]), (&json!("refused"), &Value::Null));
    let reply = item["reply"].as_str().expect("a reply");
    assert!(reply.starts_with("550 5.1.1 no such user") && !reply.contains('\u{1b}'), "{reply}");
    failure_is_recorded(&service, "refused").await;
    // It is not tried again by itself.
    service.advance_time(Duration::from_hours(7));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(server.events("accepted").is_empty());

    let home = Installation::beside(&service);
    let table = home.run(&["mail", "list"]).expect_exit(0).out;
    assert!(table.contains("failed: refused") && table.contains("550 5.1.1"), "{table}");
    assert_eq!(home.run(&["mail", "retry", "--all"]).expect_exit(0).out, "queued 1 mail\n");
    let events = vestibule::audit::page(&service.app.store, None, None, 50).await.expect("events");
    let retried = events.iter().find(|event| event.has_type("mailRetried")).expect("the event");
    assert_eq!(
        (retried.actor.as_deref(), &retried.details),
        (Some("cli"), &Some(json!({ "mail": item["id"] })))
    );
    server.accepted(1).await;
    is_delivered(&service).await;
    home.run(&["mail", "retry", item["id"].as_str().expect("an id")]).expect_exit(1);
}

#[on_every_store]
async fn mail_that_the_server_defers_is_tried_again(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "data": ["451 4.3.0 try again later"], "delay": 1 }));
    let service = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    send_notice(&service, ADA).await;
    server.wait_for("refused").await;
    assert_eq!(reply(&service).await, "451 4.3.0 try again later");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(server.events("accepted").is_empty(), "not before a minute");
    service.advance_time(Duration::from_mins(1));
    server.accepted(1).await;
    is_delivered(&service).await;
}

#[on_every_store]
async fn mail_whose_conversation_breaks_is_tried_again(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "close": 1 }));
    let service = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    send_notice(&service, ADA).await;
    server.wait_for("closed").await;
    reply(&service).await;
    service.advance_time(Duration::from_mins(1));
    server.accepted(1).await;
    is_delivered(&service).await;
}

// The server has the mail, and we do not know it. The mailbox recognises the second copy by its id.
#[on_every_store]
async fn mail_whose_reply_is_lost_has_the_same_message_id_again(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "lose": 1 }));
    let service = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    send_notice(&service, ADA).await;
    server.accepted(1).await;
    reply(&service).await;
    service.advance_time(Duration::from_mins(1));
    let mails = server.accepted(2).await;
    for header in ["message-id", "date"] {
        assert_eq!(mails[0]["headers"][header], mails[1]["headers"][header]);
    }
    is_delivered(&service).await;
}

#[on_every_store]
async fn two_replicas_send_each_mail_once(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "delay": 0.05 }));
    let one = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    let other = one.start_replica().await;
    for number in 0..30 {
        let service = if number % 2 == 0 { &one } else { &other };
        send_notice(service, &format!("user{number}@corp.example")).await;
    }
    is_delivered(&one).await;
    let mails = server.accepted(30).await;
    let ids: BTreeSet<&str> =
        mails.iter().filter_map(|mail| mail["headers"]["message-id"].as_str()).collect();
    assert_eq!(ids.len(), 30);
    other.stop().await;
}

#[on_every_store]
async fn full_queue_is_delivered_after_a_restart(location: StoreLocation) {
    let port = SmtpServer::start(json!({})).stop();
    let service = Service::with_settings(&location, &pairs(&plain(port))).await;
    for number in 0..120 {
        send_notice(&service, &format!("user{number}@corp.example")).await;
    }
    reply(&service).await;
    let service = service.restart_with(&[]).await;
    assert_eq!(all(&service).await.len(), 120);
    let server = SmtpServer::start(json!({ "port": port }));
    // The mails that were tried wait for their next attempt, all others for the end of the pause.
    service.advance_time(Duration::from_mins(10));
    let mails = server.accepted(120).await;
    assert_eq!(mails.iter().filter_map(|mail| mail["to"][0].as_str()).collect::<BTreeSet<_>>().len(), 120);
    is_delivered(&service).await;
}

// One damaged document must not stop the mails behind it.
#[on_every_store]
async fn mail_that_cannot_be_read_is_skipped_and_reported(location: StoreLocation) {
    let port = SmtpServer::start(json!({})).stop();
    let service = Service::with_settings(&location, &pairs(&plain(port))).await;
    for name in ["first", "second", "third"] {
        send_notice(&service, &format!("{name}@corp.example")).await;
    }
    reply(&service).await;
    let service = service.restart_with(&[("VESTIBULE_MAIL_URL", ""), ("VESTIBULE_MAIL_FROM", "")]).await;
    location.corrupt("outgoing_mail", "first@corp.example", "attempts", &json!("many")).await;
    location.corrupt("outgoing_mail", "second@corp.example", "content", &json!("key.AAAA")).await;
    let server = SmtpServer::start(json!({ "port": port }));
    let url = format!("smtp://localhost:{port}");
    let sender = ("VESTIBULE_MAIL_FROM", "no-reply@corp.example");
    let service = service.restart_with(&[("VESTIBULE_MAIL_URL", &url), sender]).await;
    service.advance_time(Duration::from_mins(10));
    assert_eq!(server.accepted(1).await[0]["to"], json!(["third@corp.example"]));
    eventually(LIMIT, "it is reported", || async {
        all(&service)
            .await
            .iter()
            .any(|mail| mail.reason.is_some_and(|reason| reason.as_str() == "unreadable"))
    })
    .await;
}

// A mail server that accepts connections and never answers must not delay any request.
#[on_every_store]
async fn silent_mail_server_delays_no_request_and_no_shutdown(location: StoreLocation) {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let service = Service::with_settings(&location, &pairs(&plain(port))).await;
    create_user(&service, "ada").await;
    for number in 0..20 {
        send_notice(&service, &format!("user{number}@corp.example")).await;
    }
    let connected =
        tokio::time::timeout(LIMIT, silent.accept()).await.expect("a connection").expect("a connection");
    let began = Instant::now();
    for _ in 0..5 {
        Browser::of(&service).sign_in("ada", users::PASSWORD).await.expect_status(200);
        send_notice(&service, ADA).await;
    }
    assert!(began.elapsed() < NOT_WAITING, "{:?}", began.elapsed());
    assert!(all(&service).await.len() >= 25, "every mail is kept");
    let began = Instant::now();
    service.stop().await;
    assert!(began.elapsed() < NOT_WAITING, "{:?}", began.elapsed());
    drop(connected);
}

#[on_every_store]
async fn test_command_reports_what_the_server_replies(location: StoreLocation) {
    let server = SmtpServer::start(json!({ "rcpt": ["550 5.1.1 no such user"] }));
    let service = Service::with_settings(&location, &pairs(&plain(server.port))).await;
    let home = Installation::beside(&service);
    let refused = home.run(&["mail", "test", ADA]).expect_exit(1);
    assert!(refused.err.contains("550 5.1.1 no such user"), "{refused:?}");
    let accepted = home.run(&["mail", "test", ADA]).expect_exit(0);
    assert_eq!(accepted.out, format!("test message to {ADA} accepted by localhost:{}\n", server.port));
    assert_eq!(server.accepted(1).await[0]["to"], json!([ADA]));
    home.run(&["mail", "test", "ada"]).expect_exit(2);
}

/// Reads any document of the queue.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Any {
    #[serde(rename = "_id")]
    id: mail::MailId,
}

impl vestibule::store::Document for Any {
    const COLLECTION: vestibule::store::Collection = vestibule::store::Collection::OutgoingMail;

    fn id(&self) -> vestibule::store::DocumentId {
        self.id.document_id()
    }
}
