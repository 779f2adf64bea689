//! What is known of each chain during a check, and the findings at its end.

use std::{collections::BTreeMap, time::Duration};

use super::{
    report::{Finding, Problem, Report},
    rules::Rules,
    spans::{Edge, Gap, Misplaced, Spans},
};
use crate::{
    audit::{
        chain::{
            head::Head,
            link::{ChainId, Check, Link, Lost, Position, Previous, Witness},
        },
        event::Event,
    },
    clock::Timestamp,
    store::Unreadable,
};

/// How long replicas of an earlier version, which writes no chain, may run beside the first one that does.
const UPDATE: Duration = Duration::from_mins(10);
/// Age from which an event counts as written before the check.
const RECENT: Duration = Duration::from_secs(5);

/// All chains.
pub(super) struct Chains<'a> {
    rules: Rules<'a>,
    by_id: BTreeMap<ChainId, Chain>,
    /// When the oldest chain began.
    began_at: Option<Timestamp>,
    report: Report,
}

/// One chain.
#[derive(Default)]
struct Chain {
    /// The head at the start of the check: its events are stored. `None`: missing, or its MAC is not valid.
    head: Option<Head>,
    /// Whether missing events cannot be found: the head was changed, or its key is missing.
    is_unknown: bool,
    /// Events with a valid MAC.
    valid: Spans,
    /// Events whose MAC is not valid, or whose key is missing.
    invalid: Spans,
    /// The last position that an event names as confirmed in the head.
    confirmed: Position,
    /// What other chains say about this one.
    witnessed: Position,
    /// Until when the head must exist.
    head_until: Option<Timestamp>,
}

type Range = (Position, Position);

/// What the search for missing events of one chain needs.
struct Missing<'a> {
    id: ChainId,
    rules: Rules<'a>,
    report: &'a mut Report,
}

impl<'a> Chains<'a> {
    pub(super) fn new(rules: Rules<'a>) -> Self {
        Self { rules, by_id: BTreeMap::new(), began_at: None, report: Report::default() }
    }

    pub(super) fn add_head(&mut self, head: Head) {
        let id = head.chain;
        match head.check(self.rules.keys) {
            Check::Valid => {
                self.began_at = self.began_at.into_iter().chain([head.opened_at]).min();
                self.report.heads.push(head.witness());
                self.add_witnesses(&head.heads);
                self.by_id.entry(id).or_default().head = Some(head);
            }
            Check::KeyMissing => {
                self.report.keys_missing.entry(head.key).or_default();
                self.by_id.entry(id).or_default().is_unknown = true;
            }
            Check::Invalid => {
                self.by_id.entry(id).or_default().is_unknown = true;
                self.report.add(Finding { chain: Some(id), ..Finding::new(Problem::HeadAltered) });
            }
        }
    }

    pub(super) fn add_event(&mut self, event: &Event) {
        let Some(link) = event.link() else { return self.add_unchained(event) };
        let (id, position) = (link.place.chain, link.place.position);
        let check = event.check(self.rules.keys).unwrap_or(Check::Invalid);
        let chain = self.by_id.entry(id).or_default();
        let edge = |link: Option<&Link>| Edge {
            event: event.id(),
            previous: link.and_then(|link| link.place.previous.clone()),
            mac: link.map(|link| link.mac.clone()),
        };
        if check != Check::Valid {
            // Without a valid MAC its position decides nothing but that an event is there.
            let _ = chain.invalid.add(&link.place, edge(None));
        }
        let of_event = |problem| Finding {
            event: Some(event.id().to_string()),
            chain: Some(id),
            from: Some(position),
            at: Some(event.at),
            ..Finding::new(problem)
        };
        match check {
            Check::Valid => {
                // The check may have missed an event that was stored during it, and sees the next one.
                if event.at + RECENT <= self.rules.now {
                    chain.confirmed = chain.confirmed.max(link.place.confirmed);
                }
                let placed = chain.valid.add(&link.place, edge(Some(link)));
                self.report.verified += 1;
                self.add_witnesses(&link.place.heads);
                match placed {
                    Ok(()) => {}
                    Err(Misplaced::Taken) => self.report.add(of_event(Problem::Duplicated)),
                    Err(Misplaced::Unlinked(event)) => self
                        .report
                        .add(Finding { event: Some(event.to_string()), ..of_event(Problem::Unlinked) }),
                }
            }
            Check::KeyMissing => {
                *self.report.keys_missing.entry(link.place.key.clone()).or_default() += 1;
            }
            Check::Invalid => self.report.add(of_event(Problem::Altered)),
        }
    }

    /// An earlier version wrote the event, or another program did after the first chain began.
    fn add_unchained(&mut self, event: &Event) {
        if self.began_at.is_some_and(|began_at| event.at > began_at + UPDATE) {
            let (event, at) = (Some(event.id().to_string()), Some(event.at));
            self.report.add(Finding { event, at, ..Finding::new(Problem::Inserted) });
        } else {
            self.report.before_chain += 1;
        }
    }

    pub(super) fn add_unreadable(&mut self, document: &Unreadable) {
        self.report.add(Finding { event: Some(document.id.clone()), ..Finding::new(Problem::Unreadable) });
    }

    pub(super) fn add_unreadable_head(&mut self, document: &Unreadable) {
        let chain = document.id.parse::<ChainId>().ok();
        if let Some(chain) = chain {
            self.by_id.entry(chain).or_default().is_unknown = true;
        }
        self.report.add(Finding { chain, ..Finding::new(Problem::HeadAltered) });
    }

