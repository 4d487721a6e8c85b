//! The leaders.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Person;

/// Who is in the team, and who has left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TeamView {
    /// In the team now, in order of name.
    pub present: Vec<LeaderRow>,
    /// Left, latest first.
    pub past: Vec<LeaderRow>,
    /// Departments in use, for suggestions.
    pub departments: Vec<String>,
    /// Roles in use, for suggestions.
    pub roles: Vec<String>,
}

/// One leader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeaderRow {
    /// Who.
    pub person: Person,
    /// May be empty.
    pub department: String,
    /// First day, if known.
    pub joined: Option<NaiveDate>,
    /// Last day, if they left or will leave.
    pub left: Option<NaiveDate>,
    /// Ballots they cast, open rounds included.
    pub ballots: u32,
    /// Whether any field holds two values written at the same time.
    pub in_conflict: bool,
}
