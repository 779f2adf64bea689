//! The positions of one chain that were seen, as ranges: the events of one moment are not stored in the order of their positions. Pure.

use std::collections::BTreeMap;

use crate::audit::{
    EventId,
    chain::link::{Place, Position, Previous},
};

/// Ranges of positions by their first position.
#[derive(Debug, Default)]
pub(super) struct Spans(BTreeMap<Position, Span>);

#[derive(Debug)]
struct Span {
    to: Position,
    first: Edge,
    last: Edge,
}

/// An event at the edge of a range.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) event: EventId,
    /// What it says about the event before it. `None`: its MAC is not valid, or it is the first one.
    pub(super) previous: Option<Previous>,
    /// `None`: its MAC is not valid.
    pub(super) mac: Option<String>,
}

/// What is wrong with a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// Another event has this position.
    Taken,
    /// The event after it names another event before it.
    Unlinked(EventId),
}

/// Positions without an event.
#[derive(Debug)]
pub(super) struct Gap {
    pub(super) from: Position,
    pub(super) to: Position,
    /// The first event after the gap.
    pub(super) next: Edge,
}

impl Spans {
    /// Adds an event.
    pub(super) fn add(&mut self, place: &Place, edge: Edge) -> Result<(), Misplaced> {
        let position = place.position;
        let before = self.0.range(..=position).next_back().map(|(from, span)| (*from, span.to));
        if before.is_some_and(|(_, to)| to >= position) {
            return Err(Misplaced::Taken);
        }
        let joined = before.filter(|(_, to)| to + 1 == position).map(|(from, _)| from);
        let mut result = Ok(());
        let from = joined.unwrap_or(position);
        if let Some(span) = joined.and_then(|from| self.0.get_mut(&from)) {
            if !follows(&span.last, &edge) {
                result = Err(Misplaced::Unlinked(edge.event));
            }
            (span.to, span.last) = (position, edge);
        } else {
            self.0.insert(position, Span { to: position, first: edge.clone(), last: edge });
        }
        if let Some(next) = self.0.remove(&(position + 1))
            && let Some(span) = self.0.get_mut(&from)
        {
            if !follows(&span.last, &next.first) {
                result = Err(Misplaced::Unlinked(next.first.event));
            }
            (span.to, span.last) = (next.to, next.last);
        }
        result
    }

    /// Returns the gaps before and between the ranges.
    pub(super) fn gaps(&self) -> impl Iterator<Item = Gap> {
        let ends = std::iter::once(0).chain(self.0.values().map(|span| span.to));
        self.0.iter().zip(ends).filter(|((from, _), end)| **from > end + 1).map(|((from, span), end)| Gap {
            from: end + 1,
            to: from - 1,
            next: span.first.clone(),
        })
    }

    /// Returns the ranges.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (Position, Position)> {
        self.0.iter().map(|(from, span)| (*from, span.to))
    }

    /// Returns the last position.
    pub(super) fn end(&self) -> Position {
        self.0.last_key_value().map_or(0, |(_, span)| span.to)
    }
}

/// Returns whether an event names the one before it. Without a valid MAC on both sides there is nothing to compare: that is a finding of its
/// own.
fn follows(before: &Edge, event: &Edge) -> bool {
    match (&before.mac, &event.previous) {
        (Some(mac), Some(previous)) => *mac == previous.mac,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audit::ChainId, clock::Timestamp};

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn add(spans: &mut Spans, chain: ChainId, position: Position, previous: &str) -> Result<(), Misplaced> {
        let previous = Previous { mac: previous.to_owned(), at: NOW, kept_until: NOW };
        let place = Place {
            chain,
            position,
            key: String::new(),
            kept_until: NOW,
            previous: Some(previous.clone()),
            confirmed: 0,
            heads: Vec::new(),
        };
        let edge =
            Edge { event: EventId::new(NOW), previous: Some(previous), mac: Some(position.to_string()) };
        spans.add(&place, edge)
    }

    #[test]
    fn positions_in_any_order_become_one_range() {
        let chain = ChainId::new(NOW);
        for order in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3], [3, 1, 4, 2]] {
            let mut spans = Spans::default();
            for position in order {
                assert_eq!(add(&mut spans, chain, position, &(position - 1).to_string()), Ok(()));
            }
            assert_eq!((spans.gaps().count(), spans.end(), spans.0.len()), (0, 4, 1), "{order:?}");
        }
    }

    #[test]
    fn gaps_duplicates_and_wrong_links_are_found() {
        let (chain, mut spans) = (ChainId::new(NOW), Spans::default());
        for position in [3, 4, 8] {
            assert_eq!(add(&mut spans, chain, position, &(position - 1).to_string()), Ok(()));
        }
        let gaps: Vec<_> = spans.gaps().map(|gap| (gap.from, gap.to)).collect();
        assert_eq!((gaps, spans.end()), (vec![(1, 2), (5, 7)], 8));
        assert_eq!(add(&mut spans, chain, 4, "3"), Err(Misplaced::Taken));
        assert!(matches!(add(&mut spans, chain, 5, "another"), Err(Misplaced::Unlinked(_))));
        assert_eq!(add(&mut spans, chain, 6, "5"), Ok(()));
        assert_eq!(add(&mut spans, chain, 7, "6"), Ok(()));
        assert_eq!(spans.gaps().count(), 1);
    }
}
