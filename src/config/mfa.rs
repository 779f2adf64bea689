/// `VESTIBULE_MFA`: who needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mfa {
    /// Users who have enrolled one.
    Optional,
    /// Every user; a user without one must enrol it at login.
    Required,
}

/// What the settings require of every session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    pub mfa: Mfa,
    /// Whether a password opens a session.
    pub passwords: bool,
}
