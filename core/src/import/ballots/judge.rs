//! Claims to ballots: what counts, what does not, and why.

use std::collections::HashMap;

use super::super::name::{closest, key, similarity, tidy};
use super::rows::{Choice, Claim, Claims};
use super::{
    Columns, Known, MOST_PRIORITIES, MOST_PROBLEMS, Problem, ProblemKind, Severity, SheetBallot, Unknown, UnknownName,
    Unusable,
};

/// Different names up to which misspellings are looked for; beyond, the columns are probably wrong.
const COMPARED_NAMES: usize = 100;

/// What [`super::BallotSheet`] holds beyond the layout.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    pub top: usize,
    pub candidates: Vec<String>,
    pub ballots: Vec<SheetBallot>,
    pub unknown: Unknown,
    pub problems: Vec<Problem>,
}

/// Unknown names by key: as first spelt, which is how they are called from then on.
type Seen = HashMap<String, UnknownName>;

struct Names<'a> {
    known: &'a Known<'a>,
    /// Key to index, for the candidates and for the team.
    candidates: HashMap<String, usize>,
    leaders: HashMap<String, usize>,
    same_as: HashMap<String, String>,
    unknown_leaders: Seen,
    unknown_priorities: Seen,
    /// Leaders by key, as the file spells them first.
    spellings: HashMap<String, String>,
}

/// Judges every claim.
pub(super) fn judge(found: Claims, columns: &Columns, known: &Known<'_>) -> Result<Judgement, Unusable> {
    let by_key = |names: &[String]| names.iter().enumerate().map(|(index, name)| (key(name), index)).collect();
    let mut names = Names {
        known,
        candidates: by_key(known.candidates),
        leaders: by_key(known.leaders),
        same_as: known.same_as.iter().map(|(from, to)| (key(from), key(to))).collect(),
        unknown_leaders: HashMap::new(),
        unknown_priorities: HashMap::new(),
        spellings: HashMap::new(),
    };
    let mut judged =
        Judgement { candidates: known.candidates.to_vec(), problems: found.problems, ..Judgement::default() };
    for claim in &found.claims {
        names.spellings.entry(key(&claim.leader)).or_insert_with(|| claim.leader.clone());
    }
    let counting = last_of_each(&found.claims, &names, &mut judged.problems);
    let counting: Vec<&Claim> =
        found.claims.iter().zip(counting).filter_map(|(claim, counts)| counts.then_some(claim)).collect();
    let longest = counting.iter().filter(|claim| claim.problems.is_empty()).map(|claim| claim.choices.len()).max();
    judged.top = known.top.or(longest).unwrap_or(0);
    for claim in counting {
        ballot(claim, columns, &mut names, &mut judged)?;
    }
    if known.candidates.is_empty() {
        warn_of_lookalikes(
            &found.claims,
            |claim| claim.choices.iter().map(|c| (c.priority.as_str(), c.row, c.column)).collect(),
            &mut judged.problems,
        );
    }
    if known.leaders.is_empty() {
        warn_of_lookalikes(
            &found.claims,
            |claim| vec![(claim.leader.as_str(), claim.row, claim.leader_column)],
            &mut judged.problems,
        );
    }
    judged.problems.sort_by_key(|problem| (problem.row, problem.column));
    Ok(judged)
}

/// Which claims count: of several by one leader the last that ranks anything.
fn last_of_each(claims: &[Claim], names: &Names<'_>, problems: &mut Vec<Problem>) -> Vec<bool> {
    let mut counts = vec![true; claims.len()];
    let mut latest: HashMap<String, usize> = HashMap::new();
    for (index, claim) in claims.iter().enumerate() {
        if claim.is_empty() {
            continue;
        }
        if let Some(earlier) = latest.insert(names.settled(&claim.leader), index) {
            counts[earlier] = false;
            let kind = ProblemKind::LeaderTwice { leader: claim.leader.clone(), earlier_row: claims[earlier].row };
            problems.push(Problem {
                row: claim.row,
                column: Some(claim.leader_column),
                kind,
                severity: Severity::Warning,
            });
        }
    }
    // A row left empty takes nothing back.
    for (index, claim) in claims.iter().enumerate().filter(|(_, claim)| claim.is_empty()) {
        counts[index] = false;
        let counted_row = latest.get(&names.settled(&claim.leader)).map(|other| claims[*other].row);
        let severity = if counted_row.is_some() { Severity::Warning } else { Severity::Error };
        let kind = ProblemKind::EmptyBallot { leader: claim.leader.clone(), counted_row };
        problems.push(Problem { row: claim.row, column: None, kind, severity });
    }
    counts
}

