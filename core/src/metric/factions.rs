//! Factions: whether the ballots fall into groups that agree within and differ between.

use serde::{Deserialize, Serialize};

use super::{IllPosed, Metric};

/// Factions in the list of measures.
pub const METRIC: Metric = Metric {
    id: "factions",
    name: "Factions",
    sentence: "Groups of leaders whose stacks are alike within the group and unlike the other groups'.",
    definition: "The ballots are divided into 2 and into 3 groups around typical ballots (medoids) so that the sum of the \
        distances K^(½) to the own group's medoid is smallest, every division being tried (3 groups for up to 64 ballots). \
        A division counts when every group has 2 or more members, its mean silhouette is at least 0.5 (0.7 with fewer than 8 ballots \
        or stacks of fewer than 5 places, which fall into groups by luck) and the groups stand at least \
        half as far apart, on average, as random stacks would. Of two that count, the larger silhouette is shown. \
        Random ballots then split in about 1 round in 100 (8 leaders, 5 of 12), in 5 at the worst (8 leaders, 5 of 6; 4 leaders, 3 of 6). \
        Silhouette of a ballot: (b − a) / max(a, b), a its mean distance to its own group and b to the nearest other.",
    units: "silhouette: −1 to 1",
    domain: "4 or more ballots; fewer never split",
    source: "L. Kaufman, P. J. Rousseeuw, Finding Groups in Data, 1990 (k-medoids); P. J. Rousseeuw, Silhouettes, \
        J. Comput. Appl. Math. 20, 1987; limits of 0.5 (reasonable) and 0.7 (strong) from the former",
    published: "none published; random ballots are tested to split rarely, planted factions to be found",
};

/// Rousseeuw's limit of a reasonable structure.
const REASONABLE: f64 = 0.5;
/// Rousseeuw's limit of a strong structure: asked of few or short ballots, which resemble each other by luck.
const STRONG: f64 = 0.7;
/// Ballots from which a reasonable structure is enough. Calibrated on random ballots, as is the next: see the tests.
const MANY: usize = 8;
/// Places from which a reasonable structure is enough.
const LONG: usize = 5;
/// Groups closer than this share of the distance between random ballots are not called factions.
const SEPARATION: f64 = 0.5;
/// Trying all divisions into 3 groups takes time with the fourth power of the ballots.
const MOST_FOR_THREE: usize = 64;

/// Ballots in groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factions {
    /// The groups, that of the first ballot first.
    pub groups: Vec<Faction>,
    /// How well they are told apart: mean silhouette, −1 to 1.
    pub silhouette: f64,
    /// Mean distance between members of different groups, 0 to 1.
    pub separation: f64,
}

/// One group of ballots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faction {
    /// Indexes of its ballots, ascending.
    pub members: Vec<usize>,
    /// The member closest to the others: the group's typical ballot.
    pub representative: usize,
}

/// The factions in a symmetric matrix of distances, or `None` when the ballots do not split.
/// `shortest` is the number of places of the shortest ballot, `chance` the distance to expect between random ballots.
///
/// # Errors
/// [`IllPosed::UnequalLengths`] unless the matrix is square, [`IllPosed::NotANumber`].
pub fn factions(distances: &[Vec<f64>], shortest: usize, chance: f64) -> Result<Option<Factions>, IllPosed> {
    let ballots = distances.len();
    if distances.iter().any(|row| row.len() != ballots) {
        return Err(IllPosed::UnequalLengths);
    }
    if chance.is_nan() || distances.iter().flatten().any(|distance| distance.is_nan()) {
        return Err(IllPosed::NotANumber);
    }
    if ballots < 4 {
        return Ok(None);
    }
    let two = best_division(distances, pairs(ballots).map(|(a, b)| [a, b]));
    let three = if ballots <= MOST_FOR_THREE {
        let triples = pairs(ballots).flat_map(|(a, b)| (b + 1..ballots).map(move |c| [a, b, c]));
        best_division(distances, triples)
    } else {
        None
    };
    let clear = if ballots >= MANY && shortest >= LONG { REASONABLE } else { STRONG };
    let counts = |found: &Factions| found.silhouette >= clear && found.separation >= SEPARATION * chance;
    let mut counted: Vec<Factions> = [two, three].into_iter().flatten().filter(counts).collect();
    // Stable: of equally clear divisions the one with fewer groups stays first.
    counted.sort_by(|a, b| b.silhouette.total_cmp(&a.silhouette));
    Ok(counted.into_iter().next())
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)))
}

/// The medoids with the smallest sum of distances whose groups all have two members; the first such in index order.
fn best_division<const K: usize>(
    distances: &[Vec<f64>],
    choices: impl Iterator<Item = [usize; K]>,
) -> Option<Factions> {
    let ballots = distances.len();
    let mut best: Option<(f64, [usize; K])> = None;
    for medoids in choices {
        let mut sum = 0.0;
        let mut sizes = [0usize; K];
        for ballot in 0..ballots {
            let group = nearest(distances, &medoids, ballot);
            sizes[group] += 1;
            sum += distances[medoids[group]][ballot];
        }
        // Sums of the same distances in another order may differ in the last bit: that is no improvement.
        if sizes.iter().all(|&size| size >= 2) && best.is_none_or(|(least, _)| sum < least - 1e-12) {
            best = Some((sum, medoids));
        }
    }
    let (_, medoids) = best?;
    let labels: Vec<usize> = (0..ballots).map(|ballot| nearest(distances, &medoids, ballot)).collect();
    let mut groups: Vec<Faction> = medoids
        .iter()
        .enumerate()
        .map(|(group, &representative)| Faction {
            members: (0..ballots).filter(|&ballot| labels[ballot] == group).collect(),
            representative,
        })
        .collect();
    groups.sort_by_key(|group| group.members[0]);
    let (silhouette, separation) = (silhouette(distances, &groups), separation(distances, &groups));
    Some(Factions { groups, silhouette, separation })
}

/// The closest medoid; a medoid belongs to itself even when another ballot equals it.
fn nearest(distances: &[Vec<f64>], medoids: &[usize], ballot: usize) -> usize {
    let closest =
        (0..medoids.len()).min_by(|&a, &b| distances[medoids[a]][ballot].total_cmp(&distances[medoids[b]][ballot]));
    medoids.iter().position(|&medoid| medoid == ballot).or(closest).unwrap_or(0)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The mean silhouette of all ballots; 0 for a ballot at no distance from anyone.
fn silhouette(distances: &[Vec<f64>], groups: &[Faction]) -> f64 {
    mean(groups.iter().enumerate().flat_map(|(own, group)| {
        group.members.iter().map(move |&ballot| {
            let to = |members: &[usize]| {
                mean(members.iter().filter(|&&other| other != ballot).map(|&other| distances[ballot][other]))
            };
            let within = to(&group.members);
            let between = groups
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != own)
                .map(|(_, other)| to(&other.members))
                .fold(f64::INFINITY, f64::min);
            let larger = within.max(between);
            if larger > 0.0 { (between - within) / larger } else { 0.0 }
        })
    }))
}

fn separation(distances: &[Vec<f64>], groups: &[Faction]) -> f64 {
    mean(groups.iter().enumerate().flat_map(|(at, group)| {
        groups[..at].iter().flat_map(move |other| {
            group.members.iter().flat_map(move |&a| other.members.iter().map(move |&b| distances[a][b]))
        })
    }))
}

#[cfg(test)]
mod tests;
