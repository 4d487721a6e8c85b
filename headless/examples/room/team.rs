//! The workspace that everybody works on.

use anyhow::Result;
use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, apply};
use plumbline_core::time::Timestamp;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const AT: Timestamp = Timestamp(1_790_000_000_000);
const PRIORITIES: usize = 20;
const TOP: u8 = 5;
/// One edit of so many is a ballot; the others move something in the stack.
const BALLOTS: u32 = 5;

/// What there is to edit.
#[derive(Debug, Clone)]
pub struct Team {
    leaders: Vec<LeaderId>,
    priorities: Vec<PriorityId>,
    revealed: RoundId,
    open: RoundId,
}

impl Team {
    /// A team with a revealed round, whose stack is to be agreed, and an open one.
    pub fn new(members: usize) -> Result<(Self, Document)> {
        let mut rng = ChaCha8Rng::seed_from_u64(2026);
        let mut document = Document::create(WorkspaceId::from_bytes(rng.random()), "Nordwind", false, AT, rng.random());
        let team = Self {
            leaders: (0..members).map(|_| LeaderId::from_bytes(rng.random())).collect(),
            priorities: (0..PRIORITIES).map(|_| PriorityId::from_bytes(rng.random())).collect(),
            revealed: RoundId::from_bytes(rng.random()),
            open: RoundId::from_bytes(rng.random()),
        };
        let mut intents = Vec::new();
        for (number, leader) in team.leaders.iter().enumerate() {
            let details = LeaderDetails { name: format!("Leader {number}"), ..LeaderDetails::default() };
            intents.push(Intent::AddLeader { leader: *leader, details });
        }
        for (number, priority) in team.priorities.iter().enumerate() {
            let (title, description) = (format!("Priority {number}"), String::new());
            intents.push(Intent::AddPriority { priority: *priority, title, description });
        }
        for round in [team.revealed, team.open] {
            let (candidates, leaders) = (team.priorities.clone(), team.leaders.clone());
            intents.push(Intent::OpenRound {
                round,
                label: format!("Round {round}"),
                top: TOP,
                candidates,
                leaders,
                strong: false,
                second: None,
            });
            if round == team.revealed {
                for leader in &team.leaders {
                    intents.push(team.ballot(round, *leader, &mut rng));
                }
                intents.push(Intent::CloseRound { round });
            }
        }
        for intent in &intents {
            apply(&mut document, AT, intent)?;
        }
        Ok((team, document))
    }

    fn ballot(&self, round: RoundId, leader: LeaderId, rng: &mut ChaCha8Rng) -> Intent {
        let mut ranking = self.priorities.clone();
        ranking.shuffle(rng);
        ranking.truncate(usize::from(TOP));
        Intent::CastBallot { round, leader, ranking }
    }

    /// Something that a member does.
    pub fn edit(&self, member: usize, rng: &mut ChaCha8Rng) -> Intent {
        if rng.random_ratio(1, BALLOTS) {
            return self.ballot(self.open, self.leaders[member], rng);
        }
        let at = rng.random_range(0..PRIORITIES);
        // Any other one, or the top.
        let below = rng.random_range(0..PRIORITIES);
        let below = (below != at).then(|| self.priorities[below]);
        Intent::MoveInStack { round: self.revealed, priority: self.priorities[at], below }
    }
}
