//! How a command names a user, and how it finds users.

use std::collections::BTreeMap;

use clap::Args;

use crate::{
    cli::{failure::Failure, quoted::quoted},
    login::user_lookup::find_user,
    provisioning::find_by_id,
    store::{Page, Store, StoreError, Stored, Unreadable},
    user::{TypedName, User, UserId, Username},
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Users that are compared with an unknown name, and the longest name that is compared.
const SIMILAR_READ: usize = 2000;
const SIMILAR_LONGEST: usize = 64;

#[derive(Args)]
pub(in crate::cli) struct UserRef {
    /// User name, ID or e-mail address.
    name: String,
}

impl UserRef {
    pub(in crate::cli) fn of(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Finds the user whom the text names at login (user name or verified address), otherwise by id, and otherwise by an address that is
    /// not verified and that one user only has.
    pub(in crate::cli) async fn find(&self, store: &Store) -> Result<Stored<User>, Failure> {
        let name = &self.name;
        let typed = TypedName::new(name);
        if let Some(user) = find_user(store, &typed).await? {
            return Ok(user);
        }
        if let Ok(id) = name.trim().parse::<UserId>()
            && let Some(user) = find_by_id(store, id).await?
        {
            return Ok(user);
        }
        let mut found = match typed.email_handle() {
            Some(handle) => with_address(store, &handle).await?,
            None => Vec::new(),
        };
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::Failed(unknown(store, name).await?)),
            count => {
                let ids: Vec<String> =
                    found.iter().map(|user| format!("\n  {}", id_and_name(user))).collect();
                Err(Failure::Failed(format!(
                    "{count} users have the address {}, not verified; use the ID of one of them:{}",
                    quoted(name),
                    ids.concat()
                )))
            }
        }
    }
}

/// Describes an unknown name, with the names of users that are similar to it.
async fn unknown(store: &Store, name: &str) -> Result<String, StoreError> {
    let similar = similar_names(store, name).await?;
    let shown = quoted(name);
    Ok(if similar.is_empty() {
        format!("no user has the name, ID or address {shown}; `vestibule users list` prints all users")
    } else {
        format!("no user has the name, ID or address {shown}; did you mean {}?", similar.join(" or "))
    })
}

/// Returns up to three user names and addresses that are similar to a text, of the newest users only: a typing mistake must not read the
/// whole store.
async fn similar_names(store: &Store, text: &str) -> Result<Vec<String>, StoreError> {
    let typed = TypedName::new(text);
    let Some(key) = typed.key().filter(|key| key.len() <= SIMILAR_LONGEST) else { return Ok(Vec::new()) };
    let page = Page { tag: None, after: None, newest_first: true, limit: SIMILAR_READ };
    let users = store.scan::<User>(page).await?.documents;
    let names = users.iter().flat_map(|user| {
        let name = user.username.iter().map(|name| (name.key(), name.to_string()));
        name.chain(user.email.iter().map(|email| (email.key(), email.to_string())))
    });
    let mut similar: Vec<(usize, String)> = names
        .map(|(other, shown)| (strsim::damerau_levenshtein(key, &other), shown))
        .filter(|(distance, _)| *distance <= (key.chars().count() / 3).clamp(1, 3))
        .collect();
    similar.sort();
    similar.dedup();
    Ok(similar.into_iter().take(3).map(|(_, name)| quoted(&name)).collect())
}

async fn with_address(store: &Store, handle: &str) -> Result<Vec<Stored<User>>, StoreError> {
    let (mut users, _) = all_users(store).await?;
    users.retain(|user| user.email.as_ref().is_some_and(|email| email.handle() == handle));
    Ok(users)
}

/// Describes each text that names two users, as earlier versions could store it. Login and commands take the user with the user name.
pub(super) fn shared_texts(users: &[Stored<User>]) -> Vec<String> {
    let mut owners: BTreeMap<String, &User> = BTreeMap::new();
    for user in users.iter().filter(|user| user.email_verified) {
        owners.extend(user.email.iter().map(|email| (email.handle(), &**user)));
    }
    let shared = users.iter().flat_map(|user| {
        let handles = user.username.iter().flat_map(Username::handles);
        handles.filter_map(|handle| owners.get(&handle)).map(move |owner| (user, *owner))
    });
    shared
        .filter(|(user, owner)| user.id != owner.id)
        .map(|(user, owner)| {
            format!(
                "the user name of {} is the verified address of {}: the text names the first one, who cannot be changed until the second \
                 one has another address",
                id_and_name(user),
                id_and_name(owner)
            )
        })
        .collect()
}

fn id_and_name(user: &User) -> String {
    match &user.username {
        Some(name) => format!("{} ({name})", user.id),
        None => user.id.to_string(),
    }
}

/// Reads all users, page by page. Returns also those that cannot be read.
pub(super) async fn all_users(store: &Store) -> Result<(Vec<Stored<User>>, Vec<Unreadable>), StoreError> {
    let (mut users, mut unreadable, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = store.scan::<User>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        users.extend(page.documents);
        unreadable.extend(page.unreadable);
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok((users, unreadable)),
        }
    }
}

/// Returns the user name, or the id of a user without one.
pub(super) fn label(user: &User) -> String {
    user.username.as_ref().map_or_else(|| user.id.to_string(), ToString::to_string)
}

/// Returns the user name, or the id of a user without one, as an argument of a shell.
pub(super) fn argument(user: &User) -> String {
    let label = label(user);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '@' | '+' | '-' | '/' | ':');
    if label.chars().all(is_plain) && !label.starts_with('-') {
        return label;
    }
    // The shell ends a quoted text at the next quote.
    let quoted = format!("'{}'", label.replace('\'', r"'\''"));
    if label.starts_with('-') { format!("-- {quoted}") } else { quoted }
}
