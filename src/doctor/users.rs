//! Users whom a setting locks out. The users are read once, up to a limit.

use crate::{
    config::Config,
    finding::{Finding, FindingCode},
    store::{Page, Store, StoreError},
    user::{Passkey, Status, User},
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Most users who are read. A check must end in time.
const USERS_MAX: usize = 20_000;

/// Returns the findings about users who can sign in no longer, because a setting was turned off.
pub(super) async fn locked_out(config: &Config, store: &Store) -> Vec<Finding> {
    let Ok(found) = read(config, store).await else { return Vec::new() };
    found.without_channel().into_iter().chain(found.with_password_only(config)).collect()
}

/// Users with the same problem.
#[derive(Default)]
struct Group {
    count: usize,
    /// One of them, for the text.
    example: Option<String>,
}

impl Group {
    fn add(&mut self, user: &User) {
        self.count += 1;
        self.example.get_or_insert_with(|| {
            user.username.as_ref().map_or_else(|| user.id.to_string(), ToString::to_string)
        });
    }
}

#[derive(Default)]
struct LockedOut {
    /// They have a second factor and can prove none.
    without_channel: Group,
    /// They have a password that opens nothing, and no other sign-in method.
    with_password_only: Group,
    /// Users of the group before who have a second factor: no link is made for them.
    with_factor: usize,
    /// Not all users were read.
    is_cut_off: bool,
}

impl LockedOut {
    fn add(&mut self, config: &Config, user: &User) {
        if user.status != Status::Active {
            return;
        }
        if user.lacks_offered_factor(&config.message_codes.channels) {
            self.without_channel.add(user);
        }
        // A user without a password is one who waits for a first link: nothing was taken away.
        if !config.local_passwords && user.password.is_some() && !has_other_method(config, user) {
            self.with_password_only.add(user);
            self.with_factor += usize::from(!user.may_add_passkey_by_link());
        }
    }

    fn without_channel(&self) -> Option<Finding> {
        let subject = "VESTIBULE_MESSAGE_CODES";
        let problem =
            "have codes by message that they cannot use, and neither another factor nor a recovery code";
        let problem = self.problem(&self.without_channel, problem)?;
        let fix = "offer the channel again in VESTIBULE_MESSAGE_CODES, or `vestibule users reset-mfa USER`";
        Some(Finding::new(FindingCode::FactorNotOffered, subject, problem, fix))
    }

    fn with_password_only(&self, config: &Config) -> Option<Finding> {
        let subject = "VESTIBULE_LOCAL_PASSWORDS";
        let problem = "have a password, which opens nothing, and neither a passkey nor a linked provider";
        let mut problem = self.problem(&self.with_password_only, problem)?;
        let fix = match (config.passkey_host(), self.with_factor) {
            (None, _) => format!("set {subject}=on until they have signed in through a provider"),
            (Some(_), 0) => "`vestibule users reset-password USER` makes a link for a passkey".to_owned(),
            (Some(_), count) => {
                problem =
                    format!("{problem}; {count} of them with a second factor, for whom no link is made");
                "`vestibule users reset-password USER` makes a link for a passkey; with a second factor, check who asks, and run \
                 `vestibule users reset-mfa USER` before"
                    .to_owned()
            }
        };
        Some(Finding::new(FindingCode::PasswordOnly, subject, problem, fix))
    }

    fn problem(&self, group: &Group, what: &str) -> Option<String> {
        let example = group.example.as_ref()?;
        let least = if self.is_cut_off { "at least " } else { "" };
        let users = if group.count == 1 { "user" } else { "users" };
        Some(format!("{least}{} {users}, for example {example}, {what}", group.count))
    }
}

/// Returns whether the user can sign in without a password.
fn has_other_method(config: &Config, user: &User) -> bool {
    let has_passkey = config.passkey_host().is_some() && user.passkeys.iter().any(Passkey::signs_in_alone);
    has_passkey || user.identities.iter().any(|identity| config.accepts_issuer(&identity.key.issuer))
}

async fn read(config: &Config, store: &Store) -> Result<LockedOut, StoreError> {
    let (mut found, mut after, mut count) = (LockedOut::default(), None, 0);
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let page = store.scan::<User>(page).await?;
        page.documents.iter().for_each(|user| found.add(config, user));
        count += PAGE;
        match page.next {
            Some(_) if count >= USERS_MAX => found.is_cut_off = true,
            Some(last) => {
                after = Some(last);
                continue;
            }
            None => {}
        }
        return Ok(found);
    }
}
