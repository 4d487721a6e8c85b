//! Counting tests from what the runners print.

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many passed.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
}

impl Tally {
    /// One check as a whole.
    pub fn one(good: bool) -> Self {
        Self { passed: good.into(), failed: (!good).into() }
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// What a runner's output says, trusting its exit status over its words: a run that failed has at least one
    /// failure, and one that counted nothing counts as one check.
    pub fn of(good: bool, output: &str) -> Self {
        let mut tally = Self::default();
        // cargo test and wasm-bindgen-test: `test result: ok. 3 passed; 0 failed; …`
        let cargo = |line: &'_ str| line.starts_with("test result:");
        // cargo-nextest, which also repeats what a failed test's own harness said:
        // `Summary [   0.1s] 4 tests run: 3 passed, 1 failed, 0 skipped`
        let nextest = |line: &'_ str| line.starts_with("Summary [");
        // Playwright, each on its own line: `3 passed (2.1s)`, `1 failed`, `1 flaky`
        let playwright = |line: &'_ str| line.starts_with(|first: char| first.is_ascii_digit());
        let by_nextest = output.lines().any(|line| nextest(line.trim()));
        for line in output.lines().map(str::trim) {
            let counted = if by_nextest { nextest(line) } else { cargo(line) || playwright(line) };
            if !counted {
                continue;
            }
            let counts = line.split_once(": ").map_or(line, |(_, counts)| counts);
            let words: Vec<_> = counts.split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
            for pair in words.windows(2) {
                let Ok(count) = pair[0].parse::<u64>() else { continue };
                match pair[1] {
                    "passed" | "flaky" => tally.passed += count,
                    "failed" => tally.failed += count,
                    _ => {}
                }
            }
        }
        if !good && tally.failed == 0 {
            tally.failed = 1;
        }
        if tally == Self::default() { Self::one(good) } else { tally }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let check = |good, output: &str, passed, failed| {
            assert_eq!(Tally::of(good, output), Tally { passed, failed }, "{output}");
        };
        check(true, "test result: ok. 3 passed; 0 failed; 1 ignored\n\ntest result: ok. 4 passed; 0 failed", 7, 0);
        check(false, "     Summary [   0.02s] 14 tests run: 13 passed (1 slow), 1 failed, 0 skipped", 13, 1);
        let repeated =
            "test result: FAILED. 0 passed; 1 failed\n Summary [ 0.1s] 2 tests run: 1 passed, 1 failed, 0 skipped";
        check(false, repeated, 1, 1);
        check(false, "\n  1 failed\n    [chromium] › a.spec.ts:3:1 › 2 passed here\n  12 passed (3.4s)\n", 12, 1);
        check(true, "  1 flaky\n  2 passed (1.0m)\n", 3, 0);
        check(true, "", 1, 0);
        check(false, "error: could not compile", 0, 1);
        check(false, "test result: ok. 3 passed; 0 failed; 0 ignored", 3, 1);
    }
}
