//! Rounds of sealed ballots. What is sealed here cannot be read here; whoever has the keys makes these intents of the plain ones.

use std::collections::BTreeSet;

use super::round::{self, casting, check_ballots, check_ranking, open_round};
use super::{Doing, FieldValue, Intent, Refusal, SealedClose, SealedOpening, stack};
use crate::document::{Document, RoundRecord, SealingRecord, Write, field, section, written_sealed};
use crate::id::{LeaderId, PriorityId, RoundId};
use crate::seal::{Bytes32, Half, text_of};
use crate::time::Timestamp;

pub(super) fn open(
    document: &mut Document,
    now: Timestamp,
    opening: &SealedOpening,
) -> Result<(Doing, Vec<Write>), Refusal> {
    let SealedOpening { round: id, label, top, candidates, leaders, sealing, escrow } = opening;
    if sealing.strong && sealing.custodians.len() < 2 {
        return Err(Refusal::NoSecondCustodian);
    }
    let mut fields: Vec<(&'static str, FieldValue)> = vec![(field::SEALING, sealing.to_string().into())];
    if let Some(escrow) = escrow {
        fields.push((field::ESCROW, text_of(escrow).into()));
    }
    round::open(document, now, *id, label, *top, candidates, leaders, &fields)
}

pub(super) fn apply(document: &mut Document, now: Timestamp, intent: &Intent) -> Result<Vec<Write>, Refusal> {
    match intent {
        Intent::GiveBallotKey { round, key } => give_key(document, now, *round, *key),
        Intent::CastSealed { round, leader, sealed } => cast(document, now, *round, *leader, sealed),
        Intent::BeginClose { round, half, secret, names } => begin(document, now, *round, (*half, *secret), names),
        Intent::CloseSealed(close) => self::close(document, now, close),
        _ => Ok(Vec::new()),
    }
}

fn give_key(document: &mut Document, now: Timestamp, id: RoundId, key: Bytes32) -> Result<Vec<Write>, Refusal> {
    let sealing = sealing(open_round(document, id)?)?;
    if !sealing.sealing.strong || sealing.second_key.is_some() {
        return Ok(Vec::new());
    }
    let round = id.to_string();
    Ok(document.write(now, |writer| writer.set(&[section::ROUNDS, &round, field::SECOND_KEY], key.to_string())))
}

fn cast(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    leader: LeaderId,
    sealed: &[u8],
) -> Result<Vec<Write>, Refusal> {
    let round = casting(document, id, leader)?;
    if !sealing(round)?.is_complete() {
        return Err(Refusal::KeyMissing);
    }
    let (key, leader) = (id.to_string(), leader.to_string());
    let value = written_sealed(now, sealed);
    Ok(document.write(now, |writer| writer.set(&[section::ROUNDS, &key, field::BALLOTS, &leader], value)))
}

fn begin(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    (half, secret): (Half, Bytes32),
    names: &[(LeaderId, Bytes32)],
) -> Result<Vec<Write>, Refusal> {
    let round = open_round(document, id)?;
    let sealing = sealing(round)?;
    if !sealing.sealing.strong || !sealing.is_complete() {
        return Err(Refusal::KeyMissing);
    }
    if sealing.closing.is_some() {
        return Err(Refusal::RoundNotOpen);
    }
    let here = |leader: &LeaderId, name: &Bytes32| is_here(round, leader, name);
    check_counted(round, names.iter().map(|(leader, name)| (leader, name)), here)?;
    let key = id.to_string();
    Ok(document.write(now, |writer| {
        for (leader, name) in names {
            writer.set(&[section::ROUNDS, &key, field::NAMES, &leader.to_string()], name.to_string());
        }
        writer.set(&[section::ROUNDS, &key, secret_field(half)], secret.to_string());
        writer.set(&[section::ROUNDS, &key, field::CLOSING], now);
    }))
}

fn close(document: &mut Document, now: Timestamp, close: &SealedClose) -> Result<Vec<Write>, Refusal> {
    let round = open_round(document, close.round)?;
    let sealing = sealing(round)?;
    let listed = sealing.closing.is_some();
    if sealing.sealing.strong != listed {
        return Err(Refusal::KeyMissing);
    }
    // Which ballots of a strong round count was said before either of the two could look.
    let names = close.counted.iter().map(|ballot| (&ballot.leader, &ballot.name));
    if listed {
        let known =
            |leader: &LeaderId, name: &Bytes32| sealing.names.get(leader).is_some_and(|names| names.contains(name));
        check_counted(round, names, known)?;
    } else {
        check_counted(round, names, |leader, name| is_here(round, leader, name))?;
    }
    for ballot in &close.counted {
        check_ranking(&ballot.ranking, usize::from(round.top), &round.candidates)?;
    }
    let ballots: Vec<(LeaderId, Vec<PriorityId>)> =
        close.counted.iter().map(|ballot| (ballot.leader, ballot.ranking.clone())).collect();
    let order = stack::consensus_order(&round.candidates, ballots.iter().map(|(_, ranking)| ranking));
    let key = close.round.to_string();
    Ok(document.write(now, |writer| {
        if !listed {
            for ballot in &close.counted {
                let leader = ballot.leader.to_string();
                writer.set(&[section::ROUNDS, &key, field::NAMES, &leader], ballot.name.to_string());
            }
        }
        writer.set(&[section::ROUNDS, &key, secret_field(close.half)], close.secret.to_string());
        round::reveal(writer, &key, now, &ballots, &order);
    }))
}

/// Whether a ranking is one that a ballot of this round may hold: asked before it is sealed.
///
/// # Errors
/// The rule that it breaks.
pub fn check_ballot(round: &RoundRecord, ranking: &[PriorityId]) -> Result<(), Refusal> {
    check_ranking(ranking, usize::from(round.top), &round.candidates)
}

fn sealing(round: &RoundRecord) -> Result<&SealingRecord, Refusal> {
    round.sealing.as_ref().ok_or(Refusal::UnsealedRound)
}

const fn secret_field(half: Half) -> &'static str {
    match half {
        Half::First => field::SECRET,
        Half::Second => field::SECOND_SECRET,
    }
}

/// Whether a leader's ballot, as it stands, has this name.
fn is_here(round: &RoundRecord, leader: &LeaderId, name: &Bytes32) -> bool {
    let sealed = round.ballots.get(leader).and_then(|ballot| ballot.sealed.as_ref());
    sealed.is_some_and(|sealed| sealed.name == *name)
}

fn check_counted<'a>(
    round: &RoundRecord,
    names: impl ExactSizeIterator<Item = (&'a LeaderId, &'a Bytes32)>,
    known: impl Fn(&LeaderId, &Bytes32) -> bool,
) -> Result<(), Refusal> {
    check_ballots(names.len())?;
    let mut seen = BTreeSet::new();
    for (leader, name) in names {
        if !seen.insert(leader) {
            return Err(Refusal::RankedTwice);
        }
        if !round.asks(leader) {
            return Err(Refusal::NotAsked);
        }
        if !known(leader, name) {
            return Err(Refusal::Gone);
        }
    }
    Ok(())
}
