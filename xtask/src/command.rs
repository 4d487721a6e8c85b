//! Running other programs, with failures in words.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

/// A command in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::project::root());
    command
}

/// Cargo, the one that runs this tool.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs it with its output on the screen.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs it and returns what it wrote to its standard output; nothing is shown.
pub fn capture(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it with its output on the screen, and returns whether it succeeded and everything it wrote.
pub fn tee(command: &mut Command) -> Result<(bool, String)> {
    let shown = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{shown}`"))?;
    let written = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|pipe| copy(pipe, written.clone())),
        child.stderr.take().map(|pipe| copy(pipe, written.clone())),
    ];
    let status = child.wait()?;
    for reader in readers.into_iter().flatten() {
        reader.join().ok();
    }
    let written = std::mem::take(&mut *written.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((status.success(), written))
}

fn copy(pipe: impl Read + Send + 'static, written: Arc<Mutex<String>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            let mut screen = std::io::stdout().lock();
            screen.write_all(text.as_bytes()).and_then(|()| screen.flush()).ok();
            written.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            line.clear();
        }
    })
}

/// Where a program is, looking along `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    find_along(&std::env::var_os("PATH")?, program)
}

/// Where a program is, looking along this `PATH`.
pub fn find_along(path: &std::ffi::OsStr, program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).map(|directory| directory.join(&name)).find(|file| is_program(file))
}

/// Whether the file can be run.
pub fn is_program(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    file.is_file()
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = command("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn tee_returns_both_streams_and_the_verdict() {
        let (good, written) = tee(&mut shell("echo out; echo err >&2; exit 3")).expect("sh runs");
        assert!(!good);
        assert!(written.contains("out\n") && written.contains("err\n"), "{written}");
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut shell("exit 7")).expect_err("it fails");
        assert!(error.to_string().contains("sh -c exit 7"), "{error}");
        let error = capture(&mut command("no-such-program-here")).expect_err("it is not there");
        assert!(error.to_string().contains("could not start `no-such-program-here`"), "{error}");
    }

    #[test]
    fn find_looks_along_the_path() {
        assert!(find("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(find("no-such-program-here"), None);
    }
}
