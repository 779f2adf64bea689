//! A short name of a browser. The whole `User-Agent` says little to its user.

/// In this order: Edge and Opera name Chrome, too, and every browser names Safari.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// In this order: Android names Linux, too, and an iPhone names Mac OS X.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Longest name of an unknown browser, in characters.
const NAME_MAX: usize = 20;

/// Returns for example `Firefox, Linux`, or the first word if no browser is known.
///
/// Only a word without signs: a client that knows an address can cause a mail to it, and must not write a sentence or a link there (phishing
/// in the name of this service).
pub(super) fn summary(user_agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => user_agent.chars().take_while(char::is_ascii_alphanumeric).take(NAME_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_has_a_short_name() {
        for (user_agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", "curl"),
        ] {
            assert_eq!(summary(user_agent), expected);
        }
    }

    // Phishing: a client that knows an address requests a reset, and the mail to it has the header of the request.
    #[test]
    fn client_cannot_write_a_text_or_a_link_into_a_mail() {
        for (user_agent, expected) in [
            ("Your account is blocked, open https://evil.example", "Your"),
            ("https://evil.example/login", "https"),
            ("evil.example", "evil"),
            ("<a href=//evil.example>", ""),
            ("See https://evil.example Firefox/1 Linux", "Firefox, Linux"),
        ] {
            assert_eq!(summary(user_agent), expected);
        }
        assert_eq!(summary(&"a".repeat(10_000)).len(), NAME_MAX);
    }
}
