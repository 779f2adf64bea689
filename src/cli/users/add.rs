//! `vestibule users add`

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{
    access::invitation::{Invitation, Way, invite},
    actions::{provisioning, users_of},
};
use crate::{
    audit::StatedReason,
    cli::{
        context::{blocking, config, event_chain, keys, store},
        failure::Failure,
        layout::time,
        out::Out,
    },
    clock::Clock,
    config::Config,
    login::password::{
        generate,
        hasher::Hasher,
        policy::{AcceptedPassword, PasswordPolicy},
    },
    provisioning::{Credentials, DesiredUser, Field, NewPassword, ProvisioningError, Transferred},
    store::Create,
    user::{self, Invalid},
};

/// Create a user. On a terminal, the command asks for the password twice.
///
/// With `VESTIBULE_LOCAL_PASSWORDS=off` there is no password: the user adds a passkey with a link. It is sent to the address of the user; without
/// a mail server or an address, it is printed once on stdout. It works once, for 24 hours.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub(in crate::cli) struct Add {
    /// User name.
    name: String,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Mark the address as verified: the user can sign in with it, and a federated login with the same verified address can be
    /// linked to this account.
    #[arg(long, requires = "email")]
    email_verified: bool,
    /// Name that pages show.
    #[arg(long)]
    display_name: Option<String>,
    /// Role of the user; repeat the option for several roles. `admin` gives access to the administration API.
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Read the password from the first line of stdin.
    #[arg(long, conflicts_with = "generate")]
    password_stdin: bool,
    /// Take the text as the password itself, also if it looks like a hash.
    #[arg(long, conflicts_with = "generate")]
    plain_password: bool,
    /// Generate a password, print it once and mark it as to be changed. It works for 14 days, unless it is changed.
    #[arg(long)]
    generate: bool,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[arg(long, value_name = "TEXT")]
    reason: Option<StatedReason>,
}

