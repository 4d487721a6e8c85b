//! Seeds that once failed.

use super::chaos::{Plan, run};

#[test]
fn a_quiet_world_of_three() {
    run(0, Plan { clients: 3, hosts: 1, steps: 20, writes: 300, ..Plan::default() });
}
