//! Views from the snapshot.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{AgreementSummary, Person, PriorityRef, RoundRef, RoundState, SignatureState, View, ViewKey};
use crate::analysis::{self, Analysis, Ballots, Settings};
use crate::document::{Document, LeaderRecord, RoundRecord, Snapshot};
use crate::id::{LeaderId, PriorityId, RoundId};
use crate::intent::{Doing, consensus_indexes};
use crate::seal::Bytes32;
use crate::time::Timestamp;

mod ballot;
mod priorities;
mod results;
mod round;
mod rounds;
mod sealing;
mod settings;
mod shell;
mod stack;
mod team;
mod today;

/// The figures of revealed rounds, kept while their ballots stay the same: the chance level is simulated, and that is too
/// slow to do again for every keystroke of a colleague.
#[derive(Debug, Default)]
pub struct Figures {
    rounds: BTreeMap<RoundId, Reading>,
}

/// What was worked out from one round's ballots, and the ballots it was worked out from.
#[derive(Debug, Default)]
struct Reading {
    top: u8,
    candidates: Vec<PriorityId>,
    counted: BTreeMap<LeaderId, Vec<PriorityId>>,
    analysis: OnceCell<Result<Analysis, String>>,
    order: OnceCell<Option<Vec<usize>>>,
}

impl Figures {
    fn reading(&mut self, id: RoundId, round: &RoundRecord) -> &Reading {
        let reading = self.rounds.entry(id).or_default();
        if reading.top != round.top || reading.candidates != round.candidates || reading.counted != round.counted {
            let (candidates, counted) = (round.candidates.clone(), round.counted.clone());
            *reading = Reading { top: round.top, candidates, counted, ..Reading::default() };
        }
        reading
    }

    /// The figures of a revealed round; in words why there are none. Leaders count in order of identifier, candidates in
    /// the round's own order.
    fn of(&mut self, id: RoundId, round: &RoundRecord) -> &Result<Analysis, String> {
        self.reading(id, round).analysis.get_or_init(|| analyse(round))
    }

    /// Indexes into the round's candidates in the order of the consensus; `None` when the ballots allow none.
    fn consensus(&mut self, id: RoundId, round: &RoundRecord) -> Option<&[usize]> {
        let order = || consensus_indexes(&rankings(round), round.candidates.len());
        self.reading(id, round).order.get_or_init(order).as_deref()
    }

    fn summary(&mut self, id: RoundId, round: &RoundRecord) -> Option<AgreementSummary> {
        let agreement = &self.of(id, round).as_ref().ok()?.agreement;
        Some(AgreementSummary {
            mean_correlation: agreement.mean_correlation,
            chance: agreement.chance_mean_correlation_95,
            kendall_w: agreement.kendall_w,
            verdict: agreement.verdict,
        })
    }
}

fn analyse(round: &RoundRecord) -> Result<Analysis, String> {
    let rankings = rankings(round);
    let ballots =
        Ballots::new(round.candidates.len(), usize::from(round.top), rankings).map_err(|bad| bad.to_string())?;
    analysis::analyse(&ballots, &Settings::default()).map_err(|problem| problem.to_string())
}

/// The counted rankings as candidate indexes, leaders in order of identifier.
pub(super) fn rankings(round: &RoundRecord) -> Vec<Vec<usize>> {
    round
        .counted
        .values()
        .map(|ranking| ranking.iter().filter_map(|id| round.candidates.iter().position(|other| other == id)).collect())
        .collect()
}

/// What a view is built from, besides the figures.
#[derive(Debug)]
pub struct Context<'a> {
    /// The document.
    pub document: &'a Document,
    /// This moment.
    pub now: Timestamp,
    /// What Undo would take back.
    pub undo: Option<&'a Doing>,
    /// What Redo would do again.
    pub redo: Option<&'a Doing>,
    /// What the peer of a shared workspace knows of sealed ballots.
    pub custody: Option<&'a Custody>,
}

/// What only the peer of a shared workspace knows of sealed ballots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// This device.
    pub device: Bytes32,
    /// Closed rounds of sealed ballots, held against what was sealed.
    pub checks: BTreeMap<RoundId, SealCheck>,
}

