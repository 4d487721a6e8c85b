//! Every path of the app: one place that writes and reads them.

use plumbline_core::id::{RoundId, WorkspaceId};

/// A place in the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Choose, make or bring in a workspace.
    Start,
    /// Guided making of a new workspace.
    New,
    /// Join by a link.
    Join,
    /// What the figures mean.
    Measures,
    /// A page of a workspace.
    In(WorkspaceId, Page),
    /// Nothing lives here.
    Unknown,
}

/// A page of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Home.
    Today,
    /// Rounds of the priority stack and the trend.
    Diagnose,
    /// Open a round.
    NewRound,
    /// One round: open, or its results.
    Round(RoundId),
    /// Cast ballots, handing the laptop from leader to leader.
    Ballot(RoundId),
    /// The agreed stack of a revealed round.
    Stack(RoundId),
    /// The candidate list.
    Priorities,
    /// Leaders.
    Team,
    /// Ballots from a spreadsheet.
    Import,
    /// Values to settle.
    Conflicts,
    /// Links, devices, the relay.
    Sharing,
    /// Who sits at this device, after joining.
    Me,
    /// Name, stack size, files.
    Settings,
}

impl Route {
    /// The path, as it stands in the address bar.
    #[must_use]
    pub fn href(self) -> String {
        match self {
            Self::Start => "/".into(),
            Self::New => "/new".into(),
            Self::Join => "/join".into(),
            Self::Measures => "/measures".into(),
            Self::Unknown => "/not-found".into(),
            Self::In(workspace, page) => {
                let rest = match page {
                    Page::Today => String::new(),
                    Page::Diagnose => "/diagnose".into(),
                    Page::NewRound => "/diagnose/new".into(),
                    Page::Round(round) => format!("/rounds/{round}"),
                    Page::Ballot(round) => format!("/rounds/{round}/ballot"),
                    Page::Stack(round) => format!("/rounds/{round}/stack"),
                    Page::Priorities => "/priorities".into(),
                    Page::Team => "/team".into(),
                    Page::Import => "/import".into(),
                    Page::Conflicts => "/conflicts".into(),
                    Page::Sharing => "/sharing".into(),
                    Page::Me => "/me".into(),
                    Page::Settings => "/settings".into(),
                };
                format!("/w/{workspace}{rest}")
            }
        }
    }

    /// The place a path leads to.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let round = |text: &str| text.parse::<RoundId>().ok();
        match parts.as_slice() {
            [] | ["index.html"] => Self::Start,
            ["new"] => Self::New,
            ["join"] => Self::Join,
            ["measures"] => Self::Measures,
            ["w", workspace, rest @ ..] => {
                let page = match rest {
                    [] => Some(Page::Today),
                    ["diagnose"] => Some(Page::Diagnose),
                    ["diagnose", "new"] => Some(Page::NewRound),
                    ["rounds", id] => round(id).map(Page::Round),
                    ["rounds", id, "ballot"] => round(id).map(Page::Ballot),
                    ["rounds", id, "stack"] => round(id).map(Page::Stack),
                    ["priorities"] => Some(Page::Priorities),
                    ["team"] => Some(Page::Team),
                    ["import"] => Some(Page::Import),
                    ["conflicts"] => Some(Page::Conflicts),
                    ["sharing"] => Some(Page::Sharing),
                    ["me"] => Some(Page::Me),
                    ["settings"] => Some(Page::Settings),
                    _ => None,
                };
                match (workspace.parse(), page) {
                    (Ok(workspace), Some(page)) => Self::In(workspace, page),
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }

    /// The workspace the place belongs to.
    #[must_use]
    pub const fn workspace(self) -> Option<WorkspaceId> {
        match self {
            Self::In(workspace, _) => Some(workspace),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_back() {
        let workspace = WorkspaceId::from_bytes([7; 16]);
        let round = RoundId::from_bytes([9; 10]);
        let pages = [
            Page::Today,
            Page::Diagnose,
            Page::NewRound,
            Page::Round(round),
            Page::Ballot(round),
            Page::Stack(round),
            Page::Priorities,
            Page::Team,
            Page::Import,
            Page::Conflicts,
            Page::Sharing,
            Page::Me,
            Page::Settings,
        ];
        let routes = pages.map(|page| Route::In(workspace, page));
        for route in routes.into_iter().chain([Route::Start, Route::New, Route::Join, Route::Measures, Route::Unknown])
        {
            assert_eq!(Route::parse(&route.href()), route, "{}", route.href());
        }
    }

    #[test]
    fn strangers_are_unknown() {
        for path in ["/w", "/w/xyz", "/w/xyz/team", "/nope", "/rounds/1"] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }
}
