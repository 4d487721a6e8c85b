//! The reading of a round for people: the headline first, then what to talk about, then the figures.

use plumbline_core::analysis::Verdict;
use plumbline_core::metric::spread::Spread;

use super::Round;
use crate::style::Style;
use crate::table::{Align, Table, shorten};

/// How many contested priorities are put up for discussion.
const DISCUSSED: usize = 3;

pub(super) fn render(round: &Round<'_>, style: Style) -> String {
    let mut text = headline(round, style);
    for (title, section) in [
        ("Discuss first", discuss_first(round)),
        ("Who stands apart", divergence(round, style)),
        ("What the team would choose", consensus(round, style)),
        ("Priorities", priorities(round, style)),
        ("Figures", figures(round)),
    ] {
        text += &format!("\n{}\n{section}", style.bold(title));
    }
    text
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A figure with two decimals, never "-0.00".
fn two(figure: f64) -> String {
    let text = format!("{figure:.2}");
    if text == "-0.00" { "0.00".into() } else { text }
}

fn headline(round: &Round<'_>, style: Style) -> String {
    let analysis = round.analysis;
    let agreement = &analysis.agreement;
    let verdict = match agreement.verdict {
        Verdict::BelowChance => "no more than chance would give",
        Verdict::Weak => "weak, though more than chance",
        Verdict::Moderate => "moderate",
        Verdict::Strong => "strong",
    };
    format!(
        "{}\n{}, {}, {} each.\n1 is one mind and 0 is chance; leaders who rank at random stay below {} in 95 of 100 rounds.\n",
        style.bold(&format!("Agreement {}: {verdict}", two(agreement.mean_correlation))),
        count(analysis.leaders, "leader", "leaders"),
        count(analysis.candidates, "priority", "priorities"),
        count(analysis.top, "place", "places"),
        two(agreement.chance_mean_correlation_95),
    )
}

fn discuss_first(round: &Round<'_>) -> String {
    let contested = &round.analysis.contested;
    if contested.is_empty() {
        return "  Nothing: all ballots are alike.\n".into();
    }
    let lines = contested.iter().take(DISCUSSED).zip(1..).filter_map(|(candidate, number)| {
        let spread = round.analysis.priorities.get(*candidate)?;
        let name = shorten(round.candidate(*candidate), 60);
        Some(format!("  {number}. {name}: {}\n", where_ranked(spread, round.analysis.leaders)))
    });
    lines.collect()
}

fn where_ranked(spread: &Spread, leaders: usize) -> String {
    let places = match (spread.best, spread.worst) {
        (Some(best), Some(worst)) if best == worst => format!(", at place {best}"),
        (Some(best), Some(worst)) => format!(", from place {best} to {worst}"),
        _ => String::new(),
    };
    let camps = if spread.polarised { "; two camps" } else { "" };
    format!("in {} of {leaders} stacks{places}{camps}", spread.stacks)
}

fn divergence(round: &Round<'_>, style: Style) -> String {
    let mut table = Table::new([
        ("leader", Align::Left),
        ("distance", Align::Right),
        ("farthest from", Align::Left),
        ("distance", Align::Right),
    ]);
    for entry in &round.analysis.divergence {
        table.row([
            round.leader(entry.leader).to_owned(),
            two(entry.mean_top_k_distance),
            round.leader(entry.farthest).to_owned(),
            two(entry.farthest_distance),
        ]);
    }
    let chance = two(round.analysis.chance_top_k_distance);
    let mut text = table.render(style);
    text +=
        &style.dim(&format!("  Mean distance to the others: 0 same stack, 1 nothing in common, {chance} by chance."));
    text.push('\n');
    if let Some(factions) = &round.analysis.factions {
        text += &format!("  The ballots fall into {} groups:\n", factions.groups.len());
        for group in &factions.groups {
            let names: Vec<&str> = group.members.iter().map(|leader| round.leader(*leader)).collect();
            text += &format!("  - {}\n", names.join(", "));
        }
    }
    text
}

fn consensus(round: &Round<'_>, style: Style) -> String {
    let consensus = &round.analysis.consensus;
    let mut table = Table::new([
        ("place", Align::Right),
        ("Schulze", Align::Left),
        ("Borda", Align::Left),
        ("points", Align::Right),
        ("Kemeny", Align::Left),
    ]);
    let mut schulze = Vec::new();
    for tier in &consensus.schulze {
        let mark = if tier.len() > 1 { format!("{}= ", schulze.len() + 1) } else { String::new() };
        schulze.extend(tier.iter().map(|candidate| format!("{mark}{}", round.candidate(*candidate))));
    }
    for place in 0..round.analysis.candidates {
        let borda = consensus.borda.get(place);
        table.row([
            (place + 1).to_string(),
            schulze.get(place).cloned().unwrap_or_default(),
            borda.map_or("", |standing| round.candidate(standing.candidate)).to_owned(),
            borda.map_or_else(String::new, |standing| format!("{:.1}", standing.points)),
            consensus.kemeny.order.get(place).map_or("", |candidate| round.candidate(*candidate)).to_owned(),
        ]);
    }
    let mut text = table.render(style);
    let mut note = |line: String| {
        text += &style.dim(&format!("  {line}"));
        text.push('\n');
    };
    let kemeny = &consensus.kemeny;
    let how = match (kemeny.exact, kemeny.unique) {
        (false, _) => "; a better one may exist",
        (true, false) => "; others do as well",
        (true, true) => "",
    };
    note(format!(
        "Kemeny's order honours {} head-to-head opinions and overrules {}{how}.",
        kemeny.score, kemeny.distance
    ));
    if consensus.methods_disagree_on_top {
        note("The methods disagree on what comes first: talk before you settle it.".into());
    }
    text
}

fn priorities(round: &Round<'_>, style: Style) -> String {
    let mut table = Table::new([
        ("priority", Align::Left),
        ("stacks", Align::Right),
        ("mean rank", Align::Right),
        ("spread", Align::Right),
        ("places", Align::Right),
    ]);
    let mut order: Vec<&Spread> = round.analysis.priorities.iter().collect();
    order.sort_by(|a, b| a.mean_rank.total_cmp(&b.mean_rank));
    for spread in order {
        table.row([
            round.candidate(spread.candidate).to_owned(),
            spread.stacks.to_string(),
            two(spread.mean_rank),
            two(spread.spread),
            match (spread.best, spread.worst) {
                (Some(best), Some(worst)) if best != worst => format!("{best}–{worst}"),
                (Some(best), _) => best.to_string(),
                _ => "–".into(),
            },
        ]);
    }
    table.render(style)
}

fn figures(round: &Round<'_>) -> String {
    let analysis = round.analysis;
    let agreement = &analysis.agreement;
    let lines = [
        ("Kendall's W", format!("{:.4}", agreement.kendall_w)),
        ("its chance level (95 %)", format!("{:.4}", agreement.chance_w_95)),
        (
            "chi-square",
            format!(
                "{:.2} (df {}), p = {}",
                agreement.chi_square,
                agreement.degrees_of_freedom,
                probability(agreement.p_value)
            ),
        ),
        ("mean rank-biased overlap", format!("{:.4} (p = {})", analysis.mean_rbo, round.settings.p)),
        ("mean top-k distance", format!("{:.4}", analysis.mean_top_k_distance)),
        ("seed", round.settings.seed.to_string()),
    ];
    lines.iter().map(|(name, value)| format!("  {name:<25} {value}\n")).collect()
}

fn probability(p: f64) -> String {
    if p < 0.0001 { "under 0.0001".into() } else { format!("{p:.4}") }
}
