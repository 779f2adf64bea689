//! Which events of a chain are stored. Pure.
//!
//! Events are stored at the same time, so that a slow write delays no other request. The confirmed position is the last one up to which
//! the store has answered for every event.

use std::collections::VecDeque;

use super::link::{Lost, Position, Previous};

/// Longest list of lost positions. Beyond it, two neighbours become one range.
const LOST_MAX: usize = 256;

/// Events of one chain, from its start.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The newest event.
    last: Option<Previous>,
    /// Events after the confirmed position, in order.
    open: VecDeque<Open>,
    confirmed: Position,
    confirmed_last: Option<Previous>,
    lost: Vec<Lost>,
}

#[derive(Debug)]
struct Open {
    event: Previous,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    BeingWritten,
    Stored,
    /// The write failed, or its result is unknown.
    Lost,
}

/// What a head says about the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Confirmed {
    pub(super) position: Position,
    pub(super) last: Previous,
    pub(super) lost: Vec<Lost>,
    /// Whether no event is being written.
    pub(super) is_complete: bool,
}

impl Progress {
    /// Returns the position of the next event.
    pub(super) fn next(&self) -> Position {
        self.confirmed + self.open.len() as u64 + 1
    }

    /// Returns the newest event.
    pub(super) fn last(&self) -> Option<&Previous> {
        self.last.as_ref()
    }

    /// Adds the next event.
    pub(super) fn begin(&mut self, event: Previous) {
        self.open.push_back(Open { event: event.clone(), state: State::BeingWritten });
        self.last = Some(event);
    }

    /// Records the result of a write.
    pub(super) fn settle(&mut self, position: Position, is_stored: bool) {
        let index = position.checked_sub(self.confirmed + 1).and_then(|index| usize::try_from(index).ok());
        if let Some(open) = index.and_then(|index| self.open.get_mut(index)) {
            open.state = if is_stored { State::Stored } else { State::Lost };
        }
        while let Some(open) = self.open.pop_front_if(|open| open.state != State::BeingWritten) {
            self.confirmed += 1;
            let previous = self.confirmed_last.replace(open.event);
            if open.state == State::Lost {
                self.lose(self.confirmed, previous);
            }
        }
    }

    fn lose(&mut self, position: Position, previous: Option<Previous>) {
        let is_full = self.lost.len() >= LOST_MAX;
        match self.lost.last_mut() {
            Some(last) if is_full || last.to + 1 == position => last.to = position,
            _ => self.lost.push(Lost { from: position, to: position, previous }),
        }
    }

    /// Returns what the head must say. `None` before the first event is confirmed.
    pub(super) fn confirmed(&self) -> Option<Confirmed> {
        Some(Confirmed {
            position: self.confirmed,
            last: self.confirmed_last.clone()?,
            lost: self.lost.clone(),
            is_complete: self.open.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn event(number: i64) -> Previous {
        let at = Timestamp::from_millis(number);
        Previous { mac: number.to_string(), at, kept_until: at }
    }

    fn begun(count: i64) -> Progress {
        let mut progress = Progress::default();
        for number in 1..=count {
            assert_eq!(progress.next(), u64::try_from(number).expect("a position"));
            progress.begin(event(number));
        }
        progress
    }

    fn state(progress: &Progress) -> (Position, Vec<(Position, Position)>) {
        let confirmed = progress.confirmed();
        let lost =
            confirmed.iter().flat_map(|confirmed| &confirmed.lost).map(|lost| (lost.from, lost.to)).collect();
        (confirmed.map_or(0, |confirmed| confirmed.position), lost)
    }

    #[test]
    fn position_is_confirmed_when_every_event_before_it_is_answered() {
        let mut progress = begun(3);
        assert!(progress.confirmed().is_none());
        progress.settle(3, true);
        progress.settle(2, true);
        assert!(progress.confirmed().is_none(), "the first event is being written");
        progress.settle(1, true);
        assert_eq!(state(&progress), (3, vec![]));
        assert_eq!(progress.confirmed().expect("three").last, event(3));
    }

    #[test]
    fn failed_writes_are_listed_as_lost_and_hold_up_no_later_event() {
        let mut progress = begun(6);
        for (position, is_stored) in [(1, true), (2, false), (3, false), (4, true), (6, false), (5, true)] {
            progress.settle(position, is_stored);
        }
        assert_eq!(state(&progress), (6, vec![(2, 3), (6, 6)]));
        progress.settle(2, true);
        progress.settle(99, true);
        assert_eq!(state(&progress), (6, vec![(2, 3), (6, 6)]), "an answer counts once");
    }

    #[test]
    fn list_of_lost_positions_is_bounded() {
        let mut progress = begun(2000);
        for position in 1..=2000 {
            progress.settle(position, position % 2 == 0);
        }
        let (confirmed, lost) = state(&progress);
        assert_eq!((confirmed, lost.len()), (2000, LOST_MAX));
        assert_eq!(lost.last(), Some(&(511, 1999)));
    }
}
