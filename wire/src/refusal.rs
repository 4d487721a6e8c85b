//! Why a relay or a peer does not take something: one byte on the wire.

use crate::codec::Malformed;
use crate::keyring::{RecordProblem, Standing};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal $words:literal,)*) => {
        /// Why something was not taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
        pub enum Refusal {
            $($(#[$doc])* #[error($words)] $name = $code,)*
        }

        impl Refusal {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

refusals! {
    /// It cannot be read.
    Malformed = 1 "cannot be read",
    /// It belongs to another workspace.
    Workspace = 2 "belongs to another workspace",
    /// A signature does not fit.
    Signature = 3 "the signature does not fit",
    /// The link was never granted.
    Unknown = 4 "the link is not known",
    /// The link or the device was removed.
    Removed = 5 "was removed from the workspace",
    /// The link's time is over.
    Expired = 6 "the link has expired",
    /// The link may read only.
    Reader = 7 "may read only",
    /// Something that comes before it is missing here: send that first.
    Gap = 8 "something before it is missing",
    /// There is another item at its place already, and proof enough of that.
    Conflict = 9 "another item stands at its place",
    /// The data key it names is in no record here: send the keyring first.
    Epoch = 10 "its key is not in the keyring",
    /// Larger than it may be.
    TooLarge = 11 "too large",
    /// The workspace is as large as it may be.
    Full = 12 "the workspace is full",
    /// Too many in a short time: wait.
    Rate = 13 "too many in a short time",
    /// A snapshot has absorbed it: nothing is to be done.
    Covered = 14 "already part of a snapshot",
    /// It could not be stored: try again.
    Storage = 15 "could not be stored",
    /// A snapshot that does not fit the log.
    Snapshot = 16 "does not fit the log",
    /// Never an administrator's.
    NotAdmin = 17 "not signed by an administrator",
}

impl Refusal {
    /// The refusal with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|refusal| *refusal as u8 == code)
    }

    /// Whether trying again, later or after sending something else, can succeed.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Gap | Self::Epoch | Self::Full | Self::Rate | Self::Storage | Self::Unknown)
    }

    /// The refusal for somebody who stands so, if it is one.
    #[must_use]
    pub const fn of_standing(standing: Standing) -> Option<Self> {
        match standing {
            Standing::Member(_) => None,
            Standing::Removed => Some(Self::Removed),
            Standing::Expired => Some(Self::Expired),
            Standing::Unknown => Some(Self::Unknown),
        }
    }
}

impl From<Malformed> for Refusal {
    fn from(problem: Malformed) -> Self {
        match problem {
            Malformed::TooLong { .. } => Self::TooLarge,
            _ => Self::Malformed,
        }
    }
}

impl From<RecordProblem> for Refusal {
    fn from(problem: RecordProblem) -> Self {
        match problem {
            RecordProblem::Malformed(problem) => problem.into(),
            RecordProblem::Signature(_) => Self::Signature,
            RecordProblem::Workspace => Self::Workspace,
            RecordProblem::Gap => Self::Gap,
            RecordProblem::Stranger => Self::NotAdmin,
            RecordProblem::Full => Self::Full,
        }
    }
}