/// A closed round held against its sealed ballots. Nothing in it: all is well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SealCheck {
    /// What was counted is not what was sealed.
    pub unverified: Vec<LeaderId>,
    /// In time and sound, and not counted.
    pub left_out: Vec<LeaderId>,
    /// In time, and it does not open.
    pub unreadable: Vec<LeaderId>,
}

impl Context<'_> {
    const fn snapshot(&self) -> &Snapshot {
        self.document.snapshot()
    }

    fn today(&self) -> NaiveDate {
        self.now.day().unwrap_or_default()
    }
}

/// A revealed round with names in place of identifiers, for files.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRound {
    /// What the team calls it.
    pub label: String,
    /// Whose ballots count.
    pub leaders: Vec<String>,
    /// What was ranked, in the round's own order.
    pub candidates: Vec<String>,
    /// One ranking per leader: indexes into `candidates`, best first.
    pub rankings: Vec<Vec<usize>>,
    /// The figures; `None` when the ballots do not allow any.
    pub analysis: Option<Analysis>,
}

/// A round for a file; `None` before the reveal, when nothing of its ballots may leave the engine.
#[must_use]
pub fn named_round(snapshot: &Snapshot, id: RoundId, figures: &mut Figures) -> Option<NamedRound> {
    let (_, round) = revealed_rounds(snapshot).into_iter().find(|(other, _)| *other == id)?;
    Some(NamedRound {
        label: round.label.value.clone(),
        leaders: round
            .counted
            .keys()
            .map(|leader| snapshot.leaders.get(leader).map(|record| record.name.value.clone()).unwrap_or_default())
            .collect(),
        candidates: round.candidates.iter().map(|id| priority_ref(snapshot, *id).title).collect(),
        rankings: rankings(round),
        analysis: figures.of(id, round).as_ref().ok().cloned(),
    })
}

/// Build the view a page asked for.
#[must_use]
pub fn build(key: ViewKey, context: &Context<'_>, figures: &mut Figures) -> View {
    match key {
        ViewKey::Shell => View::Shell(shell::shell(context)),
        ViewKey::Today => View::Today(today::today(context, figures)),
        ViewKey::Team => View::Team(team::team(context)),
        ViewKey::Priorities => View::Priorities(priorities::priorities(context)),
        ViewKey::Rounds => View::Rounds(rounds::rounds(context, figures)),
        ViewKey::Round(id) => {
            round::round(context, figures, id).map_or(View::Missing, |round| View::Round(Box::new(round)))
        }
        ViewKey::Ballot(round, leader) => ballot::ballot(context, round, leader).map_or(View::Missing, View::Ballot),
        ViewKey::Stack(id) => stack::stack(context, figures, id).map_or(View::Missing, View::Stack),
        ViewKey::Conflicts => {
            View::Conflicts(super::ConflictsView { conflicts: super::conflicts::all(context.snapshot()) })
        }
        ViewKey::Settings => View::Settings(settings::settings(context)),
    }
}

/// Rounds that were not taken back, earliest first.
fn rounds_in_order(snapshot: &Snapshot) -> Vec<(RoundId, &RoundRecord)> {
    let mut rounds: Vec<_> =
        snapshot.rounds.iter().filter(|(_, round)| !round.removed).map(|(id, round)| (*id, round)).collect();
    rounds.sort_by_key(|(id, round)| (round.revealed.unwrap_or(round.opened), *id));
    rounds
}

/// Revealed rounds, earliest first.
fn revealed_rounds(snapshot: &Snapshot) -> Vec<(RoundId, &RoundRecord)> {
    let mut rounds = rounds_in_order(snapshot);
    rounds.retain(|(_, round)| round.state() == RoundState::Revealed);
    rounds
}

fn open_rounds(snapshot: &Snapshot) -> Vec<(RoundId, &RoundRecord)> {
    let mut rounds = rounds_in_order(snapshot);
    rounds.retain(|(_, round)| crate::intent::is_open(round));
    rounds
}

fn round_ref(id: RoundId, round: &RoundRecord) -> RoundRef {
    RoundRef { id, label: round.label.value.clone() }
}

/// Leaders in the team on a day, in order of name.
fn present(snapshot: &Snapshot, today: NaiveDate) -> Vec<Person> {
    let mut recorded: Vec<_> = snapshot.leaders.iter().collect();
    recorded.sort_by_key(|(id, leader)| (leader.created, **id));
    let mut people: Vec<Person> = recorded
        .into_iter()
        .enumerate()
        .filter(|(_, (_, leader))| is_present(leader, today))
        .map(|(order, (id, leader))| shown(*id, leader, order))
        .collect();
    sort_people(&mut people);
    people
}

