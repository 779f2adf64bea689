//! The result of a check.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::{
    audit::{
        ChainId,
        chain::link::{Position, Witness},
    },
    clock::Timestamp,
};

/// Findings that a report lists. Further ones are only counted.
const LISTED: usize = 1000;

/// What the check counted and found.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Events with a valid MAC.
    pub verified: u64,
    pub chains: u64,
    /// Events of an earlier version, which wrote no chain.
    pub before_chain: u64,
    /// Missing events that the retention has removed.
    pub expired: u64,
    /// Missing events whose write the store did not confirm. The log has them.
    pub lost: u64,
    /// Missing events of the last moment of a process that was killed. The log has them.
    pub unconfirmed: u64,
    /// Events that need a key which the key ring lacks, by the id of the key.
    pub keys_missing: BTreeMap<String, u64>,
    pub findings: Vec<Finding>,
    /// Findings that are not listed.
    pub more_findings: u64,
    /// How far each chain goes. A later check can be given this report.
    pub heads: Vec<Witness>,
}

/// An event that is missing or not as it was written.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub problem: Problem,
    /// The id of the event as it is stored. For missing events, that of the next event of their chain.
    pub event: Option<String>,
    pub chain: Option<ChainId>,
    /// Positions of the events in their chain.
    pub from: Option<Position>,
    pub to: Option<Position>,
    /// Time of the event, or of the last event before which it must have been written.
    pub at: Option<Timestamp>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The event is not as it was written, or another program wrote it.
    Altered,
    /// Events were removed.
    Removed,
    /// Two events have the same position in their chain.
    Duplicated,
    /// The event names another event before it.
    Unlinked,
    /// Another program wrote an event without a chain.
    Inserted,
    Unreadable,
    /// The head of a chain was changed.
    HeadAltered,
    /// The head of a chain was removed, or the whole chain.
    HeadRemoved,
    /// The head of a chain was replaced with an older one.
    HeadReplaced,
}

impl Problem {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Removed => "removed",
            Self::Duplicated => "duplicated",
            Self::Unlinked => "unlinked",
            Self::Inserted => "inserted",
            Self::Unreadable => "unreadable",
            Self::HeadAltered => "headAltered",
            Self::HeadRemoved => "headRemoved",
            Self::HeadReplaced => "headReplaced",
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Report {
    /// Returns whether every event is stored as it was written.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.keys_missing.is_empty()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        } else {
            self.more_findings += 1;
        }
    }
}

impl Finding {
    pub(super) fn new(problem: Problem) -> Self {
        Self { problem, event: None, chain: None, from: None, to: None, at: None }
    }

    /// Returns the finding in words.
    #[must_use]
    pub fn text(&self) -> String {
        let chain = self.chain.map(|chain| chain.to_string()).unwrap_or_default();
        let event = self.event.as_deref().unwrap_or_default();
        let position = self.from.unwrap_or_default();
        match self.problem {
            Problem::Altered => {
                format!("event {event} was altered, or another program wrote it")
            }
            Problem::Removed => self.removed_text(&chain),
            Problem::Duplicated => {
                format!("event {event} is a duplicate: its chain {chain} has another event {position}")
            }
            Problem::Unlinked => {
                format!("event {event} does not follow the event before it in its chain {chain}")
            }
            Problem::Inserted => format!("event {event} has no chain: another program wrote it"),
            Problem::Unreadable => format!("event {event} cannot be read"),
            Problem::HeadAltered => format!("the head of chain {chain} was altered"),
            Problem::HeadRemoved => format!("the head of chain {chain} was removed, or the whole chain"),
            Problem::HeadReplaced => format!("the head of chain {chain} was replaced with an older one"),
        }
    }

    fn removed_text(&self, chain: &str) -> String {
        let (from, to) = (self.from.unwrap_or_default(), self.to.unwrap_or_default());
        let what = if from == to {
            format!("event {from} of chain {chain} was removed")
        } else {
            format!("events {from} to {to} of chain {chain} were removed")
        };
        match &self.event {
            Some(next) => format!("{what}, before event {next}"),
            None => format!("{what}, after its last event"),
        }
    }
}
