//! Which column is which, from a header written by people and form tools.

use std::collections::{BTreeMap, HashSet};

use super::super::name::key;
use super::super::table::Row;
use super::Columns;
use super::rows::listed;

/// The highest place a header or a rank can mean.
const HIGHEST_PLACE: usize = 200;

const LEADER: [&str; 3] = ["leader", "leaders", "dirigeant"];
const NAME: [&str; 6] = ["name", "names", "fullname", "nom", "nombre", "nome"];
const PERSON: [&str; 10] =
    ["voter", "respondent", "participant", "member", "person", "who", "executive", "manager", "username", "user"];
const ADDRESS: [&str; 3] = ["email", "mail", "e"];
/// What form tools add by themselves.
const METADATA: [&str; 14] = [
    "timestamp",
    "date",
    "time",
    "id",
    "token",
    "score",
    "ip",
    "zeitstempel",
    "horodateur",
    "submitted",
    "duration",
    "network",
    "points",
    "comments",
];
const PRIORITY: [&str; 14] = [
    "priority",
    "priorities",
    "priorité",
    "priorität",
    "prioridad",
    "candidate",
    "item",
    "option",
    "choice",
    "initiative",
    "project",
    "topic",
    "battle",
    "goal",
];
const RANK: [&str; 12] =
    ["rank", "ranking", "ranked", "place", "position", "order", "rang", "platz", "rango", "puesto", "#", "no"];
const ORDER: [&str; 7] = ["sort", "arrange", "prioritise", "prioritize", "importance", "ordnen", "classez"];
const FIRST_TO_TENTH: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const ORDINAL_ENDINGS: [&str; 14] = ["st", "nd", "rd", "th", "er", "ère", "re", "e", "ème", "eme", "º", "ª", "o", "te"];

/// The columns that the first of these rows names, the rows below it telling blank columns from filled ones.
pub(in super::super) fn guess(rows: &[Row]) -> Option<Columns> {
    let (header, below) = rows.split_first()?;
    let header: Vec<String> = header.cells.iter().map(|cell| key(cell)).collect();
    let places = place_columns(&header);
    if places.len() >= 2
        && let Some(leader) = leader_column(&header, &places, below)
    {
        return Some(Columns::Wide { leader, places });
    }
    if let Some(columns) =
        grid_columns(&header, below).or_else(|| long_columns(&header, below)).or_else(|| list_columns(&header, below))
    {
        return Some(columns);
    }
    let leader = leader_column(&header, &places, below)?;
    (!places.is_empty()).then_some(Columns::Wide { leader, places })
}

/// A place written as people write it: "1", "#1", "1.", "1st", "first", "Choice 1", "Rank your priorities [1st choice]".
pub(super) fn place(text: &str) -> Option<usize> {
    numbered(&key(text)).map(|numbered| numbered.place)
}

struct Numbered {
    place: usize,
    /// The words around the number, the same for every column of one question.
    stem: String,
    /// Nothing but a number, or a number with a word of rank: enough to stand alone.
    certain: bool,
}

fn numbered(header: &str) -> Option<Numbered> {
    // Form tools put the row of a grid question into square brackets behind the question.
    if let Some((question, row)) = header.strip_suffix(']').and_then(|header| header.rsplit_once('['))
        && let Some(found) = numbered_words(row)
    {
        return Some(Numbered { stem: format!("{question}[{}", found.stem), ..found });
    }
    numbered_words(header)
}

fn numbered_words(text: &str) -> Option<Numbered> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let ordinals: Vec<(usize, usize)> = positions(&words, ordinal);
    let numbers: Vec<(usize, usize)> = positions(&words, |word| word.parse().ok());
    let is_rank_at = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| is_rank_word(word));
    // Of several numbers the one called a choice counts: "Q3 2027: choice 2".
    let place = only(&ordinals)
        .or_else(|| only(&numbers))
        .or_else(|| numbers.iter().find(|(at, _)| is_rank_at(at.checked_sub(1))).map(|(_, place)| *place))
        .or_else(|| numbers.iter().find(|(at, _)| is_rank_at(at.checked_add(1))).map(|(_, place)| *place))?;
    let rest: Vec<&str> =
        words.iter().filter(|word| ordinal(word).is_none() && word.parse::<usize>().is_err()).copied().collect();
    let certain = rest.is_empty() || rest.iter().any(|word| is_rank_word(word));
    (1..=HIGHEST_PLACE).contains(&place).then(|| Numbered { place, stem: rest.join(" "), certain })
}

fn is_rank_word(word: &str) -> bool {
    PRIORITY.contains(&word)
        || RANK.contains(&word)
        || matches!(word, "pick" | "preference" | "top" | "number" | "choix")
}

