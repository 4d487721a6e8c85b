//! Building each view, as often as the engine does: after every edit, for every page that is open.

use plumbline_core::view::{Figures, ViewKey};

use crate::sheet::Sheet;
use crate::team::Team;

/// Every view of a usual workspace and of a large one, the figures of its rounds known.
pub fn measure(sheet: &mut Sheet, usual: &Team, large: &Team) {
    for (whose, team) in [("10,000 changes", usual), ("2,000 objects", large)] {
        let Some(round) = team.rounds.last().copied() else { continue };
        let leader = team.leaders[0];
        let views = [
            ("Shell", ViewKey::Shell),
            ("Today", ViewKey::Today),
            ("Team", ViewKey::Team),
            ("Priorities", ViewKey::Priorities),
            ("Rounds", ViewKey::Rounds),
            ("Round", ViewKey::Round(round)),
            ("Ballot", ViewKey::Ballot(round, leader)),
            ("Stack", ViewKey::Stack(round)),
            ("Conflicts", ViewKey::Conflicts),
            ("Settings", ViewKey::Settings),
        ];
        let mut figures = Figures::default();
        for (name, key) in views {
            sheet.measure(&format!("view {name}, {whose}"), 200, || team.view(key, &mut figures));
        }
    }
}
