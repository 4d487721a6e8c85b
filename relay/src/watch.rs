//! Where other relays write too: how far are the logs of the rooms that are open? One question for all of them, again and
//! again. What everything rests on when nothing is heard from the others; and how this relay knows that its store is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::limits;
use crate::relay::Relay;
use crate::room::Command;
use crate::store::StoreError;

/// Asks until the relay stops.
pub async fn run(relay: Arc<Relay>, every: Duration) {
    // While it is away, members are kept out: that is to be over soon.
    let away = every.min(Duration::from_secs_f64(limits::POLL));
    loop {
        let pause = if ask(&relay).await { every } else { away };
        tokio::select! {
            () = sleep(pause) => {}
            () = relay.stop.cancelled() => return,
        }
    }
}

/// Whether the store has answered.
async fn ask(relay: &Relay) -> bool {
    let rooms: HashMap<_, _> = relay.rooms().into_iter().collect();
    let workspaces: Vec<_> = rooms.keys().copied().collect();
    let asked = timeout(limits::DATABASE_AWAY, relay.shelf.watch(move |store| store.ends(&workspaces))).await;
    let ends = match asked.unwrap_or_else(|_| Err(StoreError::Lost("no answer in time".to_owned()))) {
        Ok(ends) => ends,
        Err(error) => {
            relay.health.lost(&error);
            return false;
        }
    };
    relay.health.reached();
    for (workspace, end) in ends {
        // A room that is too busy to listen is asked again.
        let _ = rooms.get(&workspace).map(|room| room.try_send(Command::Stored(end)));
    }
    // Whoever sends members here stopped when nothing could be stored: nobody else would find out that it can.
    if !relay.health.is_storing() && relay.shelf.watch(|store| store.probe()).await.is_ok() {
        relay.health.stored();
    }
    true
}
