//! The networks of a client and their counters.

/// Failures of one client network within the window without a wait. A wider network has a multiple of it.
pub(super) const NETWORK_FREE: u32 = 100;

/// The networks of one client, from narrow to wide. Each has a counter of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

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
    /// Creates the networks of one client from their keys and the factors of their limits.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = (String, u32)>) -> Self {
        Self(keys.into_iter().map(|(key, factor)| Network { key, factor }).collect())
    }

    pub(super) fn counters(&self, kind: &str) -> Vec<NetworkCounter> {
        let counter = |Network { key, factor }: &Network| NetworkCounter {
            id: format!("{kind}:{key}"),
            free: NETWORK_FREE * factor,
        };
        self.0.iter().map(counter).collect()
    }
}
