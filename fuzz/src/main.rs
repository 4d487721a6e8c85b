//! The engine's side: libFuzzer calls one target, named by the environment, with one input after the other. Built and started by
//! `cargo xtask fuzz`.

#![no_main]

use std::sync::LazyLock;

use plumbline_fuzz::Target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("PLUMBLINE_FUZZ").unwrap_or_default();
    plumbline_fuzz::find(&name).expect("PLUMBLINE_FUZZ names a target")
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    // Longer ones find nothing that shorter ones do not.
    if input.len() > TARGET.most {
        return libfuzzer_sys::Corpus::Reject;
    }
    (TARGET.run)(input);
    libfuzzer_sys::Corpus::Keep
});
