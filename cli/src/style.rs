//! Bold and dim, where a terminal shows them and nobody asked for plain text.

use std::io::IsTerminal;

/// How headings are set.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    decorated: bool,
}

impl Style {
    /// Decorated on a terminal, unless `NO_COLOR` holds anything (no-color.org) or the terminal is dumb.
    pub fn of_stdout() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self { decorated: std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb }
    }

    /// A heading or headline.
    pub fn bold(self, text: &str) -> String {
        if self.decorated { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Column heads and footnotes.
    pub fn dim(self, text: &str) -> String {
        if self.decorated { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