impl Names<'_> {
    /// The key a name is looked up by, once spellings settled by a person are taken into account.
    fn settled(&self, name: &str) -> String {
        let key = key(name);
        self.same_as.get(&key).cloned().unwrap_or(key)
    }

    /// One spelling for a leader however the file varies it.
    fn spelling<'b>(&'b self, leader: &'b str) -> &'b str {
        self.spellings.get(&key(leader)).map_or(leader, String::as_str)
    }

    fn candidate(&self, name: &str) -> Option<usize> {
        self.candidates.get(&self.settled(name)).copied()
    }
}

fn ballot(claim: &Claim, columns: &Columns, names: &mut Names<'_>, judged: &mut Judgement) -> Result<(), Unusable> {
    let leader = leader(claim, names, judged);
    let mut problems = claim.problems.clone();
    let mut choices = claim.choices.clone();
    choices.sort_by_key(|choice| choice.place);
    let at = |choice: &Choice, kind, severity| Problem { row: choice.row, column: Some(choice.column), kind, severity };

    if !names.known.candidates.is_empty() {
        let taken = names.known.new_priorities;
        for choice in &choices {
            if names.candidate(&choice.priority).is_some() {
                continue;
            }
            let seen = &mut names.unknown_priorities;
            let list = &mut judged.unknown.priorities;
            let suggestion = unknown(seen, list, &choice.priority, choice.row, names.known.candidates);
            let kind = ProblemKind::UnknownPriority { name: choice.priority.clone(), suggestion, taken };
            problems.push(at(choice, kind, if taken { Severity::Warning } else { Severity::Error }));
        }
    }
    remove_repeats(&mut choices, names, &mut problems);
    problems.extend(choices.windows(2).filter(|pair| pair[0].place == pair[1].place).map(|pair| {
        let kind =
            ProblemKind::Tie { rank: pair[1].place, first: pair[0].priority.clone(), second: pair[1].priority.clone() };
        at(&pair[1], kind, Severity::Error)
    }));
    let whole = |kind, severity| Problem { row: claim.row, column: None, kind, severity };
    let sound = !problems.iter().any(|problem| problem.severity == Severity::Error);
    if sound {
        if let Some((place, _)) = (1..).zip(&choices).find(|(place, choice)| *place != choice.place) {
            let column = match columns {
                Columns::Wide { places, .. } => places.get(place - 1).copied(),
                _ => None,
            };
            problems.push(Problem {
                row: claim.row,
                column,
                kind: ProblemKind::SkippedPlace { place },
                severity: Severity::Warning,
            });
        }
        problems.extend(
            wrong_length(choices.len(), judged.top, names.known.exact).map(|(kind, severity)| whole(kind, severity)),
        );
    }
    let counts = !problems.iter().any(|problem| problem.severity == Severity::Error);
    judged.problems.append(&mut problems);
    if !counts {
        return Ok(());
    }
    let mut ranking = Vec::with_capacity(choices.len());
    for choice in &choices {
        ranking.push(match names.candidate(&choice.priority) {
            Some(index) => index,
            None if judged.candidates.len() == MOST_PRIORITIES => return Err(Unusable::TooManyPriorities),
            None => {
                let settled = names.settled(&choice.priority);
                let spelling = names.unknown_priorities.get(&settled).map_or(&choice.priority, |noted| &noted.name);
                judged.candidates.push(spelling.clone());
                names.candidates.insert(settled, judged.candidates.len() - 1);
                judged.candidates.len() - 1
            }
        });
    }
    ranking.truncate(judged.top);
    judged.ballots.push(SheetBallot { leader, ranking, row: claim.row });
    Ok(())
}