impl Add {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let desired = self.desired()?;
        // Before the password: a terminal must not ask for it in vain. After it, a refused password leaves no new database.
        let settings = config()?;
        if settings.local_passwords {
            self.with_password(&settings, desired).await
        } else {
            self.without_password(&settings, &desired).await
        }
    }

    async fn with_password(&self, settings: &Config, mut desired: DesiredUser) -> Result<(), Failure> {
        let policy = PasswordPolicy::of(settings);
        let password = self.password(&policy, &desired).await?;
        let (config, store) = store(Create::IfMissing).await?;
        let keys = keys(&config)?;
        let credentials = Credentials { hasher: &Hasher::start(config.hashing), keys: &keys };
        desired.password = Some(if self.generate {
            let hash = credentials.hasher.hash(password.secret().clone()).await;
            NewPassword::Generated(hash.ok_or(ProvisioningError::Hashing)?)
        } else {
            NewPassword::Plain(password.clone())
        });
        let clock = Clock::system();
        let users = users_of(&store);
        let chain = event_chain(&config, &store, &clock)?;
        let created =
            provisioning(&chain, &users, &clock, self.reason.clone()).create(&desired, &credentials).await;
        created.map_err(|error| self.failure(error))?;
        store.close().await;
        // The user exists: a closed stderr must not turn this into a failure.
        drop(Out::error(&format!("created {}", self.name)));
        if self.generate {
            Out::line(password.secret().expose_secret())?;
        }
        Ok(())
    }

    /// Creates the user, and makes the link for the first passkey.
    async fn without_password(&self, settings: &Config, desired: &DesiredUser) -> Result<(), Failure> {
        let given = [
            ("--generate", self.generate),
            ("--password-stdin", self.password_stdin),
            ("--plain-password", self.plain_password),
        ];
        if let Some((option, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
            return Err(Failure::Usage(format!(
                "{option}: this service has no passwords (VESTIBULE_LOCAL_PASSWORDS is off); without the option, the user gets a link to add a \
                 passkey"
            )));
        }
        let (config, store) = store(Create::IfMissing).await?;
        let keys = keys(&config)?;
        let credentials = Credentials { hasher: &Hasher::start(config.hashing), keys: &keys };
        let clock = Clock::system();
        let users = users_of(&store);
        let chain = event_chain(&config, &store, &clock)?;
        let created =
            provisioning(&chain, &users, &clock, self.reason.clone()).create(desired, &credentials).await;
        let user = created.map_err(|error| self.failure(error))?;
        drop(Out::error(&format!("created {}", self.name)));
        let invitation = if settings.passkey_host().is_some() {
            Some(invite(&config, &store, &clock, &user).await?)
        } else {
            None
        };
        store.close().await;
        let Some(Invitation { expires_at, way }) = invitation else {
            drop(Out::error(&format!("{} signs in through a provider: there are no passkeys", self.name)));
            return Ok(());
        };
        let until = time(expires_at);
        match way {
            Way::Sent(address) => {
                drop(Out::error(&format!(
                    "a link to add a passkey is sent to {address}; it works once, until {until}"
                )));
                Ok(())
            }
            Way::Printed(link) => {
                drop(Out::error(&format!(
                    "hand this link to add a passkey over; it is not shown again and works once, until {until}"
                )));
                Ok(Out::line(link.expose_secret())?)
            }
        }
    }

    fn desired(&self) -> Result<DesiredUser, Failure> {
        let usage = |field: &'static str| move |code: &str| Failure::Usage(format!("{field}: {code}"));
        let invalid = |field: &'static str, value: &str| {
            let start = format!("{field} {value:?}");
            move |invalid: Invalid| Failure::Usage(format!("{start}: {invalid}"))
        };
        let email = self.email.as_deref().unwrap_or_default();
        let roles = self.roles.iter().map(|role| user::role(role)).collect::<Result<_, _>>();
        let display_name = self.display_name.as_deref().map(user::display_name).transpose();
        Ok(DesiredUser {
            username: Some(self.name.parse().map_err(invalid("user name", &self.name))?),
            email: self.email.as_deref().map(str::parse).transpose().map_err(invalid("address", email))?,
            email_verified: Some(self.email_verified),
            display_name: display_name.map_err(usage("display name"))?,
            roles: Some(roles.map_err(usage("role"))?),
            password: None,
            totp_secret: None,
            must_change_password: Some(self.generate),
            transferred: Transferred::default(),
        })
    }

    fn failure(&self, error: ProvisioningError) -> Failure {
        let email = self.email.as_deref().unwrap_or_default();
        match error {
            ProvisioningError::Taken(Field::Email) => Failure::Failed(format!(
                "another user has {email:?} as verified address or as user name; `vestibule users show {email}` shows the user"
            )),
            ProvisioningError::Taken(_) => Failure::Failed(format!(
                "another user has {name:?} as user name or as verified address; `vestibule users show {name}` shows the user",
                name = self.name
            )),
            ProvisioningError::NotFound
            | ProvisioningError::Stale
            | ProvisioningError::AdministratorsOnly
            | ProvisioningError::LastAdministrator(_)
            | ProvisioningError::UnknownIdentity
            | ProvisioningError::Hashing
            | ProvisioningError::Sealed(_)
            | ProvisioningError::Store(_) => error.into(),
        }
    }

    async fn password(
        &self,
        policy: &PasswordPolicy,
        desired: &DesiredUser,
    ) -> Result<AcceptedPassword, Failure> {
        if self.generate {
            return Ok(generate::password());
        }
        let typed = blocking(if self.password_stdin { read_from_stdin } else { ask }).await?;
        let (typed, context) = (SecretString::from(typed.as_str()), desired.password_context());
        let accepted = if self.plain_password {
            AcceptedPassword::stated(policy, typed, &context)
        } else {
            AcceptedPassword::new(policy, typed, &context)
        };
        accepted.map_err(|refused| Failure::Failed(format!("{refused}; no user was created")))
    }
}

fn read_from_stdin() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut text)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn ask() -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "stdin is not a terminal; give the password with --password-stdin, or use --generate".to_owned(),
        ));
    }
    let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("Repeat the password: ")?);
    if first == second {
        Ok(first)
    } else {
        Err(Failure::Failed("the passwords differ; no user was created".to_owned()))
    }
}
