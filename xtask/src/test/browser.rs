//! The browsers: Chromium and its driver, for the WebAssembly and end-to-end tests; Firefox, for end-to-end tests.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::command::{capture, command, find, run};

/// Where both are.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// What drives it for the WebAssembly tests.
    pub driver: PathBuf,
}

/// Finds Chromium, installing Debian's packages where that is possible. `CHROMIUM` and `CHROMEDRIVER` override the
/// search.
pub fn ensure() -> Result<Browser> {
    if let Some(browser) = present() {
        return Ok(browser);
    }
    install("Chromium", &["chromium", "chromium-driver"])?;
    match present() {
        Some(browser) => Ok(browser),
        None => bail!(
            "Chromium and chromedriver of the same version are needed; on Debian: \
             apt-get install chromium chromium-driver; elsewhere, set CHROMIUM and CHROMEDRIVER to the two programs"
        ),
    }
}

/// Finds Firefox, installing Debian's package where that is possible; `None` when it is not there then either. `FIREFOX` overrides
/// the search.
pub fn firefox() -> Result<Option<PathBuf>> {
    let present = || named("FIREFOX", &["firefox-esr", "firefox"]);
    if present().is_none() {
        install("Firefox", &["firefox-esr"])?;
    }
    Ok(present())
}

fn install(name: &str, packages: &[&str]) -> Result<()> {
    if find("apt-get").is_some() && is_root() {
        println!("Installing {name} from the distribution's packages …");
        run(command("apt-get").args(["update", "-qq"]))?;
        run(command("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    let set = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    set.or_else(|| programs.iter().find_map(|program| find(program)))
}

fn present() -> Option<Browser> {
    Some(Browser {
        chromium: named("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?,
        driver: named("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn is_root() -> bool {
    capture(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
