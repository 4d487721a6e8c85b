//! Between relays over one store: hints that a log has grown, and presence. By [NATS](https://nats.io), which may lose, repeat
//! and reorder all of it: what is missed costs time and nothing else, because every room also asks the store (see [`crate::watch`]).

mod word;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use bytes::Bytes;
use futures_util::StreamExt;
use plumbline_wire::id::WorkspaceId;
use tokio::sync::mpsc;

use crate::limits;
use crate::secret::Secret;

pub use word::{Sender, Word};

/// The way to other relays, if there is one.
#[derive(Debug, Clone, Default)]
pub struct Bus(Option<Arc<Wire>>);

#[derive(Debug)]
struct Wire {
    client: Client,
    me: Sender,
    outbox: mpsc::Sender<(String, Bytes)>,
}

type Login = (String, String);

/// Addresses with commas between them, and who we are there: taken out of the addresses, which the client shows in its messages.
fn servers(addresses: &str) -> Option<(Vec<ServerAddr>, Option<Login>)> {
    let (mut servers, mut login) = (Vec::new(), None);
    for address in addresses.split(',') {
        let address: ServerAddr = address.trim().parse().ok()?;
        if let Some(user) = address.username() {
            login = Some((user.to_owned(), address.password().unwrap_or_default().to_owned()));
        }
        let mut bare = address.into_inner();
        bare.set_username("").ok()?;
        bare.set_password(None).ok()?;
        servers.push(ServerAddr::from_url(bare).ok()?);
    }
    Some((servers, login))
}

fn subject(workspace: &WorkspaceId) -> String {
    format!("plumbline.{workspace}")
}

impl Bus {
    /// Connects, now or as soon as somebody answers there.
    ///
    /// # Errors
    /// When the address is none.
    pub async fn connect(address: &Secret, me: Sender) -> io::Result<Self> {
        // The problem's own words may quote the address, and with it a password.
        let unreadable = || io::Error::new(io::ErrorKind::InvalidInput, "the address of NATS cannot be used");
        let (servers, login) = servers(address.expose()).ok_or_else(unreadable)?;
        let troubled = AtomicBool::new(false);
        let mut options =
            ConnectOptions::new().name("plumbline-relay").retry_on_initial_connect().event_callback(move |event| {
                report(&event, &troubled);
                std::future::ready(())
            });
        if let Some((user, password)) = login {
            options = options.user_and_password(user, password);
        }
        let client = options.connect(servers).await.map_err(|_| unreadable())?;
        let (outbox, posted) = mpsc::channel(limits::OUTBOX);
        tokio::spawn(post(client.clone(), posted));
        Ok(Self(Some(Arc::new(Wire { client, me, outbox }))))
    }

    /// Says something to other relays with members in this workspace. Never waits.
    pub fn tell(&self, workspace: &WorkspaceId, word: &Word) {
        if let Some(wire) = &self.0 {
            // When there is too much of it, it is late anyway.
            let _ = wire.outbox.try_send((subject(workspace), word.encode(wire.me).into()));
        }
    }

    /// What other relays say about a workspace, until the receiver is dropped. Silent if there is no way to them.
    #[must_use]
    pub fn listen(&self, workspace: WorkspaceId) -> mpsc::Receiver<Word> {
        let (heard, words) = mpsc::channel(limits::MAILBOX);
        if let Some(wire) = self.0.clone() {
            tokio::spawn(hear(wire, workspace, heard));
        }
        words
    }
}

async fn post(client: Client, mut posted: mpsc::Receiver<(String, Bytes)>) {
    while let Some((subject, payload)) = posted.recv().await {
        // Kept until there is a connection it would be news of yesterday.
        if client.connection_state() == State::Connected {
            let _ = client.publish(subject, payload).await;
        }
    }
}

async fn hear(wire: Arc<Wire>, workspace: WorkspaceId, heard: mpsc::Sender<Word>) {
    let mut subscription = tokio::select! {
        subscription = wire.client.subscribe(subject(&workspace)) => match subscription {
            Ok(subscription) => subscription,
            Err(error) => return tracing::warn!(%error, "other relays are not listened to"),
        },
        () = heard.closed() => return,
    };
    loop {
        let message = tokio::select! {
            message = subscription.next() => message,
            () = heard.closed() => return,
        };
        let Some(message) = message else { return };
        match Word::parse(&message.payload, wire.me, &workspace) {
            Ok(Some(word)) => drop(heard.try_send(word)),
            Ok(None) => {}
            Err(_) => tracing::debug!("a word that is none, from another relay"),
        }
    }
}

/// Once each time something goes wrong: it is tried again every few seconds.
fn report(event: &Event, troubled: &AtomicBool) {
    match event {
        Event::Connected => {
            troubled.store(false, Ordering::Relaxed);
            tracing::info!("connected to NATS");
        }
        Event::Disconnected | Event::ClientError(_) | Event::ServerError(_) => {
            if !troubled.swap(true, Ordering::Relaxed) {
                tracing::warn!(%event, "no connection to NATS: other relays' news come by asking the store");
            }
        }
        other => tracing::debug!(event = %other, "NATS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_we_are_is_not_left_in_the_address() {
        let (servers, login) = servers("nats://relay:hunter2@one.example, tls://two.example:4333").expect("two");
        assert_eq!(login, Some(("relay".to_owned(), "hunter2".to_owned())));
        assert!(!format!("{servers:?}").contains("hunter2"));
        let hosts: Vec<_> = servers.iter().map(|server| (server.host(), server.port())).collect();
        assert_eq!(hosts, [("one.example", 4222), ("two.example", 4333)]);
        assert!(super::servers("not an address").is_none());
    }
}
