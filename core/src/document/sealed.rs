//! Sealed ballots in the document: as they stand, and as they stood when the round was closed.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ChangeHash, ObjId, ROOT, ReadDoc};
use sha2::{Digest as _, Sha256};

use super::read::{Fields, map_at, moment, text};
use super::snapshot::{AtClose, Ballot, SealedBallot, SealingRecord};
use super::write::field_value;
use super::{Document, Register, field, section};
use crate::id::{LeaderId, RoundId};
use crate::intent::FieldValue;
use crate::seal::{Bytes32, Sealing, bytes_of, text_of};
use crate::time::Timestamp;

/// Before the sealed bytes in a ballot's value.
const MARK: &str = "sealed:";
/// No sealed ballot is longer; a stranger's could be made to be read for minutes.
const LONGEST: usize = 16 * 1024;

/// A ballot's value: "moment sealed:bytes", one value, as an open ballot is one.
pub(crate) fn written(cast: Timestamp, sealed: &[u8]) -> String {
    format!("{} {MARK}{}", cast.0, text_of(sealed))
}

/// The name of a sealed ballot.
pub(crate) fn name_of(sealed: &[u8]) -> Bytes32 {
    Bytes32(Sha256::digest(sealed).into())
}

fn ballot(value: &FieldValue, session: String) -> Option<Ballot> {
    let FieldValue::Text(text) = value else { return None };
    let (cast, sealed) = text.split_once(' ')?;
    let cast = Timestamp(cast.parse().ok()?);
    let sealed = sealed.strip_prefix(MARK).filter(|sealed| sealed.len() <= LONGEST)?;
    let bytes = bytes_of(sealed)?;
    Some(Ballot { cast, ranking: Vec::new(), sealed: Some(SealedBallot { name: name_of(&bytes), bytes, session }) })
}

/// All sealed ballots of each leader, those cast at the same time included. `at`: as it was then.
pub(super) fn ballots(doc: &Automerge, map: &ObjId, at: Option<&[ChangeHash]>) -> BTreeMap<LeaderId, Vec<Ballot>> {
    let mut all = BTreeMap::<LeaderId, Vec<Ballot>>::new();
    for key in doc.keys(map) {
        let Ok(leader) = key.parse() else { continue };
        let values = match at {
            Some(heads) => doc.get_all_at(map, key.as_str(), heads),
            None => doc.get_all(map, key.as_str()),
        };
        for (value, id) in values.unwrap_or_default() {
            let value = value.as_scalar().map_or(FieldValue::Absent, field_value);
            all.entry(leader).or_default().extend(ballot(&value, session_of(&id)));
        }
    }
    all
}

/// Of several ballots that one leader cast at the same time, the latest counts.
pub(super) fn latest(all: Option<BTreeMap<LeaderId, Vec<Ballot>>>) -> BTreeMap<LeaderId, Ballot> {
    let newest = |ballots: Vec<Ballot>| ballots.into_iter().max_by_key(|ballot| ballot.cast);
    all.unwrap_or_default().into_iter().filter_map(|(leader, ballots)| Some((leader, newest(ballots)?))).collect()
}

/// How a round's ballots are sealed.
pub(super) fn sealing(doc: &Automerge, round: &ObjId, fields: &Fields, names: Option<Fields>) -> Option<SealingRecord> {
    let sealing: Sealing = text(fields.value(field::SEALING)).parse().ok()?;
    let key = |name: &str| text(fields.value(name)).parse::<Bytes32>().ok();
    Some(SealingRecord {
        sealing,
        session: written_in(doc, round, field::SEALING),
        escrow: Some(text(fields.value(field::ESCROW))).filter(|escrow| !escrow.is_empty()).and_then(|e| bytes_of(&e)),
        second_key: key(field::SECOND_KEY).map(|key| (key, written_in(doc, round, field::SECOND_KEY))),
        closing: moment(fields.value(field::CLOSING)),
        secret: key(field::SECRET),
        second_secret: key(field::SECOND_SECRET),
        names: names.map(|names| names_in(&names)).unwrap_or_default(),
        begun_in: all_written_in(doc, round, field::CLOSING),
        revealed_in: all_written_in(doc, round, field::REVEALED),
    })
}

fn names_in(fields: &Fields) -> BTreeMap<LeaderId, BTreeSet<Bytes32>> {
    let all = |register: &Register<FieldValue>| {
        let claims = register.claims.iter().map(|claim| &claim.value);
        claims.chain([&register.value]).filter_map(|value| text(value).parse().ok()).collect()
    };
    fields.0.iter().filter_map(|(key, register)| Some((key.parse().ok()?, all(register)))).collect()
}

fn written_in(doc: &Automerge, object: &ObjId, key: &str) -> String {
    doc.get(object, key).ok().flatten().map(|(_, id)| session_of(&id)).unwrap_or_default()
}

fn all_written_in(doc: &Automerge, object: &ObjId, key: &str) -> Vec<String> {
    doc.get_all(object, key).unwrap_or_default().iter().map(|(_, id)| session_of(id)).collect()
}

fn session_of(id: &ObjId) -> String {
    match id {
        ObjId::Id(_, actor, _) => actor.to_hex_string(),
        ObjId::Root => String::new(),
    }
}

impl Document {
    /// A round of sealed ballots as it was when it was closed: all that was there, if several closed it while apart. A ballot that
    /// was revised too late has taken the place of the one that counts; in the history that one still stands.
    #[must_use]
    pub fn at_close(&self, round: RoundId) -> AtClose {
        let mut then = AtClose::default();
        let rounds = map_at(&self.doc, &ROOT, section::ROUNDS);
        let Some(object) = rounds.and_then(|rounds| map_at(&self.doc, &rounds, &round.to_string())) else {
            return then;
        };
        let written = |key| self.doc.get_all(&object, key).unwrap_or_default();
        // What counts in a strong round was said when the first of the two began to close it.
        let begun = written(field::CLOSING);
        let closes = if begun.is_empty() { written(field::REVEALED) } else { begun };
        let (ballots_map, names_map) =
            (map_at(&self.doc, &object, field::BALLOTS), map_at(&self.doc, &object, field::NAMES));
        for hash in closes.iter().filter_map(|(_, id)| self.doc.hash_for_opid(id)) {
            for (leader, ballots) in ballots_map.iter().flat_map(|map| ballots(&self.doc, map, Some(&[hash]))) {
                let known = then.ballots.entry(leader).or_default();
                for sealed in ballots.into_iter().filter_map(|ballot| ballot.sealed) {
                    if !known.contains(&sealed) {
                        known.push(sealed);
                    }
                }
            }
            if let Some(map) = &names_map {
                for key in self.doc.keys_at(map, &[hash]) {
                    let Ok(leader) = key.parse() else { continue };
                    let values = self.doc.get_all_at(map, key.as_str(), &[hash]).unwrap_or_default();
                    let names = values.iter().filter_map(|(value, _)| value.as_str()?.parse::<Bytes32>().ok());
                    then.names.entry(leader).or_default().extend(names);
                }
            }
        }
        then
    }
}
