//! Lists of names: one per line in a file, or one after the other on a command line.

use std::collections::HashSet;

use super::Unusable;
use super::ballots::{LONGEST_NAME, MOST_BYTES, MOST_PRIORITIES};
use super::decode::decode;
use super::name::{key, tidy};

/// The names of a text file, one per line, without blanks and repetitions; quotation marks around a line are taken off.
///
/// # Errors
/// When the file is no text, too large, or holds more or longer names than a list of priorities may.
pub fn names_by_line(bytes: &[u8]) -> Result<Vec<String>, Unusable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unusable::TooLarge { bytes: bytes.len(), limit: MOST_BYTES });
    }
    let (text, _) = decode(bytes)?;
    collect(text.split(['\n', '\r']).map(|line| {
        let line = line.trim();
        line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line)
    }))
}

/// The names between separators, without blanks and repetitions.
///
/// # Errors
/// When there are more or longer names than a list of priorities may hold.
pub fn names_between(text: &str, separator: char) -> Result<Vec<String>, Unusable> {
    collect(text.split(separator))
}

fn collect<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Unusable> {
    let mut seen = HashSet::new();
    let mut list = Vec::new();
    for name in names.map(tidy).filter(|name| !name.is_empty()) {
        let length = name.chars().count();
        if length > LONGEST_NAME {
            return Err(Unusable::NameTooLong { length });
        }
        if seen.insert(key(&name)) {
            list.push(name);
        }
        if list.len() > MOST_PRIORITIES {
            return Err(Unusable::TooManyPriorities);
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_kept_once() {
        let expected = vec!["Hire a CFO".to_owned(), "Cut churn; fast".to_owned()];
        let file = "\u{feff}Hire a  CFO\r\n\r\n\"Cut churn; fast\"\r\nhire a cfo \r\n";
        assert_eq!(names_by_line(file.as_bytes()), Ok(expected));
        assert_eq!(names_between(" A ;; B;a;", ';'), Ok(vec!["A".to_owned(), "B".to_owned()]));
        assert_eq!(names_between("", ';'), Ok(vec![]));
    }

    #[test]
    fn a_list_has_limits() {
        let many: String = (0..201).map(|n| format!("P{n};")).collect();
        assert_eq!(names_between(&many, ';'), Err(Unusable::TooManyPriorities));
        assert_eq!(names_between(&"x".repeat(301), ';'), Err(Unusable::NameTooLong { length: 301 }));
        assert_eq!(names_by_line(b"a\0b"), Err(Unusable::NotText));
        assert_eq!(names_by_line(b""), Err(Unusable::Empty));
    }
}
