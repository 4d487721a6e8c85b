//! Sealed ballots: rounds as the document has them, and the keys as the peer has them.
//!
//! The app says what it says in a workspace that is not shared: open, cast, close. Here that becomes its sealed form, before it
//! reaches the document. Nothing is asked of a relay, and whoever has cast may go offline.

use std::collections::BTreeMap;

use plumbline_core::document::{Document, RoundRecord, SealedBallot, SealingRecord};
use plumbline_core::id::{LeaderId, PriorityId, RoundId};
use plumbline_core::intent::{Intent, Refusal, SealedClose, SealedOpening, check_ballot};
use plumbline_core::seal::{Bytes32, CountedBallot, Custodian, Half, Sealing};
use plumbline_core::view::{Custody, RoundState, SealCheck};
use plumbline_sync::ballot::{self, Opening, RoundKeys, RoundSecrets};
use plumbline_sync::peer::Peer;
use plumbline_sync::seal::Random;
use plumbline_sync::wire::key::{OpeningKey, OpeningSecret, VerifyKey};
use plumbline_sync::wire::keyring::Standing;
use plumbline_sync::wire::keyring::record::Role;

use crate::sharing::{Leaders, leaders_of, leaders_on};

/// A round to be opened, of sealed ballots. `plain`: an [`Intent::OpenRound`]; anything else comes back as it is.
///
/// # Errors
/// [`Refusal::NoSecondCustodian`] when it is to be a strong one and nobody else is known, or the device that was chosen is none that
/// could.
pub fn open(peer: &Peer, document: &Document, plain: &Intent, random: &mut Random) -> Result<Intent, Refusal> {
    let Intent::OpenRound { round, label, top, candidates, leaders, strong, second: chosen } = plain.clone() else {
        return Ok(plain.clone());
    };
    let known = leaders_of(peer, Some(document));
    let others = others(peer, document, &known);
    let is_chosen = |(_, custodian): &(_, Custodian)| chosen.is_none_or(|device| custodian.device == device);
    let second = others.into_iter().find(is_chosen);
    // Somebody who was chosen and is a member no longer is not replaced by another in silence.
    if (strong || chosen.is_some()) && second.is_none() {
        return Err(Refusal::NoSecondCustodian);
    }
    let secret = own_secret(peer, round);
    let key = Bytes32(secret.opening_key().0);
    let mut escrow = None;
    let mut custodians = vec![own(peer, document, &known)];
    if let Some((opening, custodian)) = second {
        if !strong {
            // Only a certificate with a key that is none cannot be sealed to; its device is no custodian then.
            escrow = ballot::escrow(&RoundSecrets::Simple(secret), &name_of(round), &opening, random).ok();
        }
        if strong || escrow.is_some() {
            custodians.push(custodian);
        }
    }
    let sealing = Sealing { strong, key, custodians };
    Ok(Intent::OpenSealed(Box::new(SealedOpening { round, label, top, candidates, leaders, sealing, escrow })))
}

/// A ballot, sealed; and what its author keeps in order to show it themselves if all keys are lost.
///
/// # Errors
/// The rule that the ballot breaks; [`Refusal::UnsealedRound`] in a round that was opened before the workspace was shared;
/// [`Refusal::KeysDoNotFit`] when the round's keys were written by others than those who are said to hold them.
pub fn cast(
    peer: &Peer,
    document: &Document,
    id: RoundId,
    leader: LeaderId,
    ranking: &[PriorityId],
    random: &mut Random,
) -> Result<(Intent, Opening), Refusal> {
    let (round, record) = sealed_round(document, id)?;
    check_ballot(round, ranking)?;
    let keys = keys_of(record)?;
    if !is_trusted(&Devices::of(peer), record) {
        return Err(Refusal::KeysDoNotFit);
    }
    let content = content_of(leader, ranking);
    let cast = ballot::cast(&keys, &name_of(id), &peer.device(), content.as_bytes(), random);
    let (sealed, opening) = cast.map_err(|_| Refusal::KeysDoNotFit)?;
    Ok((Intent::CastSealed { round: id, leader, sealed }, opening))
}

/// The close of a round, or of a strong one the first half of it, by a custodian's device.
///
/// # Errors
/// [`Refusal::NotCustodian`], with who is; [`Refusal::KeysDoNotFit`] when the round's keys are not those it was opened with.
pub fn close(peer: &Peer, document: &Document, id: RoundId) -> Result<Intent, Refusal> {
    let (round, record) = sealed_round(document, id)?;
    if round.state() != RoundState::Open {
        return Err(Refusal::RoundNotOpen);
    }
    let own = Bytes32(peer.device().0);
    let half = record.half_of(&own).ok_or_else(|| not_custodian(document, record, None))?;
    if record.sealing.strong { close_strong(peer, document, id, half) } else { close_simple(peer, document, id, half) }
}

