//! Judging: one envelope on arrival, with those that waited for it; or all.

use std::collections::BTreeSet;

use plumbline_wire::id::ItemId;
use plumbline_wire::mark::Mark;

use super::{Change, Content, Graph, Judge, Node, Permission, Span, Verdict};

impl Graph {
    /// Judges one, and then those that waited for it. What counts now and what does not is added to `change`.
    pub(super) fn settle(&mut self, id: ItemId, judge: Judge<'_>, change: &mut Change) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.nodes.get(&id).is_none_or(|node| node.verdict.is_some()) {
                continue;
            }
            match self.attempt(&id, judge) {
                Ok((verdict, end)) => {
                    if verdict == Verdict::Accepted {
                        self.accept(id);
                        change.accepted.push(id);
                    } else {
                        change.judged.push((id, verdict));
                    }
                    if let Some(node) = self.nodes.get_mut(&id) {
                        (node.verdict, node.end) = (Some(verdict), end);
                    }
                    open.extend(self.waiters.remove(&id).unwrap_or_default());
                }
                // Any of them alone may decide: what does not count holds it, whatever becomes of the others.
                Err(missing) => {
                    for needed in missing {
                        self.waiters.entry(needed).or_default().insert(id);
                    }
                }
            }
        }
    }

    /// Judges all anew.
    pub fn settle_all(&mut self, judge: Judge<'_>) -> Change {
        let before: BTreeSet<ItemId> = std::mem::take(&mut self.accepted).into_iter().collect();
        self.due = false;
        self.heads.clear();
        self.waiters.clear();
        for node in self.nodes.values_mut() {
            node.verdict = None;
        }
        self.choose_paths(judge);
        let mut change = Change::default();
        for id in self.arrivals.clone() {
            self.settle(id, judge, &mut change);
        }
        let after: BTreeSet<&ItemId> = change.accepted.iter().collect();
        change.retracted = before.iter().any(|id| !after.contains(id));
        change.accepted.retain(|id| !before.contains(id));
        change
    }

    fn accept(&mut self, id: ItemId) {
        let Some(node) = self.nodes.get(&id) else { return };
        let mark = node.mark(id);
        self.heads.remove(&ItemId(node.header.prev));
        if let Content::Open { dependencies, .. } = &node.content {
            for dependency in dependencies {
                self.heads.remove(&dependency.item);
            }
        }
        self.heads.insert(id, mark);
        self.accepted.push(id);
    }

    /// The verdict and the number of the session's last change, or all that it has to wait for.
    fn attempt(&self, id: &ItemId, judge: Judge<'_>) -> Result<(Verdict, u64), Vec<ItemId>> {
        let Some(node) = self.nodes.get(id) else { return Err(Vec::new()) };
        let Some(line) = self.lines.get(&node.header.session) else { return Err(Vec::new()) };
        let plain = |verdict| Ok((verdict, 0));
        let header = &node.header;
        let leads_to = |mark: &Mark| self.leads_to(id, node, mark);
        match judge.keyring.permission(&node.certificate, &header.session, header.seq, leads_to) {
            Permission::Counts => {}
            Permission::SetAside => return plain(Verdict::SetAside),
            Permission::Refused(_) => return plain(Verdict::Refused),
        }
        if line.path.as_ref().is_some_and(|path| !path.contains(id)) {
            return plain(Verdict::Fenced);
        }
        let (dependencies, span) = match &node.content {
            Content::Opening => (&[][..], Span::Empty),
            Content::Locked => return plain(Verdict::Locked),
            Content::Poisoned => return plain(Verdict::Poisoned),
            Content::Open { dependencies, span, .. } => (dependencies.as_slice(), *span),
        };
        let mut missing = Vec::new();
        let before = (header.seq > 0).then_some(ItemId(header.prev));
        // A mark with another place than its item's is no different from one that does not count.
        let wrong = |mark: &&Mark| self.nodes.get(&mark.item).is_some_and(|node| node.mark(mark.item) != **mark);
        if dependencies.iter().any(|mark| wrong(&mark)) {
            return plain(Verdict::Held);
        }
        for needed in dependencies.iter().map(|mark| mark.item).chain(before) {
            match self.nodes.get(&needed).and_then(|node| node.verdict) {
                Some(Verdict::Accepted) => {}
                Some(_) => return plain(Verdict::Held),
                None => missing.push(needed),
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let end = before.and_then(|before| self.nodes.get(&before)).map_or(0, |before| before.end);
        match span {
            Span::Empty => Ok((Verdict::Accepted, end)),
            Span::Changes { first, last } if Some(first) == end.checked_add(1) && first <= last => {
                Ok((Verdict::Accepted, last))
            }
            Span::Changes { .. } => plain(Verdict::Poisoned),
        }
    }

    /// Whether an envelope is the one that a mark of its session names, or comes before it.
    pub(super) fn leads_to(&self, id: &ItemId, node: &Node, mark: &Mark) -> bool {
        if mark.item == *id {
            return true;
        }
        if mark.seq == node.header.seq {
            return false;
        }
        let forked = self.lines.get(&mark.session).is_some_and(|line| line.path.is_some());
        // One branch only: as far as is known here, that is the one the mark is on.
        !forked
            || self
                .back_from(mark.item)
                .take_while(|before| self.seq(before) >= node.header.seq)
                .any(|before| before == *id)
    }

    fn seq(&self, id: &ItemId) -> u64 {
        self.nodes.get(id).map_or(0, |node| node.header.seq)
    }
}
