//! From a link to a device.

use std::time::Duration;

use plumbline_replica::sync::peer::{CloseReason, Identity, random};
use plumbline_replica::sync::wire::link::Link;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::address::Address;
use crate::clock;
use crate::dial::{self, Unreached};
use crate::exchange::Gone;

/// For the relay's first word.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who this device will be in a link's workspace: the relay shows the workspace's beginning before it asks who is there.
///
/// # Errors
/// Why there is no way to it.
pub async fn identity(link: Link, address: &Address) -> Result<Identity, Gone> {
    let mut socket = match dial::socket(address, &link.workspace).await {
        Err(Unreached::Workspace) => return Err(dial::who_answers(address).await.into()),
        socket => socket?,
    };
    let first = timeout(PATIENCE, async {
        loop {
            match dial::frame(&mut socket).await {
                Some(Message::Binary(bytes)) => return Some(bytes),
                Some(_) => {}
                None => return None,
            }
        }
    });
    let first = first.await.ok().flatten().ok_or(Gone::Ended)?;
    // Nothing more is said over this connection; that it ends is no concern of the relay's.
    let _ = socket.close(None).await;
    let genesis = Identity::genesis_in(&first).ok_or(Gone::Unfit(CloseReason::Malformed))?;
    Identity::join(link, &genesis, clock::wall(), &mut random(clock::draw()))
        .map_err(|_| Gone::Unfit(CloseReason::Workspace))
}
