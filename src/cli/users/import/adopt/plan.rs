//! The plan of an adoption: each document becomes a user, or the list of its mistakes.

use std::collections::HashMap;

use bson::{Bson, Document, RawDocumentBuf};
use serde_json::{Map, Value};

use super::super::{
    mistake::Mistake,
    not_carried_over::NotCarriedOver,
    password_options::PasswordOptions,
    plan::{PlanOptions, PlannedRow, plan_row},
    product_options::ProductArgs,
    source::row_of_document,
};
use crate::{
    cli::{failure::Failure, quoted::quoted},
    clock::Timestamp,
    config::Config,
    login::password::{hasher::Hasher, policy::PasswordPolicy},
    provisioning::{Credentials, DesiredUser, Mode},
    secrets::{Keys, sha256},
    store::{Document as _, adoption::Adopter},
    user::{User, UserId},
};

/// What becomes of a document.
pub(super) struct Row {
    /// Its `_id`, as text.
    pub(super) old_id: String,
    pub(super) name: String,
    pub(super) outcome: Result<UserId, Vec<Mistake>>,
    pub(super) not_carried_over: Vec<NotCarriedOver>,
}

pub(super) struct Planned {
    pub(super) rows: Vec<Row>,
    pub(super) users: Vec<User>,
    /// Digest of all documents.
    pub(super) digest: String,
}

impl Planned {
    pub(super) fn refused(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_err()).count()
    }
}

/// A document after all checks of its own.
struct Candidate {
    old_id: String,
    name: String,
    desired: Result<DesiredUser, Vec<Mistake>>,
    not_carried_over: Vec<NotCarriedOver>,
}

/// Reads all documents and plans them.
pub(super) async fn plan(
    config: &Config,
    products: &ProductArgs,
    adopter: &Adopter,
    keys: &Keys,
    now: Timestamp,
) -> Result<Planned, Failure> {
    let providers: Vec<_> =
        config.providers.iter().map(|known| (known.issuer.clone(), known.name.clone())).collect();
    let issuers = providers.iter().map(|(issuer, _)| issuer.clone()).collect();
    let product_options = products.options(issuers, None).map_err(Failure::Usage)?;
    let passwords = PasswordOptions { policy: PasswordPolicy::of(config), firebase: None, are_plain: false };
    let options = PlanOptions { passwords, providers, may_relink: false };
    let mut candidates = Vec::new();
    let digest = adopter
        .read_users(|raw| {
            let number = candidates.len() as u64 + 1;
            candidates.push(candidate(&raw, number, |members, number| {
                let row = row_of_document(members, number, &product_options, &options.providers);
                // Each document alone: equal names are looked for below, because neither of two documents may win.
                plan_row(&row, &options)
            }));
        })
        .await?;
    refuse_equal(&mut candidates);
    let credentials = Credentials { hasher: &Hasher::start(config.hashing), keys };
    let (mut rows, mut users) = (Vec::new(), Vec::new());
    for Candidate { old_id, name, desired, not_carried_over } in candidates {
        let outcome = match desired {
            Ok(desired) => {
                let user = credentials.new_user(&desired, Mode::Write, now).await?;
                let id = user.id;
                users.push(user);
                Ok(id)
            }
            Err(mistakes) => Err(mistakes),
        };
        rows.push(Row { old_id, name, outcome, not_carried_over });
    }
    Ok(Planned { rows, users, digest })
}

fn candidate(
    raw: &RawDocumentBuf,
    number: u64,
    plan: impl Fn(Map<String, Value>, u64) -> PlannedRow,
) -> Candidate {
    let document = Document::try_from(raw).ok();
    // Serde writes the types of BSON as Extended JSON.
    let members = document.as_ref().and_then(|document| serde_json::to_value(document).ok());
    let (Some(document), Some(Value::Object(members))) = (document, members) else {
        let mistake = Mistake::of_row("unreadable", "the document is no valid BSON");
        return Candidate {
            old_id: format!("document {number}"),
            name: String::new(),
            desired: Err(vec![mistake]),
            not_carried_over: Vec::new(),
        };
    };
    let planned = plan(members, number);
    let old_id = document.get("_id").map_or_else(String::new, id_text);
    let desired = planned.desired.map(|mut desired| {
        let created = desired.transferred.created_at.unwrap_or_else(|| Timestamp::from_millis(0));
        desired.transferred.id = Some(id_of(&old_id, created));
        desired
    });
    Candidate { old_id, name: planned.name, desired, not_carried_over: planned.not_carried_over }
}

fn id_text(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        Bson::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the id of the user of a document: the same one in each run. A second run after an interruption, and the dry run, name the same ids.
fn id_of(old_id: &str, created: Timestamp) -> UserId {
    let hash = sha256(format!("vestibule adopt {old_id}").as_bytes());
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    UserId::at(created, random)
}

/// Refuses all documents that share a name, an address or an identity. Only the team knows which of them is the user: the other one would
/// get the roles and the data of that user.
fn refuse_equal(candidates: &mut [Candidate]) {
    let mut by_handle: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for handle in candidate.desired.iter().flat_map(unique_handles) {
            by_handle.entry(handle).or_default().push(at);
        }
    }
    let mut groups: Vec<Vec<usize>> = by_handle.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let named: Vec<String> = group
            .iter()
            .map(|at| format!("{} (_id {})", quoted(&candidates[*at].name), quoted(&candidates[*at].old_id)))
            .collect();
        let text = format!("{} are one user here; rename or remove all but one", named.join(" and "));
        for at in group {
            let mistake = Mistake::of_row("twice", text.clone());
            match &mut candidates[at].desired {
                Ok(_) => candidates[at].desired = Err(vec![mistake]),
                Err(mistakes) => mistakes.push(mistake),
            }
        }
    }
}

/// Returns the keys that no other user may have.
fn unique_handles(desired: &DesiredUser) -> Vec<String> {
    let mut probe = User::new(UserId::at(Timestamp::from_millis(0), [0; 10]), Timestamp::from_millis(0));
    probe.username.clone_from(&desired.username);
    probe.email.clone_from(&desired.email);
    probe.email_verified = desired.email_verified == Some(true);
    let identities = desired.transferred.identities.iter().map(|identity| identity.key().handle());
    let names = probe.keys().into_iter().filter(|key| !key.starts_with("id:"));
    names.chain(identities).chain(desired.transferred.passkey_handles()).collect()
}
