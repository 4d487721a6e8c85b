//! What stands for sharing in an engine without a peer: the app is told that it takes the other one.

use plumbline_core::bridge::{Failure, Push, Request};

use super::{Answered, Desk};

#[allow(clippy::unused_async, reason = "as the other one")]
pub(super) async fn answer(_: &mut Desk, request: Request) -> Answered {
    match request {
        // Nobody is there to be told, and nothing to be reached.
        Request::Show(_) | Request::Direct(_) | Request::Reach => Err(Failure::NotOpen),
        _ => Err(Failure::NeedsPeer),
    }
}

impl Desk {
    #[allow(clippy::unused_async, reason = "as the other one")]
    pub(super) async fn read_back(&mut self) {}

    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as the other one")]
    pub(super) fn by_hand(&self, _: u32, _: Request) -> Option<Answered> {
        Some(Err(Failure::NeedsPeer))
    }

    #[allow(clippy::unused_self, reason = "as the other one")]
    pub(super) const fn introduce(&self) {}

    /// Another tab may have begun to share the workspace: this engine cannot take part.
    pub(super) async fn notice_sharing(&mut self) {
        let Some(open) = &self.open else { return };
        if open.is_shared_in_storage().await {
            self.outlet.push(Push::NeedsPeer(open.id));
        }
    }
}
