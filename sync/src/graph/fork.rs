//! Somebody signed two envelopes at one place. Both cannot count: two changes of one actor at one number would wedge the
//! document for ever. Which one counts must be the same everywhere, and must not be for its author to choose later: else
//! they could keep a second branch in the drawer and take everybody's later work away with it.
//!
//! So at each fork: an administrator's adoption decides; else the frontier of a revocation, where it lets one branch count; else
//! the one branch that another device has built on; else none.

use std::collections::BTreeSet;

use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::keyring::Permission;
use plumbline_wire::mark::Mark;

use super::{Content, Graph, Judge};

impl Graph {
    pub(super) fn choose_paths(&mut self, judge: Judge<'_>) {
        let forked: Vec<SessionId> =
            self.lines.iter().filter(|(_, line)| line.path.is_some()).map(|(session, _)| *session).collect();
        for session in forked {
            let path = self.path(&session, judge);
            if let Some(line) = self.lines.get_mut(&session) {
                line.path = Some(path);
            }
        }
    }

    fn path(&self, session: &SessionId, judge: Judge<'_>) -> BTreeSet<ItemId> {
        let mut path = BTreeSet::new();
        let Some(line) = self.lines.get(session) else { return path };
        let mut before = [0; 32];
        for place in &line.places {
            let follows = |id: &&ItemId| self.nodes.get(id).is_some_and(|node| node.header.prev == before);
            let branches: Vec<ItemId> = place.iter().filter(follows).copied().collect();
            let chosen = match branches[..] {
                [] => None,
                [only] => Some(only),
                _ => self
                    .adopted(session, &branches, judge)
                    .or_else(|| self.permitted(&branches, judge))
                    .or_else(|| self.built_on(session, &branches, judge)),
            };
            let Some(chosen) = chosen else { break };
            path.insert(chosen);
            before = chosen.0;
        }
        path
    }

    fn adopted(&self, session: &SessionId, branches: &[ItemId], judge: Judge<'_>) -> Option<ItemId> {
        let marks = judge.keyring.adopted().iter().filter(|mark| mark.session == *session);
        marks.into_iter().find_map(|mark| branches.iter().find(|branch| self.is_before(branch, mark.item)).copied())
    }

    /// The one branch that the frontiers of revocations let count.
    fn permitted(&self, branches: &[ItemId], judge: Judge<'_>) -> Option<ItemId> {
        let counts = |id: &&ItemId| {
            self.nodes.get(id).is_some_and(|node| {
                let (header, leads_to) = (&node.header, |mark: &Mark| self.leads_to(id, node, mark));
                let permission = judge.keyring.permission(&node.certificate, &header.session, header.seq, leads_to);
                permission == Permission::Counts
            })
        };
        let mut permitted = branches.iter().filter(counts);
        permitted.next().filter(|_| permitted.next().is_none()).copied()
    }

    fn built_on(&self, session: &SessionId, branches: &[ItemId], judge: Judge<'_>) -> Option<ItemId> {
        let author = self.nodes.get(branches.first()?)?.header.device;
        let mut found = BTreeSet::new();
        for (id, node) in &self.nodes {
            let Content::Open { dependencies, .. } = &node.content else { continue };
            if node.header.device == author || !dependencies.iter().any(|mark| mark.session == *session) {
                continue;
            }
            let leads_to = |mark: &Mark| self.leads_to(id, node, mark);
            let header = &node.header;
            if judge.keyring.permission(&node.certificate, &header.session, header.seq, leads_to) != Permission::Counts
            {
                continue;
            }
            for mark in dependencies.iter().filter(|mark| mark.session == *session) {
                found.extend(branches.iter().filter(|branch| self.is_before(branch, mark.item)));
            }
        }
        if found.len() == 1 { found.pop_first() } else { None }
    }

    fn is_before(&self, branch: &ItemId, item: ItemId) -> bool {
        self.back_from(item).any(|before| before == *branch)
    }
}
