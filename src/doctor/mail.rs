//! The mail server: connection, encryption, login and sender. The conversation ends before a mail.

use std::sync::Arc;

use crate::{
    clock::Clock,
    config::{Config, MailSettings, MailTransport},
    finding::{Finding, FindingCode},
    mail::{Mail, MailProblem},
    user::Email,
};

const URL: &str = "VESTIBULE_MAIL_URL";
const FROM: &str = "VESTIBULE_MAIL_FROM";
/// Domains that no server on the internet accepts mail from (RFC 2606, RFC 6761, RFC 6762).
const RESERVED: [&str; 9] = [
    "example",
    "invalid",
    "test",
    "localhost",
    "local",
    "internal",
    "example.com",
    "example.net",
    "example.org",
];

pub(super) async fn check(config: Arc<Config>, clock: Clock, send_to: Option<Email>) -> Vec<Finding> {
    let Some(settings) = &config.mail else { return Vec::new() };
    let mut findings: Vec<Finding> = from_domain(settings).into_iter().collect();
    match Mail::probe(&config).await {
        Err(problem) => findings.push(of_problem(settings, problem)),
        Ok(()) => {
            if let Some(address) = &send_to
                && let Err(reply) = Mail::test(&config, address, clock.now()).await
            {
                let fix = format!("read the reply of the server; check {FROM} and the address {address}");
                findings.push(Finding::new(FindingCode::MailNotSent, URL, reply, fix));
            }
        }
    }
    findings
}

fn from_domain(settings: &MailSettings) -> Option<Finding> {
    // Nothing in a folder reaches a server.
    if matches!(settings.transport, MailTransport::Folder(_)) {
        return None;
    }
    let domain = settings.from.email.domain().to_ascii_lowercase();
    let problem = if RESERVED.iter().any(|name| domain == *name || domain.ends_with(&format!(".{name}"))) {
        "is reserved: no server accepts mail from it"
    } else if !domain.contains('.') {
        "is not a domain of the internet"
    } else {
        return None;
    };
    let fix = format!(
        "set {FROM} to an address of your domain, which has SPF and DKIM records for the mail server"
    );
    Some(Finding::new(FindingCode::MailFromDomain, FROM, format!("the domain {domain:?} {problem}"), fix))
}

fn of_problem(settings: &MailSettings, problem: MailProblem) -> Finding {
    let (code, text, fix) = match problem {
        MailProblem::Settings(text) => {
            (FindingCode::MailTls, text, format!("check VESTIBULE_CA_FILE and {URL}"))
        }
        MailProblem::Connection(text) => {
            let server = match &settings.transport {
                MailTransport::Smtp(server) => format!("{}:{}", server.host, server.port),
                MailTransport::Folder(folder) => folder.display().to_string(),
            };
            let fix = format!(
                "check host and port of {URL} ({server}), and that a firewall lets this machine connect"
            );
            (FindingCode::MailUnreachable, text, fix)
        }
        MailProblem::Tls(text) => (
            FindingCode::MailTls,
            text,
            format!(
                "use smtps:// for port 465 and smtp://…?tls=required for port 587 in {URL}; for a private certificate authority set VESTIBULE_CA_FILE"
            ),
        ),
        MailProblem::Login(text) => (
            FindingCode::MailLogin,
            text,
            format!("check the user in {URL} and the password in VESTIBULE_MAIL_PASSWORD"),
        ),
        MailProblem::Sender(text) => (
            FindingCode::MailSender,
            text,
            format!("set {FROM} to an address that the mail server accepts from this user"),
        ),
        MailProblem::Folder(text) => (
            FindingCode::MailFolder,
            text,
            format!("create the folder of {URL}, and let the user of this process write to it"),
        ),
    };
    Finding::new(code, URL, text, fix)
}
