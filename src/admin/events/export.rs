//! All events that the filters select, as a file.
//!
//! The file is written while it is read from the store, one page at a time, so that its size is not limited by the memory. A file that ends
//! early must not look complete: the connection is cut off in place of its end.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    admin::{Permission, is_still_permitted},
    app::AppState,
    audit::{Event, EventView, Query},
    session::CurrentSession,
    store::{DocumentId, StoreError},
};

/// Events per read of the store.
const PAGE: usize = 500;
/// A client that reads slowly must not hold one of the places for ever.
const TIME_MAX: Duration = Duration::from_mins(15);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "EventFormat")]
pub(crate) enum Format {
    #[default]
    Csv,
    /// One JSON document on each line.
    Ndjson,
}

impl Format {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    fn head(self) -> String {
        match self {
            Self::Csv => EventView::csv_header(),
            Self::Ndjson => String::new(),
        }
    }

    fn line(self, event: Event) -> String {
        let view = event.view();
        match self {
            Self::Csv => view.csv_line(),
            // A text in JSON has no line end.
            Self::Ndjson => serde_json::to_string(&view).map(|line| line + "\n").unwrap_or_default(),
        }
    }
}

/// Why a file ends before its last event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndedEarly {
    #[error("the session of the administrator has ended, or its user lacks the permission now")]
    NotPermitted,
    #[error("the client reads too slowly")]
    TooSlow,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An export that is being written.
pub(crate) struct Export {
    app: AppState,
    current: CurrentSession,
    /// `None`: no event can match.
    query: Option<Query>,
    format: Format,
    after: Option<DocumentId>,
    head: Option<String>,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl Export {
    pub(crate) fn new(
        app: AppState,
        current: CurrentSession,
        (query, format): (Option<Query>, Format),
        place: OwnedSemaphorePermit,
    ) -> Self {
        let after = query.as_ref().and_then(Query::newest_start);
        let (head, until) = (Some(format.head()), Instant::now() + TIME_MAX);
        Self { app, current, query, format, after, head, until, _place: place }
    }

    /// Returns the next part of the file, and whether another one follows.
    ///
    /// # Errors
    /// [`EndedEarly`].
    pub(crate) async fn next(&mut self) -> Result<(String, bool), EndedEarly> {
        let mut text = self.head.take().unwrap_or_default();
        let Some(query) = &self.query else { return Ok((text, false)) };
        if Instant::now() >= self.until {
            return Err(EndedEarly::TooSlow);
        }
        // Before each page: a user who loses the role must not get the rest.
        if !is_still_permitted(&self.app, &self.current, Permission::Read).await {
            return Err(EndedEarly::NotPermitted);
        }
        let batch = query.batch(&self.app.store, self.after.take(), true, PAGE).await?;
        text.extend(batch.events.into_iter().map(|event| self.format.line(event)));
        self.after = batch.next;
        Ok((text, self.after.is_some()))
    }
}
