//! What people call a link ("Ana's laptop"): in the keyring, which the relay reads, and sealed, so that it cannot read that.
//!
//! Layout: `epoch4 commitment16 nonce24 sealed(length1 text zeros, 129 in all)`, 189 bytes whatever the name.

use plumbline_wire::codec::{Reader, Writer};
use plumbline_wire::keyring::LinkView;
use plumbline_wire::keyring::record::{Action, KeyName};
use plumbline_wire::limits;

use super::Peer;
use crate::seal::{self, TAG};

/// Longest name, in bytes.
pub const LONGEST: usize = 128;
const BOUND_TO: &[u8] = b"plumbline label v1";

impl Peer {
    /// A name for [`Peer::grant`], sealed; empty when there is none or no key. What is longer than 128 bytes is cut.
    #[must_use]
    pub fn seal_label(&mut self, name: &str) -> Vec<u8> {
        let Some(current) = self.keyring.current().map(|epoch| epoch.key) else { return Vec::new() };
        let Some(key) = self.vault.get(&current).filter(|_| !name.is_empty()) else { return Vec::new() };
        let mut text = Vec::with_capacity(LONGEST + 1);
        let cut = name.floor_char_boundary(LONGEST);
        // At most 128, by the line above.
        text.push(u8::try_from(cut).unwrap_or_default());
        text.extend_from_slice(&name.as_bytes()[..cut]);
        text.resize(LONGEST + 1, 0);
        let nonce = seal::draw(&mut self.random);
        let mut out = Writer::with_capacity(limits::LABEL);
        out.u32(current.epoch).raw(&current.commitment).raw(&nonce).raw(&key.seal(&nonce, &text, BOUND_TO));
        out.done()
    }

    /// What a link is called; nothing when it has no name, or one that this device cannot open.
    #[must_use]
    pub fn label(&self, link: &LinkView) -> Option<String> {
        let record = self.keyring.record(&link.grant?)?;
        let Action::Grant { label, .. } = &record.action else { return None };
        let mut reader = Reader::new(label);
        let name = KeyName { epoch: reader.u32().ok()?, commitment: reader.array().ok()? };
        let nonce = reader.array().ok()?;
        let sealed = reader.take(LONGEST + 1 + TAG).ok()?;
        reader.end().ok()?;
        let text = self.vault.get(&name)?.open(&nonce, sealed, BOUND_TO).ok()?;
        let (length, text) = text.split_first()?;
        let text = text.get(..usize::from(*length))?;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}
