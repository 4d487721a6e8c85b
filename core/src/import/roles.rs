//! Choosing columns by eye: what each column of a file holds, one answer per column.

use super::{Columns, Form};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing that is read.
    Unused,
    /// Who ranks.
    Leader,
    /// The priority at this place, from 1 (one row per leader).
    Place(u8),
    /// A priority (one row per choice).
    Priority,
    /// Its rank (one row per choice).
    Rank,
    /// The whole ballot (in one cell).
    List,
    /// The ranks of the priority that the header names (one column per priority).
    Ranked,
}

/// The roles of `width` columns under a reading.
#[must_use]
pub fn of(columns: &Columns, width: usize) -> Vec<Role> {
    let mut roles = vec![Role::Unused; width];
    let mut set = |column: usize, role| {
        if let Some(slot) = roles.get_mut(column) {
            *slot = role;
        }
    };
    set(columns.leader(), Role::Leader);
    match columns {
        Columns::Wide { places, .. } => {
            for (place, column) in (1..).zip(places) {
                set(*column, Role::Place(place));
            }
        }
        Columns::Long { priority, rank, .. } => {
            set(*priority, Role::Priority);
            set(*rank, Role::Rank);
        }
        Columns::List { list, .. } => set(*list, Role::List),
        Columns::Grid { priorities, .. } => priorities.iter().for_each(|column| set(*column, Role::Ranked)),
    }
    roles
}

/// The roles a column may be given under a layout, when the file has `width` columns.
#[must_use]
pub fn choices(form: Form, width: usize) -> Vec<Role> {
    let places = u8::try_from(width.saturating_sub(1)).unwrap_or(u8::MAX);
    match form {
        Form::Wide => [Role::Unused, Role::Leader].into_iter().chain((1..=places).map(Role::Place)).collect(),
        Form::Long => vec![Role::Unused, Role::Leader, Role::Priority, Role::Rank],
        Form::List => vec![Role::Unused, Role::Leader, Role::List],
        Form::Grid => vec![Role::Unused, Role::Leader, Role::Ranked],
    }
}

/// Gives a column a role and takes it from the column that had it, where only one can have it.
pub fn assign(roles: &mut [Role], column: usize, role: Role) {
    let only_one = !matches!(role, Role::Unused | Role::Ranked);
    for slot in roles.iter_mut().filter(|slot| only_one && **slot == role) {
        *slot = Role::Unused;
    }
    if let Some(slot) = roles.get_mut(column) {
        *slot = role;
    }
}

/// The reading these roles give, or `None` while a leader, or what they ranked, is missing.
#[must_use]
pub fn columns(form: Form, roles: &[Role]) -> Option<Columns> {
    let at = |role: Role| roles.iter().position(|other| *other == role);
    let leader = at(Role::Leader)?;
    match form {
        Form::Long => Some(Columns::Long { leader, priority: at(Role::Priority)?, rank: at(Role::Rank)? }),
        Form::List => Some(Columns::List { leader, list: at(Role::List)? }),
        Form::Grid => {
            let priorities: Vec<usize> = (0..roles.len()).filter(|column| roles[*column] == Role::Ranked).collect();
            (!priorities.is_empty()).then_some(Columns::Grid { leader, priorities })
        }
        Form::Wide => {
            let mut places: Vec<(u8, usize)> = roles
                .iter()
                .enumerate()
                .filter_map(|(column, role)| if let Role::Place(place) = role { Some((*place, column)) } else { None })
                .collect();
            places.sort_unstable();
            (!places.is_empty())
                .then(|| Columns::Wide { leader, places: places.into_iter().map(|(_, column)| column).collect() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_survives_the_way_there_and_back() {
        let wide = Columns::Wide { leader: 1, places: vec![4, 2, 3] };
        let long = Columns::Long { leader: 2, priority: 0, rank: 1 };
        let list = Columns::List { leader: 3, list: 1 };
        let grid = Columns::Grid { leader: 5, priorities: vec![0, 2, 3] };
        for columns_told in [wide, long, list, grid] {
            let roles = of(&columns_told, 6);
            assert_eq!(columns(columns_told.form(), &roles), Some(columns_told));
        }
    }

    #[test]
    fn a_role_moves_to_the_column_that_is_given_it() {
        let mut roles = of(&Columns::Wide { leader: 0, places: vec![1, 2] }, 3);
        assign(&mut roles, 2, Role::Place(1));
        assert_eq!(roles, [Role::Leader, Role::Unused, Role::Place(1)]);
        assign(&mut roles, 0, Role::Unused);
        assert_eq!(roles, [Role::Unused, Role::Unused, Role::Place(1)]);
        assign(&mut roles, 9, Role::Leader);
        assert_eq!(columns(Form::Wide, &roles), None, "nobody ranks");
        let mut roles = of(&Columns::Grid { leader: 0, priorities: vec![1] }, 3);
        assign(&mut roles, 2, Role::Ranked);
        assert_eq!(roles, [Role::Leader, Role::Ranked, Role::Ranked], "many priorities are ranked");
    }

    #[test]
    fn incomplete_readings_are_none() {
        assert_eq!(columns(Form::Wide, &[Role::Leader, Role::Unused]), None);
        assert_eq!(columns(Form::Long, &[Role::Leader, Role::Priority]), None);
        assert_eq!(columns(Form::Wide, &[]), None);
    }

    #[test]
    fn every_other_column_may_be_a_place() {
        assert_eq!(choices(Form::Wide, 3), [Role::Unused, Role::Leader, Role::Place(1), Role::Place(2)]);
        assert_eq!(choices(Form::Long, 3).len(), 4);
        assert_eq!(choices(Form::Wide, 0), [Role::Unused, Role::Leader]);
    }
}