fn leader(claim: &Claim, names: &mut Names<'_>, judged: &mut Judgement) -> String {
    if let Some(index) = names.leaders.get(&names.settled(&claim.leader)) {
        return names.known.leaders[*index].clone();
    }
    let spelling = names.spelling(&claim.leader).to_owned();
    if !names.known.leaders.is_empty() {
        let seen = &mut names.unknown_leaders;
        let suggestion = unknown(seen, &mut judged.unknown.leaders, &spelling, claim.row, names.known.leaders);
        judged.problems.push(Problem {
            row: claim.row,
            column: Some(claim.leader_column),
            kind: ProblemKind::UnknownLeader { name: spelling.clone(), suggestion },
            severity: Severity::Warning,
        });
    }
    spelling
}

/// Notes an unknown name once and says what it is probably a misspelling of.
fn unknown(seen: &mut Seen, list: &mut Vec<UnknownName>, name: &str, row: usize, known: &[String]) -> Option<String> {
    let compare = seen.len() < COMPARED_NAMES;
    let noted = seen.entry(key(name)).or_insert_with(|| {
        let suggestion = compare.then(|| closest(name, known.iter().map(String::as_str))).flatten().map(str::to_owned);
        let noted = UnknownName { name: tidy(name), row, suggestion };
        if list.len() < MOST_PROBLEMS {
            list.push(noted.clone());
        }
        noted
    });
    noted.suggestion.clone()
}

/// Takes out what is written twice: the same place is harmless, another place makes the ballot contradict itself.
fn remove_repeats(choices: &mut Vec<Choice>, names: &Names<'_>, problems: &mut Vec<Problem>) {
    let mut places: HashMap<String, usize> = HashMap::new();
    choices.retain(|choice| {
        let name = names.settled(&choice.priority);
        let Some(place) = places.get(&name).copied() else {
            places.insert(name, choice.place);
            return true;
        };
        let priority = choice.priority.clone();
        let (kind, severity) = if place == choice.place {
            (ProblemKind::RepeatedChoice { priority }, Severity::Warning)
        } else {
            (ProblemKind::PriorityTwice { priority, places: (place, choice.place) }, Severity::Error)
        };
        problems.push(Problem { row: choice.row, column: Some(choice.column), kind, severity });
        false
    });
}

fn wrong_length(found: usize, top: usize, exact: bool) -> Option<(ProblemKind, Severity)> {
    let counted = !exact;
    let severity = if counted { Severity::Warning } else { Severity::Error };
    match found {
        _ if found > top => Some((ProblemKind::TooMany { found, top, counted }, severity)),
        1.. if found < top => Some((ProblemKind::TooFew { found, top, counted }, severity)),
        _ => None,
    }
}

/// Names taken from the file that are nearly alike are probably one, and would be counted as two. The rarer spelling
/// is reported, once.
fn warn_of_lookalikes<'a>(
    claims: &'a [Claim],
    names: impl Fn(&'a Claim) -> Vec<(&'a str, usize, usize)>,
    problems: &mut Vec<Problem>,
) {
    struct Spelling<'a> {
        name: &'a str,
        row: usize,
        column: usize,
        uses: usize,
    }
    let mut spellings: Vec<(String, Spelling<'_>)> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for (name, row, column) in claims.iter().flat_map(names) {
        let name_key = key(name);
        match index.get(&name_key) {
            Some(at) => spellings[*at].1.uses += 1,
            None => {
                index.insert(name_key.clone(), spellings.len());
                spellings.push((name_key, Spelling { name, row, column, uses: 1 }));
            }
        }
    }
    if spellings.len() > COMPARED_NAMES {
        return;
    }
    for (at, (name_key, spelling)) in spellings.iter().enumerate() {
        let commoner = spellings.iter().enumerate().filter(|(other_at, (other_key, other))| {
            (other.uses, at) > (spelling.uses, *other_at) && similarity(name_key, other_key).is_some()
        });
        if let Some((_, (_, other))) = commoner.max_by_key(|(_, (_, other))| other.uses) {
            let kind = ProblemKind::LooksLike { name: spelling.name.to_owned(), other: other.name.to_owned() };
            problems.push(Problem {
                row: spelling.row,
                column: Some(spelling.column),
                kind,
                severity: Severity::Warning,
            });
        }
    }
}
