//! What the screens say of each measure.

use plumbline_core::metric::Metric;

use crate::i18n::*;
use crate::notice::words::Sentences;

macro_rules! measures {
    ($($id:ident)*) => {
        /// The measures that have words, in the order in which the results use them.
        pub const MEASURES: &[&str] = &[$(stringify!($id)),*];

        /// The measure with this id, in the language of the screens; `None` for one that has no words.
        #[must_use]
        pub fn measure(i18n: Sentences, id: &str) -> Option<Metric> {
            match id {
                $(stringify!($id) => Some(Metric {
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
