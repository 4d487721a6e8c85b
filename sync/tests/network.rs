//! A network of peers and relays that goes wrong in every way, from a seed. `PLUMBLINE_SEED=…` runs one seed, `PLUMBLINE_SEEDS=…`
//! so many instead of the usual few.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "network/chaos.rs"]
mod chaos;
#[path = "network/check.rs"]
mod check;
#[path = "network/client.rs"]
mod client;
#[path = "network/host.rs"]
mod host;
#[path = "network/named.rs"]
mod named;
#[path = "network/rules.rs"]
mod rules;
#[path = "network/snapshots.rs"]
mod snapshots;
#[path = "network/watch.rs"]
mod watch;
#[path = "network/world.rs"]
mod world;

use chaos::Plan;

/// Seeds in an ordinary run; `cargo xtask test` has a step with thousands, optimised.
const SEEDS: u64 = 40;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

/// Runs seeds, each kind of world in turn.
fn run(test: &str, kind: fn(u64) -> Plan, share: u64) {
    let seeds = match number("PLUMBLINE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PLUMBLINE_SEEDS").unwrap_or(SEEDS) / share,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let one = |seed: u64| {
        let outcome = std::panic::catch_unwind(|| chaos::run(seed, kind(seed)));
        if let Err(problem) = outcome {
            eprintln!("\nPLUMBLINE_SEED={seed} cargo test -p plumbline-sync --test network {test}\n");
            std::panic::resume_unwind(problem);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn({
                    let seeds = seeds.clone();
                    move || seeds.filter(|seed| seed % threads == worker).for_each(one)
                })
            })
            .collect();
        for worker in workers {
            if let Err(problem) = worker.join() {
                std::panic::resume_unwind(problem);
            }
        }
    });
}

#[test]
fn honest_replicas_agree_and_nothing_acknowledged_is_lost() {
    run("honest", Plan::honest, 2);
}

#[test]
fn lying_relays_are_found_out_or_harmless() {
    run("lying", Plan::lying, 4);
}

#[test]
fn hostile_members_harm_nobody_else() {
    run("hostile", Plan::hostile, 4);
}
