//! Why the relay closes a connection: the codes of the WebSocket, and a word.

use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The relay stops: come again, it is usually back in seconds.
    Stopping,
    /// A message that is no frame, or a frame that is no member's to send.
    Frame,
    /// A message larger than it may be.
    TooLarge,
    /// Too many at the moment: come again in a minute.
    Busy,
    /// No `Hello` in time, or one that was refused; the reason was in the `Nack` before.
    Refused,
    /// No longer a member. Come again to hand over what was written meanwhile.
    Removed,
    /// Does not read what it is sent. Come again and subscribe from the last position.
    Slow,
    /// Sends on although told to wait.
    TooFast,
    /// The store cannot be read: come again.
    Storage,
    /// Does not answer.
    Silent,
}

impl Close {
    /// All of them, for the documentation's test.
    pub const ALL: [Self; 10] = [
        Self::Stopping,
        Self::Frame,
        Self::TooLarge,
        Self::Busy,
        Self::Refused,
        Self::Removed,
        Self::Slow,
        Self::TooFast,
        Self::Storage,
        Self::Silent,
    ];

    /// The code.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Stopping => 1001,
            Self::Frame => 1002,
            Self::TooLarge => 1009,
            Self::Busy => 1013,
            Self::Refused => 4001,
            Self::Removed => 4003,
            Self::Slow => 4008,
            Self::TooFast => 4029,
            Self::Storage => 4015,
            Self::Silent => 4000,
        }
    }

    /// A word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Frame => "frame",
            Self::TooLarge => "too large",
            Self::Busy => "busy",
            Self::Refused => "refused",
            Self::Removed => "removed",
            Self::Slow => "slow",
            Self::TooFast => "too fast",
            Self::Storage => "storage",
            Self::Silent => "silent",
        }
    }

    /// As it goes over the socket.
    #[must_use]
    pub fn frame(self) -> CloseFrame {
        CloseFrame { code: CloseCode::from(self.code()), reason: self.word().into() }
    }
}
