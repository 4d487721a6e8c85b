//! The relay as a process of its own, spoken to as members do. Nothing asserts how long anything takes.

mod abuse;
mod appending;
mod client;
mod durability;
mod joining;
mod peers;
mod process;
mod secrecy;
mod snapshots;
mod team;
mod web;
