//! Moments and days, always handed in from outside.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

impl Timestamp {
    /// Whole days from `earlier` to `self`; negative when `self` is the earlier one.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(DAY)
    }

    /// The moment `days` later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// The calendar day in UTC, or `None` outside chrono's range.
    #[must_use]
    pub fn day(self) -> Option<NaiveDate> {
        chrono::DateTime::from_timestamp_millis(self.0).map(|moment| moment.date_naive())
    }

    /// Midnight UTC at the start of a day.
    #[must_use]
    pub fn from_day(day: NaiveDate) -> Self {
        Self(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_signed() {
        let noon = Timestamp(DAY / 2);
        assert_eq!(noon.plus_days(3).days_since(noon), 3);
        assert_eq!(noon.days_since(noon.plus_days(3)), -3);
        assert_eq!(Timestamp(i64::MAX).days_since(Timestamp(i64::MIN)), i64::MAX / DAY);
    }

    #[test]
    fn a_day_starts_at_midnight_utc() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a real day");
        assert_eq!(Timestamp::from_day(day).day(), Some(day));
        assert_eq!(Timestamp(i64::MAX).day(), None);
    }
}
