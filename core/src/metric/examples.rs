//! Published elections that several methods are tested against.

/// Expands `(voters, ballot)` groups written as letters; the alphabet gives each letter its index.
fn ballots(alphabet: &str, groups: &[(usize, &str)]) -> Vec<Vec<usize>> {
    groups
        .iter()
        .flat_map(|&(voters, ballot)| {
            let ballot: Vec<usize> = ballot.chars().filter_map(|c| alphabet.find(c)).collect();
            std::iter::repeat_n(ballot, voters)
        })
        .collect()
}

/// Choosing Tennessee's capital: Memphis, Nashville, Chattanooga, Knoxville (indexes 0 to 3), 100 voters.
pub(super) fn tennessee() -> Vec<Vec<usize>> {
    ballots("MNCK", &[(42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM")])
}

/// The 45-voter example of Schulze's method, A to E as indexes 0 to 4.
pub(super) fn schulze_45() -> Vec<Vec<usize>> {
    ballots(
        "ABCDE",
        &[
            (5, "ACBED"),
            (5, "ADECB"),
            (8, "BEDAC"),
            (3, "CABED"),
            (7, "CAEBD"),
            (2, "CBADE"),
            (7, "DCEBA"),
            (8, "EBADC"),
        ],
    )
}
