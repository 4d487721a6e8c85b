//! From a sheet of ballots and what a person decided about its names to the round that is brought in.

use std::collections::BTreeMap;

use super::{BallotSheet, UnknownName};
use crate::id::{LeaderId, PriorityId, RoundId};
use crate::intent::ImportedRound;
use crate::time::Timestamp;

/// What a name of the file stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameIs {
    /// Another spelling of this known name.
    Known(String),
    /// Someone or something the workspace does not have yet.
    New,
    /// Not to be brought in: a leader's ballot, or every ballot that ranks this priority.
    LeftOut,
}

impl NameIs {
    /// The reading proposed first: the known name that is nearly alike, else something new.
    #[must_use]
    pub fn proposed(unknown: &UnknownName) -> Self {
        unknown.suggestion.clone().map_or(Self::New, Self::Known)
    }
}

/// Decisions on the names a file uses and the workspace does not know, by the file's spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Leaders.
    pub leaders: BTreeMap<String, NameIs>,
    /// Priorities.
    pub priorities: BTreeMap<String, NameIs>,
}

impl Decisions {
    /// The spellings settled, as the reader takes them: the file's name and the known name.
    #[must_use]
    pub fn same_as(&self) -> Vec<(String, String)> {
        let known = |(name, is): (&String, &NameIs)| match is {
            NameIs::Known(known) => Some((name.clone(), known.clone())),
            NameIs::New | NameIs::LeftOut => None,
        };
        self.leaders.iter().chain(&self.priorities).filter_map(known).collect()
    }
}

/// What the workspace has already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Existing {
    /// All leaders, also those who left.
    pub leaders: Vec<(LeaderId, String)>,
    /// Priorities on the list now.
    pub current: Vec<(PriorityId, String)>,
    /// Priorities taken off the list.
    pub retired: Vec<(PriorityId, String)>,
}

/// The words around the ballots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Drawn by the caller.
    pub round: RoundId,
    /// What the team calls the round.
    pub label: String,
    /// When it was held.
    pub held: Timestamp,
    /// Whether every priority on the list could be ranked, or only those that somebody ranked.
    pub whole_list: bool,
}

/// The ballots that would be brought in: indexes into the sheet's ballots.
#[must_use]
pub fn counted(sheet: &BallotSheet, decisions: &Decisions) -> Vec<usize> {
    let left_out = |names: &BTreeMap<String, NameIs>, name: &str| names.get(name) == Some(&NameIs::LeftOut);
    let priority_left_out =
        |candidate: &usize| sheet.candidates.get(*candidate).is_none_or(|name| left_out(&decisions.priorities, name));
    let counts = |index: &usize| {
        let ballot = &sheet.ballots[*index];
        !left_out(&decisions.leaders, &ballot.leader) && !ballot.ranking.iter().any(priority_left_out)
    };
    (0..sheet.ballots.len()).filter(counts).collect()
}

/// Priorities the round would have.
#[must_use]
pub fn candidate_count(sheet: &BallotSheet, decisions: &Decisions, existing: &Existing, whole_list: bool) -> usize {
    candidates(sheet, &counted(sheet, decisions), existing, whole_list).len()
}

/// The round to bring in. New leaders and priorities get the identifiers drawn here, in order of appearance.
pub fn round(
    sheet: &BallotSheet,
    decisions: &Decisions,
    existing: &Existing,
    heading: Heading,
    mut draw_leader: impl FnMut() -> LeaderId,
    mut draw_priority: impl FnMut() -> PriorityId,
) -> ImportedRound {
    let counted = counted(sheet, decisions);
    let mut new_priorities = Vec::new();
    let mut ids: BTreeMap<&str, PriorityId> = BTreeMap::new();
    let mut order = Vec::new();
    for name in candidates(sheet, &counted, existing, heading.whole_list) {
        let id = existing.priority(name).unwrap_or_else(|| {
            let id = draw_priority();
            new_priorities.push((id, name.to_owned()));
            id
        });
        ids.insert(name, id);
        order.push(id);
    }
    let mut new_leaders: Vec<(LeaderId, String)> = Vec::new();
    let mut ballots = Vec::with_capacity(counted.len());
    for index in counted {
        let ballot = &sheet.ballots[index];
        let leader = existing.leader(&ballot.leader).unwrap_or_else(|| {
            let id = draw_leader();
            new_leaders.push((id, ballot.leader.clone()));
            id
        });
        let ranking =
            ballot.ranking.iter().filter_map(|candidate| ids.get(sheet.candidates[*candidate].as_str()).copied());
        ballots.push((leader, ranking.collect()));
    }
    ImportedRound {
        round: heading.round,
        label: heading.label,
        top: u8::try_from(sheet.top).unwrap_or(u8::MAX),
        held: heading.held,
        new_leaders,
        new_priorities,
        candidates: order,
        ballots,
    }
}

impl Existing {
    fn leader(&self, name: &str) -> Option<LeaderId> {
        self.leaders.iter().find(|(_, known)| known == name).map(|(id, _)| *id)
    }

    fn priority(&self, title: &str) -> Option<PriorityId> {
        self.current.iter().chain(&self.retired).find(|(_, known)| known == title).map(|(id, _)| *id)
    }
}

