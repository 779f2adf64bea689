//! Mail servers.

use serde_json::json;

use super::{Row, home, run};
use crate::harness::{
    process::Installation,
    smtp::{PASSWORD, SmtpServer, USER},
    tls::ca_file,
};

const URL: &str = "VESTIBULE_MAIL_URL";
const FROM: &str = "VESTIBULE_MAIL_FROM";

fn at(port: u16, options: &str) -> Installation {
    let user = USER.replace('@', "%40");
    home(&[
        (URL, &format!("smtp://{user}@localhost:{port}{options}")),
        (FROM, "no-reply@corp.dev"),
        ("VESTIBULE_MAIL_PASSWORD", PASSWORD),
        ("VESTIBULE_CA_FILE", &ca_file()),
    ])
}

fn server() -> SmtpServer {
    SmtpServer::start(json!({ "tls": "starttls", "user": USER, "password": PASSWORD }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_mail_servers_are_named() {
    const REQUIRED: &str = "?tls=required";
    let servers = [server(), server(), server(), server(), SmtpServer::start(json!({ "tls": "none" }))];
    let [good, password, certificate, domain, plain] = servers;
    let port = good.port;
    run(vec![
        Row::good("mail server", at(port, REQUIRED)).keep(good),
        Row::bad(
            "wrong password",
            at(password.port, REQUIRED).and("VESTIBULE_MAIL_PASSWORD", "wrong"),
            1,
            "mail_login",
            "VESTIBULE_MAIL_PASSWORD",
        )
        .keep(password),
        Row::bad(
            "unknown certificate",
            at(certificate.port, REQUIRED).and("VESTIBULE_CA_FILE", ""),
            1,
            "mail_tls",
            "VESTIBULE_CA_FILE",
        )
        .keep(certificate),
        Row::bad("no encryption", at(plain.port, REQUIRED), 1, "mail_tls", URL).keep(plain),
        Row::bad(
            "sender of a reserved domain",
            at(domain.port, REQUIRED).and(FROM, "no-reply@corp.example"),
            1,
            "mail_from_domain",
            FROM,
        )
        .keep(domain),
        Row::bad("closed port", at(9, REQUIRED), 1, "mail_unreachable", URL),
        Row::bad(
            "folder that cannot be written",
            home(&[(URL, "file:/dev/null/mail"), (FROM, "a@corp.dev")]),
            1,
            "mail_folder",
            URL,
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_of_a_mail_server_are_named() {
    let refusing = |command: &str, reply: &str| {
        SmtpServer::start(json!({ "tls": "starttls", "user": USER, "password": PASSWORD, command: [reply] }))
    };
    let sender = refusing("mail", "553 5.7.1 Sender address rejected: not owned by user");
    let recipient = refusing("rcpt", "550 5.1.1 No such user");
    run(vec![
        Row::bad("sender of another user", at(sender.port, "?tls=required"), 1, "mail_sender", FROM)
            .keep(sender),
        Row::bad(
            "recipient that the server refuses",
            at(recipient.port, "?tls=required"),
            1,
            "mail_not_sent",
            "ada@corp.dev",
        )
        .argument(&["--send-mail", "ada@corp.dev"])
        .keep(recipient),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_is_sent_only_when_it_is_asked_for() {
    let server = server();
    let home = at(server.port, "?tls=required");
    home.run(&["doctor"]).expect_exit(0);
    assert!(server.events("accepted").is_empty());
    home.run(&["doctor", "--send-mail", "ada@corp.dev"]).expect_exit(0);
    server.accepted(1).await;
}
