//! One SMTP conversation for each mail (RFC 5321), encrypted by rustls.

use std::{future::Future, net::IpAddr, time::Duration};

use lettre::{
    Address, Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands,
        extension::ClientId,
    },
};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::{delivery::Delivery, probe::MailProblem, reply::clean};
use crate::config::{CaFile, MailTls, SmtpServer};

/// Time until the server has sent its greeting and accepted the password.
const CONNECT_TIME: Duration = Duration::from_secs(30);
/// Time until the server has accepted the mail. Together with [`CONNECT_TIME`] it is shorter than a lease.
const SEND_TIME: Duration = Duration::from_mins(3);
const QUIT_TIME: Duration = Duration::from_secs(5);
/// Time for one step of a probe.
const PROBE_TIME: Duration = Duration::from_secs(8);
/// Replies of servers that want a password, or another one: these are about the settings, and not about one mail.
const SETTINGS_REPLIES: [u16; 4] = [530, 534, 535, 538];

pub(super) struct Smtp {
    server: SmtpServer,
    hello: ClientId,
    tls: Option<TlsParameters>,
}

impl Smtp {
    pub(super) fn new(server: &SmtpServer, host: &str, ca: Option<&CaFile>) -> Result<Self, String> {
        let tls = (server.tls != MailTls::None).then(|| tls(&server.host, ca)).transpose();
        let tls = tls.map_err(|error| format!("cannot prepare TLS for the mail server: {error}"))?;
        Ok(Self { server: server.clone(), hello: hello(host), tls })
    }

    pub(super) async fn deliver(&self, message: &Message) -> Delivery {
        let mut connection = match within(CONNECT_TIME, self.connect()).await {
            Ok(connection) => connection,
            Err(cause) => return Delivery::ServerFailed(cause.text),
        };
        let sent = within(SEND_TIME, connection.send(message.envelope(), &message.formatted())).await;
        // The mail is with the server, or it is not: how the connection ends does not matter.
        drop(timeout(QUIT_TIME, connection.abort()).await);
        match sent {
            Ok(_) => Delivery::Accepted,
            Err(cause) => cause.of_mail(),
        }
    }

    /// Takes the steps before a mail, and one more: the sender. `RSET` ends the mail before it has a recipient (RFC 5321 §4.1.1.5).
    pub(super) async fn probe(&self, from: &Address) -> Result<(), MailProblem> {
        let plain = within(PROBE_TIME, self.open()).await;
        let mut connection = plain.map_err(|cause| match cause.step {
            Step::Tls => MailProblem::Tls(cause.text),
            Step::Other => MailProblem::Connection(cause.text),
        })?;
        within(PROBE_TIME, self.encrypt(&mut connection))
            .await
            .map_err(|cause| MailProblem::Tls(cause.text))?;
        let login = within(PROBE_TIME, self.log_in(&mut connection)).await;
        login.map_err(|cause| MailProblem::Login(cause.text))?;
        let sender = async {
            connection.command(commands::Mail::new(Some(from.clone()), Vec::new())).await?;
            connection.command(commands::Rset).await
        };
        let accepted = within(PROBE_TIME, sender).await;
        drop(timeout(QUIT_TIME, connection.abort()).await);
        accepted.map(drop).map_err(|cause| match cause.code {
            Some(code) if SETTINGS_REPLIES.contains(&code) => MailProblem::Login(cause.text),
            Some(_) | None => MailProblem::Sender(cause.text),
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let mut connection = self.open().await?;
        self.encrypt(&mut connection).await?;
        self.log_in(&mut connection).await?;
        Ok(connection)
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        let Self { server, hello, tls } = self;
        let address = (server.host.as_str(), server.port);
        let from_start = tls.clone().filter(|_| server.tls == MailTls::Implicit);
        AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_TIME), hello, from_start, None).await
    }

    async fn encrypt(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
        let Self { server, hello, tls } = self;
        let starts_tls = match server.tls {
            // Without the offer it is an error: an attacker in the network can remove the offer (STARTTLS stripping).
            MailTls::Required => true,
            MailTls::Opportunistic => connection.can_starttls(),
            MailTls::Implicit | MailTls::None => false,
        };
        if let Some(tls) = tls.clone().filter(|_| starts_tls) {
            connection.starttls(tls, hello).await?;
        }
        Ok(())
    }

    async fn log_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
        if let Some((user, password)) = &self.server.credentials {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(())
    }
}

fn tls(host: &str, ca: Option<&CaFile>) -> Result<TlsParameters, Error> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(ca) = ca {
        tls = tls.add_root_certificate(Certificate::from_pem(&ca.pem)?);
    }
    tls.build()
}

fn hello(host: &str) -> ClientId {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

/// Why a step failed.
struct Cause {
    /// The reply code of the server, if it sent one.
    code: Option<u16>,
    step: Step,
    text: String,
}

/// Where it failed.
#[derive(Clone, Copy)]
enum Step {
    Tls,
    Other,
}

impl Cause {
    fn of_mail(self) -> Delivery {
        match self.code {
            Some(code) if SETTINGS_REPLIES.contains(&code) => Delivery::ServerFailed(self.text),
            Some(500..=599) => Delivery::Refused(self.text),
            Some(_) | None => Delivery::Deferred(self.text),
        }
    }
}

/// Finds a TLS error, which is wrapped into an I/O error.
fn is_tls(error: &Error) -> bool {
    let mut causes = std::iter::successors(std::error::Error::source(error), |&error| error.source());
    causes.any(|cause| {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause.is::<rustls::Error>()
            || wrapped.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
    })
}

async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, Cause> {
    match timeout(limit, step).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let code = error.status().map(u16::from);
            let step = if error.is_tls() || is_tls(&error) { Step::Tls } else { Step::Other };
            let source = std::error::Error::source(&error).map(ToString::to_string);
            let text = match (code, source) {
                (Some(code), Some(reply)) => format!("{code} {reply}"),
                _ => error.to_string(),
            };
            Err(Cause { code, step, text: clean(&text) })
        }
        Err(_) => Err(Cause {
            code: None,
            step: Step::Other,
            text: format!("no reply within {} seconds", limit.as_secs()),
        }),
    }
}
