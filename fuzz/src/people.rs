//! Who plays in the structured targets: one workspace with fixed keys, so that inputs can name people by number and the harness
//! can sign for any of them. A fuzzer does not find signatures by chance.

use std::sync::LazyLock;

use plumbline_sync::peer::random;
use plumbline_sync::seal::{DataKey, TAG};
use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Header, Kind};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{SessionId, WorkspaceId};
use plumbline_wire::key::{Secrets, SigningKey};
use plumbline_wire::keyring::Keyring;
use plumbline_wire::keyring::record::{Action, KeyName, Record, Role, SealedKey, WrappedKey};
use plumbline_wire::link::Link;
use zeroize::Zeroizing;

/// By number: the founding link, two administrators, a writer, a reader, a writer whose link is for early joiners only, and
/// somebody with a link that nobody granted. Each has one device.
pub const FOUNDER: usize = 0;
/// The device that the peer target is, and who else may write.
pub const WRITER: usize = 3;
/// May not write.
pub const READER: usize = 4;
/// How many there are.
pub const COUNT: usize = 7;
/// When devices joined; the early link is good until just before.
pub const JOINED: u64 = 10_000_000;

const ROLES: [(usize, Role, Option<u64>); 5] = [
    (1, Role::Admin, None),
    (2, Role::Admin, None),
    (WRITER, Role::Writer, Some(JOINED * 2)),
    (READER, Role::Reader, None),
    (5, Role::Writer, Some(JOINED / 2)),
];

/// The workspace and everybody's secrets.
pub struct Team {
    /// Its beginning.
    pub genesis: Genesis,
    /// Its name.
    pub workspace: WorkspaceId,
    /// Links by number.
    pub links: Vec<Secrets>,
    /// Devices by number.
    pub devices: Vec<Secrets>,
    /// Certificates by number.
    pub certificates: Vec<Certificate>,
    /// Two data keys, the second rotated to.
    pub keys: [DataKey; 2],
    /// Their names.
    pub names: [KeyName; 2],
    /// The records that make it so, in order.
    pub records: Vec<Record>,
}

/// A relay's key by number.
#[must_use]
pub fn relay(number: u8) -> SigningKey {
    SigningKey::from_seed(&[200_u8.wrapping_add(number % 3); 32])
}

/// The one workspace.
#[must_use]
pub fn team() -> &'static Team {
    static TEAM: LazyLock<Team> = LazyLock::new(found);
    &TEAM
}

/// The link of somebody, with its seed.
#[must_use]
pub fn link(workspace: WorkspaceId, number: usize) -> Link {
    Link::new(workspace, [10 + number as u8; 32])
}

fn found() -> Team {
    let root = Link::founding_secrets(&[10; 32]);
    let genesis = Genesis::found(&root, [2; 16], 1_000);
    let workspace = genesis.workspace();
    let mut links = vec![root];
    links.extend((1..COUNT).map(|number| link(workspace, number).secrets()));
    let device = |number| Secrets::from_seed(&Zeroizing::new([100 + number as u8; 64]));
    let devices: Vec<Secrets> = (0..COUNT).map(device).collect();
    let joined = |(link, device): (&Secrets, &Secrets)| Certificate::issue(workspace, &link.signing, device, JOINED);
    let certificates = links.iter().zip(&devices).map(joined).collect();
    let keys = [DataKey::from_bytes([5; 32]), DataKey::from_bytes([6; 32])];
    let name = |at: usize| KeyName { epoch: at as u32 + 1, commitment: keys[at].commitment() };
    let names = [name(0), name(1)];
    let mut team = Team { genesis, workspace, links, devices, certificates, keys, names, records: Vec::new() };
    team.records = team.beginnings();
    team
}

impl Team {
    fn beginnings(&self) -> Vec<Record> {
        let mut source = random([7; 32]);
        let mut keyring = Keyring::new(self.genesis.clone());
        let mut rotate = |key: usize, previous| {
            let mut recipients: Vec<_> = self.links.iter().chain(&self.devices).map(|who| who.keys().opening).collect();
            recipients.sort_unstable();
            let seal = |to| (to, self.keys[key].seal_to(&to, &self.names[key], &mut source).expect("sound keys"));
            Action::Rotate { key: self.names[key], recipients: recipients.into_iter().map(seal).collect(), previous }
        };
        let first = rotate(0, Vec::new());
        let mut wrapping = random([8; 32]);
        let wrapped = self.keys[1].wrap(&self.names[0], &self.keys[0], &mut wrapping);
        let second = rotate(1, vec![WrappedKey { key: self.names[0], wrapped }]);
        let mut actions = vec![first];
        for (number, role, expires) in ROLES {
            let link = self.links[number].keys();
            let sealed = self.keys[0].seal_to(&link.opening, &self.names[0], &mut wrapping).expect("sound keys");
            let keys = vec![SealedKey { key: self.names[0], sealed }];
            actions.push(Action::Grant { link, role, expires, label: b"sealed".to_vec(), keys });
        }
        actions.push(second);
        for action in &actions {
            let record = keyring.sign(&self.links[FOUNDER].signing, 1_000, action).expect("within limits");
            keyring.take(record).expect("the founder's");
        }
        keyring.records().cloned().collect()
    }

    /// The keyring of the workspace. Made once: checking signatures is what takes long.
    #[must_use]
    pub fn keyring(&self) -> Keyring {
        static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
            let team = team();
            Keyring::load(team.genesis.clone(), team.records.iter().map(Record::bytes)).expect("made above")
        });
        KEYRING.clone()
    }

    /// An opening of somebody's session.
    #[must_use]
    pub fn open(&self, who: usize, nonce: u8) -> (SessionId, Vec<u8>) {
        Header::open(&self.certificates[who], &[nonce; 16], &self.devices[who].signing).expect("a certificate fits")
    }

    /// A header by somebody.
    #[must_use]
    pub fn header(&self, kind: Kind, who: usize, session: SessionId, seq: u64, prev: [u8; 32], key: usize) -> Header {
        let KeyName { epoch, commitment } = self.names[key];
        let device = self.devices[who].keys().verify;
        let nonce = [seq as u8; 24];
        Header { kind, workspace: self.workspace, device, session, seq, prev, epoch, commitment, nonce }
    }

    /// An envelope by somebody, sealed with a key by number.
    #[must_use]
    pub fn seal(&self, header: &Header, key: usize, who: usize, text: &[u8]) -> Option<Vec<u8>> {
        let sealed = self.keys[key].seal(&header.nonce, text, &header.encode(text.len() + TAG));
        header.finish(&sealed, &self.devices[who].signing).ok()
    }
}
