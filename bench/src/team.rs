//! Made-up teams of any size and age, the same every time.

use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, Refusal, apply};
use plumbline_core::time::Timestamp;
use plumbline_core::view::{Context, Figures, View, ViewKey, build};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// 1 March 2026.
const START: Timestamp = Timestamp(1_772_323_200_000);
/// Changes one tab makes before it is closed: each session is an author of its own in the document.
const CHANGES_A_SESSION: u64 = 200;
const TOP: u8 = 5;

/// How much a workspace holds.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Priorities on the list.
    pub priorities: usize,
    /// Leaders in the team.
    pub leaders: usize,
    /// Revealed rounds, each with a ballot and a signature of every leader.
    pub rounds: usize,
    /// Candidates of each round.
    pub candidates: usize,
}

impl Size {
    /// Leaders, priorities and rounds together.
    pub const fn objects(self) -> usize {
        self.priorities + self.leaders + self.rounds
    }
}

/// A workspace and what is in it.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its document.
    pub document: Document,
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Its leaders.
    pub leaders: Vec<LeaderId>,
    /// Its priorities.
    pub priorities: Vec<PriorityId>,
    /// Its rounds, earliest first.
    pub rounds: Vec<RoundId>,
    /// What the next random thing is drawn from.
    pub rng: ChaCha8Rng,
    now: Timestamp,
}

impl Team {
    /// A team that has just held its rounds.
    pub fn new(size: Size) -> Result<Self, Refusal> {
        let mut rng = ChaCha8Rng::seed_from_u64(2026);
        let workspace = WorkspaceId::from_bytes(rng.random());
        let document = Document::create(workspace, "Nordwind", false, START, rng.random());
        let mut team = Self {
            document,
            workspace,
            leaders: (0..size.leaders).map(|_| LeaderId::from_bytes(rng.random())).collect(),
            priorities: (0..size.priorities).map(|_| PriorityId::from_bytes(rng.random())).collect(),
            rounds: (0..size.rounds).map(|_| RoundId::from_bytes(rng.random())).collect(),
            rng,
            now: START,
        };
        for (number, leader) in team.leaders.clone().into_iter().enumerate() {
            let details = LeaderDetails {
                name: format!("Leader Number {number}"),
                role: format!("Role {number}"),
                department: format!("Department {}", number % 7),
                ..LeaderDetails::default()
            };
            team.apply(&Intent::AddLeader { leader, details })?;
        }
        for (number, priority) in team.priorities.clone().into_iter().enumerate() {
            team.apply(&Intent::AddPriority {
                priority,
                title: format!("Priority {number} of the made-up team"),
                description: format!("What it would change, in the one line that number {number} is given"),
            })?;
        }
        for (number, round) in team.rounds.clone().into_iter().enumerate() {
            team.hold(number, round, size.candidates)?;
        }
        Ok(team)
    }

    /// This moment, a second after the last.
    pub fn tick(&mut self) -> Timestamp {
        self.now = Timestamp(self.now.0 + 1_000);
        self.now
    }

    /// Carry out an intent, a second after the last.
    pub fn apply(&mut self, intent: &Intent) -> Result<bool, Refusal> {
        let now = self.tick();
        Ok(apply(&mut self.document, now, intent)?.changed)
    }

    /// A view as the engine builds it.
    pub fn view(&self, key: ViewKey, figures: &mut Figures) -> View {
        build(key, &Context { document: &self.document, now: self.now, undo: None, redo: None, custody: None }, figures)
    }

    /// Open a round, cast every ballot, reveal, sign.
    fn hold(&mut self, number: usize, round: RoundId, candidates: usize) -> Result<(), Refusal> {
        let leaders = self.leaders.clone();
        // The list as it was then: a later round ranks later priorities.
        let first = number * candidates % (self.priorities.len() - candidates + 1);
        let candidates = self.priorities[first..first + candidates].to_vec();
        self.apply(&Intent::OpenRound {
            round,
            label: format!("Round {}", number + 1),
            top: TOP,
            candidates: candidates.clone(),
            leaders: leaders.clone(),
            strong: false,
            second: None,
        })?;
        for leader in &leaders {
            let ranking = self.ranking(&candidates);
            self.apply(&Intent::CastBallot { round, leader: *leader, ranking })?;
        }
        self.apply(&Intent::CloseRound { round })?;
        let stack = match self.view(ViewKey::Stack(round), &mut Figures::default()) {
            View::Stack(stack) => stack.to_sign,
            _ => Vec::new(),
        };
        for leader in leaders {
            self.apply(&Intent::SignStack { round, leader, stack: stack.clone() })?;
        }
        Ok(())
    }

