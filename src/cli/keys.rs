//! `vestibule keys`

mod rotate;

use clap::Subcommand;

use super::{failure::Failure, out::Out};
use crate::secrets;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Print a new key for `VESTIBULE_SECRET_KEYS`, in the form `id:base64`.
    New,
    Rotate(rotate::Rotate),
}

impl Keys {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::New => Ok(Out::line(&secrets::new_key())?),
            Self::Rotate(rotate) => rotate.run().await,
        }
    }
}
