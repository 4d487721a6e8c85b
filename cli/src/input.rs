//! Reading what is named on the command line.

use std::fs::File;
use std::io::{self, Read};

use crate::failure::Failure;

/// The bytes of a file, or of standard input for `-`: at most one more than `limit`, by which the reader of the format
/// sees that it is too large.
pub fn read(name: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = limit as u64 + 1;
    let read = if name == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(name).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::Read { name: called(name), error })?;
    Ok(bytes)
}

/// What to call a file in a message.
pub fn called(name: &str) -> String {
    if name == "-" { "standard input".into() } else { name.escape_debug().to_string() }
}
