//! The relay as a process of its own, spoken to as members do. Nothing asserts how long anything takes.

mod abuse;
mod appending;
#[cfg(unix)]
mod between;
mod client;
#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod damage;
mod durability;
mod joining;
mod peers;
#[cfg(unix)]
mod postgres;
mod process;
mod secrecy;
#[cfg(unix)]
mod several;
mod snapshots;
mod team;
mod web;