/// The names of the priorities that were ranked by a ballot that counts and, with `whole_list`, of all on the list.
fn candidates<'a>(sheet: &'a BallotSheet, counted: &[usize], existing: &'a Existing, whole_list: bool) -> Vec<&'a str> {
    let mut used = vec![false; sheet.candidates.len()];
    for candidate in counted.iter().flat_map(|index| &sheet.ballots[*index].ranking) {
        if let Some(used) = used.get_mut(*candidate) {
            *used = true;
        }
    }
    let mut names: Vec<&str> =
        sheet.candidates.iter().zip(used).filter(|(_, used)| *used).map(|(name, _)| name.as_str()).collect();
    if whole_list {
        let rest: Vec<&str> =
            existing.current.iter().map(|(_, title)| title.as_str()).filter(|title| !names.contains(title)).collect();
        names.extend(rest);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Columns, Form, SheetBallot, Unknown};

    fn sheet() -> BallotSheet {
        let ballot = |leader: &str, ranking: &[usize], row| SheetBallot {
            leader: leader.into(),
            ranking: ranking.to_vec(),
            row,
        };
        BallotSheet {
            form: Form::Wide,
            columns: Columns::Wide { leader: 0, places: vec![1, 2] },
            top: 2,
            candidates: ["Known one", "Known two", "Unused", "Fresh"].map(String::from).to_vec(),
            ballots: vec![ballot("Ana", &[0, 3], 2), ballot("Newcomer", &[1, 0], 3)],
            unknown: Unknown::default(),
            problems: Vec::new(),
            more_problems: 0,
        }
    }

    fn existing() -> Existing {
        let id = |n| PriorityId::from_bytes([n; 10]);
        Existing {
            leaders: vec![(LeaderId::from_bytes([1; 10]), "Ana".into())],
            current: vec![(id(1), "Known one".into()), (id(3), "Unused".into())],
            retired: vec![(id(2), "Known two".into())],
        }
    }

    fn build(decisions: &Decisions, whole_list: bool) -> ImportedRound {
        let heading =
            Heading { round: RoundId::from_bytes([9; 10]), label: "Q1".into(), held: Timestamp(5), whole_list };
        let (mut leaders, mut priorities) = (100, 200);
        round(
            &sheet(),
            decisions,
            &existing(),
            heading,
            || {
                leaders += 1;
                LeaderId::from_bytes([leaders; 10])
            },
            || {
                priorities += 1;
                PriorityId::from_bytes([priorities; 10])
            },
        )
    }

    #[test]
    fn known_names_keep_their_identifiers_and_new_ones_get_drawn_ones() {
        let found = build(&Decisions::default(), false);
        let id = |n| PriorityId::from_bytes([n; 10]);
        assert_eq!(found.new_leaders, [(LeaderId::from_bytes([101; 10]), "Newcomer".to_owned())]);
        assert_eq!(found.new_priorities, [(id(201), "Fresh".to_owned())]);
        assert_eq!(found.candidates, [id(1), id(2), id(201)], "a priority off the list is still known");
        assert_eq!(found.ballots[0], (LeaderId::from_bytes([1; 10]), vec![id(1), id(201)]));
        assert_eq!(found.ballots[1], (LeaderId::from_bytes([101; 10]), vec![id(2), id(1)]));
        assert_eq!((found.label.as_str(), found.held, found.top), ("Q1", Timestamp(5), 2));
    }

    #[test]
    fn the_whole_list_adds_what_nobody_ranked() {
        let found = build(&Decisions::default(), true);
        assert_eq!(found.candidates.last(), Some(&PriorityId::from_bytes([3; 10])));
        assert_eq!(found.candidates.len(), 4);
        assert_eq!(candidate_count(&sheet(), &Decisions::default(), &existing(), true), 4);
    }

    #[test]
    fn what_is_left_out_takes_its_ballots_along() {
        let mut decisions = Decisions::default();
        decisions.leaders.insert("Newcomer".into(), NameIs::LeftOut);
        let found = build(&decisions, false);
        assert_eq!((found.ballots.len(), found.new_leaders.len(), found.candidates.len()), (1, 0, 2));

        let mut decisions = Decisions::default();
        decisions.priorities.insert("Fresh".into(), NameIs::LeftOut);
        assert_eq!(counted(&sheet(), &decisions), [1]);
        assert!(build(&decisions, false).new_priorities.is_empty());
    }

    #[test]
    fn settled_spellings_go_to_the_reader() {
        let mut decisions = Decisions::default();
        decisions.leaders.insert("Anna".into(), NameIs::Known("Ana".into()));
        decisions.leaders.insert("Newcomer".into(), NameIs::New);
        decisions.priorities.insert("Known 1".into(), NameIs::Known("Known one".into()));
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(decisions.same_as(), [pair("Anna", "Ana"), pair("Known 1", "Known one")]);
    }

    #[test]
    fn a_near_miss_is_proposed_as_the_known_name() {
        let mut unknown = UnknownName { name: "Anna".into(), row: 2, suggestion: Some("Ana".into()) };
        assert_eq!(NameIs::proposed(&unknown), NameIs::Known("Ana".into()));
        unknown.suggestion = None;
        assert_eq!(NameIs::proposed(&unknown), NameIs::New);
    }
}
