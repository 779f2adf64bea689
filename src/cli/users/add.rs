//! `vestibule users add`

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::ACTOR;
use crate::{
    audit::{self, Event, EventKind},
    cli::{
        context::{blocking, store},
        failure::Failure,
        out::Out,
    },
    clock::Clock,
    login::password::{generate, hasher::Hasher, policy},
    store::StoreError,
    user::{self, Password, User, UserId},
};

/// Create a user. On a terminal, the command asks for the password twice.
#[derive(Args)]
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
    /// Generate a password, print it once and mark it as to be changed.
    #[arg(long)]
    generate: bool,
}

impl Add {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let now = Clock::system().now();
        let mut user = self.user(User::new(UserId::new(now), now))?;
        let (config, store) = store().await?;
        let password = self.password().await?;
        let hash = Hasher::start(config.hashing).hash(password.clone()).await;
        let hash = hash.ok_or_else(|| Failure::Failed("the password could not be hashed".to_owned()))?;
        user.password = Some(Password { hash, changed_at: now, must_change: self.generate, imported: None });
        let id = user.id;
        match store.insert(user).await {
            Ok(_) => {}
            Err(StoreError::Taken { key }) if key.starts_with("email:") => {
                return Err(Failure::Failed(format!(
                    "another user has the verified address {}",
                    &key["email:".len()..]
                )));
            }
            Err(StoreError::Taken { .. }) => {
                return Err(Failure::Failed(format!("there is a user `{}` already", self.name)));
            }
            Err(error) => return Err(error.into()),
        }
        audit::record(&store, Event::success(EventKind::UserCreated, now).about(id).by(ACTOR)).await;
        store.close().await;
        drop(Out::error(&format!("created {}", self.name)));
        if self.generate {
            Out::line(password.expose_secret())?;
        }
        Ok(())
    }

    fn user(&self, mut user: User) -> Result<User, Failure> {
        let usage = |field: &'static str| move |code: &str| Failure::Usage(format!("{field}: {code}"));
        user.username = Some(self.name.parse().map_err(usage("user name"))?);
        user.email = self.email.as_deref().map(str::parse).transpose().map_err(usage("email"))?;
        user.email_verified = self.email_verified;
        user.display_name = self
            .display_name
            .as_deref()
            .map(user::display_name)
            .transpose()
            .map_err(usage("display name"))?;
        user.roles = self
            .roles
            .iter()
            .map(|role| user::role(role))
            .collect::<Result<_, _>>()
            .map_err(usage("role"))?;
        Ok(user)
    }

    async fn password(&self) -> Result<SecretString, Failure> {
        if self.generate {
            return Ok(generate::password());
        }
        let typed = blocking(if self.password_stdin { from_stdin } else { asked }).await?;
        let rejected =
            |code| Failure::Failed(format!("password: {code} (8 characters or more, 4096 bytes or fewer)"));
        policy::check(&typed).map_err(rejected)?;
        Ok(SecretString::from(typed.as_str()))
    }
}

fn from_stdin() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut text)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn asked() -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "no terminal to ask for the password: use --password-stdin or --generate".to_owned(),
        ));
    }
    let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
    if first == second {
        Ok(first)
    } else {
        Err(Failure::Failed("the two passwords differ: nothing was made".to_owned()))
    }
}
