//! A user as lines of text: status first, then the next step.

use super::{Shown, events};
use crate::{
    cli::{
        layout::{INDENT, count_of, indented, published_name, short_time, table, time, time_of_day, wrap},
        quoted::quoted,
        users::{
            access::{cannot_sign_in, failures_text},
            user_ref::argument,
            view,
        },
    },
    clock::Timestamp,
    log::printable,
    session::Listed,
    user::{Creator, EndReason, MessageCodes, Passkey, Totp, User, masked_phone, roles::roles_of},
};

const SESSION_HEADER: [&str; 7] =
    ["started (UTC)", "last activity", "expires", "state", "proven by", "address", "browser"];

impl Shown {
    /// Returns the lines, none wider than `width`.
    pub(super) fn text(&self, width: usize) -> Vec<String> {
        let mut fields = self.fields();
        fields.extend(ways_to_sign_in(&self.user, self.config.local_passwords));
        let mut lines: Vec<String> = fields
            .iter()
            .flat_map(|(name, value)| wrap(&printable(&format!("{name}: {value}")), width, INDENT))
            .collect();
        lines.extend(self.session_lines(width));
        lines.extend(events::lines(&self.user, &self.events, width));
        lines
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let user = &self.user;
        let mut fields = vec![("status", self.status())];
        fields.extend(self.next_step().map(|step| ("next step", step)));
        let text = |value: Option<&str>| value.map_or_else(|| "-".to_owned(), quoted);
        let email = user.email.as_ref().map(|email| {
            format!("{email} ({})", if user.email_verified { "verified" } else { "not verified" })
        });
        let roles = roles_of(user, &self.config.providers).join(", ");
        let created_by = match user.created_by {
            Creator::Administrator => "by an administrator",
            Creator::Provider => "by the first login through a provider",
            Creator::User => "by the user",
        };
        fields.extend([
            ("username", user.username.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)),
            ("id", user.id.to_string()),
            ("email", email.unwrap_or_else(|| "-".to_owned())),
            ("display name", text(user.display_name.as_deref())),
            ("picture", text(user.picture.as_deref())),
            ("locale", user.locale.clone().unwrap_or_else(|| "-".to_owned())),
            ("roles", if roles.is_empty() { "-".to_owned() } else { roles }),
            ("created", format!("{} {created_by}", time(user.created_at))),
            ("changed", format!("{} (revision {})", time(user.updated_at), user.revision)),
            ("last login", user.last_login_at.map_or_else(|| "never".to_owned(), time)),
        ]);
        let deletion = |at| ("deletion", format!("{}, because the user has asked for it", time(at)));
        fields.extend(user.deletion_at.map(deletion));
        fields
    }

    fn status(&self) -> String {
        let locks = self.locks.iter().map(|lock| {
            let failures = failures_text(lock.guess, lock.failures);
            let until = time_of_day(lock.until);
            if lock.of_device {
                format!("a known device locked until {until} because of {failures}")
            } else if self.user.devices.is_empty() {
                format!("locked until {until} because of {failures}")
            } else {
                format!("locked until {until} because of {failures} (known devices can sign in)")
            }
        });
        let status = view::status(self.user.status).to_owned();
        std::iter::once(status).chain(locks).collect::<Vec<_>>().join(", ")
    }

    /// Returns the command that helps.
    fn next_step(&self) -> Option<String> {
        let obstacle = cannot_sign_in(&self.config, &self.user, self.now);
        obstacle.or_else(|| self.lacks_offered_factor()).or_else(|| {
            (!self.locks.is_empty()).then(|| {
                format!(
                    "wait, or `vestibule users unlock {}` if the failures are those of the user",
                    argument(&self.user)
                )
            })
        })
    }

    /// Returns why a user who has a second factor can prove none, and the next step.
    fn lacks_offered_factor(&self) -> Option<String> {
        self.user.lacks_offered_factor(&self.config.message_codes.channels).then(|| {
            format!(
                "the only second factor is a channel that VESTIBULE_MESSAGE_CODES does not offer, or that cannot be used after a reset by mail, \
                 and there is no recovery code; `vestibule users reset-mfa {}` removes it",
                argument(&self.user)
            )
        })
    }

    fn session_lines(&self, width: usize) -> Vec<String> {
        let rows: Vec<Vec<String>> = self.sessions.iter().filter_map(session_row).collect();
        let ended: Vec<&str> =
            self.sessions.iter().filter_map(|s| s.validity.err()).map(EndReason::as_str).collect();
        let mut lines = vec![format!("valid sessions: {}", rows.len())];
        if !rows.is_empty() {
            lines.extend(indented(table(&SESSION_HEADER, &rows, width.saturating_sub(INDENT))));
        }
        if !ended.is_empty() {
            let mut reasons = ended.clone();
            reasons.sort_unstable();
            reasons.dedup();
            let count = |reason: &&str| ended.iter().filter(|other| *other == reason).count();
            let reasons: Vec<String> =
                reasons.iter().map(|reason| format!("{} {reason}", count(reason))).collect();
            let text = format!(
                "ended in the last hour: {} ({})",
                count_of(ended.len(), "session"),
                reasons.join(", ")
            );
            lines.extend(wrap(&text, width, INDENT));
        }
        lines
    }
}

