//! Turns the sentences under `locales/` into typed keys: a missing or misspelt one fails the build.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

/// One file per area of the interface, so that translators meet a page as a whole.
const NAMESPACES: [&str; 12] = [
    "common",
    "start",
    "today",
    "team",
    "priorities",
    "round",
    "results",
    "measures",
    "files",
    "import",
    "settings",
    "sharing",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-env-changed=CARGO_CFG_SPLIT");
    if std::env::var_os("CARGO_CFG_SPLIT").is_some() {
        // What the module is split by (xtask/src/build/split.rs).
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let config =
        Config::new("en")?.add_namespaces(NAMESPACES)?.parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    translations.generate_i18n_module(out.join("i18n"))?;
    println!("cargo::rustc-env=VIEW_SHAPE={:016x}", view_shape()?);
    Ok(())
}

/// A number that changes with the source of the views, so that cached views of another build are not read as this one's.
fn view_shape() -> Result<u64, Box<dyn Error>> {
    let mut hash = DefaultHasher::new();
    let mut folders = vec![PathBuf::from("core/src")];
    while let Some(folder) = folders.pop() {
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else {
                std::fs::read(&path)?.hash(&mut hash);
            }
        }
    }
    Ok(hash.finish())
}