fn positions(words: &[&str], value: impl Fn(&str) -> Option<usize>) -> Vec<(usize, usize)> {
    words.iter().enumerate().filter_map(|(at, word)| Some((at, value(word)?))).collect()
}

/// The one value all agree on.
fn only(found: &[(usize, usize)]) -> Option<usize> {
    let (_, first) = found.first()?;
    found.iter().all(|(_, value)| value == first).then_some(*first)
}

fn ordinal(word: &str) -> Option<usize> {
    if let Some(at) = FIRST_TO_TENTH.iter().position(|name| *name == word) {
        return Some(at + 1);
    }
    let digits = word.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
    ORDINAL_ENDINGS.contains(&&word[digits..]).then(|| word[..digits].parse().ok())?
}

/// The columns of the places, best first: those of one question, from first place on.
fn place_columns(header: &[String]) -> Vec<usize> {
    let numbered: Vec<(usize, Numbered)> =
        header.iter().enumerate().filter_map(|(column, cell)| Some((column, numbered(cell)?))).collect();
    let mut questions: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut certain: HashSet<&str> = HashSet::new();
    for (column, found) in &numbered {
        questions.entry(&found.stem).or_default().entry(found.place).or_insert(*column);
        if found.certain {
            certain.insert(&found.stem);
        }
    }
    let best = questions
        .iter()
        .filter(|(stem, places)| places.contains_key(&1) && (places.len() > 1 || certain.contains(*stem)))
        .max_by_key(|(stem, places)| (places.len(), certain.contains(*stem)));
    let Some((_, places)) = best else {
        return Vec::new();
    };
    let mut columns: Vec<usize> = places.values().copied().collect();
    // One question may be worded unevenly ("3rd choice (optional)"): go on while exactly one column is next.
    let mut last = places.last_key_value().map_or(0, |(place, _)| *place);
    loop {
        let mut next =
            numbered.iter().filter(|(_, found)| found.place == last + 1 && found.certain).map(|(column, _)| *column);
        match (next.next(), next.next()) {
            (Some(column), None) => columns.push(column),
            _ => return columns,
        }
        last += 1;
    }
}

/// The column that names the person: the best-sounding header that is filled in and is none of `taken`.
fn leader_column(header: &[String], taken: &[usize], below: &[Row]) -> Option<usize> {
    let free = |column: &usize| !taken.contains(column);
    let filled = |column: &usize| tells_people_apart(below, *column);
    let likeliest = |candidates: &mut dyn Iterator<Item = usize>| {
        candidates
            .filter_map(|column| Some((leader_likelihood(&header[column])?, column)))
            // Among equals the first.
            .max_by_key(|(likelihood, column)| (*likelihood, usize::MAX - column))
            .map(|(_, column)| column)
    };
    let unnamed = |column: &usize| {
        taken.first().is_none_or(|first| column < first)
            && !is_metadata(&header[*column])
            && !is_numeric(below, *column)
    };
    likeliest(&mut (0..header.len()).filter(free).filter(filled))
        .or_else(|| (0..header.len()).filter(free).filter(filled).find(unnamed))
        .or_else(|| likeliest(&mut (0..header.len()).filter(free)))
}

fn leader_likelihood(header: &str) -> Option<u8> {
    let words: Vec<&str> = header.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let short = words.len() <= 3;
    if has(&LEADER) {
        Some(90 + u8::from(short))
    } else if has(&NAME) && !has(&PRIORITY) && !has(&["company", "team", "department", "last", "surname"]) {
        // "What is your name?" was asked on purpose; a bare "Name" may be the tool's own.
        Some(if has(&["your", "full"]) { 82 } else { 80 })
    } else if has(&PERSON) {
        Some(60)
    } else if has(&ADDRESS) {
        Some(40)
    } else {
        None
    }
}

fn is_metadata(header: &str) -> bool {
    header == "#" || header.split(|c: char| !c.is_alphanumeric()).any(|word| METADATA.contains(&word))
}

/// Filled in at least half of the rows and, with several rows, not the same everywhere ("anonymous").
fn tells_people_apart(below: &[Row], column: usize) -> bool {
    let filled: Vec<&str> = below.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty()).collect();
    let different: HashSet<&str> = filled.iter().copied().collect();
    let stuck = different.len() == 1 && filled.len() > 1 && matches!(filled[0], "anonymous" | "Anonymous" | "anonym");
    below.is_empty() || (!filled.is_empty() && filled.len() * 2 >= below.len() && !stuck)
}

fn is_numeric(below: &[Row], column: usize) -> bool {
    below.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty()).all(|cell| cell.parse::<f64>().is_ok())
}

