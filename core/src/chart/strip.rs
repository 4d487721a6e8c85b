//! The dot strip: which leaders put one priority at which place.

/// Leaders by the place they give a priority. Leaders are indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// First place first; as many as a ballot ranks, more when a ballot ranks more.
    pub places: Vec<Vec<usize>>,
    /// Leaders whose ballot leaves it out.
    pub left_out: Vec<usize>,
}

/// The strip of one row of ranks, one rank per leader.
#[must_use]
pub fn strip(ranks: &[Option<u8>], top: u8) -> Strip {
    let longest = ranks.iter().flatten().copied().max().unwrap_or(0).max(top);
    let mut strip = Strip { places: vec![Vec::new(); usize::from(longest)], left_out: Vec::new() };
    for (leader, rank) in ranks.iter().enumerate() {
        match rank.and_then(|rank| usize::from(rank).checked_sub(1)).and_then(|place| strip.places.get_mut(place)) {
            Some(place) => place.push(leader),
            None => strip.left_out.push(leader),
        }
    }
    strip
}

impl Strip {
    /// The best place given, from 1, and who gives it.
    #[must_use]
    pub fn best(&self) -> Option<(usize, &[usize])> {
        let at = self.places.iter().position(|leaders| !leaders.is_empty())?;
        Some((at + 1, &self.places[at]))
    }

    /// The worst opinion: who leaves it out (`None`), or the last place given, from 1, and who gives it.
    #[must_use]
    pub fn worst(&self) -> Option<(Option<usize>, &[usize])> {
        if !self.left_out.is_empty() {
            return Some((None, &self.left_out));
        }
        let at = self.places.iter().rposition(|leaders| !leaders.is_empty())?;
        Some((Some(at + 1), &self.places[at]))
    }
}

/// One leader's stack out of the rows of ranks: places and candidates, first place first.
#[must_use]
pub fn stack_of(ranks: &[Vec<Option<u8>>], leader: usize) -> Vec<(u8, usize)> {
    let place = |(candidate, row): (usize, &Vec<Option<u8>>)| Some((row.get(leader).copied()??, candidate));
    let mut stack: Vec<(u8, usize)> = ranks.iter().enumerate().filter_map(place).collect();
    stack.sort_unstable();
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaders_stand_at_their_places() {
        let found = strip(&[Some(1), None, Some(3), Some(1)], 5);
        assert_eq!(found.places, [vec![0, 3], vec![], vec![2], vec![], vec![]]);
        assert_eq!(found.left_out, [1]);
        assert_eq!(found.best(), Some((1, [0, 3].as_slice())));
        assert_eq!(found.worst(), Some((None, [1].as_slice())));
    }

    #[test]
    fn a_longer_ballot_makes_a_longer_strip() {
        let found = strip(&[Some(7), Some(2)], 5);
        assert_eq!(found.places.len(), 7);
        assert_eq!(found.worst(), Some((Some(7), [0].as_slice())));
    }

    #[test]
    fn a_stack_is_read_down_its_column() {
        let ranks = [vec![Some(2), None], vec![None, Some(1)], vec![Some(1), Some(2)]];
        assert_eq!(stack_of(&ranks, 0), [(1, 2), (2, 0)]);
        assert_eq!(stack_of(&ranks, 1), [(1, 1), (2, 2)]);
        assert_eq!(stack_of(&ranks, 5), []);
    }

    #[test]
    fn nobody_and_nothing() {
        assert_eq!(strip(&[], 3).best(), None);
        assert_eq!(strip(&[], 3).worst(), None);
        assert_eq!(strip(&[Some(0)], 3).left_out, [0], "there is no place 0");
    }
}
