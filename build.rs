//! Turns the sentences under `locales/` into typed keys: a missing or misspelt one fails the build.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

/// One file per area of the interface, so that translators meet a page as a whole.
const NAMESPACES: [&str; 9] =
    ["common", "start", "today", "team", "priorities", "round", "results", "files", "settings"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("en")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    translations.generate_i18n_module(out.join("i18n"))?;
    Ok(())
}
