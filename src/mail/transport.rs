//! The way out: a mail server, or a folder.

mod delivery;
mod folder;
mod mime;
mod probe;
mod reply;
mod smtp;

pub(super) use self::delivery::Delivery;
pub use self::probe::MailProblem;
use self::{folder::Folder, smtp::Smtp};
use super::{queue::OutgoingMail, text::Content};
use crate::config::{CaFile, MailSettings, MailTransport};

/// Delivers finished mails.
pub(super) struct Transport {
    from: lettre::message::Mailbox,
    /// Host of the public URL, in the `Message-ID`.
    host: String,
    way: Way,
}

enum Way {
    Smtp(Smtp),
    Folder(Folder),
}

impl Transport {
    /// # Errors
    /// The certificates cannot be used.
    pub(super) fn new(settings: &MailSettings, host: &str, ca: Option<&CaFile>) -> Result<Self, String> {
        let way = match &settings.transport {
            MailTransport::Smtp(server) => Way::Smtp(Smtp::new(server, host, ca)?),
            MailTransport::Folder(path) => Way::Folder(Folder::new(path)),
        };
        Ok(Self { from: settings.from.clone(), host: host.to_owned(), way })
    }

    /// Takes the steps before a mail.
    pub(super) async fn probe(&self) -> Result<(), MailProblem> {
        match &self.way {
            Way::Smtp(smtp) => smtp.probe(&self.from.email).await,
            Way::Folder(folder) => folder.probe(),
        }
    }

    /// Tries to deliver a mail.
    pub(super) async fn deliver(&self, mail: &OutgoingMail, content: &Content) -> Delivery {
        let Some(message) = mime::message(&self.from, &self.host, mail, content) else {
            return Delivery::Refused("the address is not valid".to_owned());
        };
        match &self.way {
            Way::Smtp(smtp) => smtp.deliver(&message).await,
            Way::Folder(folder) => folder.deliver(mail, &message).await,
        }
    }
}