fn long_columns(header: &[String], below: &[Row]) -> Option<Columns> {
    // "Priority rank" is a rank, "leader's choice" a choice: the last telling word decides.
    let role = |cell: &String| {
        if cell == "#" {
            return Some(Role::Rank);
        }
        cell.split(|c: char| !c.is_alphanumeric()).rev().find_map(|word| match word {
            _ if RANK.contains(&word) => Some(Role::Rank),
            _ if PRIORITY.contains(&word) => Some(Role::Priority),
            _ if LEADER.contains(&word) => Some(Role::Leader),
            _ => None,
        })
    };
    let roles: Vec<Option<Role>> = header.iter().map(role).collect();
    let find = |wanted: Role| {
        let exact = |column: &usize| !header[*column].contains(' ');
        let all = || (0..roles.len()).filter(|column| roles[*column] == Some(wanted));
        all().find(exact).or_else(|| all().next())
    };
    let priority = find(Role::Priority)?;
    let rank = find(Role::Rank)?;
    let leader = leader_column(header, &[priority, rank], below).or_else(|| {
        (0..header.len()).find(|column| ![priority, rank].contains(column) && !is_metadata(&header[*column]))
    })?;
    Some(Columns::Long { leader, priority, rank })
}

/// A grid: at least three columns that hold ranks, different ones within a row and from 1 on.
fn grid_columns(header: &[String], below: &[Row]) -> Option<Columns> {
    // A slip in one cell is a problem of its row, not of the reading.
    let ranks = |column: &usize| {
        let cells = || below.iter().map(|row| row.cell(*column)).filter(|cell| !cell.is_empty());
        cells().filter(|cell| rank(cell).is_some()).count() * 2 >= cells().count()
    };
    let filled = |column: &usize| below.iter().any(|row| !row.cell(*column).is_empty());
    let names_a_priority = |column: &usize| {
        let header = &header[*column];
        !header.is_empty() && !is_metadata(header) && leader_likelihood(header).is_none()
    };
    let all: Vec<usize> = (0..header.len()).filter(names_a_priority).filter(ranks).collect();
    // Columns of one question belong together, filled or not; where there is no such question, each has to show a rank.
    let question =
        |column: &usize| header[*column].strip_suffix(']').and_then(|header| header.split_once('[')).map(|(q, _)| q);
    let asked = all.iter().filter(|column| filled(column)).find_map(question);
    let priorities: Vec<usize> = match asked {
        Some(asked) => all.into_iter().filter(|column| question(column) == Some(asked)).collect(),
        None => all.into_iter().filter(filled).collect(),
    };
    if priorities.len() < 3 {
        return None;
    }
    let rows: Vec<Vec<usize>> = below
        .iter()
        .map(|row| priorities.iter().filter_map(|column| rank(row.cell(*column))).collect())
        .filter(|ranks: &Vec<usize>| !ranks.is_empty())
        .collect();
    let orders = rows.iter().filter(|ranks| {
        let different: HashSet<usize> = ranks.iter().copied().collect();
        different.len() == ranks.len() && ranks.len() > 1 && different.contains(&1)
    });
    if orders.count() * 2 < rows.len() {
        return None;
    }
    Some(Columns::Grid { leader: leader_column(header, &priorities, below)?, priorities })
}

/// A rank as a cell of a grid holds it: "2", "2.0", "2nd choice".
fn rank(cell: &str) -> Option<usize> {
    match cell.parse::<f64>() {
        Ok(number) => {
            (number.fract() == 0.0 && number >= 1.0 && number <= HIGHEST_PLACE as f64).then_some(number as usize)
        }
        Err(_) => place(cell),
    }
}

