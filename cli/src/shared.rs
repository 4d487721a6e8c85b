//! Taking part in a shared workspace: what the commands for it have in common.

pub mod edits;
pub mod export;
pub mod found;
pub mod join;
pub mod link;
pub mod problem;
mod progress;
pub mod sync;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use plumbline_core::document::Document;
use plumbline_headless::Device;
use plumbline_headless::address::Address;
use plumbline_headless::exchange::{Goal, Gone, News, Terms, Unfinished, exchange};
use plumbline_headless::folder::Folder;
use plumbline_headless::store::StoreProblem;

use crate::failure::Failure;
use crate::input::called;
use problem::Problem;

/// A relay that says nothing for so long is given up, unless the command stays.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a device is kept.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// Folder that this device is kept in. Whoever can read it can do what its link allows
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
}

/// A device that takes part, and its folder.
pub struct Member {
    // In this order: the store is closed before another process may have the folder.
    device: Device,
    folder: Folder,
    path: PathBuf,
    address: Address,
    name: String,
}

impl Member {
    /// The device that is kept in a folder.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let problem = |problem| Problem::Folder { folder: called(&path.to_string_lossy()), problem };
        let (folder, store, about) = Folder::open(path).map_err(problem)?;
        let device = Device::open(about.identity, store).map_err(|error| problem(error.into()))?;
        let address = about.relay.parse().map_err(|_| Problem::Address { text: about.relay })?;
        Ok(Self { device, folder, path: path.to_owned(), address, name: about.name })
    }

    /// The workspace, as far as it is here.
    pub fn document(&self) -> Result<&Document, Failure> {
        Ok(self.device.document().ok_or_else(|| Problem::Nothing { folder: self.called() })?)
    }

    fn called(&self) -> String {
        called(&self.path.to_string_lossy())
    }

    /// Exchanges with the relay until both sides have everything, or as `terms` say.
    fn exchange(&mut self, terms: &Terms, news: &mut impl FnMut(News)) -> Result<(), Problem> {
        let run = async {
            match terms.goal {
                Goal::Everything => exchange(&mut self.device, terms, news).await,
                Goal::Staying => tokio::select! {
                    result = exchange(&mut self.device, terms, news) => result,
                    () = stopped() => Ok(()),
                },
            }
        };
        let result = runtime()?.block_on(run);
        result.map_err(|unfinished| match unfinished {
            Unfinished::Gone(gone) => Problem::Gone { address: terms.address.to_string(), gone },
            Unfinished::Late { gone: Some(gone) } if !matches!(gone, Gone::Ended) => {
                Problem::Gone { address: terms.address.to_string(), gone }
            }
            Unfinished::Late { .. } => {
                Problem::Late { address: terms.address.to_string(), waiting: self.device.waiting() }
            }
            Unfinished::Store(error) => Problem::Folder { folder: self.called(), problem: error.into() },
        })
    }

    /// What came of something that had to be stored.
    fn stored<T>(&self, result: Result<T, StoreProblem>) -> Result<T, Problem> {
        result.map_err(|error| Problem::Folder { folder: self.called(), problem: error.into() })
    }

    /// How it is usually done.
    fn terms(&self, limit: Option<Duration>) -> Terms {
        Terms {
            address: self.address.clone(),
            goal: Goal::Everything,
            limit,
            patience: Some(PATIENCE),
            any_relay: false,
        }
    }
}

/// Waits for Ctrl+C, or for the system to ask the process to end.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Problem::System { words: error.to_string() })
}

/// A line for people, where it does not get into what a script reads.
fn tell(line: &str) {
    // A closed standard error must not cost the work.
    let _ = writeln!(io::stderr(), "{line}");
}

fn seconds(text: &str) -> Result<Duration, String> {
    let read = text.parse().ok().filter(|seconds| *seconds >= 1);
    read.map(Duration::from_secs).ok_or_else(|| "must be a whole number of seconds, 1 or more".to_owned())
}