fn close_simple(peer: &Peer, document: &Document, id: RoundId, half: Half) -> Result<Intent, Refusal> {
    let (round, record) = sealed_round(document, id)?;
    let keys = keys_of(record)?;
    let secrets = match half {
        Half::First => RoundSecrets::Simple(own_secret(peer, id)).checked(&keys),
        Half::Second => {
            let escrow = record.escrow.as_ref().ok_or_else(|| not_custodian(document, record, Some(Half::First)))?;
            ballot::from_escrow(peer.identity().opening(), &keys, &name_of(id), escrow)
        }
    };
    let secrets = secrets.map_err(|_| Refusal::KeysDoNotFit)?;
    let RoundSecrets::Simple(secret) = &secrets else { return Err(Refusal::KeysDoNotFit) };
    let (secret, devices) = (Bytes32(*secret.expose()), Devices::of(peer));
    let asked = round.ballots.iter().filter(|(leader, _)| round.asks(leader));
    let counted = asked.filter_map(|(leader, ballot)| {
        let sealed = ballot.sealed.as_ref()?;
        let ranking = open_one(&secrets, &devices, (id, round), *leader, sealed)?;
        Some(CountedBallot { leader: *leader, ranking, name: sealed.name })
    });
    let counted = counted.collect();
    Ok(Intent::CloseSealed(Box::new(SealedClose { round: id, counted, half: Half::First, secret })))
}

fn close_strong(peer: &Peer, document: &Document, id: RoundId, half: Half) -> Result<Intent, Refusal> {
    let (round, record) = sealed_round(document, id)?;
    let keys = keys_of(record)?;
    let RoundKeys::Strong { inner, outer } = keys else { return Err(Refusal::KeysDoNotFit) };
    let own = own_secret(peer, id);
    if own.opening_key() != (if half == Half::First { inner } else { outer }) {
        return Err(Refusal::KeysDoNotFit);
    }
    let secret = Bytes32(*own.expose());
    let other = if half == Half::First { Half::Second } else { Half::First };
    let Some(published) = record.secret_of(other) else {
        if record.closing.is_some() {
            return Err(not_custodian(document, record, Some(other)));
        }
        let asked = round.ballots.iter().filter(|(leader, _)| round.asks(leader));
        let sound = asked.filter_map(|(leader, ballot)| Some((*leader, ballot.sealed.as_ref()?)));
        let sound = sound.filter(|(_, sealed)| ballot::check_size(&keys, &sealed.bytes).is_ok());
        let names = sound.map(|(leader, sealed)| (leader, sealed.name)).collect();
        return Ok(Intent::BeginClose { round: id, half, secret, names });
    };
    let published = OpeningSecret::from_seed(published.0);
    let (inner, outer) = if half == Half::First { (own, published) } else { (published, own) };
    let secrets = RoundSecrets::Strong { inner, outer }.checked(&keys).map_err(|_| Refusal::KeysDoNotFit)?;
    let devices = Devices::of(peer);
    let then = document.at_close(id);
    let counted = then.ballots.into_iter().filter_map(|(leader, ballots)| {
        let names = then.names.get(&leader)?;
        let listed = ballots.iter().filter(|sealed| names.contains(&sealed.name) && round.asks(&leader));
        let mut opened = listed.filter_map(|sealed| {
            let ranking = open_one(&secrets, &devices, (id, round), leader, sealed)?;
            Some(CountedBallot { leader, ranking, name: sealed.name })
        });
        opened.next()
    });
    let counted = counted.collect();
    Ok(Intent::CloseSealed(Box::new(SealedClose { round: id, counted, half, secret })))
}

/// Second keys of strong rounds that this device has to give, so that ballots can be cast.
#[must_use]
pub fn keys_due(peer: &Peer, document: &Document) -> Vec<Intent> {
    let own = Bytes32(peer.device().0);
    let due = |record: &SealingRecord| {
        record.sealing.strong && record.second_key.is_none() && record.half_of(&own) == Some(Half::Second)
    };
    let rounds = document.snapshot().rounds.iter();
    let rounds = rounds.filter(|(_, round)| !round.removed && round.state() == RoundState::Open);
    let rounds = rounds.filter(|(_, round)| round.sealing.as_ref().is_some_and(due));
    let key = |id: RoundId| Bytes32(own_secret(peer, id).opening_key().0);
    rounds.map(|(id, _)| Intent::GiveBallotKey { round: *id, key: key(*id) }).collect()
}

