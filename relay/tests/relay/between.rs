//! A wire between relay and database that can be cut, and lose the answer to a commit.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::Notify;

use super::cluster::{Cluster, PASSWORD};

/// Hands on what is said between the two.
pub struct Between {
    /// For `--store`.
    pub url: String,
    deaf: Arc<AtomicBool>,
    loses: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Between {
    pub async fn start(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("free");
        let port = listener.local_addr().expect("bound").port();
        let (deaf, loses) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let cut = Arc::new(Notify::new());
        let (socket, end) = (cluster.socket(), cut.clone());
        let (silent, losing) = (deaf.clone(), loses.clone());
        tokio::spawn(async move {
            while let Ok((relay, _)) = listener.accept().await {
                let Ok(database) = UnixStream::connect(&socket).await else { continue };
                let (silent, losing, end) = (silent.clone(), losing.clone(), end.clone());
                tokio::spawn(async move {
                    let (said, say) = relay.into_split();
                    let (answered, answer) = database.into_split();
                    tokio::select! {
                        () = hand_on(said, answer, |said| {
                            if losing.load(SeqCst) && said.windows(7).any(|word| word == b"COMMIT\0") {
                                silent.store(true, SeqCst);
                            }
                            true
                        }) => {}
                        () = hand_on(answered, say, |_| !silent.load(SeqCst)) => {}
                        () = end.notified() => {}
                    }
                });
            }
        });
        let url = format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/postgres");
        Self { url, deaf, loses, cut }
    }

    /// From now on the answer to a commit is not heard, nor anything after it.
    pub fn lose(&self) {
        self.loses.store(true, SeqCst);
    }

    /// From now on nothing is heard.
    pub fn silence(&self) {
        self.deaf.store(true, SeqCst);
    }

    /// All connections break; those that come are good again.
    pub fn cut(&self) {
        self.loses.store(false, SeqCst);
        self.deaf.store(false, SeqCst);
        self.cut.notify_waiters();
    }
}

/// `passes` is asked for each piece; what does not pass is gone.
async fn hand_on(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, passes: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if passes(&buffer[..read]) && to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
