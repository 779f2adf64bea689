//! The list of collections: the one place to edit for a new one.

/// The type of the ids in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdKind {
    Uuid,
    Hash,
    Text,
}

/// What the store does for a collection beyond keeping its documents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Property {
    /// Its documents may have unique keys.
    Keys,
    /// Its changes are published to [`super::Watch`], for the caches.
    Watched,
}

/// A field of the documents by which a selection can be sorted. It has an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortField {
    pub(super) name: &'static str,
    pub(super) kind: SortKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SortKind {
    /// Sorted without regard to the case of ASCII letters.
    Text,
    Time,
}

macro_rules! collections {
    ($(
        $(#[$doc:meta])* $collection:ident = $name:literal by $id:ident $(+ $property:ident)*
        $(, sorted by $($field:literal $kind:ident)+)?;
    )+) => {
        /// A table of the embedded store, or a collection of that name in MongoDB.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Collection {
            $($(#[$doc])* $collection,)+
        }

        impl Collection {
            pub const ALL: &'static [Self] = &[$(Self::$collection,)+];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$collection => $name,)+
                }
            }

            pub(super) const fn id_kind(self) -> IdKind {
                match self {
                    $(Self::$collection => IdKind::$id,)+
                }
            }

            const fn properties(self) -> &'static [Property] {
                match self {
                    $(Self::$collection => &[$(Property::$property,)*],)+
                }
            }

            /// Returns the fields of its documents that have an index for sorting.
            pub(super) const fn sort_fields(self) -> &'static [SortField] {
                match self {
                    $(Self::$collection => &[
                        $($(SortField { name: $field, kind: SortKind::$kind },)+)?
                    ],)+
                }
            }
        }
    };
}

collections! {
    /// Users with their credentials and linked identities.
    Users = "users" by Uuid + Keys + Watched, sorted by "username" Text "email" Text "createdAt" Time "lastLoginAt" Time;
    /// Sessions that are valid, or ended less than an hour ago.
    Sessions = "sessions" by Hash + Watched;
    /// Hashes of the tokens in links of mails.
    LinkTokens = "link_tokens" by Text + Keys;
    /// Audit events.
    Events = "events" by Uuid;
    /// The newest confirmed event of each chain of audit events.
    EventChains = "event_chains" by Uuid;
    /// Failure counters of the limiter.
    Counters = "counters" by Text;
    /// Federated logins between the authorization request and the callback.
    LoginTransactions = "login_transactions" by Uuid;
    /// Changes of administrators that are in progress.
    AdministratorChanges = "administrator_changes" by Text;
    /// Identities that wait until the owner of the account confirms the link.
    PendingLinks = "pending_links" by Text;
    /// Sealed ID tokens for the logout at the provider.
    IdTokenHints = "id_token_hints" by Text;
    /// Logouts here that continue at a provider.
    LogoutContinuations = "logout_continuations" by Text;
    /// The ids of the keys that seal secrets.
    SealingKeys = "sealing_keys" by Text;
    /// Back-channel logouts that may arrive before the session that they end.
    UpstreamLogouts = "upstream_logouts" by Text;
    /// Mail that waits for the mail server, or that it refused.
    OutgoingMail = "outgoing_mail" by Uuid;
    /// Messages to webhooks: waiting, delivered or failed.
    WebhookDeliveries = "webhook_deliveries" by Uuid;
    /// How far the audit events were read for each webhook.
    WebhookCursors = "webhook_cursors" by Text;
    /// Work that one replica does at a time.
    Leases = "leases" by Text;
    /// Merges of users that can be undone, with the document of the user that ended, sealed.
    Merges = "merges" by Uuid;
    /// Logout tokens that must not be used twice.
    UsedLogoutTokens = "used_logout_tokens" by Text;
    /// Ceremonies with passkeys that must not be used twice.
    UsedCeremonies = "used_ceremonies" by Text;
    /// Codes that were sent by mail or SMS, one of each session.
    MessageCodes = "message_codes" by Text;
    /// SMS that wait for the gateway.
    OutgoingSms = "outgoing_sms" by Uuid;
}

impl Collection {
    pub(crate) fn has_keys(self) -> bool {
        self.properties().contains(&Property::Keys)
    }

    pub(super) fn is_watched(self) -> bool {
        self.properties().contains(&Property::Watched)
    }

    /// Returns the sort field with this name.
    #[must_use]
    pub fn sort_field(self, name: &str) -> Option<SortField> {
        self.sort_fields().iter().copied().find(|field| field.name == name)
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|collection| collection.name() == name)
    }
}
