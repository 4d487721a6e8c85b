//! A made-up team: links, devices, and what they write.

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Header, Kind};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{ItemId, SessionId, WorkspaceId};
use plumbline_wire::key::{Secrets, VerifyKey};
use plumbline_wire::keyring::Keyring;
use plumbline_wire::keyring::record::{Action, KeyName, Role, Target};
use plumbline_wire::link::Link;
use plumbline_wire::statement::Place;

/// What a relay must never see. The commitment is public by design; the key that it commits to is made up here.
pub const CANARY: &[u8] = b"canary: Ana ranks hiring first";

/// A workspace and the secrets of all its links.
pub struct Team {
    pub genesis: Genesis,
    pub keyring: Keyring,
    pub root: Secrets,
    pub records: Vec<Vec<u8>>,
}

/// A device that joined.
#[derive(Clone)]
pub struct Device {
    pub secrets: Secrets,
    pub certificate: Certificate,
}

/// A session, and what was written in it.
pub struct Author {
    pub device: Device,
    pub session: SessionId,
    pub log: Vec<Vec<u8>>,
}

pub fn secrets(seed: u8) -> Secrets {
    Link::founding_secrets(&[seed; 32])
}

impl Team {
    /// Seeds of links: 2 and 4 write, 3 reads, 5 has expired. `nonce` makes another workspace of the same people.
    pub fn new(nonce: u8) -> Self {
        let root = secrets(1);
        let genesis = Genesis::found(&root, [nonce; 16], 1);
        let keyring = Keyring::new(genesis.clone());
        let mut team = Self { genesis, keyring, root, records: Vec::new() };
        let key = KeyName { epoch: 1, commitment: [1; 16] };
        team.record(&Action::Rotate { key, recipients: Vec::new(), previous: Vec::new() });
        let roles =
            [(2, Role::Writer, None), (3, Role::Reader, None), (4, Role::Writer, None), (5, Role::Writer, Some(9))];
        for (seed, role, expires) in roles {
            let link = secrets(seed).keys();
            team.record(&Action::Grant { link, role, expires, label: Vec::new(), keys: Vec::new() });
        }
        team
    }

    pub fn record(&mut self, action: &Action) -> Vec<u8> {
        let record = self.keyring.sign(&self.root.signing, 1, action).expect("within limits");
        self.keyring.take(record.clone()).expect("an administrator's");
        self.records.push(record.bytes().to_vec());
        record.bytes().to_vec()
    }

    pub fn revoke(&mut self, device: VerifyKey) -> Vec<u8> {
        self.record(&Action::Revoke { target: Target::Device(device), frontier: Vec::new() })
    }

    pub fn workspace(&self) -> WorkspaceId {
        self.genesis.workspace()
    }

    /// A device of the link with this seed.
    pub fn device(&self, link: u8, device: u8) -> Device {
        self.device_of(link, secrets(100 + device))
    }

    /// A device with these secrets.
    pub fn device_of(&self, link: u8, device: Secrets) -> Device {
        let certificate = Certificate::issue(self.workspace(), &secrets(link).signing, &device, 7);
        Device { secrets: device, certificate }
    }
}

impl Device {
    pub fn author(&self) -> Author {
        let nonce = [9; 16];
        let (session, opening) = Header::open(&self.certificate, &nonce, &self.secrets.signing).expect("fits");
        Author { device: self.clone(), session, log: vec![opening] }
    }
}

impl Author {
    fn header(&self, kind: Kind, seq: u64, prev: [u8; 32]) -> Header {
        let (workspace, device) = (self.device.certificate.workspace, self.device.certificate.device.verify);
        // The nonce only has to make names differ.
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&seq.to_be_bytes());
        let (session, epoch, commitment) = (self.session, 1, [1; 16]);
        Header { kind, workspace, device, session, seq, prev, epoch, commitment, nonce }
    }

    /// The next envelope; its body is not sealed, only unreadable enough.
    pub fn write(&mut self, length: usize) -> Vec<u8> {
        let (seq, last) = (self.log.len() as u64, self.log.last().expect("opened"));
        let body: Vec<u8> = CANARY.iter().cycle().take(length).map(|byte| byte ^ 0x5a).collect();
        let header = self.header(Kind::Changes, seq, ItemId::of(last).0);
        let bytes = header.finish(&body, &self.device.secrets.signing).expect("fits");
        self.log.push(bytes.clone());
        bytes
    }

    pub fn passing(&self, kind: Kind, length: usize) -> Vec<u8> {
        self.header(kind, 0, [0; 32]).finish(&vec![7; length], &self.device.secrets.signing).expect("fits")
    }

    pub fn snapshot(&self, place: &Place, length: usize) -> Vec<u8> {
        let header = self.header(Kind::Snapshot, place.position, place.chain.0);
        header.finish(&vec![8; length], &self.device.secrets.signing).expect("fits")
    }

    pub fn endorse(&self, snapshot: &[u8], place: &Place) -> Vec<u8> {
        let (certificate, key) = (&self.device.certificate, &self.device.secrets.signing);
        Header::endorse(certificate, self.session, &ItemId::of(snapshot), place, key).expect("fits")
    }
}