/// Returns the row of a valid session.
fn session_row(Listed { session, validity }: &Listed) -> Option<Vec<String>> {
    let state = validity.ok()?;
    let proven: Vec<String> = session.authentication.amr.iter().map(published_name).collect();
    Some(vec![
        short_time(session.created_at),
        short_time(session.last_seen_at),
        short_time(session.expires_at),
        published_name(&state),
        proven.join("+"),
        session.ip.to_string(),
        session.user_agent.as_deref().map_or_else(|| "-".to_owned(), quoted),
    ])
}

/// Returns the second factors in words. The number is masked, as in every other output.
fn second_factors(user: &User) -> Vec<String> {
    let use_of = |at: Option<Timestamp>| {
        at.map_or_else(|| "not used yet".to_owned(), |at| format!("last used {}", time(at)))
    };
    let passkey = |passkey: &Passkey| {
        let copies = if passkey.backed_up { "synced" } else { "not synced" };
        let alone = if passkey.signs_in_alone() { "signs in alone" } else { "second factor only" };
        format!(
            "passkey {} since {}, {alone}, {copies}, {}",
            quoted(&passkey.name),
            time(passkey.created_at),
            use_of(passkey.last_used_at)
        )
    };
    let app = |totp: &Totp| {
        let (name, since) = (quoted(&totp.name), time(totp.confirmed_at));
        format!("authenticator app {name} since {since}, {}", use_of(totp.last_used_at))
    };
    let MessageCodes { email, sms } = &user.message_codes;
    let sms = sms.as_ref().map(|sms| {
        let since = time(sms.confirmed_at);
        format!("codes by SMS to {} since {since}, {}", masked_phone(&sms.number), use_of(sms.last_used_at))
    });
    let email = email.as_ref().map(|email| {
        format!("codes by mail since {}, {}", time(email.confirmed_at), use_of(email.last_used_at))
    });
    let strong = user.passkeys.iter().map(passkey).chain(user.totp.iter().map(app));
    strong.chain(sms).chain(email).collect()
}

/// Returns password, second factors, recovery codes and providers of the user, one field each.
fn ways_to_sign_in(user: &User, passwords: bool) -> Vec<(&'static str, String)> {
    let password = match &user.password {
        None => "none".to_owned(),
        Some(password) if !passwords => {
            format!("set {}, opens nothing (VESTIBULE_LOCAL_PASSWORDS is off)", time(password.changed_at))
        }
        Some(password) if password.reported => {
            format!("set {}, reported as known to an attacker", time(password.changed_at))
        }
        Some(password) if password.must_change => {
            format!("set {}, must be changed", time(password.changed_at))
        }
        Some(password) => format!("set {}", time(password.changed_at)),
    };
    let no_factor = match &user.pending_totp {
        _ if user.has_second_factor() => None,
        Some(pending) => {
            Some(format!("none; an enrolment waits for its first code until {}", time(pending.expires_at)))
        }
        None => Some("none".to_owned()),
    };
    let factors = second_factors(user).into_iter().chain(no_factor).map(|text| ("second factor", text));
    let codes = user.recovery_codes.as_ref().map(|codes| {
        ("recovery codes", format!("{} left, created {}", codes.hashes.len(), time(codes.created_at)))
    });
    let identities = user.identities.iter().map(|identity| {
        let last = identity
            .last_login_at
            .map_or_else(|| "no login".to_owned(), |at| format!("last login {}", time(at)));
        let email = identity.email.as_ref().map(|email| format!(", address {}", quoted(email.as_str())));
        let text = format!(
            "{} at {}, subject {}{}, linked {}, {last}",
            identity.provider,
            quoted(&identity.key.issuer),
            quoted(&identity.key.subject),
            email.unwrap_or_default(),
            time(identity.linked_at)
        );
        ("provider", text)
    });
    std::iter::once(("password", password)).chain(factors).chain(codes).chain(identities).collect()
}
