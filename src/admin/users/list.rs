//! The list of users: filters, search, order and pages.

use serde::Deserialize;

use super::{locked, view::UserView};
use crate::{
    app::App,
    limiter::Lock,
    login::password::account_keys,
    store::{Collection, Condition, Cursor, Order, Selection, StoreError, Stored},
    user::{User, UserId},
};

/// Users per page, if the request does not say it, and at most.
const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;
/// Longest text of a search or a filter, in characters.
const TEXT_MAX: usize = 256;

/// The query of a list. Each filter narrows it.
#[derive(Default, Deserialize, schemars::JsonSchema)]
pub(crate) struct ListQuery {
    /// Part of the user name, the address or the display name; or a whole id or subject.
    q: Option<String>,
    /// Users in this status.
    status: Option<StatusFilter>,
    /// Name of a provider, or `local` for users with a password.
    provider: Option<String>,
    /// A role that the user has, assigned or by an identity.
    role: Option<String>,
    /// Whether the user has a second factor.
    mfa: Option<bool>,
    /// Whether attempts at the account are refused now.
    locked: Option<bool>,
    /// `username`, `email`, `createdAt` or `lastLoginAt`; with a `-` before it, in descending order.
    sort: Option<String>,
    /// Users per page: 1 to 200, 50 if it is left out.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
enum StatusFilter {
    Active,
    Disabled,
    Quarantined,
}

/// Why a query selects nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error("`{0}` is not valid")]
    Invalid(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page of users.
pub(crate) struct Listed {
    pub(crate) users: Vec<UserView>,
    pub(crate) next: Option<String>,
    /// How many users match; only with the first page.
    pub(crate) total: Option<u64>,
}

/// Reads a page of the users that match.
pub(crate) async fn list(app: &App, query: &ListQuery) -> Result<Listed, ListError> {
    let selection = selection(app, query).await?;
    let page = app.store.select::<User>(&selection).await?;
    let total = match (&selection.after, &page.next) {
        (Some(_), _) => None,
        // A search that finds little has read everything: it is not repeated to count.
        (None, None) => u64::try_from(page.documents.len() + page.unreadable.len()).ok(),
        (None, Some(_)) => Some(app.store.count_of::<User>(&selection.condition).await?),
    };
    let users = views(app, page.documents).await?;
    let next = page.next.map(|next| next.to_text(selection.order));
    Ok(Listed { users, next, total })
}

/// Adds to users what other documents say: the waits.
pub(super) async fn views(app: &App, users: Vec<Stored<User>>) -> Result<Vec<UserView>, StoreError> {
    let keys: Vec<_> = users.iter().map(|user| account_keys(user)).collect();
    let locks: Vec<Vec<Lock>> = app.limiter.locks_of(&keys).await?;
    Ok(users.into_iter().zip(locks).map(|(user, locks)| UserView::of(app, user, &locks)).collect())
}

async fn selection(app: &App, query: &ListQuery) -> Result<Selection, ListError> {
    let order = query.sort.as_deref().unwrap_or("username");
    let order = Order::parse(Collection::Users, order).ok_or(ListError::Invalid("sort"))?;
    let parse = |text: &String| Cursor::parse(text, Collection::Users, order);
    let after = match &query.cursor {
        Some(text) => Some(parse(text).ok_or(ListError::Invalid("cursor"))?),
        None => None,
    };
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(ListError::Invalid("limit"));
    }
    let mut conditions = conditions(query)?;
    if let Some(is_locked) = query.locked {
        let locked = Condition::Id(locked::ids(app).await?);
        conditions.push(if is_locked { locked } else { Condition::Not(Box::new(locked)) });
    }
    Ok(Selection { condition: Condition::All(conditions), order, after, limit })
}

fn conditions(query: &ListQuery) -> Result<Vec<Condition>, ListError> {
    let mut all = Vec::new();
    if let Some(text) = text("q", query.q.as_ref())? {
        all.push(search(&text));
    }
    if let Some(status) = query.status {
        let status = match status {
            StatusFilter::Active => "active",
            StatusFilter::Disabled => "disabled",
            StatusFilter::Quarantined => "quarantined",
        };
        all.push(Condition::Equals("status", status.to_owned()));
    }
    if let Some(provider) = text("provider", query.provider.as_ref())? {
        let has_password = (provider == "local").then_some(Condition::Present("password"));
        let by_name = Condition::Equals("identities[].provider", provider);
        all.push(Condition::Any(has_password.into_iter().chain([by_name]).collect()));
    }
    if let Some(role) = text("role", query.role.as_ref())? {
        all.push(has_role(&role));
    }
    if let Some(has_factor) = query.mfa {
        // As `User::has_second_factor`.
        let has = Condition::Any(["totp", "passkeys", "messageCodes"].map(Condition::Present).into());
        all.push(if has_factor { has } else { Condition::Not(Box::new(has)) });
    }
    Ok(all)
}

/// Returns the condition for users who have a role, assigned here or by an identity.
fn has_role(role: &str) -> Condition {
    let at = |path| Condition::Equals(path, role.to_owned());
    Condition::Any(vec![at("roles[]"), at("identities[].roles[]")])
}

fn search(text: &str) -> Condition {
    let fields = ["username", "email", "displayName"];
    let mut any: Vec<_> = fields.map(|field| Condition::Contains(field, text.to_owned())).into();
    any.extend(text.parse::<UserId>().ok().map(|id| Condition::Id(vec![id.document_id()])));
    any.push(Condition::Equals("identities[].subject", text.to_owned()));
    Condition::Any(any)
}

fn text(name: &'static str, text: Option<&String>) -> Result<Option<String>, ListError> {
    let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
    let is_valid = |text: &str| text.chars().count() <= TEXT_MAX && !text.chars().any(char::is_control);
    if text.is_some_and(|text| !is_valid(text)) {
        return Err(ListError::Invalid(name));
    }
    Ok(text.map(str::to_owned))
}
