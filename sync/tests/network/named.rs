//! Seeds that once failed, with what they found.

use super::chaos::{Plan, run};

#[test]
fn a_quiet_world_of_three() {
    run(0, Plan { clients: 3, hosts: 1, steps: 20, writes: 300, ..Plan::default() });
}

/// A relay's refusal brought a record into the outbox before it was stored.
#[test]
fn what_a_relay_lacks_is_stored_before_it_is_sent() {
    run(16, Plan { apart: false, ..Plan::honest(16) });
}

/// An administrator was removed on an island and made a key that does not count; a writer there wrote with it in good faith.
#[test]
fn a_key_that_does_not_count_reaches_everybody_in_the_end() {
    for seed in [18, 22, 30] {
        run(seed, Plan::honest(seed));
    }
}

/// What waited to be sealed when a fork was found decided that fork, and was delivered twice.
#[test]
fn a_batch_that_decides_a_fork_is_delivered_once() {
    run(18, Plan::hostile(18));
}