fn is_present(leader: &LeaderRecord, today: NaiveDate) -> bool {
    !leader.removed
        && leader.joined.value.is_none_or(|joined| joined <= today)
        && leader.left.value.is_none_or(|left| left >= today)
}

fn sort_people(people: &mut [Person]) {
    people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.id));
}

/// A leader as pages show them, whoever they are: even one whose record was taken back keeps a name in old rounds.
fn person(snapshot: &Snapshot, id: LeaderId) -> Option<Person> {
    let leader = snapshot.leaders.get(&id)?;
    let order =
        snapshot.leaders.iter().filter(|(other, record)| (record.created, **other) < (leader.created, id)).count();
    Some(shown(id, leader, order))
}

/// Colours go by the order of joining the record, so that a new colleague does not recolour the others.
fn shown(id: LeaderId, leader: &LeaderRecord, order: usize) -> Person {
    let name = leader.name.value.clone();
    Person {
        id,
        initials: initials(&name),
        name,
        role: leader.role.value.clone(),
        colour: u8::try_from(order % 8).unwrap_or_default(),
    }
}

/// As [`person`], and a nameless one where the record is missing: what was counted stays in its place.
fn person_or_stranger(snapshot: &Snapshot, id: LeaderId) -> Person {
    person(snapshot, id).unwrap_or_else(|| Person {
        id,
        name: "?".into(),
        role: String::new(),
        initials: "?".into(),
        colour: 0,
    })
}

fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = letters.next();
    let last = letters.next_back();
    [first, last].into_iter().flatten().flat_map(char::to_uppercase).collect()
}

fn priority_ref(snapshot: &Snapshot, id: PriorityId) -> PriorityRef {
    let record = snapshot.priorities.get(&id);
    PriorityRef {
        id,
        title: record.map(|record| record.title.value.clone()).unwrap_or_default(),
        description: record.map(|record| record.description.value.clone()).unwrap_or_default(),
    }
}

/// Who is to stand behind the agreed stack of a revealed round, in order of name. The latest one is the team's as it is now;
/// an earlier one was that of those who were asked then.
fn signers(context: &Context<'_>, id: RoundId, round: &RoundRecord) -> Vec<Person> {
    let snapshot = context.snapshot();
    let latest = revealed_rounds(snapshot).last().is_none_or(|(latest, _)| *latest == id);
    if latest {
        return present(snapshot, context.today());
    }
    let then = |id: &LeaderId, leader: &LeaderRecord| {
        !leader.removed && (round.asks(id) || round.counted.contains_key(id) || round.signed.contains_key(id))
    };
    let mut people: Vec<Person> = snapshot
        .leaders
        .iter()
        .filter(|(id, leader)| then(id, leader))
        .filter_map(|(id, _)| person(snapshot, *id))
        .collect();
    sort_people(&mut people);
    people
}

/// Whether a leader stands behind a stack: any of several signatures given at the same time counts.
fn signature(round: &RoundRecord, agreed: &[PriorityId], leader: LeaderId) -> SignatureState {
    let signed = round.signed.get(&leader).map(Vec::as_slice).unwrap_or_default();
    match (signed.iter().rfind(|signature| signature.stack == agreed), signed.last()) {
        (Some(signature), _) => SignatureState::Signed(signature.at),
        (None, Some(earlier)) => SignatureState::SignedEarlier(earlier.at),
        (None, None) => SignatureState::Unsigned,
    }
}

/// How many stand behind the stack as it is, and how many are to.
fn signatures(context: &Context<'_>, id: RoundId, round: &RoundRecord) -> (u32, u32) {
    let agreed = agreed_top(round);
    let signers = signers(context, id, round);
    let signed = |person: &&Person| matches!(signature(round, &agreed, person.id), SignatureState::Signed(_));
    (count(signers.iter().filter(signed).count()), count(signers.len()))
}

/// The agreed stack down to the line.
fn agreed_top(round: &RoundRecord) -> Vec<PriorityId> {
    let mut order = crate::intent::agreed_order(round);
    order.truncate(usize::from(round.top));
    order
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