/// A closed round held against what was sealed. `None` when there is nothing to hold it against: it is not closed, not sealed, or
/// was opened where this peer has never been (a copy that is shared anew).
#[must_use]
pub fn check(peer: &Peer, document: &Document, id: RoundId) -> Option<SealCheck> {
    let (round, record) = sealed_round(document, id).ok()?;
    let devices = Devices::of(peer);
    if round.state() != RoundState::Revealed || devices.writer(&record.session).is_none() {
        return None;
    }
    let secret = |half| record.secret_of(half).map(|secret| OpeningSecret::from_seed(secret.0));
    let secrets = match (secret(Half::First), secret(Half::Second)) {
        (Some(inner), Some(outer)) if record.sealing.strong => Some(RoundSecrets::Strong { inner, outer }),
        (Some(secret), _) if !record.sealing.strong => Some(RoundSecrets::Simple(secret)),
        _ => None,
    };
    let secrets = secrets.zip(keys_of(record).ok()).and_then(|(secrets, keys)| secrets.checked(&keys).ok());
    let Some(secrets) = secrets.filter(|_| is_trusted(&devices, record) && was_closed_by_custodians(&devices, record))
    else {
        return Some(SealCheck { unverified: round.counted.keys().copied().collect(), ..SealCheck::default() });
    };
    let mut check = SealCheck::default();
    let then = document.at_close(id);
    for (leader, counted) in &round.counted {
        let names = then.names.get(leader);
        let sealed = then.ballots.get(leader).into_iter().flatten();
        let mut listed = sealed.filter(|sealed| names.is_some_and(|names| names.contains(&sealed.name)));
        let open = |sealed: &SealedBallot| open_one(&secrets, &devices, (id, round), *leader, sealed);
        if !listed.any(|sealed| open(sealed).as_ref() == Some(counted)) {
            check.unverified.push(*leader);
        }
    }
    for (leader, sealed) in then.ballots {
        if round.counted.contains_key(&leader) || !round.asks(&leader) || sealed.is_empty() {
            continue;
        }
        let opens = sealed.iter().any(|sealed| open_one(&secrets, &devices, (id, round), leader, sealed).is_some());
        if opens { &mut check.left_out } else { &mut check.unreadable }.push(leader);
    }
    Some(check)
}

/// What views need of sealed ballots. `known`: checks made before, of rounds that say the same since.
#[must_use]
pub fn custody(peer: &Peer, checks: BTreeMap<RoundId, SealCheck>) -> Custody {
    Custody { device: Bytes32(peer.device().0), checks }
}

/// Who could hold the second key of a round opened here, the first choice first: other devices that may write; somebody else's
/// before one of whoever sits here, an administrator's before others', of several the one that joined last.
#[must_use]
pub(crate) fn others(peer: &Peer, document: &Document, leaders: &Leaders) -> Vec<(OpeningKey, Custodian)> {
    let here = own(peer, document, leaders).leaders;
    let own = peer.device();
    let others = peer.graph().certificates().filter(|certificate| certificate.device.verify != own);
    let known = others.filter_map(|certificate| {
        let Standing::Member(role @ (Role::Writer | Role::Admin)) = peer.keyring().standing(certificate) else {
            return None;
        };
        let custodian = custodian_of(&certificate.device.verify, leaders);
        let somebody_else =
            !custodian.leaders.is_empty() && custodian.leaders.iter().all(|leader| !here.contains(leader));
        let rank = (somebody_else, role == Role::Admin, certificate.issued, certificate.device.verify);
        Some((rank, certificate.device.opening, custodian))
    });
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(rank, _, _)| std::cmp::Reverse(*rank));
    known.into_iter().map(|(_, opening, custodian)| (opening, custodian)).collect()
}

fn own(peer: &Peer, document: &Document, leaders: &Leaders) -> Custodian {
    let mut own = custodian_of(&peer.device(), leaders);
    if let Some(author) = document.author().filter(|author| !own.leaders.contains(author)) {
        own.leaders.push(author);
    }
    own
}

fn custodian_of(device: &VerifyKey, leaders: &Leaders) -> Custodian {
    Custodian { device: Bytes32(device.0), leaders: leaders_on(leaders, device) }
}

/// Which device wrote in which session.
struct Devices(BTreeMap<String, VerifyKey>);

