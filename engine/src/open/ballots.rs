//! Sealed ballots: in a shared workspace, what people ask for is turned into its sealed form here, before it reaches the document.

use std::collections::BTreeMap;

use plumbline_core::bridge::Failure;
use plumbline_core::document::{RoundRecord, SealingRecord};
use plumbline_core::id::{LeaderId, PriorityId, RoundId};
use plumbline_core::intent::{self, Intent};
use plumbline_core::view::{Custody, RoundState, SealCheck};
use plumbline_replica::ballots;
use plumbline_replica::sync::peer::random;

use super::Open;
use crate::platform;
use crate::queue::Word;
use crate::shared::Shared;

/// Closed rounds that were held against their sealed ballots, with what they said then: opening ballots takes too long to do it
/// again for every view.
#[derive(Default)]
pub struct Checks(BTreeMap<RoundId, Checked>);

struct Checked {
    counted: BTreeMap<LeaderId, Vec<PriorityId>>,
    sealing: SealingRecord,
    check: SealCheck,
}

impl Open {
    /// An edit as it goes into the document, when that is another than was asked for, and what is kept on this device with it.
    pub(super) fn sealed_form(&self, intent: &Intent) -> Result<(Option<Intent>, Option<Word>), Failure> {
        let Some(shared) = &self.shared else { return Ok((None, None)) };
        let is_sealed =
            |round: &RoundId| self.document.snapshot().rounds.get(round).is_some_and(|round| round.sealing.is_some());
        let source = || random(platform::key_seed());
        let (sealed, word) = match intent {
            Intent::OpenRound { .. } => {
                (shared.with_peer(|peer| ballots::open(peer, &self.document, intent, &mut source())), None)
            }
            Intent::CastBallot { round, leader, ranking } => {
                let cast = shared
                    .with_peer(|peer| ballots::cast(peer, &self.document, *round, *leader, ranking, &mut source()));
                let (sealed, opening) = cast.map_err(Failure::Refused)?;
                // On a laptop that is handed around, nothing of anybody's ballot stays.
                let own = self.document.author() == Some(*leader);
                let word = own.then(|| Word {
                    name: format!("ballot {}", hex(&[&round.as_bytes()[..], leader.as_bytes()].concat())),
                    bytes: [&opening.seed()[..], &opening.content].concat(),
                });
                (Ok(sealed), word)
            }
            Intent::CloseRound { round } if is_sealed(round) => {
                (shared.with_peer(|peer| ballots::close(peer, &self.document, *round)), None)
            }
            _ => return Ok((None, None)),
        };
        Ok((Some(sealed.map_err(Failure::Refused)?), word))
    }

    /// Give the second keys of strong rounds that wait for this device. Whether there were any.
    pub(super) fn give_keys(&mut self) -> bool {
        let Some(shared) = self.shared.clone().filter(|shared| shared.is_ready() && shared.may_write()) else {
            return false;
        };
        let due = shared.with_peer(|peer| ballots::keys_due(peer, &self.document));
        for key in &due {
            let before = self.document.heads();
            let given = intent::apply(&mut self.document, platform::now(), key);
            if matches!(given, Ok(applied) if applied.changed) && self.keep(&before, None, None).is_err() {
                return false;
            }
        }
        !due.is_empty()
    }

    /// What views need of sealed ballots; `None` when the workspace is not shared.
    pub(super) fn custody(&mut self) -> Option<Custody> {
        let shared = self.shared.clone()?;
        if shared.is_ready() {
            self.check_closed(&shared);
        }
        let checks = self.checks.0.iter().map(|(round, checked)| (*round, checked.check.clone())).collect();
        Some(shared.with_peer(|peer| ballots::custody(peer, checks)))
    }

    fn check_closed(&mut self, shared: &Shared) {
        for (id, round) in &self.document.snapshot().rounds {
            let Some(sealing) = round.sealing.as_ref().filter(|_| round.state() == RoundState::Revealed) else {
                continue;
            };
            if self.checks.0.get(id).is_some_and(|checked| checked.says(round, sealing)) {
                continue;
            }
            if let Some(check) = shared.with_peer(|peer| ballots::check(peer, &self.document, *id)) {
                let checked = Checked { counted: round.counted.clone(), sealing: sealing.clone(), check };
                self.checks.0.insert(*id, checked);
            }
        }
    }
}

impl Checked {
    fn says(&self, round: &RoundRecord, sealing: &SealingRecord) -> bool {
        self.counted == round.counted && self.sealing == *sealing
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
