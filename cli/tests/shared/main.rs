//! The command line as a member of shared workspaces: processes of `plumbline` and of a real relay, on this machine. Nothing
//! asserts how long anything takes.

mod crashes;
mod files;
mod formats;
mod links;
mod relay;
mod secrecy;
mod tls;
mod together;
mod trouble;
mod world;