impl Devices {
    fn of(peer: &Peer) -> Self {
        let hex = |session: &[u8; 16]| session.iter().map(|byte| format!("{byte:02x}")).collect();
        let known = peer.graph().sessions().map(|(session, certificate)| (hex(&session.0), certificate.device.verify));
        // What was written here a moment ago is not in an envelope yet.
        Self(known.chain([(hex(&peer.session().0), peer.device())]).collect())
    }

    fn writer(&self, session: &str) -> Option<VerifyKey> {
        self.0.get(session).copied()
    }
}

/// Whether each key was written by the device that is said to hold it: otherwise ballots would be sealed to somebody whose name
/// is not on the screen.
fn is_trusted(devices: &Devices, record: &SealingRecord) -> bool {
    let by = |place: usize, session: &str| {
        let custodian = record.sealing.custodians.get(place).map(|custodian| VerifyKey(custodian.device.0));
        custodian.is_some() && custodian == devices.writer(session)
    };
    by(0, &record.session) && record.second_key.as_ref().is_none_or(|(_, session)| by(1, session))
}

/// Whether custodians' devices closed the round, and of a strong one both: whoever fixed the names was not the one who then opened
/// the ballots. Otherwise somebody may have chosen what counts after the secrets were public.
fn was_closed_by_custodians(devices: &Devices, record: &SealingRecord) -> bool {
    let half = |session: &String| devices.writer(session).and_then(|device| record.half_of(&Bytes32(device.0)));
    let halves = |sessions: &[String]| sessions.iter().map(half).collect::<Option<Vec<Half>>>();
    let Some((begun, revealed)) = halves(&record.begun_in).zip(halves(&record.revealed_in)) else { return false };
    !record.sealing.strong || revealed.iter().any(|by| begun.iter().any(|began| began != by))
}

fn open_one(
    secrets: &RoundSecrets,
    devices: &Devices,
    (id, round): (RoundId, &RoundRecord),
    leader: LeaderId,
    sealed: &SealedBallot,
) -> Option<Vec<PriorityId>> {
    let device = devices.writer(&sealed.session)?;
    let content = secrets.open(&name_of(id), &device, &sealed.bytes).ok()?;
    let (whose, ranking) = std::str::from_utf8(&content).ok()?.split_once(' ')?;
    // One device may cast for several leaders: each ballot says whose it is.
    if whose.parse() != Ok(leader) {
        return None;
    }
    let ranking: Vec<PriorityId> = ranking.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
    check_ballot(round, &ranking).ok().map(|()| ranking)
}

fn content_of(leader: LeaderId, ranking: &[PriorityId]) -> String {
    let ranking: Vec<String> = ranking.iter().map(ToString::to_string).collect();
    format!("{leader} {}", ranking.join(","))
}

fn sealed_round(document: &Document, id: RoundId) -> Result<(&RoundRecord, &SealingRecord), Refusal> {
    let round = document.snapshot().rounds.get(&id).filter(|round| !round.removed).ok_or(Refusal::Gone)?;
    Ok((round, round.sealing.as_ref().ok_or(Refusal::UnsealedRound)?))
}

fn keys_of(record: &SealingRecord) -> Result<RoundKeys, Refusal> {
    let key = OpeningKey(record.sealing.key.0);
    if !record.sealing.strong {
        return Ok(RoundKeys::Simple(key));
    }
    let (outer, _) = record.second_key.as_ref().ok_or(Refusal::KeyMissing)?;
    Ok(RoundKeys::Strong { inner: key, outer: OpeningKey(outer.0) })
}

fn own_secret(peer: &Peer, round: RoundId) -> OpeningSecret {
    ballot::own_secret(peer.identity().opening(), &name_of(round))
}

/// A round's 16 bytes of its 10.
fn name_of(round: RoundId) -> ballot::RoundId {
    let mut name = [0; 16];
    name[..RoundId::BYTES].copy_from_slice(round.as_bytes());
    name
}

/// Who can close a round, or of two custodians the one who has not done their part.
fn not_custodian(document: &Document, record: &SealingRecord, only: Option<Half>) -> Refusal {
    let leaders = &document.snapshot().leaders;
    let name = |leader: &LeaderId| leaders.get(leader).map(|leader| leader.name.value.clone());
    let wanted = |place: usize| only.is_none_or(|half| (half == Half::First) == (place == 0));
    let custodians = record.sealing.custodians.iter().enumerate().filter(|(place, _)| wanted(*place));
    Refusal::NotCustodian {
        who: custodians.map(|(_, custodian)| custodian.leaders.iter().filter_map(name).collect()).collect(),
    }
}