    /// Adds what one chain, or an earlier report, says about others.
    pub(super) fn add_witnesses(&mut self, witnesses: &[Witness]) {
        for Witness { chain, confirmed, kept_until } in witnesses {
            let chain = self.by_id.entry(*chain).or_default();
            chain.witnessed = chain.witnessed.max(*confirmed);
            chain.head_until = chain.head_until.max(Some(*kept_until));
        }
    }

    /// Returns the chains whose head at the start of the check is missing, or says less than others say.
    pub(super) fn chains_to_read_again(&self) -> Vec<ChainId> {
        let is_behind = |chain: &Chain| {
            !chain.is_unknown
                && chain.head.as_ref().map_or(0, |head| head.confirmed) < chain.confirmed.max(chain.witnessed)
        };
        self.by_id.iter().filter(|(_, chain)| is_behind(chain)).map(|(id, _)| *id).collect()
    }

    /// Compares the present head with what events and other chains say.
    pub(super) fn add_newer_head(&mut self, id: ChainId, newer: Option<Head>) {
        let Some(chain) = self.by_id.get_mut(&id) else { return };
        let problem = match newer {
            None => {
                let expired = chain.head_until.is_some_and(|until| self.rules.is_past(until));
                // A process that was killed before its first head leaves events that name no head.
                (!expired).then_some(Problem::HeadRemoved)
            }
            Some(head) => match head.check(self.rules.keys) {
                Check::KeyMissing => {
                    self.report.keys_missing.entry(head.key).or_default();
                    None
                }
                Check::Invalid => Some(Problem::HeadAltered),
                Check::Valid if head.confirmed < chain.confirmed.max(chain.witnessed) => {
                    Some(Problem::HeadReplaced)
                }
                Check::Valid => None,
            },
        };
        if let Some(problem) = problem {
            self.report.add(Finding { chain: Some(id), ..Finding::new(problem) });
        }
    }

    pub(super) fn into_report(self) -> Report {
        let Self { rules, by_id: chains, mut report, .. } = self;
        report.chains = chains.len() as u64;
        for (id, chain) in &chains {
            chain.find_missing(&mut Missing { id: *id, rules, report: &mut report });
        }
        report
    }
}

impl Chain {
    /// Adds the positions of this chain that have no event.
    fn find_missing(&self, missing: &mut Missing<'_>) {
        if self.is_unknown {
            return;
        }
        for Gap { from, to, next } in self.valid.gaps() {
            self.explain((from, to), Some(&next), missing);
        }
        let stored = self.head.as_ref().map_or(0, |head| head.confirmed);
        let end = self.valid.end();
        if end < stored {
            self.explain((end + 1, stored), None, missing);
        }
    }

    /// Decides why the events of a range are missing.
    fn explain(&self, gap: Range, next: Option<&Edge>, missing: &mut Missing<'_>) {
        let floor = self.confirmed.max(self.head.as_ref().map_or(0, |head| head.confirmed));
        let lost = self.head.iter().flat_map(|head| &head.lost);
        let Missing { id, rules, report } = missing;
        let absent = without(vec![gap], self.invalid.ranges());
        let confirmed: Vec<Range> = absent
            .iter()
            .filter(|(from, _)| *from <= floor)
            .map(|(from, to)| (*from, floor.min(*to)))
            .collect();
        report.unconfirmed += count(&absent) - count(&confirmed);
        let left = without(confirmed.clone(), lost.map(|lost| (lost.from, lost.to)));
        report.lost += count(&confirmed) - count(&left);
        for (from, to) in left {
            // The event after the range says when the last event of the range was written.
            let newest = next.filter(|_| gap.1 == to).and_then(|next| next.previous.as_ref());
            let newest = newest.or_else(|| self.event_at(to));
            if newest.is_some_and(|newest| rules.is_expired(newest)) {
                report.expired += to - from + 1;
                continue;
            }
            report.add(Finding {
                event: next.map(|next| next.event.to_string()),
                chain: Some(*id),
                from: Some(from),
                to: Some(to),
                at: newest.map(|newest| newest.at),
                ..Finding::new(Problem::Removed)
            });
        }
    }

    /// Returns what the head says about the event at a position.
    fn event_at(&self, position: Position) -> Option<&Previous> {
        let head = self.head.as_ref()?;
        let after = head.lost.iter().find(|lost: &&Lost| lost.from == position + 1);
        after
            .and_then(|lost| lost.previous.as_ref())
            .or_else(|| (head.confirmed == position).then_some(&head.last))
    }
}

/// Returns the ranges without the positions of others.
fn without(ranges: Vec<Range>, others: impl Iterator<Item = Range>) -> Vec<Range> {
    others.fold(ranges, |ranges, (from, to)| {
        let mut left = Vec::new();
        for (start, end) in ranges {
            if to < start || end < from {
                left.push((start, end));
                continue;
            }
            if start < from {
                left.push((start, from - 1));
            }
            if to < end {
                left.push((to + 1, end));
            }
        }
        left
    })
}

fn count(ranges: &[Range]) -> u64 {
    ranges.iter().map(|(from, to)| to - from + 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_others_are_left_out() {
        let of = |others: &[Range]| without(vec![(3, 6), (9, 9)], others.iter().copied());
        assert_eq!(of(&[]), [(3, 6), (9, 9)]);
        assert_eq!(of(&[(1, 3), (5, 5), (7, 20)]), [(4, 4), (6, 6)]);
        assert_eq!(of(&[(1, 20)]), []);
        assert_eq!(count(&of(&[(4, 4)])), 4);
    }
}
