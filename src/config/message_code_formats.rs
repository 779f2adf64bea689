//! Formats that only the settings of codes by mail and SMS have.

use serde::{Deserialize, Serialize};

use super::format::Choice;

/// Longest text of an SMS, in characters. A gateway splits a longer one than 160 characters, and each part costs.
const TEMPLATE_MAX: usize = 480;
const PLACEHOLDERS: [&str; 3] = ["code", "name", "host"];

/// How a code reaches a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageChannel {
    Email,
    Sms,
}

pub(super) const MESSAGE_CHANNELS: Choice<MessageChannel> =
    Choice(&[("email", MessageChannel::Email), ("sms", MessageChannel::Sms)]);

impl MessageChannel {
    /// Returns the published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// Returns the channel with this published name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Email, Self::Sms].into_iter().find(|channel| channel.as_str() == name)
    }
}

/// Reads the text of an SMS. `\n` is a new line: an environment variable is written on one line.
pub(super) fn template(text: &str) -> Result<String, String> {
    const ADVICE: &str = "write for example {code} is your code for {name}.";
    let text = text.replace("\\n", "\n");
    if text.chars().count() > TEMPLATE_MAX {
        return Err(format!("it has more than {TEMPLATE_MAX} characters; shorten it"));
    }
    for part in text.split('{').skip(1) {
        match part.split_once('}') {
            Some((name, _)) if PLACEHOLDERS.contains(&name) => {}
            Some(_) | None => {
                return Err(format!(
                    "it has an unknown placeholder: use {{code}}, {{name}} and {{host}} only; {ADVICE}"
                ));
            }
        }
    }
    if text.contains("{code}") { Ok(text) } else { Err(format!("it has no {{code}}; {ADVICE}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_has_new_lines() {
        assert_eq!(template("{code}\\n\\n@{host} #{code}").expect("a text"), "{code}\n\n@{host} #{code}");
    }
}
