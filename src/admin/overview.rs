//! The figures of the first page of the administration.
//!
//! Each figure is counted from the documents, up to a limit: a request must end before a proxy gives up. Figures that stopped at a limit say
//! so. They have no name and no id of a user.

mod left_out;
pub(crate) mod routes;
mod users;

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use serde::Serialize;

pub use self::left_out::LeftOut;
use self::users::{MfaKinds, UserFigures};
use crate::{
    app::App,
    audit::logins::{LoginFigures, Results, count_logins, day_of},
    clock::Timestamp,
    session,
    store::StoreError,
    user::UserId,
    web::csv,
};

const DAY: Duration = Duration::from_hours(24);

/// How much is read. Figures that stopped there say so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Users, the newest first.
    pub users: usize,
    pub users_time: Duration,
    /// Records of sessions.
    pub sessions: usize,
    /// Counters of failed guesses.
    pub counters: usize,
    /// Audit events, the newest first.
    pub events: u64,
}

impl Limits {
    /// Of a request: it must end before a proxy gives up.
    pub const REQUEST: Self = Self {
        users: 50_000,
        users_time: Duration::from_secs(4),
        sessions: 50_000,
        counters: 20_000,
        events: 100_000,
    };
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// Inclusive.
    since: Timestamp,
    until: Timestamp,
    users: UserFigures,
    mfa_kinds: MfaKinds,
    sessions: SessionFigures,
    /// Accounts at which attempts are refused now, after failed guesses.
    locks: usize,
    /// One entry for each day, the oldest first, also without logins.
    logins: Vec<LoginsOfDay>,
    logins_by_method: Vec<LoginsByMethod>,
    /// One entry for each day, the oldest first. Users who were deleted since are not counted.
    new_users: Vec<NewUsers>,
    complete: bool,
    /// What was not counted, in English. Empty: the figures are complete.
    pub incomplete: Vec<String>,
    /// The same as values, for texts in other languages.
    pub left_out: Vec<LeftOut>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SessionFigures {
    active: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct LoginsOfDay {
    day: String,
    success: u64,
    failure: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct LoginsByMethod {
    method: &'static str,
    success: u64,
    failure: u64,
}

#[derive(Serialize, schemars::JsonSchema)]
struct NewUsers {
    day: String,
    count: u64,
}

/// Returns the figures of the last days in UTC, today included.
///
/// # Errors
/// The store failed.
pub async fn overview(app: &App, days: u16, limits: Limits) -> Result<Overview, StoreError> {
    let until = app.clock.system_time();
    let days = days_until(until, days);
    let since = days.first().map_or(until, |(start, _)| *start);
    // At the same time: each of them waits for the store.
    let (users, logins) = tokio::try_join!(
        users::count(&app.store, since, limits.users, Instant::now() + limits.users_time),
        count_logins(&app.store, since, limits.events)
    )?;
    let has_epoch = |user: UserId, epoch: i64| users.has_epoch(user, epoch);
    let (sessions, all_sessions) = session::count_signed_in(
        &app.store,
        app.config.session_policy(),
        app.clock.now(),
        limits.sessions,
        has_epoch,
    )
    .await?;
    let (locks, all_counters) = app.limiter.locks_up_to(limits.counters).await?;
    // An account has a counter for each kind of guess and for each known device.
    let locked: HashSet<UserId> = locks.keys().filter_map(|key| user_of(key)).collect();
    let left_out: Vec<LeftOut> = [
        (!users.is_complete).then_some(LeftOut::Users { counted: users.figures.total }),
        (!all_sessions).then_some(LeftOut::Sessions { read: limits.sessions }),
        (!all_counters).then_some(LeftOut::Counters { read: limits.counters }),
        logins.counted_since.map(|since| LeftOut::Logins { since }),
    ]
    .into_iter()
    .flatten()
    .collect();
    Ok(Overview {
        since,
        until,
        sessions: SessionFigures { active: sessions },
        locks: locked.len(),
        logins: logins_of(&days, &logins),
        logins_by_method: by_method(&logins),
        new_users: new_users_of(&days, &users.new_by_day),
        users: users.figures,
        mfa_kinds: users.mfa_kinds,
        complete: left_out.is_empty(),
        incomplete: left_out.iter().map(LeftOut::to_string).collect(),
        left_out,
    })
}

/// Returns the user of a counter. A typed name that no user has is no account.
fn user_of(key: &str) -> Option<UserId> {
    key.rsplit(':').next()?.parse().ok()
}

/// Returns the start and the name of each day, the oldest first.
fn days_until(until: Timestamp, days: u16) -> Vec<(Timestamp, String)> {
    let millis = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let today = Timestamp::from_millis(until.as_millis().div_euclid(millis) * millis);
    (0..days).rev().map(|ago| today - DAY * u32::from(ago)).map(|start| (start, day_of(start))).collect()
}

fn logins_of(days: &[(Timestamp, String)], logins: &LoginFigures) -> Vec<LoginsOfDay> {
    let of_day = |(_, day): &(Timestamp, String)| {
        let Results { success, failure } = logins.by_day.get(day).copied().unwrap_or_default();
        LoginsOfDay { day: day.clone(), success, failure }
    };
    days.iter().map(of_day).collect()
}

fn by_method(logins: &LoginFigures) -> Vec<LoginsByMethod> {
    let of_method = |(method, results): (&&'static str, &Results)| {
        let Results { success, failure } = *results;
        LoginsByMethod { method, success, failure }
    };
    logins.by_method.iter().map(of_method).collect()
}

fn new_users_of(days: &[(Timestamp, String)], new: &BTreeMap<String, u64>) -> Vec<NewUsers> {
    let of_day = |(_, day): &(Timestamp, String)| NewUsers {
        day: day.clone(),
        count: new.get(day).copied().unwrap_or_default(),
    };
    days.iter().map(of_day).collect()
}

/// A chart of the overview.
#[derive(Clone, Copy, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Chart {
    Users,
    MfaKinds,
    Logins,
    LoginsByMethod,
    NewUsers,
}

impl Chart {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::MfaKinds => "mfa-kinds",
            Self::Logins => "logins",
            Self::LoginsByMethod => "logins-by-method",
            Self::NewUsers => "new-users",
        }
    }
}

