//! The real OpenID provider of the test run (tests/provider).

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use super::browser::Browser;

/// Settings that the provider printed when it was ready.
pub(crate) struct Provider(Value);

impl Provider {
    pub(crate) fn of_the_run() -> Self {
        let text = std::env::var_os("VESTIBULE_TEST_PROVIDER").and_then(|text| text.into_string().ok());
        let text =
            text.expect("start the OpenID provider with ./scripts/test, or set VESTIBULE_TEST_PROVIDER");
        Self(serde_json::from_str(&text).expect("one line of JSON"))
    }

    pub(crate) fn issuer(&self) -> &str {
        self.0["issuer"].as_str().expect("an issuer")
    }

    /// Returns id and secret of a client: `basic`, `post`, `es256`, `public`.
    pub(crate) fn client(&self, kind: &str) -> (&str, Option<&str>) {
        let client = &self.0["clients"][kind];
        (client["clientId"].as_str().expect("a client id"), client["clientSecret"].as_str())
    }

    /// Follows the redirect to the provider, submits the form (like `login=grace`) and returns the query of the
    /// callback.
    pub(crate) async fn sign_in(&self, authorize: &Url, form: &str) -> HashMap<String, String> {
        self.sign_in_at(&self.browser(), authorize, form).await
    }

    /// Creates a browser for the pages of the provider.
    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.home().socket_addrs(|| None).expect("an address")[0])
    }

    fn home(&self) -> Url {
        Url::parse(self.issuer()).expect("a URL")
    }

    /// The same in a browser that may have a session at the provider.
    pub(crate) async fn sign_in_at(
        &self,
        browser: &Browser,
        authorize: &Url,
        form: &str,
    ) -> HashMap<String, String> {
        let home = self.home();
        let shown = browser.get(&path_of(authorize)).await.expect_status(303);
        let page = home.join(shown.header("location").expect("a page")).expect("a URL");
        browser.get(&path_of(&page)).await.expect_status(200);
        let request = browser.request(reqwest::Method::POST, &path_of(&page));
        let mut answer = request.body("application/x-www-form-urlencoded", form.to_owned()).send().await;
        loop {
            let location = answer.expect_status(303).header("location").expect("a location").to_owned();
            let next = home.join(&location).expect("a URL");
            if next.origin() != home.origin() {
                return next.query_pairs().into_owned().collect();
            }
            answer = browser.get(&path_of(&next)).await;
        }
    }

    /// Confirms the logout page of the provider and returns where it redirects.
    pub(crate) async fn sign_out_at(&self, browser: &Browser, end_session: &Url) -> Url {
        let page = browser.get(&path_of(end_session)).await.expect_status(200).text;
        let (_, secret) = page.split_once("name=\"xsrf\" value=\"").expect("a form");
        let (secret, _) = secret.split_once('"').expect("its secret");
        let request = browser.request(reqwest::Method::POST, "/session/end/confirm");
        let form = format!("xsrf={secret}&logout=yes");
        let answer = request.body("application/x-www-form-urlencoded", form).send().await.expect_status(303);
        self.home().join(answer.header("location").expect("a location")).expect("a URL")
    }

    /// Returns the URL of a logout that starts at the provider.
    pub(crate) fn end_session(&self) -> Url {
        self.home().join("/session/end").expect("a URL")
    }
}

fn path_of(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}
