//! What the screens say of each measure.

use crate::i18n::*;
use crate::notice::words::Sentences;

/// A measure in words.
pub struct MeasureWords {
    /// Its key, as in the list of `core`: anchors use it.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What its figure says.
    pub sentence: &'static str,
    /// How it is computed.
    pub definition: &'static str,
    /// What the number counts, and its range.
    pub units: &'static str,
    /// What it is defined for.
    pub domain: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What the code is tested against.
    pub published: &'static str,
}

macro_rules! measures {
    ($($id:ident)*) => {
        /// The measures that have words, in the order in which the results use them.
        pub const MEASURES: &[&str] = &[$(stringify!($id)),*];

        /// The measure with this id; `None` for one that has no words.
        #[must_use]
        pub fn measure(i18n: Sentences, id: &str) -> Option<MeasureWords> {
            match id {
                $(stringify!($id) => Some(MeasureWords {
                    id: stringify!($id),
                    name: tu_string!(i18n, measures.$id.name),
                    sentence: tu_string!(i18n, measures.$id.sentence),
                    definition: tu_string!(i18n, measures.$id.definition),
                    units: tu_string!(i18n, measures.$id.units),
                    domain: tu_string!(i18n, measures.$id.domain),
                    source: tu_string!(i18n, measures.$id.source),
                    published: tu_string!(i18n, measures.$id.published),
                }),)*
                _ => None,
            }
        }
    };
}

// `locales/en/measures.json` is drawn from the list of `core`; the house rules find a measure there that is not named here.
measures! {
    mean_correlation kendall_w chance_w_95 rbo top_k_distance footrule kendall_tau_b schulze borda kemeny spread factions
}
