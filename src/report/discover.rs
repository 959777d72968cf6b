//! `discover`: the recommended limits, the trade-off, a scenario to paste into the script, and a sentence.

use crate::results::{DiscoverAnswer, Discovery, DrawBox, InputLimits, UnitKind, UnitLabel};

use super::find::{capital, listed, share, shown};
use super::grid::{Column, Grid, Row};
use super::number::NumberFormat;
use super::page::{Page, clean};
use super::titled::Titled;

/// Maximum number of boxes of the trade-off curve that are shown.
const MOST_BOXES: usize = 10;

/// Builds the tables, a scenario to paste and the sentence, for each scenario of the query.
pub(super) fn tables(answer: &DiscoverAnswer) -> Vec<Titled> {
    let of_one = |one: &Discovery| {
        let mut tables = of_scenario(answer, one);
        let remarks = scenario(answer, one).map(|text| text.lines().map(str::to_owned).collect());
        let sentence = of_one(answer, one);
        match (remarks, tables.last_mut()) {
            (None, Some(last)) => last.sentence = sentence,
            (remarks, _) => tables.push(Titled {
                title: "A scenario with these limits".to_owned(),
                remarks: remarks.unwrap_or_default(),
                sentence,
                ..Titled::default()
            }),
        }
        tables
    };
    answer.discoveries.iter().flat_map(of_one).collect()
}

/// Renders the answer for a terminal; lines of the scenario are not wrapped.
pub(super) fn parts(answer: &DiscoverAnswer, page: Page) -> Vec<Vec<String>> {
    let of_one = |one: &Discovery| {
        let tables = of_scenario(answer, one);
        let mut parts: Vec<Vec<String>> = tables.iter().map(|table| table.lines(page)).collect();
        let text = scenario(answer, one);
        parts.extend(text.map(|text| text.lines().map(str::to_owned).collect()));
        parts.push(page.wrapped(&of_one(answer, one), 0));
        parts
    };
    answer.discoveries.iter().flat_map(of_one).collect()
}

/// Renders the answer of a discovery as one sentence per scenario.
pub(super) fn sentence(answer: &DiscoverAnswer) -> String {
    let sentences = answer.discoveries.iter().map(|one| of_one(answer, one));
    sentences.collect::<Vec<_>>().join(" ")
}

/// Builds the tables of a scenario: the limits, the boxes and the leaves of the tree; without limits only the heading.
fn of_scenario(answer: &DiscoverAnswer, one: &Discovery) -> Vec<Titled> {
    let mut title = format!("When {}", clean(&answer.condition));
    if one.scenario != "baseline" {
        title.push_str(&format!(", {}", clean(&one.scenario)));
    }
    let Some(found) = &one.recommended else {
        return vec![Titled { title, ..Titled::default() }];
    };
    let titled = |title: &str, grid| Titled { title: title.to_owned(), grid, ..Titled::default() };
    let mut tables = vec![titled(&title, limits(found))];
    tables.push(titled("Boxes, from large to small", boxes(&trade_off(one))));
    if !one.leaves.is_empty() {
        let rows: Vec<(String, &DrawBox)> =
            one.leaves.iter().map(|leaf| (place(leaf), leaf)).collect();
        tables.push(titled("A tree that separates these draws from the others", boxes(&rows)));
    }
    tables
}

fn columns(headings: &[&str]) -> Vec<Column> {
    let column = |heading: &&str| Column { group: String::new(), heading: (*heading).to_owned() };
    headings.iter().map(column).collect()
}

/// Builds the table of the recommended limits with their quasi-p values.
fn limits(found: &DrawBox) -> Grid {
    let row = |limits: &InputLimits| {
        let quasi_p = [limits.quasi_p_low, limits.quasi_p_high];
        let quasi_p = quasi_p.iter().flatten().map(|p| quasi_p_value(*p));
        let cells = vec![range(limits), quasi_p.collect::<Vec<_>>().join(", ")];
        Row::Cells(name(limits), cells)
    };
    let headings = ["recommended limits", "quasi-p"];
    Grid { columns: columns(&headings), rows: found.limits.iter().map(row).collect() }
}

