//! The networks of a client and their counters.

/// Failures of one client network within the window without a wait. A wider network has a multiple of it.
pub(super) const NETWORK_FREE: u32 = 100;

/// The networks of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks {
    /// From narrow to wide. Each has a counter of its own.
    counted: Vec<Network>,
    site: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Network {
    key: String,
    /// The number of narrow networks that a client can change between without cost.
    factor: u32,
}

/// The counter of one network for one kind of event.
#[derive(Clone, Debug)]
pub(super) struct NetworkCounter {
    pub(super) id: String,
    /// Events within the window without a wait.
    pub(super) free: u32,
}

impl Networks {
    /// Creates the networks of one client from their keys and the factors of their limits. `site` is the widest network that may belong to
    /// one client.
    #[must_use]
    pub fn new(site: String, keys: impl IntoIterator<Item = (String, u32)>) -> Self {
        let counted = keys.into_iter().map(|(key, factor)| Network { key, factor }).collect();
        Self { counted, site }
    }

    pub(super) fn site(&self) -> &str {
        &self.site
    }

    pub(super) fn counters(&self, kind: &str) -> Vec<NetworkCounter> {
        let counter = |Network { key, factor }: &Network| NetworkCounter {
            id: format!("{kind}:{key}"),
            free: NETWORK_FREE * factor,
        };
        self.counted.iter().map(counter).collect()
    }
}
