//! A version that is written in several places is the same in all of them.

use super::{Problem, tree::Tree};
use crate::tools::TOOLS;

/// The tools' pins against Trunk.toml and Cargo.lock.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let trunk = tree.text("Trunk.toml").unwrap_or_default();
    for tool in &TOOLS {
        let expected = match tool.program {
            "trunk" => format!("trunk-version = \"^{}\"", tool.version),
            "wasm-bindgen" => format!("wasm_bindgen = \"{}\"", tool.version),
            "wasm-opt" => format!("wasm_opt = \"version_{}\"", tool.prints),
            // Trunk has no part in this one.
            "esbuild" => continue,
            other => {
                problems.push(Problem::new("xtask/src/tools.rs", format!("nothing checks the pin of {other}")));
                continue;
            }
        };
        if !trunk.lines().any(|line| line.trim() == expected) {
            problems.push(Problem::new("Trunk.toml", format!("xtask/src/tools.rs wants the line `{expected}`")));
        }
        if tool.program == "wasm-bindgen" {
            let locked = tree.text("Cargo.lock").and_then(|lock| locked(lock, "wasm-bindgen"));
            if locked != Some(tool.version) {
                let words = format!("wasm-bindgen is {}, its tool {}", locked.unwrap_or("missing"), tool.version);
                problems.push(Problem::new("Cargo.lock", words));
            }
        }
    }
    problems
}

fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{name}\"\n"))?;
    after.lines().next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn pins_agree_everywhere() {
        let trunk = "trunk-version = \"^0.21.14\"\nwasm_bindgen = \"0.2.130\"\nwasm_opt = \"version_132\"\n";
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        let none: [&str; 0] = [];
        assert_eq!(places(check, &[("Trunk.toml", trunk), ("Cargo.lock", lock)]), none);
        let older = lock.replace("0.2.130", "0.2.129");
        assert_eq!(places(check, &[("Trunk.toml", trunk), ("Cargo.lock", &older)]), ["Cargo.lock"]);
        let older = trunk.replace("132", "131");
        assert_eq!(places(check, &[("Trunk.toml", &older), ("Cargo.lock", lock)]), ["Trunk.toml"]);
    }
}
