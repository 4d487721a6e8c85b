//! Every target over everything that is committed for it, without the engine: what once failed stays mended.

use std::fs;
use std::path::{Path, PathBuf};

use plumbline_fuzz::{TARGETS, folder};

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files
}

#[test]
fn every_committed_input_passes() {
    for target in TARGETS {
        for file in ["corpus", "regressions"].iter().flat_map(|kind| inputs(&folder(kind, target))) {
            let input = fs::read(&file).expect("readable");
            // Named before, so that a failure says which.
            println!("{}: cargo xtask fuzz --target {} --replay {}", file.display(), target.name, file.display());
            (target.run)(&input);
        }
    }
}

/// `PLUMBLINE_BLESS=1` writes them anew.
#[test]
fn seeds_are_what_the_encoders_make() {
    let bless = std::env::var_os("PLUMBLINE_BLESS").is_some();
    for target in TARGETS {
        for (number, seed) in (target.seeds)().into_iter().enumerate() {
            assert!(seed.len() <= target.most, "{} {number}: {} bytes", target.name, seed.len());
            (target.run)(&seed);
            let file = folder("corpus", target).join(format!("seed-{number:02}"));
            if bless {
                fs::create_dir_all(folder("corpus", target)).expect("writable");
                fs::write(&file, &seed).expect("writable");
            }
            let kept = fs::read(&file).unwrap_or_default();
            assert!(kept == seed, "{} is not what is made now; PLUMBLINE_BLESS=1 writes it", file.display());
        }
    }
}