    /// A ballot that leans towards the candidates listed first.
    fn ranking(&mut self, candidates: &[PriorityId]) -> Vec<PriorityId> {
        let mut pool = candidates[..candidates.len().min(4 * usize::from(TOP))].to_vec();
        pool.shuffle(&mut self.rng);
        pool.truncate(usize::from(TOP));
        pool
    }

    /// Edit until the document holds that many changes, in sessions of a few hundred each.
    pub fn age_to(&mut self, changes: u64) -> anyhow::Result<()> {
        while self.document.change_count() < changes {
            for _ in 0..CHANGES_A_SESSION.min(changes - self.document.change_count()) {
                let intent = self.any_edit();
                self.apply(&intent)?;
            }
            self.new_session()?;
        }
        Ok(())
    }

    /// What a tab does when it is opened: read the document back, with an actor of its own.
    pub fn new_session(&mut self) -> anyhow::Result<()> {
        self.document = Document::load(&[self.document.save()], self.rng.random())?;
        Ok(())
    }

    /// The edits a year is made of: words of priorities, places in the stack, people.
    fn any_edit(&mut self) -> Intent {
        match self.rng.random_range(0..10) {
            0..3 => self.move_in_stack(),
            3..9 => self.edit_priority(),
            _ => self.edit_leader(),
        }
    }

    /// Move a candidate of the last round.
    pub fn move_in_stack(&mut self) -> Intent {
        let Some(round) = self.rounds.last().copied() else { return self.edit_priority() };
        let candidates = &self.document.snapshot().rounds[&round].candidates;
        let (priority, below) = (pick(&mut self.rng, candidates), pick(&mut self.rng, candidates));
        Intent::MoveInStack { round, priority, below: Some(below).filter(|below| *below != priority) }
    }

    /// Change the description of a priority.
    pub fn edit_priority(&mut self) -> Intent {
        let priority = pick(&mut self.rng, &self.priorities);
        let title = self.document.snapshot().priorities[&priority].title.value.clone();
        let description = format!("Another way to put it, number {}", self.rng.random::<u32>());
        Intent::EditPriority { priority, title, description }
    }

    /// Add a priority.
    pub fn add_priority(&mut self) -> Intent {
        let priority = PriorityId::from_bytes(self.rng.random());
        Intent::AddPriority { priority, title: format!("New priority {priority}"), description: String::new() }
    }

    fn edit_leader(&mut self) -> Intent {
        let leader = pick(&mut self.rng, &self.leaders);
        let name = self.document.snapshot().leaders[&leader].name.value.clone();
        let role = format!("Role {}", self.rng.random_range(0..1_000_000));
        Intent::EditLeader { leader, details: LeaderDetails { name, role, ..LeaderDetails::default() } }
    }
}

fn pick<T: Copy>(rng: &mut impl Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Size = Size { priorities: 12, leaders: 4, rounds: 2, candidates: 8 };

    #[test]
    fn a_team_holds_what_it_was_asked_for_and_is_always_the_same() {
        let team = Team::new(SMALL).expect("keeps every rule");
        let snapshot = team.document.snapshot();
        let held = snapshot.leaders.len() + snapshot.priorities.len() + snapshot.rounds.len();
        assert_eq!(held, SMALL.objects());
        assert!(snapshot.rounds.values().all(|round| round.counted.len() == 4 && round.signed.len() == 4));
        let again = Team::new(SMALL).expect("keeps every rule");
        assert_eq!(team.document.fingerprint(), again.document.fingerprint());
    }

    #[test]
    fn ageing_stops_at_the_change() {
        let mut team = Team::new(SMALL).expect("keeps every rule");
        team.age_to(501).expect("keeps every rule");
        assert_eq!(team.document.change_count(), 501);
        assert!(team.document.snapshot().sessions.len() > 2);
    }
}
