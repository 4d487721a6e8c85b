//! What is said aloud while sorting.

use leptos_i18n::I18nContext;
use plumbline_core::rearrange::Said;

use crate::i18n::*;

/// Words for screen readers.
pub fn spoken<K>(i18n: I18nContext<Locale>, said: Said<K>, title: impl Fn(K) -> String) -> String {
    match said {
        Said::Grabbed(key, Some(place), of) => {
            t_string!(i18n, round.said_grabbed, title = title(key), place = place, of = of)
        }
        Said::Grabbed(key, None, _) => t_string!(i18n, round.said_grabbed_outside, title = title(key)),
        Said::Over(key, place, of) => t_string!(i18n, round.said_over, title = title(key), place = place, of = of),
        Said::Outside(key) => t_string!(i18n, round.said_outside, title = title(key)),
        Said::Dropped(key, place, of) => {
            t_string!(i18n, round.said_dropped, title = title(key), place = place, of = of)
        }
        Said::Removed(key) => t_string!(i18n, round.said_removed, title = title(key)),
        Said::Cancelled(key, Some(place), of) => {
            t_string!(i18n, round.said_cancelled, title = title(key), place = place, of = of)
        }
        Said::Cancelled(key, None, _) => t_string!(i18n, round.said_cancelled_outside, title = title(key)),
    }
}
