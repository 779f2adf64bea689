//! The steps of an SMTP conversation before a mail.

/// The step that failed, with the reply of the server or the error, cleaned.
#[derive(Debug, PartialEq, Eq)]
pub enum MailProblem {
    /// The settings cannot be used.
    Settings(String),
    /// No connection, or no greeting.
    Connection(String),
    /// No encryption, or no valid certificate.
    Tls(String),
    /// The server refuses user or password, or wants them.
    Login(String),
    /// The server refuses the sender.
    Sender(String),
    /// The folder cannot be written.
    Folder(String),
}
