//! One member: joins, edits, and sees what the others do.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use plumbline_core::document::guard;
use plumbline_headless::Device;
use plumbline_headless::address::Address;
use plumbline_headless::dial;
use plumbline_headless::exchange::Conversation;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::Barrier;
use tokio::time::{Instant, timeout_at};

use crate::crowd::Plan;
use crate::team::Team;

/// Whatever takes longer than this after the last edit will not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// What all members know.
pub struct Notes {
    /// Everybody has joined.
    pub joined: Barrier,
    /// Everybody has seen everything.
    pub quiet: Barrier,
    /// When each change was made, before anything was done about it.
    made: RwLock<HashMap<u64, Instant>>,
    /// How many edits changed something.
    edits: AtomicUsize,
    /// How many members have made all of theirs.
    finished: AtomicUsize,
}

/// What one member saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// From an edit elsewhere to the document here.
    pub waits: Vec<Duration>,
    /// From an edit here to the relay's word that it has it.
    pub confirmed: Vec<Duration>,
    /// From the last edit of all until everything was here.
    pub settled: Duration,
    /// Bytes of frames, in and out, while people edited.
    pub bytes: (usize, usize),
    /// Envelopes and their bytes that came into being while people edited.
    pub envelopes: (usize, usize),
    pub fingerprint: String,
}

impl Notes {
    pub fn new(members: usize) -> Self {
        Self {
            joined: Barrier::new(members + 1),
            quiet: Barrier::new(members + 1),
            made: RwLock::default(),
            edits: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        }
    }
}

fn name(change: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    change.hash(&mut hasher);
    hasher.finish()
}

pub struct Member<'a> {
    pub number: usize,
    pub device: Device,
    pub team: Team,
    pub plan: Plan,
    pub notes: &'a Notes,
}

impl Member<'_> {
    pub async fn take_part(mut self, address: &Address) -> Result<Seen> {
        let workspace = self.device.link().peer().workspace();
        let socket = dial::socket(address, &workspace).await?;
        let mut conversation = Conversation::begin(socket, &mut self.device, false)?;
        while !(self.device.is_done(conversation.conn()) && self.device.document().is_some()) {
            self.step(&mut conversation, None).await?;
        }
        self.device.take_arrived();
        let (before, bytes_before) = (self.envelopes(), conversation.bytes());
        self.notes.joined.wait().await;

        let mut rng = ChaCha8Rng::seed_from_u64(self.number as u64);
        let pause = self.plan.lasting.div_f64(self.plan.each as f64);
        // Not all at the same moment, and not in step.
        let mut next = Instant::now() + pause.mul_f64(rng.random_range(0.0..1.0));
        let (mut seen, mut own, mut theirs) = (Seen::default(), 0, 0);
        let mut unconfirmed: Option<Instant> = None;
        let mut left = self.plan.each;
        let mut end = None;
        loop {
            if left > 0 && Instant::now() >= next {
                next += pause;
                left -= 1;
                if let Some(made) = self.edit(&mut rng)? {
                    own += 1;
                    unconfirmed.get_or_insert(made);
                }
                ensure!(conversation.say(&mut self.device), "the connection ended");
                if left == 0 {
                    self.notes.finished.fetch_add(1, Ordering::SeqCst);
                }
            }
            if self.device.waiting() == 0
                && let Some(made) = unconfirmed.take()
            {
                seen.confirmed.push(made.elapsed());
            }
            if self.notes.finished.load(Ordering::SeqCst) == self.plan.members {
                let since = *end.get_or_insert_with(Instant::now);
                let all = self.notes.edits.load(Ordering::SeqCst);
                if theirs + own == all && self.device.is_done(conversation.conn()) {
                    seen.settled = since.elapsed();
                    break;
                }
                if since.elapsed() > PATIENCE {
                    bail!("member {} saw {theirs} and made {own} of {all} edits", self.number);
                }
            }
            // Looked at again at least every 100 ms: others may have finished.
            let soon = Instant::now() + Duration::from_millis(100);
            let until = if left > 0 { next.min(soon) } else { soon };
            self.step(&mut conversation, Some(until)).await?;
            theirs += self.look(&mut seen)?;
        }
        let bytes = conversation.bytes();
        seen.bytes = (bytes.0 - bytes_before.0, bytes.1 - bytes_before.1);
        let after = self.envelopes();
        seen.envelopes = (after.0 - before.0, after.1 - before.1);
        seen.fingerprint = self.device.document().context("it had one")?.fingerprint();
        self.notes.quiet.wait().await;
        conversation.end(&mut self.device).await?;
        Ok(seen)
    }

    /// Makes one edit; when it was made, if it changed anything.
    fn edit(&mut self, rng: &mut ChaCha8Rng) -> Result<Option<Instant>> {
        let intent = self.team.edit(self.number, rng);
        let before = self.device.document().context("it has one")?.heads();
        let made = Instant::now();
        if !self.device.edit(&intent)? {
            return Ok(None);
        }
        let change = self.device.document().context("it has one")?.changes_since(&before);
        self.notes.made.write().unwrap_or_else(PoisonError::into_inner).insert(name(&change), made);
        self.notes.edits.fetch_add(1, Ordering::SeqCst);
        Ok(Some(made))
    }

    /// Waits for the next event, and lets the device hear it.
    async fn step(&mut self, conversation: &mut Conversation, until: Option<Instant>) -> Result<()> {
        let waiting = conversation.wait(&self.device);
        let event = match until {
            Some(until) => match timeout_at(until, waiting).await {
                Ok(event) => event,
                Err(_) => return Ok(()),
            },
            None => waiting.await,
        };
        ensure!(
            conversation.tell(&mut self.device, event)?,
            "the connection ended: {:?}",
            self.device.wants_to_close()
        );
        Ok(())
    }

    /// Looks at what came into the document.
    fn look(&mut self, seen: &mut Seen) -> Result<usize> {
        let now = Instant::now();
        let mut count = 0;
        for payload in self.device.take_arrived() {
            let made = self.notes.made.read().unwrap_or_else(PoisonError::into_inner);
            for chunk in guard::walk(&payload)? {
                let made = made.get(&name(chunk.bytes)).context("a change that nobody made")?;
                seen.waits.push(now - *made);
                count += 1;
            }
        }
        Ok(count)
    }

    fn envelopes(&self) -> (usize, usize) {
        let graph = self.device.link().peer().graph();
        let sizes = graph.accepted().iter().filter_map(|item| graph.bytes(item)).map(|bytes| bytes.len());
        (graph.accepted().len(), sizes.sum())
    }
}