fn quasi_p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// Builds a table of boxes, each with its label.
fn boxes(all: &[(String, &DrawBox)]) -> Grid {
    let row = |(label, one): &(String, &DrawBox)| {
        let cells = [one.coverage, one.density, one.mass].map(share);
        Row::Cells(label.clone(), cells.into())
    };
    let columns = columns(&["coverage", "density", "of all draws"]);
    Grid { columns, rows: all.iter().map(row).collect() }
}

/// Returns some boxes of the trade-off curve, at regular distances, and the recommended box.
fn trade_off(one: &Discovery) -> Vec<(String, &DrawBox)> {
    let count = one.trade_off.len();
    let picked = (0..count.min(MOST_BOXES)).map(|n| match count.min(MOST_BOXES) {
        0 | 1 => 0,
        shown => n * (count - 1) / (shown - 1),
    });
    let on_curve = picked.filter_map(|n| one.trade_off.get(n));
    let label = |found: &DrawBox| match found.limits.len() {
        0 => "no limits".to_owned(),
        1 => "limits on 1 input".to_owned(),
        count => format!("limits on {count} inputs"),
    };
    let mut rows: Vec<(String, &DrawBox)> =
        on_curve.map(|found| (format!("trade-off: {}", label(found)), found)).collect();
    rows.extend(one.recommended.iter().map(|found| ("recommended".to_owned(), found)));
    rows
}

/// Returns the input's name as the script writes it.
fn name(limits: &InputLimits) -> String {
    let mut name = clean(&limits.input);
    if limits.distribution > 0 {
        name.push_str(&format!(", distribution {}", limits.distribution));
    }
    if let Some(year) = limits.year {
        name.push_str(&format!(" in {year}"));
    }
    name
}

/// Formats limits, `above 1.2%` or `1.2% to 3%`; as quantiles of the distribution if the values are not known.
fn range(limits: &InputLimits) -> String {
    let unit = &limits.unit;
    if let Some([(only, _)]) = limits.choices.as_deref()
        && limits.low.or(limits.high).is_some()
    {
        return shown(unit, *only);
    }
    // A limit of a choice is one of its values, so it belongs to the range.
    let (above, below) = match (&limits.choices, unit.kind) {
        (Some(_), UnitKind::Year) => ("from", "up to"),
        (Some(_), _) => ("at least", "at most"),
        (None, _) => ("above", "below"),
    };
    match (limits.low, limits.high) {
        (Some(low), Some(high)) => format!("{} to {}", shown(unit, low), shown(unit, high)),
        (Some(low), None) => format!("{above} {}", shown(unit, low)),
        (None, Some(high)) => format!("{below} {}", shown(unit, high)),
        (None, None) => match (limits.below > 0.0, limits.above > 0.0) {
            (true, true) => format!(
                "from its {} to its {} quantile",
                share(limits.below),
                share(1.0 - limits.above)
            ),
            (true, false) => format!("in the highest {}", share(1.0 - limits.below)),
            (false, true) => format!("in the lowest {}", share(1.0 - limits.above)),
            (false, false) => "anywhere".to_owned(),
        },
    }
}

/// Formats the limits of a box as a sentence: `trend is above 1.2% and opening is 2028`.
fn place(found: &DrawBox) -> String {
    let limits = found.limits.iter();
    let limits = limits.map(|limits| format!("{} is {}", name(limits), range(limits)));
    listed(&limits.collect::<Vec<_>>(), "and")
}

fn of_one(answer: &DiscoverAnswer, one: &Discovery) -> String {
    let condition = clean(&answer.condition);
    let draws = NumberFormat::count().number(Some(answer.draws as f64));
    let text = match &one.recommended {
        _ if one.uncertain == 0 => {
            let always = if one.share > 0.0 { "always holds" } else { "never holds" };
            format!("no uncertain input is behind {condition}: it {always}.")
        }
        _ if one.share == 0.0 => format!("in none of {draws} draws {condition}."),
        _ if one.share == 1.0 => format!("in all {draws} draws {condition}."),
        None => format!(
            "in {} of {draws} draws {condition}, and no limit on any of {} uncertain inputs makes it more likely than chance would.",
            share(one.share),
            one.uncertain
        ),
        Some(found) => format!(
            "in {} of {draws} draws {condition}; where {}, this is so in {} of draws, and {} of all such draws are there.",
            share(one.share),
            place(found),
            share(found.density),
            share(found.coverage)
        ),
    };
    match one.scenario.as_str() {
        "baseline" => capital(&text),
        scenario => format!("In {}, {text}", clean(scenario)),
    }
}