impl Overview {
    /// Returns a chart as CSV. A note in a last line says what was not counted: figures that are too low must not look complete.
    pub(crate) fn csv(&self, chart: Chart) -> String {
        let mut text = match chart {
            Chart::Users => self.users_csv(),
            Chart::MfaKinds => {
                let rows = self.mfa_kinds.by_name();
                let rows = rows.map(|(kind, count)| csv::line([kind, &count.to_string()]));
                csv::line(["factor", "users"]) + &rows.concat()
            }
            Chart::Logins => {
                let rows = self.logins.iter().map(|row| (row.day.as_str(), row.success, row.failure));
                results_csv("day", rows)
            }
            Chart::LoginsByMethod => {
                let rows = self.logins_by_method.iter().map(|row| (row.method, row.success, row.failure));
                results_csv("method", rows)
            }
            Chart::NewUsers => {
                let rows =
                    self.new_users.iter().map(|row| csv::line([row.day.as_str(), &row.count.to_string()]));
                csv::line(["day", "count"]) + &rows.collect::<String>()
            }
        };
        text.extend(self.incomplete.iter().map(|note| csv::line([format!("incomplete: {note}").as_str()])));
        text
    }

    fn users_csv(&self) -> String {
        let UserFigures { total, active, disabled, quarantined, with_mfa, with_password, federated } =
            &self.users;
        let MfaKinds { passkey, totp, sms, email, recovery } = &self.mfa_kinds;
        let rows = [
            ("total", total),
            ("active", active),
            ("disabled", disabled),
            ("quarantined", quarantined),
            ("withMfa", with_mfa),
            ("withPassword", with_password),
            ("federated", federated),
            ("withPasskey", passkey),
            ("withTotp", totp),
            ("withSmsCodes", sms),
            ("withEmailCodes", email),
            ("withRecoveryCodes", recovery),
        ];
        let rows = rows.map(|(name, count)| csv::line([name, &count.to_string()]));
        csv::line(["users", "count"]) + &rows.concat()
    }
}

fn results_csv<'r>(first: &str, rows: impl Iterator<Item = (&'r str, u64, u64)>) -> String {
    let line = |(name, success, failure): (&str, u64, u64)| {
        csv::line([name, &success.to_string(), &failure.to_string()])
    };
    csv::line([first, "success", "failure"]) + &rows.map(line).collect::<String>()
}
