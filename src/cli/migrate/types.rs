//! The type of the documents in each collection.

pub(super) use crate::{
    administrators::AdministratorChanges,
    audit::{Event, Head},
    lease::LeaseRecord,
    limiter::Counter,
    link_token::LinkToken,
    login::{
        federated::{account_linking::pending_link::PendingLink, transaction::Transaction},
        passkey::UsedCeremony,
        second_factor::{key_use::SealingKeys, message_codes::MessageCode},
    },
    logout::{backchannel::UsedLogoutToken, continuation::LogoutContinuation},
    mail::OutgoingMail,
    session::{Session, id_token_hint::IdTokenHint, upstream_logout::UpstreamLogout},
    sms::OutgoingSms,
    user::{User, merge::Merge},
    webhook::{Cursor, Delivery},
};

/// Evaluates an expression with the type of a collection. A new collection does not compile until its type is here.
macro_rules! with_type {
    ($collection:expr, $type:ident => $body:expr) => {
        with_type!(@ $collection, $type, $body,
            Users: User, Sessions: Session, LinkTokens: LinkToken, Events: Event, EventChains: Head, Counters: Counter,
            LoginTransactions: Transaction, PendingLinks: PendingLink, IdTokenHints: IdTokenHint,
            LogoutContinuations: LogoutContinuation, SealingKeys: SealingKeys, UpstreamLogouts: UpstreamLogout,
            OutgoingMail: OutgoingMail, WebhookDeliveries: Delivery, WebhookCursors: Cursor, Leases: LeaseRecord,
            Merges: Merge, UsedLogoutTokens: UsedLogoutToken, AdministratorChanges: AdministratorChanges,
            UsedCeremonies: UsedCeremony, MessageCodes: MessageCode, OutgoingSms: OutgoingSms)
    };
    (@ $collection:expr, $type:ident, $body:expr, $($variant:ident: $document:ident),+) => {
        match $collection {
            $(crate::store::Collection::$variant => {
                type $type = crate::cli::migrate::types::$document;
                $body
            })+
        }
    };
}

pub(super) use with_type;