/// Writes a scenario in which the inputs have the recommended limits; None without a recommended box. An input whose
/// value no scenario can set becomes a comment.
pub(super) fn scenario(answer: &DiscoverAnswer, one: &Discovery) -> Option<String> {
    let found = one.recommended.as_ref()?;
    let extends = match one.scenario.as_str() {
        "baseline" => String::new(),
        scenario => format!(" extends {}", clean(scenario)),
    };
    let title = clean(&answer.condition).replace(['"', '\\'], "'");
    let mut text = format!("scenario {}{extends} \"{title}\" {{\n", one.name);
    // Several distributions of one value share a line.
    let mut lines: Vec<(&str, &str, Vec<&InputLimits>)> = Vec::new();
    for limits in &found.limits {
        let Some(written) = limits.written.as_ref().filter(|_| is_writable(limits)) else {
            text.push_str(&format!("  # {} is {}\n", name(limits), range(limits)));
            continue;
        };
        let (target, value) = (written.target.as_str(), written.text.as_str());
        match lines.iter_mut().find(|line| line.0 == target && line.1 == value) {
            Some(line) => line.2.push(limits),
            None => lines.push((target, value, vec![limits])),
        }
    }
    for (target, value, mut limits) in lines {
        // Later calls first, so that the places of earlier calls stay valid.
        limits.sort_by_key(|one| std::cmp::Reverse(one.written.as_ref().map(|w| w.call)));
        let edited = limits.iter().fold(value.to_owned(), |value, limits| edited(&value, limits));
        let edited = clean(&edited);
        let equals = if target.is_empty() { "" } else { " = " };
        text.push_str(&format!("  {target}{equals}{edited}\n"));
    }
    text.push_str("}\n");
    Some(text)
}

/// True if the limits can be written into the call of the distribution.
fn is_writable(limits: &InputLimits) -> bool {
    let Some(written) = &limits.written else { return false };
    let call = written.text.get(written.call.0..written.call.1).unwrap_or("");
    let has_own = call.contains("min:") || call.contains("max:");
    let is_number = matches!(limits.unit.kind, UnitKind::Number) && !limits.unit.name.is_empty();
    limits.low.or(limits.high).is_some() && !has_own && call.ends_with(')') && !is_number
}

/// Returns the text of a value with the limits inserted in the distribution's call.
fn edited(value: &str, limits: &InputLimits) -> String {
    let Some(written) = &limits.written else { return value.to_owned() };
    let (start, end) = written.call;
    let part = |from: usize, to: usize| value.get(from..to).unwrap_or("");
    let before = part(0, start);
    let (call, after) = (part(start, end), part(end, value.len()));
    let call = match &limits.choices {
        Some(choices) => discrete(&limits.unit, choices),
        None => {
            let mut call = call.trim_end_matches(')').to_owned();
            for (key, limit) in [("min", limits.low), ("max", limits.high)] {
                if let Some(limit) = limit {
                    call.push_str(&format!(", {key}: {}", in_script(&limits.unit, limit)));
                }
            }
            call + ")"
        }
    };
    format!("{before}{call}{after}")
}

/// Returns the remaining values of a discrete distribution with their probabilities; a single value without
/// probability.
fn discrete(unit: &UnitLabel, choices: &[(f64, f64)]) -> String {
    if let [(only, _)] = choices {
        return in_script(unit, *only);
    }
    let Some((last, others)) = choices.split_last() else { return String::new() };
    // Rounded probabilities must add up to 100%.
    let rounded: Vec<f64> = others.iter().map(|(_, p)| (p * 1e4).round() / 100.0).collect();
    let rest = 100.0 - rounded.iter().sum::<f64>();
    let rest = (rest * 100.0).round() / 100.0;
    let values = others.iter().zip(&rounded).map(|((value, _), p)| (*value, *p));
    let pairs = values.chain([(last.0, rest)]);
    let pairs = pairs.map(|(value, p)| format!("{}: {p}%", in_script(unit, value)));
    format!("discrete({})", pairs.collect::<Vec<_>>().join(", "))
}

/// Formats a value as a script writes it: `3_725 mn USD`.
fn in_script(unit: &UnitLabel, value: f64) -> String {
    shown(unit, value).replace(',', "_")
}
