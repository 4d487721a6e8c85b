//! Chromium and its driver, for the WebAssembly and end-to-end tests.

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
    if find("apt-get").is_some() && is_root() {
        println!("Installing Chromium from the distribution's packages …");
        run(command("apt-get").args(["update", "-qq"]))?;
        run(command("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"])
            .env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    match present() {
        Some(browser) => Ok(browser),
        None => bail!(
            "Chromium and chromedriver of the same version are needed; on Debian: \
             apt-get install chromium chromium-driver; elsewhere, set CHROMIUM and CHROMEDRIVER to the two programs"
        ),
    }
}

fn present() -> Option<Browser> {
    let named = |variable, programs: &[&str]| {
        let set = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        set.or_else(|| programs.iter().find_map(|program| find(program)))
    };
    Some(Browser {
        chromium: named("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?,
        driver: named("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn is_root() -> bool {
    capture(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
