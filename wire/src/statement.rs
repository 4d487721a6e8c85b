//! What is signed in conversation: that one is who one says (to a relay's or peer's challenge), and what a relay says about
//! its log.

use crate::certificate::Certificate;
use crate::codec::Writer;
use crate::id::{Chain, ItemId, WorkspaceId};
use crate::key::{BadSignature, SIGNATURE, SigningKey, VerifyKey};

/// A place in a relay's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of items up to here: the first item has position 1.
    pub position: u64,
    /// Fingerprint of all of them.
    pub chain: Chain,
}

impl Place {
    /// Before the first item.
    #[must_use]
    pub fn start(workspace: &WorkspaceId) -> Self {
        Self { position: 0, chain: Chain::start(workspace) }
    }

    /// After one item more.
    #[must_use]
    pub fn then(&self, item: &ItemId) -> Self {
        // A liar may claim the last position there is; nothing follows from it, and nothing overflows.
        Self { position: self.position.saturating_add(1), chain: self.chain.then(item) }
    }
}

/// Proof that `device` is talking, for one challenge of one host: it cannot be passed on to another.
#[must_use]
pub fn prove(
    device: &SigningKey,
    certificate: &Certificate,
    host: &VerifyKey,
    challenge: &[u8; 32],
) -> [u8; SIGNATURE] {
    device.sign(&proof(certificate, host, challenge))
}

/// Checks a proof.
///
/// # Errors
/// [`BadSignature`] when the certificate's device did not make it, or for another challenge or host.
pub fn check_proof(
    certificate: &Certificate,
    host: &VerifyKey,
    challenge: &[u8; 32],
    signature: &[u8; SIGNATURE],
) -> Result<(), BadSignature> {
    certificate.device.verify.verify(&proof(certificate, host, challenge), signature)
}

fn proof(certificate: &Certificate, host: &VerifyKey, challenge: &[u8; 32]) -> Vec<u8> {
    let mut writer = Writer::magic(b"PLpr");
    writer.raw(&host.0).raw(challenge).raw(&ItemId::of(certificate.bytes()).0);
    writer.done()
}

/// A relay's word that an item is durable at a place.
#[must_use]
pub fn sign_place(relay: &SigningKey, workspace: &WorkspaceId, item: &ItemId, place: &Place) -> [u8; SIGNATURE] {
    relay.sign(&placed(workspace, item, place))
}

/// Checks a relay's word about an item.
///
/// # Errors
/// [`BadSignature`].
pub fn check_place(
    relay: &VerifyKey,
    workspace: &WorkspaceId,
    item: &ItemId,
    place: &Place,
    signature: &[u8; SIGNATURE],
) -> Result<(), BadSignature> {
    relay.verify(&placed(workspace, item, place), signature)
}

/// A relay's word about the end of its log, for one challenge: an old one cannot be shown again. Item zero stands for it.
#[must_use]
pub fn sign_head(relay: &SigningKey, workspace: &WorkspaceId, challenge: &[u8; 32], place: &Place) -> [u8; SIGNATURE] {
    relay.sign(&head(workspace, challenge, place))
}

/// Checks a relay's word about the end of its log.
///
/// # Errors
/// [`BadSignature`].
pub fn check_head(
    relay: &VerifyKey,
    workspace: &WorkspaceId,
    challenge: &[u8; 32],
    place: &Place,
    signature: &[u8; SIGNATURE],
) -> Result<(), BadSignature> {
    relay.verify(&head(workspace, challenge, place), signature)
}

fn placed(workspace: &WorkspaceId, item: &ItemId, place: &Place) -> Vec<u8> {
    let mut writer = Writer::magic(b"PLak");
    writer.raw(&workspace.0).raw(&item.0).u64(place.position).raw(&place.chain.0);
    writer.done()
}

fn head(workspace: &WorkspaceId, challenge: &[u8; 32], place: &Place) -> Vec<u8> {
    let mut writer = Writer::magic(b"PLhd");
    writer.raw(&workspace.0).raw(challenge).u64(place.position).raw(&place.chain.0);
    writer.done()
}
