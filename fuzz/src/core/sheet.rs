//! Ballots from a spreadsheet, lists from a paste, and the figures of what was read: what the import page and `plumbline rank` do.

use plumbline_core::analysis::{Ballots, Settings, analyse};
use plumbline_core::import::ballots::{MOST_PRIORITIES, MOST_PROBLEMS};
use plumbline_core::import::lines::{read_leaders, read_lines};
use plumbline_core::import::{BallotSheet, Columns, Known, headers, names_between, names_by_line, read_ballots};

use crate::draw::Draw;

/// Whatever is in the file, what is read of it holds together.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let (ways, top) = (draw.byte(), draw.byte());
    let drawn = columns(&mut draw);
    let file = draw.rest();
    let text = String::from_utf8_lossy(file);
    drop((read_lines(&text), read_leaders(&text), names_between(&text, ';'), names_by_line(file)));
    let preview = headers(file);
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let leaders = if ways & 1 != 0 { names(&["Ana", "Ben", "Chloé"]) } else { Vec::new() };
    let candidates = if ways & 2 != 0 { names(&["A", "B", "C", "Hire a CFO"]) } else { Vec::new() };
    let same_as = if ways & 4 != 0 { vec![("a".to_owned(), "B".to_owned())] } else { Vec::new() };
    let known = Known {
        leaders: &leaders,
        candidates: &candidates,
        top: (ways & 8 != 0).then_some(usize::from(top)),
        exact: ways & 16 != 0,
        new_priorities: ways & 32 != 0,
        columns: (ways & 64 != 0).then_some(drawn),
        same_as: &same_as,
    };
    let Ok(sheet) = read_ballots(file, &known) else { return };
    let preview = preview.expect("what can be read has a header");
    assert!(known.columns.is_some() || preview.columns == Some(sheet.columns.clone()));
    check(&sheet);
    figures(&sheet);
}

fn check(sheet: &BallotSheet) {
    assert!(sheet.problems.len() <= MOST_PROBLEMS && sheet.candidates.len() <= MOST_PRIORITIES);
    for ballot in &sheet.ballots {
        assert!(ballot.ranking.iter().all(|candidate| *candidate < sheet.candidates.len()), "ranked and not there");
        let mut ranked = ballot.ranking.clone();
        ranked.sort_unstable();
        ranked.dedup();
        assert_eq!(ranked.len(), ballot.ranking.len(), "ranked twice");
    }
    let bytes = postcard::to_allocvec(sheet).expect("it crosses to the app");
    assert_eq!(postcard::from_bytes::<BallotSheet>(&bytes).as_ref(), Ok(sheet));
}

fn figures(sheet: &BallotSheet) {
    let rankings: Vec<Vec<usize>> = sheet.ballots.iter().take(6).map(|ballot| ballot.ranking.clone()).collect();
    let candidates = sheet.candidates.len();
    // As many as a team has: the figures take time, and more find nothing new.
    if candidates > 12 {
        return;
    }
    let Ok(ballots) = Ballots::new(candidates, sheet.top.min(candidates), rankings) else { return };
    if let Ok(analysis) = analyse(&ballots, &Settings::default()) {
        assert_eq!(analysis.priorities.len(), candidates);
    }
}

fn columns(draw: &mut Draw<'_>) -> Columns {
    let mut column = || usize::from(draw.byte() % 8);
    let leader = column();
    match column() % 4 {
        0 => Columns::Long { leader, priority: column(), rank: column() },
        1 => Columns::List { leader, list: column() },
        2 => Columns::Grid { leader, priorities: vec![column(), column()] },
        _ => Columns::Wide { leader, places: vec![column(), column()] },
    }
}

/// One of each layout and encoding.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let files: [&[u8]; 8] = [
        b"leader,1,2,3\nAna,A,B,C\nBen,C,B,A\n",
        b"leader;priority;rank\r\nAna;A;1\r\nAna;B;2\r\nBen;B;1\r\nBen;A;2\r\n",
        b"Timestamp,Name,Rank the priorities\n1,Ana,A;B;C;\n2,Ben,C;A;B;\n",
        b"Name,Rank [A],Rank [B],Rank [C]\nAna,1,2,3\nBen,3,1,2\n",
        b"sep=;\nleader;1;2\n\"Ana; CEO\";\"A \"\"x\"\"\";B\nAna;A\n",
        b"\xFF\xFEl\0e\0a\0d\0e\0r\0,\x001\0\n\0A\0,\0B\0\n\0",
        b"leader\t1\t2\nZo\xEB\t'=A\tB\n\n\nBen\tA\tA\n",
        b"leader,1,2\nAna,A,\nBen,,B\nChlo\xC3\xA9,Hire a CFO,A\n",
    ];
    let ways = [0_u8, 0, 0, 0, 8, 0, 51, 39];
    files.iter().zip(ways).map(|(file, ways)| [&[ways, 3, 0, 3, 1, 2], *file].concat()).collect()
}
