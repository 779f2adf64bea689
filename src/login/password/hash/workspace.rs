//! The memory of a hashing thread.

use argon2::Block;

use crate::config::HashParameters;

/// What a thread keeps between hashes.
#[derive(Default)]
pub struct Workspace {
    /// Parameters of new hashes.
    pub(super) parameters: HashParameters,
    /// Allocating it for each hash takes a third of the time.
    pub(super) memory: Vec<Block>,
}

impl Workspace {
    #[must_use]
    pub fn new(parameters: HashParameters) -> Self {
        Self { parameters, memory: Vec::new() }
    }
}
