//! The sample team: made up, marked as such, and the same for the same seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::document::Document;
use crate::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use crate::intent::{Intent, LeaderDetails, Refusal, apply};
use crate::time::Timestamp;

/// The sample team's name.
pub const NAME: &str = "Nordwind (sample)";

const LEADERS: [(&str, &str, &str); 7] = [
    ("Ana Ferreira", "CEO", "Executive"),
    ("Ben Okafor", "COO", "Operations"),
    ("Chiara Russo", "CFO", "Finance"),
    ("David Lindqvist", "CTO", "Engineering"),
    ("Elif Demir", "CMO", "Marketing"),
    ("Farid Haddad", "CRO", "Sales"),
    ("Grace Mbeki", "CHRO", "People"),
];

const PRIORITIES: [(&str, &str); 10] = [
    ("Win the Nordic retail segment", "Twenty new chains signed by the end of the year"),
    ("Ship the self-service portal", "Customers change their own plans without a call"),
    ("Cut delivery time to two days", "From order to doorstep, in all regions"),
    ("Hire and settle a new sales lead", "In place before the spring season"),
    ("Bring gross margin back to 38 %", "Pricing and purchasing together"),
    ("Replace the warehouse system", "The old one is out of support in June"),
    ("Raise customer retention to 92 %", "Measured over twelve months"),
    ("Halve the time to a first decision", "From question raised to owner named"),
    ("Enter the Baltic market", "A pilot with two partners"),
    ("Win back trust after the outage", "Every affected customer visited"),
];

/// What the leaders agreed on underneath, round by round; noise on top of it shrinks as they talk.
const SHARED: [usize; 10] = [6, 1, 4, 2, 0, 5, 9, 7, 3, 8];
/// How much each leader's own view weighs in the three rounds.
const NOISE: [f64; 3] = [22.0, 13.0, 8.0];
/// Days before now that the rounds were held.
const DAYS_AGO: [i64; 3] = [200, 110, 20];
const LABELS: [&str; 3] = ["Spring offsite", "Summer check", "Autumn offsite"];

/// A made-up team with three past rounds, the last of them agreed and signed by most.
///
/// # Errors
/// None in practice: the sample keeps every rule, and a test says so.
pub fn team(workspace: WorkspaceId, now: Timestamp, seed: u64, actor: [u8; 16]) -> Result<Document, Refusal> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let start = now.plus_days(DAYS_AGO[0]).plus_days(-2 * DAYS_AGO[0] - 7);
    let mut document = Document::create(workspace, NAME, true, start, actor);
    let leaders: Vec<LeaderId> = LEADERS.iter().map(|_| LeaderId::from_bytes(rng.random())).collect();
    let priorities: Vec<PriorityId> = PRIORITIES.iter().map(|_| PriorityId::from_bytes(rng.random())).collect();
    // A minute apart, so that lists in order of making are in this order.
    let mut minute = 0;
    let mut tick = |days_ago: i64| {
        minute += 1;
        Timestamp(now.plus_days(-days_ago).0 + minute * 60_000 - 3_600_000)
    };
    for (id, (name, role, department)) in leaders.iter().zip(LEADERS) {
        let details = LeaderDetails {
            name: name.into(),
            role: role.into(),
            department: department.into(),
            joined: start.plus_days(-400).day(),
            left: None,
        };
        apply(&mut document, tick(DAYS_AGO[0] + 7), &Intent::AddLeader { leader: *id, details })?;
    }
    for (id, (title, description)) in priorities.iter().zip(PRIORITIES) {
        let intent = Intent::AddPriority { priority: *id, title: title.into(), description: description.into() };
        apply(&mut document, tick(DAYS_AGO[0] + 7), &intent)?;
    }
    for (index, label) in LABELS.iter().enumerate() {
        hold_round(&mut document, &mut rng, &mut tick, index, label, &leaders, &priorities)?;
    }
    Ok(document)
}

fn hold_round(
    document: &mut Document,
    rng: &mut ChaCha8Rng,
    tick: &mut impl FnMut(i64) -> Timestamp,
    index: usize,
    label: &str,
    leaders: &[LeaderId],
    priorities: &[PriorityId],
) -> Result<(), Refusal> {
    let round = RoundId::from_bytes(rng.random());
    let days_ago = DAYS_AGO[index];
    let open = Intent::OpenRound {
        round,
        label: label.into(),
        top: 5,
        candidates: priorities.to_vec(),
        leaders: leaders.to_vec(),
        strong: false,
        second: None,
    };
    apply(document, tick(days_ago + 3), &open)?;
    for leader in leaders {
        let ranking = ballot(rng, NOISE[index]).into_iter().map(|index| priorities[index]).collect();
        apply(document, tick(days_ago + 1), &Intent::CastBallot { round, leader: *leader, ranking })?;
    }
    apply(document, tick(days_ago), &Intent::CloseRound { round })?;
    let mut stack = crate::intent::agreed_order(&document.snapshot().rounds[&round]);
    stack.truncate(5);
    // The last stack still waits for two signatures, so that Today has something to show.
    let signing = if index + 1 == LABELS.len() { leaders.len() - 2 } else { leaders.len() };
    for leader in &leaders[..signing] {
        apply(document, tick(days_ago - 1), &Intent::SignStack { round, leader: *leader, stack: stack.clone() })?;
    }
    Ok(())
}

/// Five candidates, best first: the shared order blurred by noise.
fn ballot(rng: &mut ChaCha8Rng, noise: f64) -> Vec<usize> {
    let mut scored: Vec<(f64, usize)> = SHARED
        .iter()
        .enumerate()
        .map(|(place, candidate)| (place as f64 + noise * rng.random_range(-0.5..0.5), *candidate))
        .collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    scored.into_iter().take(5).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seed: u64) -> Document {
        let now = Timestamp(1_795_000_000_000);
        team(WorkspaceId::from_bytes([3; 16]), now, seed, [4; 16]).expect("the sample keeps every rule")
    }

    #[test]
    fn it_is_marked_and_keeps_every_rule() {
        let document = sample(1);
        let snapshot = document.snapshot();
        assert!(snapshot.workspace.sample);
        assert_eq!(snapshot.leaders.len(), 7);
        assert_eq!(snapshot.priorities.len(), 10);
        assert_eq!(snapshot.rounds.values().filter(|round| round.revealed.is_some()).count(), 3);
    }

    #[test]
    fn the_same_seed_gives_the_same_team() {
        assert_eq!(sample(5).fingerprint(), sample(5).fingerprint());
        assert_ne!(sample(5).fingerprint(), sample(6).fingerprint());
    }
}
