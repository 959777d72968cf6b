//! `robust`: a table of the scenarios, and which of them is best in one sentence.

use crate::results::{RobustAnswer, RobustOption};

use super::find::{capital, listed};
use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::clean;
use super::titled::Titled;

/// Significant digits of the values in the table, relative to their range.
const DIGITS: i32 = 3;

/// Builds the table of the scenarios with the sentence.
pub(super) fn table(answer: &RobustAnswer) -> Titled {
    let format = format(answer);
    let mut title = heading(answer);
    if !format.unit().is_empty() {
        title.push_str(&format!(", {}", format.unit()));
    }
    let (grid, sentence) = (grid(answer, &format), sentence(answer));
    Titled { title, remarks: Vec::new(), grid, sentence }
}

/// Returns the heading without the unit: the scenarios, the value and the year.
pub(super) fn heading(answer: &RobustAnswer) -> String {
    let names: Vec<String> = answer.options.iter().map(|option| clean(&option.scenario)).collect();
    let least = if answer.least { "least " } else { "" };
    let (names, expression) = (listed(&names, "and"), clean(&answer.expression));
    format!("Among {names} by {least}{expression} in {}", answer.year)
}

fn grid(answer: &RobustAnswer, format: &NumberFormat) -> Grid {
    let mut headings = vec!["mean", "worst 5%", "worst draw"];
    headings.extend(["mean regret", "90% regret", "largest regret"]);
    if answer.condition.is_some() {
        headings.push("satisfied");
    }
    let column = |heading: &&str| Column { group: String::new(), heading: (*heading).to_owned() };
    let row = |option: &RobustOption| {
        let values = [option.mean, option.worst_twentieth, option.worst];
        let regrets = [option.mean_regret, option.regret_90, option.largest_regret];
        let regret = format.of_differences();
        let mut cells: Vec<String> = values.map(|value| format.number(Some(value))).into();
        cells.extend(regrets.map(|value| regret.number(Some(value))));
        if answer.condition.is_some() {
            cells.push(option.share.map_or(MISSING.to_owned(), percent));
        }
        Row::Cells(clean(&option.scenario), cells)
    };
    Grid {
        columns: headings.iter().map(column).collect(),
        rows: answer.options.iter().map(row).collect(),
    }
}

/// Returns the format of all values, with enough digits to distinguish the scenarios.
pub(super) fn format(answer: &RobustAnswer) -> NumberFormat {
    let values = || {
        let three = |o: &RobustOption| [o.mean, o.worst_twentieth, o.worst];
        answer.options.iter().flat_map(three).filter(|value| value.is_finite())
    };
    let format = NumberFormat::fit(&answer.unit, values().map(Some));
    let regrets = answer.options.iter().map(|option| option.largest_regret);
    let largest = regrets.filter(|regret| regret.is_finite()).fold(0.0, f64::max);
    if largest > 0.0 { format.at_least(DIGITS - 1, [Some(largest)]) } else { format }
}

/// Renders the answer in one sentence: the best scenario by each criterion.
pub(super) fn sentence(answer: &RobustAnswer) -> String {
    let format = format(answer);
    let draws = NumberFormat::count().number(Some(answer.draws as f64));
    let expression = clean(&answer.expression);
    let all_equal = answer.options.iter().all(|option| option.largest_regret == 0.0);
    if all_equal {
        return capital(&format!(
            "no scenario differs from another in {expression} in {} in any of {draws} draws.",
            answer.year
        ));
    }
    let sign = if answer.least { -1.0 } else { 1.0 };
    let value = |value: f64| format.quantity(Some(value));
    let regret = |value: f64| format.of_differences().quantity(Some(value));
    let mut found = vec![
        best(answer, "worst case", |option| sign * option.worst, |o| value(o.worst)),
        best(
            answer,
            "the mean of the worst 5%",
            |option| sign * option.worst_twentieth,
            |o| value(o.worst_twentieth),
        ),
        best(
            answer,
            "largest regret",
            |option| -option.largest_regret,
            |o| regret(o.largest_regret),
        ),
    ];
    if let Some(condition) = &answer.condition {
        found.push(best(
            answer,
            &format!("the share of draws with {}", clean(condition)),
            |option| option.share.unwrap_or(0.0),
            |option| option.share.map_or(String::new(), percent),
        ));
    }
    let what = format!("{expression} in {}, {draws} draws", answer.year);
    if found.windows(2).all(|pair| pair[0].names == pair[1].names) {
        let by = found.iter().map(|one| format!("by {} ({})", one.criterion, one.shown));
        let (names, verb) = (&found[0].names, found[0].verb());
        let by = listed(&by.collect::<Vec<_>>(), "and");
        return format!("{names} {verb} best {by}: {what}.");
    }
    let by = found.iter().map(|one| {
        format!("by {} {} {} best ({})", one.criterion, one.names, one.verb(), one.shown)
    });
    capital(&format!("{}: {what}.", listed(&by.collect::<Vec<_>>(), "and")))
}

/// The best scenarios by one criterion.
struct Best {
    criterion: String,
    /// Names of the scenarios; several if they are equal.
    names: String,
    count: usize,
    shown: String,
}

impl Best {
    fn verb(&self) -> &'static str {
        if self.count == 1 { "is" } else { "are" }
    }
}

fn best(
    answer: &RobustAnswer,
    criterion: &str,
    rank: impl Fn(&RobustOption) -> f64,
    shown: impl Fn(&RobustOption) -> String,
) -> Best {
    let top = answer.options.iter().map(&rank).fold(f64::NEG_INFINITY, f64::max);
    let winners: Vec<&RobustOption> = answer.options.iter().filter(|o| rank(o) == top).collect();
    let names: Vec<String> = winners.iter().map(|option| clean(&option.scenario)).collect();
    Best {
        criterion: criterion.to_owned(),
        names: listed(&names, "and"),
        count: winners.len(),
        shown: winners.first().map_or(MISSING.to_owned(), |option| shown(option)),
    }
}

fn percent(share: f64) -> String {
    super::find::share(share)
}
