//! What whoever runs the relay can choose.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::limits::{self, Limits};
use crate::secret::Secret;

/// Keeps and hands on what the members of a workspace sealed. It cannot open any of it.
///
/// Every option can also be given as the environment variable that is named with it. TLS is a proxy's business: put Caddy or
/// nginx in front (docs/operating.md).
#[derive(Debug, Clone, Parser)]
#[command(version, about, long_about)]
pub struct Options {
    /// Folder for the database and the relay's own key; made if it is not there. Back it up as a whole
    #[arg(long, env = "PLUMBLINE_DATA", value_name = "FOLDER", default_value = "data")]
    pub data: PathBuf,

    /// A PostgreSQL database instead of the one in --data, which is then not used: postgres://user:password@host/database.
    /// Several relays may share it. Add ?sslmode=require for an encrypted connection. Better given as the variable: other
    /// users of the machine can read what is on a command line
    #[arg(long, env = "PLUMBLINE_STORE", value_name = "URL", hide_env_values = true)]
    pub store: Option<Secret>,

    /// With --store: a NATS server (nats://user:password@host), by which relays that share the database tell each other at once that a log
    /// has grown, and pass presence on. It may fail: then news takes a --poll, and presence stays within one relay
    #[arg(long, env = "PLUMBLINE_NATS", value_name = "URL", hide_env_values = true, requires = "store")]
    pub nats: Option<Secret>,

    /// With --store: seconds between two looks at the database for what other relays wrote
    #[arg(long, env = "PLUMBLINE_POLL", value_name = "SECONDS", default_value_t = limits::POLL, value_parser = pause)]
    pub poll: f64,

    /// Address and port to listen on. Port 0 takes any free one and prints it
    #[arg(long, env = "PLUMBLINE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Address and port for /metrics (Prometheus), for your monitoring only; without it there are none
    #[arg(long, env = "PLUMBLINE_METRICS", value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,

    /// Folder of the built app (dist/), to serve it as well; read once at the start. Without it only the relay answers
    #[arg(long, env = "PLUMBLINE_APP", value_name = "FOLDER")]
    pub app: Option<PathBuf>,

    /// Pages that may use this relay, as `https://plumbline.example`; several with commas. Default: pages of the host that the
    /// request names
    #[arg(long = "origin", env = "PLUMBLINE_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub origins: Vec<String>,

    /// A proxy in front adds the caller's address to X-Forwarded-For. Without one, anybody could claim any address
    #[arg(long, env = "PLUMBLINE_BEHIND_PROXY")]
    pub behind_proxy: bool,

    /// What is logged: error, warn, info or debug. Addresses appear at debug only
    #[arg(long, env = "PLUMBLINE_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,

    /// How it is logged
    #[arg(long, env = "PLUMBLINE_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// Connections at once, all together
    #[arg(long, env = "PLUMBLINE_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = Limits::default().connections)]
    pub max_connections: usize,

    /// Connections at once from one address (IPv6: one /64)
    #[arg(long, env = "PLUMBLINE_MAX_PER_ADDRESS", value_name = "NUMBER", default_value_t = Limits::default().per_address)]
    pub max_per_address: usize,

    /// Members connected to one workspace at once
    #[arg(long, env = "PLUMBLINE_MAX_PER_ROOM", value_name = "NUMBER", default_value_t = Limits::default().per_room)]
    pub max_per_room: usize,

    /// Workspaces that one address may found in an hour
    #[arg(long, env = "PLUMBLINE_FOUNDING", value_name = "NUMBER", default_value_t = Limits::default().founding, value_parser = positive)]
    pub founding: f64,

    /// Messages a second from one device, over time; eight seconds' worth may come at once
    #[arg(long, env = "PLUMBLINE_MESSAGES", value_name = "NUMBER", default_value_t = Limits::default().frames, value_parser = positive)]
    pub messages: f64,

    /// Bytes a second from one device, over time; eight seconds' worth may come at once
    #[arg(long, env = "PLUMBLINE_BYTES", value_name = "NUMBER", default_value_t = Limits::default().bytes, value_parser = positive)]
    pub bytes: f64,

    /// Bytes stored of one workspace
    #[arg(long, env = "PLUMBLINE_WORKSPACE_BYTES", value_name = "NUMBER", default_value_t = Limits::default().workspace)]
    pub workspace_bytes: u64,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl Options {
    /// The limits among them.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            connections: self.max_connections,
            per_address: self.max_per_address,
            per_room: self.max_per_room,
            founding: self.founding,
            frames: self.messages,
            bytes: self.bytes,
            workspace: self.workspace_bytes,
            ..Limits::default()
        }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("a number above zero".to_owned()),
    }
}

/// Often enough to notice, not so often that it is all the database does.
fn pause(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.05..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("seconds, from 0.05 to 3600".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_option_is_explained_and_has_a_variable() {
        let command = Options::command();
        command.clone().debug_assert();
        for option in command.get_arguments().filter(|option| !["help", "version"].contains(&option.get_id().as_str()))
        {
            assert!(option.get_help().is_some() && option.get_env().is_some(), "{option:?}");
        }
        let options = Options::try_parse_from(["plumbline-relay"]).expect("everything has a default");
        assert_eq!(options.limits(), Limits::default());
        for wrong in [["--bytes", "0"], ["--poll", "0"], ["--poll", "1e300"]] {
            assert!(Options::try_parse_from(["plumbline-relay", wrong[0], wrong[1]]).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn passwords_are_shown_nowhere() {
        let store = "postgres://relay:hunter2@db/plumbline";
        let options = ["plumbline-relay", "--store", store, "--nats", "nats://relay:hunter2@bus"];
        let options = Options::try_parse_from(options).expect("both are addresses");
        assert!(!format!("{options:?}").contains("hunter2"));
        for option in ["store", "nats"] {
            let command = Options::command();
            let found = command.get_arguments().find(|found| found.get_id() == option);
            assert!(found.is_some_and(clap::Arg::is_hide_env_values_set), "{option}");
        }
        assert!(Options::try_parse_from(["plumbline-relay", "--nats", "nats://bus"]).is_err(), "nobody to tell");
    }
}
