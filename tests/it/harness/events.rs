//! A client of server-sent events.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::browser::Browser;

/// An open stream.
pub(crate) struct Events {
    response: reqwest::Response,
    text: String,
    /// Comment lines so far.
    pub(crate) comments: usize,
}

/// What a stream did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Next {
    Event(String, Value),
    Closed,
    /// Nothing within the time.
    Silence,
}

impl Events {
    /// Opens the stream of this browser, and waits for its first line.
    pub(crate) async fn open(browser: &Browser) -> Self {
        Self::open_at(browser, "/api/auth/events").await
    }

    /// Opens another stream of this browser, and waits for its first line.
    pub(crate) async fn open_at(browser: &Browser, path: &str) -> Self {
        let mut response = browser.request(reqwest::Method::GET, path).open().await;
        assert_eq!(response.status(), 200);
        let header = |name| response.headers()[name].to_str().unwrap();
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-accel-buffering"), "no");
        let first = response.chunk().await.expect("a stream").expect("a first line");
        let first = String::from_utf8(first.to_vec()).expect("text");
        assert!(first.starts_with("retry: ") && first.ends_with("\n\n"), "{first:?}");
        Self { response, text: String::new(), comments: 0 }
    }

    /// Returns the next event, or what happened instead within this time.
    pub(crate) async fn next_within(&mut self, time: Duration) -> Next {
        timeout(time, self.next()).await.unwrap_or(Next::Silence)
    }

    async fn next(&mut self) -> Next {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if block.starts_with(':') {
                    self.comments += 1;
                    continue;
                }
                let (name, data) = block.split_once('\n').expect("two lines");
                let name = name.strip_prefix("event: ").expect("the name");
                let data = data.strip_prefix("data: ").expect("the data");
                return Next::Event(name.to_owned(), serde_json::from_str(data).expect("JSON"));
            }
            match self.response.chunk().await {
                Ok(Some(chunk)) => self.text.push_str(std::str::from_utf8(&chunk).expect("text")),
                Ok(None) => return Next::Closed,
                Err(error) => panic!("the stream was cut off: {error}"),
            }
        }
    }
}
