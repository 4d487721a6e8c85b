//! What stands for sealed ballots in an engine without a peer: it never has a shared workspace open, and seals nothing.

use plumbline_core::bridge::Failure;
use plumbline_core::intent::Intent;
use plumbline_core::view::Custody;

use super::Open;
use crate::queue::Word;

/// Never any.
#[derive(Default)]
pub struct Checks();

#[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as the other one")]
impl Open {
    pub(super) const fn sealed_form(&self, _: &Intent) -> Result<(Option<Intent>, Option<Word>), Failure> {
        Ok((None, None))
    }

    pub(super) const fn give_keys(&self) -> bool {
        false
    }

    pub(super) const fn custody(&self) -> Option<Custody> {
        None
    }
}
