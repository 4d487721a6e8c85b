//! Opens a file that may have been forged to break the reader: Automerge panics on some bytes, so it runs where a panic,
//! a deep recursion or an endless loop ends in words.

use std::panic;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use plumbline_core::bridge::FileProblem;

/// Far more than any sound file needs.
const STACK_BYTES: usize = 16 * 1024 * 1024;
/// The largest sound file opens in seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The reader said no.
    #[error(transparent)]
    Problem(#[from] FileProblem),
    /// It made the reader panic.
    #[error(
        "Its content is not what Plumbline writes: it was made to break whoever opens it, or it is damaged. Nothing was changed."
    )]
    Panicked,
    /// It kept the reader busy for too long.
    #[error("It takes longer to open than any file Plumbline writes, so it was given up. Nothing was changed.")]
    TooSlow,
    /// No thread could be started.
    #[error("There is not enough memory to open it safely.")]
    NoThread,
}

/// What `open` makes of the file.
pub fn guarded<T: Send + 'static>(
    open: impl FnOnce() -> Result<T, FileProblem> + Send + 'static,
) -> Result<T, Refusal> {
    let (answer, wait) = mpsc::channel();
    // The words below are the message; a backtrace on the screen would only frighten.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let started = thread::Builder::new().name("open".into()).stack_size(STACK_BYTES).spawn(move || {
        // A receiver that has given up does not listen any more.
        let _ = answer.send(open());
    });
    let outcome = match started {
        Err(_) => Err(Refusal::NoThread),
        Ok(_) => match wait.recv_timeout(PATIENCE) {
            Ok(result) => result.map_err(Refusal::Problem),
            // A thread that panics drops its sender without an answer.
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(Refusal::Panicked),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Refusal::TooSlow),
        },
    };
    panic::set_hook(hook);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_words() {
        let broken = guarded(|| -> Result<(), FileProblem> { panic!("hexane") });
        assert!(matches!(broken, Err(Refusal::Panicked)));
        assert!(matches!(guarded(|| Ok(7)), Ok(7)));
        assert!(matches!(guarded(|| Err::<(), _>(FileProblem::Damaged)), Err(Refusal::Problem(FileProblem::Damaged))));
    }
}
