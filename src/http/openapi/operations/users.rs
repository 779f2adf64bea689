//! Acts of administrators on users.

use super::super::operation::{Operation, Tag};
use crate::{
    admin::Permission::{Full, Read, Security, Users},
    error::ErrorCode::{
        Busy, HandleTaken, IdentityInUse, LastAdministrator, MergeRefused, NotFound, UndoRefused,
    },
};

const USER: &[(&str, &str)] = &[("id", "Id of the user.")];
const REASON: &str = r#"{ "reason": "Ticket 4711" }"#;

pub(crate) const LIST: Operation = Operation::new(Tag::Users, "listUsers", "Search users")
    .text("Each filter narrows the list. `total` is on the first page only.")
    .needs(Read);

pub(crate) const SHOW: Operation = Operation::new(Tag::Users, "getUser", "Show one user")
    .text("With identities, factors and locks, and why the user cannot sign in. The id of a user that was merged leads to the other one.")
    .needs(Read)
    .path(USER);

pub(crate) const CREATE: Operation = Operation::new(Tag::Users, "createUser", "Create a user")
    .text("`inviteUrl` and `generatedPassword` are shown once, if `access` asks for them.")
    .needs(Users)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(
        r#"{ "username": "grace", "email": "grace@corp.example", "access": "invite-link", "reason": "New colleague" }"#,
    );

pub(crate) const PATCH: Operation = Operation::new(Tag::Users, "changeUser", "Change a user")
    .text("A member that is left out stays as it is; `null` empties the address, the display name and the locale. Only full administrators grant or remove roles that begin with `admin`.")
    .needs(Users)
    .path(USER)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(r#"{ "displayName": "Grace Hopper", "roles": ["editor"], "reason": "Ticket 4711" }"#);

pub(crate) const DELETE: Operation = Operation::new(Tag::Users, "deleteUser", "Delete a user")
    .needs(Users)
    .path(USER)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(REASON);

pub(crate) const DISABLE: Operation = Operation::new(Tag::Users, "disableUser", "Disable a user")
    .text("All sessions of the user end.")
    .needs(Users)
    .path(USER)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(REASON);

pub(crate) const ENABLE: Operation = Operation::new(Tag::Users, "enableUser", "Enable a user")
    .needs(Users)
    .path(USER)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(REASON);

pub(crate) const UNLOCK: Operation = Operation::new(Tag::Users, "unlockUser", "Lift the locks of a user")
    .text("The waits after wrong passwords and codes end.")
    .needs(Security)
    .path(USER)
    .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
    .example(REASON);

pub(crate) const RESET_MFA: Operation =
    Operation::new(Tag::Users, "resetMfa", "Remove the passkeys and second factors of a user")
        .text(
            "All passkeys, authenticator apps, codes by message and recovery codes are removed, and all sessions of the user end.",
        )
        .needs(Security)
        .path(USER)
        .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
        .example(REASON);

pub(crate) const RESET_PASSWORD: Operation =
    Operation::new(Tag::Users, "resetUserPassword", "Reset the password of a user")
        .text("By a link in a mail, by a link to hand over (`resetUrl`, shown once), or without a new one.")
        .needs(Security)
        .path(USER)
        .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
        .example(r#"{ "by": "link", "reason": "Ticket 4711" }"#);

pub(crate) const END_SESSIONS: Operation =
    Operation::new(Tag::Users, "endSessionsOfUser", "End all sessions of a user")
        .needs(Security)
        .path(USER)
        .refuses(&[NotFound, HandleTaken, LastAdministrator, Busy])
        .example(REASON);

pub(crate) const UNLINK: Operation =
    Operation::new(Tag::Users, "unlinkIdentityOfUser", "Unlink an identity of a user")
        .needs(Users)
        .path(&[("id", "Id of the user."), ("identity", "Id of the identity, as in `getUser`.")])
        .refuses(&[HandleTaken, LastAdministrator, Busy])
        .example(REASON);

pub(crate) const RELINK: Operation =
    Operation::new(Tag::Users, "relinkIdentity", "Give an identity another subject")
        .text("For a user whom the provider has created again. The new subject signs in as the user.")
        .needs(Security)
        .path(USER)
        .refuses(&[NotFound, IdentityInUse, LastAdministrator, Busy])
        .example(r#"{ "provider": "okta", "subject": "00u2", "reason": "Ticket 4711", "dryRun": true }"#);

pub(crate) const SESSIONS_OF_USER: Operation =
    Operation::new(Tag::Users, "listSessionsOfUser", "List the sessions of a user").needs(Read).path(USER);

pub(crate) const END_SESSION: Operation =
    Operation::new(Tag::Users, "endSessionOfUser", "End a session of a user")
        .needs(Security)
        .path(&[("id", "Id of the user."), ("session", "Id of the session, as in the list.")])
        .refuses(&[HandleTaken, LastAdministrator, Busy])
        .example(REASON);

pub(crate) const SESSIONS: Operation =
    Operation::new(Tag::Users, "listSessions", "List the sessions of all users")
        .text("A page is filtered after it was read: it can be empty and still have a next page.")
        .needs(Read);

pub(crate) const MERGE: Operation = Operation::new(Tag::Users, "mergeUsers", "Merge a user into another one")
    .text("The user of the path ends. With `dryRun`, nothing is changed. A merge can be undone for 30 days.")
    .needs(Users)
    .path(&[("id", "Id of the user that ends.")])
    .refuses(&[NotFound, MergeRefused, UndoRefused, LastAdministrator, Busy])
    .example(
        r#"{ "into": "0198c0de-0000-7000-8000-000000000000", "reason": "Ticket 4711", "dryRun": true }"#,
    );

pub(crate) const MERGES: Operation =
    Operation::new(Tag::Users, "listMerges", "List the merges of the last 30 days")
        .text("The newest first.")
        .needs(Read);

pub(crate) const UNDO_MERGE: Operation = Operation::new(Tag::Users, "undoMerge", "Undo a merge")
    .text("`If-Match` names the revision of the user that stays.")
    .needs(Users)
    .path(&[("id", "Id of the merge.")])
    .refuses(&[NotFound, MergeRefused, UndoRefused, LastAdministrator, Busy])
    .example(r#"{ "reason": "Ticket 4711", "dryRun": true }"#);

pub(crate) const MOVE_ISSUER: Operation = Operation::new(Tag::Administration, "moveIssuer", "Move identities to a new issuer")
    .text("For a provider whose issuer has changed. If `complete` is `false`, the same request continues. It is about many users, so every `If-Match` is refused.")
    .needs(Full)
    .refuses(&[Busy])
    .example(
        r#"{ "old": "https://old.corp.example", "new": "https://new.corp.example", "reason": "Ticket 4711", "dryRun": true }"#,
    );
