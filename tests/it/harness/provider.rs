//! The real OpenID provider of the run (tests/provider), and somebody who signs in there.

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use super::browser::Browser;

/// What it said when it was ready.
pub(crate) struct Provider(Value);

impl Provider {
    pub(crate) fn of_the_run() -> Self {
        let said = std::env::var_os("VESTIBULE_TEST_PROVIDER").and_then(|said| said.into_string().ok());
        let said =
            said.expect("start the OpenID provider with ./scripts/test, or set VESTIBULE_TEST_PROVIDER");
        Self(serde_json::from_str(&said).expect("one line of JSON"))
    }

    pub(crate) fn issuer(&self) -> &str {
        self.0["issuer"].as_str().expect("an issuer")
    }

    /// The id and the secret, if it has one, of the client of this kind: `basic`, `post`, `es256`, `public`.
    pub(crate) fn client(&self, kind: &str) -> (&str, Option<&str>) {
        let client = &self.0["clients"][kind];
        (client["clientId"].as_str().expect("a client id"), client["clientSecret"].as_str())
    }

    /// Goes where the service sent a browser, fills in the form there (like `login=grace`), and comes out with the query of
    /// the redirect back.
    pub(crate) async fn sign_in(&self, authorize: &Url, form: &str) -> HashMap<String, String> {
        let address = authorize.socket_addrs(|| None).expect("an address")[0];
        let browser = Browser::at(address);
        let home = Url::parse(self.issuer()).expect("a URL");
        let shown = browser.get(&path_of(authorize)).await.must_be(303);
        let page = home.join(shown.header("location").expect("a page")).expect("a URL");
        browser.get(&path_of(&page)).await.must_be(200);
        let request = browser.ask(reqwest::Method::POST, &path_of(&page));
        let mut answer = request.body("application/x-www-form-urlencoded", form.to_owned()).send().await;
        loop {
            let location = answer.must_be(303).header("location").expect("a place").to_owned();
            let next = home.join(&location).expect("a URL");
            if next.origin() != home.origin() {
                return next.query_pairs().into_owned().collect();
            }
            answer = browser.get(&path_of(&next)).await;
        }
    }
}

fn path_of(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}