/// The answers to one question that are lists of names. A question with several answers allowed looks alike, so either the
/// question speaks of an order, or everybody gave the same names and not all in the same order.
fn list_columns(header: &[String], below: &[Row]) -> Option<Columns> {
    let answers = |column: usize| -> Vec<Vec<String>> {
        let filled = below.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty());
        filled.map(|cell| listed(cell).map(|name| key(&name)).collect()).collect()
    };
    let speaks_of_order = |column: usize| {
        let mut words = header[column].split(|c: char| !c.is_alphanumeric());
        words.any(|word| RANK.contains(&word) || PRIORITY.contains(&word) || ORDER.contains(&word))
    };
    let lists = |column: &usize| {
        let answers = answers(*column);
        let same_names = || {
            let sets: Vec<HashSet<&String>> = answers.iter().map(|names| names.iter().collect()).collect();
            sets.windows(2).all(|pair| pair[0] == pair[1]) && answers.windows(2).any(|pair| pair[0] != pair[1])
        };
        !answers.is_empty()
            && answers.iter().all(|names| names.len() > 1)
            && !is_metadata(&header[*column])
            && (speaks_of_order(*column) || same_names())
    };
    let longest = |column: &usize| answers(*column).iter().map(Vec::len).max();
    let list = (0..header.len()).filter(lists).max_by_key(longest)?;
    Some(Columns::List { leader: leader_column(header, &[list], below)?, list })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Leader,
    Priority,
    Rank,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(leader: usize, places: &[usize]) -> Option<Columns> {
        Some(Columns::Wide { leader, places: places.to_vec() })
    }

    fn long(leader: usize, priority: usize, rank: usize) -> Option<Columns> {
        Some(Columns::Long { leader, priority, rank })
    }

    fn check(header: &str, row: &str, expected: Option<Columns>) {
        let cells = |text: &str| text.split('|').map(str::to_owned).collect();
        let rows = [Row { number: 1, cells: cells(header) }, Row { number: 2, cells: cells(row) }];
        assert_eq!(guess(&rows), expected, "{header}");
    }

    #[test]
    fn places_are_read_as_people_write_them() {
        for (text, expected) in [
            ("1", Some(1)),
            ("#2", Some(2)),
            ("3.", Some(3)),
            ("1st", Some(1)),
            ("Second choice", Some(2)),
            ("Choice 4", Some(4)),
            ("Priority #5", Some(5)),
            ("Rank your priorities [3rd choice]", Some(3)),
            ("Your 5 priorities [2nd]", Some(2)),
            ("3. What is your 1st choice?", Some(1)),
            ("Q3 2027: choice 2", Some(2)),
            ("1ère priorité", Some(1)),
            ("2º", Some(2)),
            ("Priorität 3", Some(3)),
            ("0", None),
            ("201", None),
            ("Timestamp", None),
            ("", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }

    #[test]
    fn wide_headers() {
        check("leader|1|2|3|4|5", "Ana|A|B|C|D|E", wide(0, &[1, 2, 3, 4, 5]));
        check("Name|3|1|2", "Ana|C|A|B", wide(0, &[2, 3, 1]));
        check("|1st|2nd", "Ana|A|B", wide(0, &[1, 2]));
        check(
            "Timestamp|Email Address|Your name|Rank your priorities [1st choice]|Rank your priorities [2nd choice]|Anything else?",
            "2026/11/02|a@x.org|Ana|A|B|no",
            wide(2, &[3, 4]),
        );
        check(
            "ID|Start time|Completion time|Email|Name|Who are you?|1st choice|2nd choice|3rd choice (optional)",
            "1|10:00|10:05|anonymous||Ana|A|B|C",
            wide(5, &[6, 7, 8]),
        );
        check(
            "#|What's your name?|*Choice 1*|*Choice 2*|Submit Date (UTC)|Token",
            "a1b2|Ana|A|B|2026-11-02|x9",
            wide(1, &[2, 3]),
        );
        check("Executive|Priority 1|Why priority 1?|Priority 2", "Ana|A|because|B", wide(0, &[1, 3]));
        check("leader|1", "Ana|A", wide(0, &[1]));
    }

    #[test]
    fn lists_and_grids() {
        let list = |leader, list| Some(Columns::List { leader, list });
        let grid = |leader, priorities: &[usize]| Some(Columns::Grid { leader, priorities: priorities.to_vec() });
        check("Name|Rank the priorities", "Ana|A;B;C;", list(0, 1));
        check("ID|Email|Your name|1. Put in order of importance", "1|x|Ana|A;B", list(2, 3));
        check("Name|Which tools do you use?", "Ana|A;B;C;", None);
        check("Name|Hire a CFO|Cut churn|Open an API", "Ana|1|3|2", grid(0, &[1, 2, 3]));
        check(
            "Timestamp|Your name|Rank them [Hire a CFO]|Rank them [Cut churn]|Rank them [Open an API]|Score",
            "2026-11-02|Ana|2nd choice|1st choice||7",
            grid(1, &[2, 3, 4]),
        );
        check("Name|Age|Years|Reports", "Ana|41|7|12", None);
        check("Name|Clarity|Speed|Trust", "Ana|4|4|5", None);
    }

    #[test]
    fn long_headers() {
        check("leader|priority|rank", "Ana|A|1", long(0, 1, 2));
        check("Rank|Leader|Item", "1|Ana|A", long(1, 2, 0));
        check("Timestamp|Name|Priority name|Priority rank", "x|Ana|A|1", long(1, 2, 3));
        check("leader|choice|#", "Ana|A|1", long(0, 1, 2));
    }

    #[test]
    fn headers_that_say_nothing() {
        check("Ana|Hire a CFO|Cut churn", "Ben|Cut churn|Hire a CFO", None);
        check("", "", None);
        check("Timestamp|Comment", "x|y", None);
        check("1|2|3", "A|B|C", None);
    }
}
