//! The numbers the rules are made of, each with its reason.

/// Ballots rank five unless the team says otherwise: more than a handful is a list, not a choice.
pub const TOP_DEFAULT: u8 = 5;
/// Fewer than three leaves nothing to compare.
pub const TOP_MIN: u8 = 3;
/// More than ten, and people rank by habit.
pub const TOP_MAX: u8 = 10;
/// With fewer candidates nearly everything is on every ballot and agreement means nothing.
pub const CANDIDATES_MIN: usize = 6;
/// A ballot is read as a whole; past this a list must be shortened before it is ranked.
pub const CANDIDATES_MAX: usize = 60;
/// Agreement needs at least two.
pub const LEADERS_MIN: usize = 2;
/// The largest workshop Plumbline is made for, with room.
pub const LEADERS_MAX: usize = 200;
/// Longest name of a leader, role, department or workspace, in characters.
pub const NAME_MAX: usize = 80;
/// Longest title of a priority or label of a round, in characters.
pub const TITLE_MAX: usize = 120;
/// Longest one-line description, in characters.
pub const DESCRIPTION_MAX: usize = 280;
/// An alignment exercise is overdue after this many days.
pub const ROUND_OVERDUE_DAYS: i64 = 90;

/// How many candidates a round needs when each ballot ranks `top`: at least six, and one more than is ranked.
#[must_use]
pub const fn candidates_needed(top: u8) -> usize {
    let above_top = top as usize + 1;
    if above_top > CANDIDATES_MIN { above_top } else { CANDIDATES_MIN }
}
