//! `.br` and `.gz` twins, made once here so that no server spends time on them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Result, anyhow};

/// What compresses: text and WebAssembly. Fonts and images are compressed already.
const COMPRESSIBLE: [&str; 7] = ["css", "html", "js", "json", "svg", "wasm", "webmanifest"];

/// Writes both twins of every file that compresses.
pub fn all(dist: &Path) -> Result<()> {
    let mut files: Vec<_> = files(dist)?.into_iter().map(|file| dist.join(file)).collect();
    files.retain(|file| file.extension().is_some_and(|found| COMPRESSIBLE.iter().any(|known| found == *known)));
    // Both modules take seconds each: one thread a file keeps the cores busy.
    thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(|| twins(file))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("compression stopped"))?)
    })
}

/// Brotli at its highest quality, as every current browser takes it.
fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    // Blocks of 64 KB: machine code changes its habits that often; the default of 256 KB costs 2 KB of the engine.
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        lgblock: 16,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut out, &parameters)?;
    Ok(out)
}

/// Every file under `directory`, relative to it, in order, without the twins.
pub fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_none_or(|extension| extension != "br" && extension != "gz") {
                found.push(path.strip_prefix(directory)?.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn twins(file: &Path) -> Result<()> {
    let content = fs::read(file)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&content)?;
    for (extension, packed) in [("br", brotli(&content)?), ("gz", gzip.finish()?)] {
        let mut name = file.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        if packed.len() < content.len() {
            fs::write(name, packed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn twins_unpack_to_the_original_and_are_not_listed() {
        let directory = tempfile::tempdir().expect("a place to write");
        let text = "plumb line ".repeat(200);
        fs::write(directory.path().join("a.js"), &text).expect("written");
        fs::write(directory.path().join("b.woff2"), &text).expect("written");
        all(directory.path()).expect("compressed");
        let mut unpacked = Vec::new();
        let packed = fs::read(directory.path().join("a.js.br")).expect("there");
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).expect("unpacks");
        assert_eq!(unpacked, text.as_bytes());
        let packed = fs::read(directory.path().join("a.js.gz")).expect("there");
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).expect("unpacks");
        assert_eq!(unpacked, text);
        assert!(!directory.path().join("b.woff2.br").exists());
        assert_eq!(files(directory.path()).expect("listed"), [Path::new("a.js"), Path::new("b.woff2")]);
    }
}
