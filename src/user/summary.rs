//! What a session shows about its account, also before the login is complete.

use super::{Factor, User, Username};
use crate::config::MessageChannel;

/// Names of an account, and how its user can prove a second factor.
#[derive(Clone, Debug, Default)]
pub struct AccountSummary {
    pub username: Option<Username>,
    pub display_name: Option<String>,
    /// The last used one first.
    pub factors: Vec<Factor>,
}

impl AccountSummary {
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            username: user.username.clone(),
            display_name: user.display_name.clone(),
            factors: user.factors(),
        }
    }

    /// Leaves out the channels of codes that are not among these.
    #[must_use]
    pub fn offered(mut self, channels: &[MessageChannel]) -> Self {
        self.factors.retain(|factor| factor.channel().is_none_or(|channel| channels.contains(&channel)));
        self
    }
}
