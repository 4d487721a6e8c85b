//! Where other relays write too: how far are the logs of the rooms that are open? One question for all of them, again and
//! again. What everything rests on when nothing is heard from the others; and how this relay knows that its store is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::relay::Relay;
use crate::room::Command;

/// Asks until the relay stops.
pub async fn run(relay: Arc<Relay>, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = relay.stop.cancelled() => return,
        }
        let rooms: HashMap<_, _> = relay.rooms().into_iter().collect();
        let workspaces: Vec<_> = rooms.keys().copied().collect();
        match relay.shelf.with(move |store| store.ends(&workspaces)).await {
            Ok(ends) => {
                relay.health.reached();
                for (workspace, end) in ends {
                    // A room that is too busy to listen is asked again.
                    let _ = rooms.get(&workspace).map(|room| room.try_send(Command::Stored(end)));
                }
            }
            Err(error) => relay.health.lost(&error),
        }
    }
}
