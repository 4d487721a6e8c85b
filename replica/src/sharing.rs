//! How a workspace is shared, in the app's terms.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_core::bridge::sharing::{
    Caution, DeviceCard, Key, LinkCard, Role, SetAside, Sharing, SharingProblem, Standing, Way,
};
use plumbline_core::document::Document;
use plumbline_core::id::LeaderId;
use plumbline_core::time::Timestamp;
use plumbline_sync::graph::Verdict;
use plumbline_sync::peer::{AdminProblem, Peer};
use plumbline_sync::wire::certificate::Certificate;
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::keyring::{self, record};

use crate::ballots;
use crate::mesh::Mesh;
use crate::presence::Here;

/// As the app is told, but for which links this device can show again: the driver knows.
pub type Facts = Sharing;

/// What is known for as long as the device is up.
pub(crate) struct Passing<'a> {
    pub way: Way,
    pub synced: Option<Timestamp>,
    pub here: &'a Here,
    pub mesh: &'a Mesh,
    pub cautions: &'a BTreeSet<Caution>,
}

pub(crate) fn facts(
    peer: &Peer,
    document: Option<&Document>,
    aside: &BTreeMap<VerifyKey, u32>,
    passing: &Passing<'_>,
) -> Facts {
    let leaders = leaders_of(peer, document);
    let aside = aside.iter().map(|(device, edits)| SetAside {
        device: Key(device.0),
        leaders: leaders_on(&leaders, device),
        edits: *edits,
    });
    Sharing {
        standing: standing(peer.standing()),
        founder: peer.is_founder(),
        way: passing.way,
        waiting: u32::try_from(peer.unshared()).unwrap_or(u32::MAX),
        synced: passing.synced,
        elsewhere: u32::try_from(peer.unshared_elsewhere()).unwrap_or(u32::MAX),
        direct: u32::try_from(passing.mesh.connected()).unwrap_or(u32::MAX),
        // Who was removed is not heard any more, and not shown until they are forgotten.
        here: passing.here.all().into_iter().filter(|other| !is_out(peer, &other.device)).collect(),
        set_aside: aside.collect(),
        links: links(peer, &leaders),
        custodians: custodians(peer, document, &leaders),
        cautions: passing.cautions.iter().copied().collect(),
    }
}

/// So many devices are offered at most for the second key: more than a team has.
const CUSTODIANS: usize = 64;

fn custodians(peer: &Peer, document: Option<&Document>, leaders: &Leaders) -> Vec<Key> {
    let others = document.map(|document| ballots::others(peer, document, leaders)).unwrap_or_default();
    others.into_iter().map(|(_, custodian)| Key(custodian.device.0)).take(CUSTODIANS).collect()
}

fn is_out(peer: &Peer, device: &Key) -> bool {
    let is_theirs = |certificate: &&Certificate| certificate.device.verify.0 == device.0;
    let certificate = peer.graph().certificates().find(is_theirs);
    certificate.is_some_and(|certificate| !matches!(peer.keyring().standing(certificate), keyring::Standing::Member(_)))
}

pub(crate) type Leaders = BTreeMap<VerifyKey, BTreeSet<LeaderId>>;

/// Who wrote on which device, as the document's sessions say.
pub(crate) fn leaders_of(peer: &Peer, document: Option<&Document>) -> Leaders {
    let mut leaders = Leaders::new();
    let Some(document) = document else { return leaders };
    let sessions = &document.snapshot().sessions;
    for (session, certificate) in peer.graph().sessions() {
        let name: String = session.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let leader = sessions.get(&name).and_then(|session| session.leader);
        leaders.entry(certificate.device.verify).or_default().extend(leader);
    }
    leaders
}

fn links(peer: &Peer, leaders: &Leaders) -> Vec<LinkCard> {
    let keyring = peer.keyring();
    let (founding, own) = (keyring.genesis().root.verify, peer.identity().certificate());
    let mut certificates: BTreeMap<VerifyKey, _> =
        peer.graph().certificates().map(|certificate| (certificate.device.verify, certificate)).collect();
    certificates.insert(own.device.verify, own);
    let mut cards: Vec<LinkCard> = keyring
        .links()
        .map(|link| {
            let devices = certificates.values().filter(|certificate| certificate.link == link.keys.verify);
            let devices = devices.map(|certificate| DeviceCard {
                device: Key(certificate.device.verify.0),
                leaders: leaders_on(leaders, &certificate.device.verify),
                joined: timestamp(certificate.issued),
                own: certificate.device.verify == own.device.verify,
                removed: link.revoked || keyring.is_removed(&certificate.device.verify),
            });
            LinkCard {
                link: Key(link.keys.verify.0),
                name: peer.label(&link).unwrap_or_default(),
                role: role(link.role),
                expires: link.expires.map(timestamp),
                closed: link.revoked,
                founding: link.keys.verify == founding,
                own: link.keys.verify == own.link,
                shown: false,
                devices: devices.collect(),
            }
        })
        .collect();
    let made = |card: &LinkCard| {
        let link = keyring.link(&VerifyKey(card.link.0));
        link.and_then(|link| link.grant).and_then(|grant| keyring.record(&grant)).map(|record| record.at)
    };
    cards.sort_by_key(|card| (!card.founding, made(card), card.link));
    cards
}

/// How many envelopes of each device are set aside.
pub(crate) fn set_aside(peer: &Peer) -> BTreeMap<VerifyKey, u32> {
    let mut edits = BTreeMap::new();
    for (mark, verdict) in peer.graph().verdicts() {
        if verdict == Verdict::SetAside
            && let Some(header) = peer.graph().header(&mark.item)
            && header.epoch > 0
        {
            *edits.entry(header.device).or_default() += 1;
        }
    }
    edits
}

pub(crate) fn leaders_on(leaders: &Leaders, device: &VerifyKey) -> Vec<LeaderId> {
    leaders.get(device).into_iter().flatten().copied().collect()
}

fn timestamp(at: u64) -> Timestamp {
    Timestamp(i64::try_from(at).unwrap_or(i64::MAX))
}

pub(crate) const fn standing(standing: keyring::Standing) -> Standing {
    match standing {
        keyring::Standing::Member(member) => Standing::Member(role(member)),
        keyring::Standing::Removed => Standing::Removed,
        keyring::Standing::Expired => Standing::Expired,
        keyring::Standing::Unknown => Standing::Unknown,
    }
}

const fn role(role: record::Role) -> Role {
    match role {
        record::Role::Reader => Role::Reader,
        record::Role::Writer => Role::Writer,
        record::Role::Admin => Role::Admin,
    }
}

/// The protocol's word for a role.
#[must_use]
pub const fn role_of(role: Role) -> record::Role {
    match role {
        Role::Reader => record::Role::Reader,
        Role::Writer => record::Role::Writer,
        Role::Admin => record::Role::Admin,
    }
}

/// Why an administrator's wish was not done.
#[must_use]
pub const fn admin_problem(problem: &AdminProblem) -> SharingProblem {
    match problem {
        AdminProblem::NotAdmin | AdminProblem::NoKey => SharingProblem::NotAdmin,
        AdminProblem::Key(_) | AdminProblem::Limit(_) | AdminProblem::Keyring(_) => SharingProblem::Many,
    }
}
