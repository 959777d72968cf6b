//! Answers to queries as text: tables with years down the side, and the outcome of checks.

mod chart;

use crate::analysis::{MOST_CHANGES, shapley, subsets};
use crate::diagnostic::{Diagnostic, sanitize};
use crate::engine::{Values, ask, run};
use crate::model::{Ask, BinaryOp, Condition, Kind, Model, Query, Question};
use crate::quantity::Dimension;

/// Runs every query that is asked. Returns the text and whether every check passed.
pub fn answer(model: &Model) -> Result<(String, bool), Diagnostic> {
    let baseline = run(model, &[], None)?;
    let mut runs = Vec::new();
    for scenario in &model.scenarios {
        runs.push(run(model, &scenario.changes, Some(&baseline))?);
    }
    let (mut out, mut passed) = (String::new(), true);
    for query in &model.queries {
        let values = |scenario: Option<usize>| scenario.map_or(&baseline, |n| &runs[n]);
        match &query.ask {
            Ask::Show(of) => {
                for question in of {
                    out.push_str(&table(model, query, question, &values, &baseline)?);
                }
            }
            Ask::Check(condition) => {
                let (line, fine) = check(model, query, condition, &values, &baseline)?;
                out.push_str(&line);
                passed &= fine;
            }
            Ask::Chart(of) => {
                for question in of {
                    let (title, lines) = lines(model, query, question, &values, &baseline)?;
                    out.push_str(&chart::chart(&title, query.years.0, &lines));
                }
            }
            Ask::Compare { of, to, by_lever } => {
                for question in of {
                    out.push_str(&compare(
                        model,
                        query,
                        question,
                        (*to, *by_lever),
                        &values,
                        &baseline,
                    )?);
                }
            }
        }
    }
    Ok((sanitize(&out), passed))
}

/// Every combination of elements that the `*` of an expression stand for, with their names.
fn cells(model: &Model, question: &Question) -> Vec<(Vec<u32>, String)> {
    let mut all = vec![(Vec::new(), String::new())];
    for &(_, set) in &question.loops {
        let set = &model.sets[set];
        let root = &model.sets[set.root].elements;
        all = all
            .into_iter()
            .flat_map(|(cell, label): (Vec<u32>, String)| {
                set.members.iter().map(move |&member| {
                    let name = root.get_index(member as usize).map_or("", |(name, _)| name);
                    let mut longer = cell.clone();
                    longer.push(member);
                    (longer, format!("{label}{}{name}", if label.is_empty() { "" } else { "," }))
                })
            })
            .collect();
    }
    all
}

/// Factor and name of the unit in which values up to `largest` are shown.
fn scale(model: &Model, kind: Kind, largest: f64) -> (f64, String) {
    match kind {
        Kind::Plain { percent: true, .. } => (0.01, "%".to_owned()),
        Kind::Plain { dimension, .. } if dimension.0[0] == 1 => {
            let name = dimension.name(&model.bases);
            let steps = [(1e12, "tn "), (1e9, "bn "), (1e6, "mn "), (1e3, "thousand ")];
            let step = steps.into_iter().find(|(size, _)| largest >= *size).unwrap_or((1.0, ""));
            (step.0, format!("{}{name}", step.1))
        }
        Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER => {
            (1.0, dimension.name(&model.bases))
        }
        _ => (1.0, String::new()),
    }
}

fn number(value: f64, kind: Kind) -> String {
    if kind == Kind::Year {
        return format!("{value:.0}");
    }
    let text = format!("{value:.2}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if digits.chars().all(|c| c == '0' || c == '.') { "" } else { sign };
    format!("{sign}{grouped}.{part}")
}

type Lines = (String, Vec<(String, Vec<f64>)>);

/// The title with its unit, and a named line of scaled values for each cell and scenario.
fn lines<'v>(
    model: &Model,
    query: &Query,
    question: &Question,
    values: &impl Fn(Option<usize>) -> &'v Values,
    baseline: &Values,
) -> Result<Lines, Diagnostic> {
    let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
    for (cell, label) in cells(model, question) {
        for &scenario in &query.scenarios {
            let head = match (label.is_empty(), query.scenarios.len()) {
                (true, _) => model.scenario_name(scenario).to_owned(),
                (false, 1) => label.clone(),
                (false, _) => format!("{label} {}", model.scenario_name(scenario)),
            };
            let years = query.years.0..=query.years.1;
            let column = years.map(|year| {
                ask(model, values(scenario), baseline, question, &question.expr, &cell, year)
            });
            columns.push((head, column.collect::<Result<_, _>>()?));
        }
    }
    let largest = columns.iter().flat_map(|(_, v)| v).fold(0.0_f64, |a, b| a.max(b.abs()));
    let (factor, unit) = scale(model, question.kind, largest);
    columns.iter_mut().flat_map(|(_, v)| v).for_each(|value| *value /= factor);
    let title =
        if unit.is_empty() { question.text.clone() } else { format!("{}, {unit}", question.text) };
    Ok((title, columns))
}

fn table<'v>(
    model: &Model,
    query: &Query,
    question: &Question,
    values: &impl Fn(Option<usize>) -> &'v Values,
    baseline: &Values,
) -> Result<String, Diagnostic> {
    let (title, columns) = lines(model, query, question, values, baseline)?;
    let mut out = format!("{title}\n");
    // As many columns side by side as fit a page of 80 characters.
    let width =
        columns.iter().map(|(head, _)| head.chars().count().max(10)).max().unwrap_or(10) + 2;
    for block in columns.chunks((76 / width).max(1)) {
        let heads: String = block.iter().map(|(head, _)| format!("{head:>width$}")).collect();
        out.push_str(&format!("year{heads}\n"));
        for (n, year) in (query.years.0..=query.years.1).enumerate() {
            let row: String = block
                .iter()
                .map(|(_, v)| format!("{:>width$}", number(v[n], question.kind)))
                .collect();
            out.push_str(&format!("{year}{row}\n"));
        }
        out.push('\n');
    }
    Ok(out)
}

fn check<'v>(
    model: &Model,
    query: &Query,
    condition: &Condition,
    values: &impl Fn(Option<usize>) -> &'v Values,
    baseline: &Values,
) -> Result<(String, bool), Diagnostic> {
    let question = &condition.left;
    let mut failures = Vec::new();
    for (cell, label) in cells(model, question) {
        for &scenario in &query.scenarios {
            for year in query.years.0..=query.years.1 {
                let at = |expr| ask(model, values(scenario), baseline, question, expr, &cell, year);
                let left = at(&question.expr)?;
                let Some((op, right)) = &condition.comparison else {
                    if left == 0.0 {
                        failures.push(format!(
                            "  {} {label} {year}: does not hold\n",
                            model.scenario_name(scenario)
                        ));
                    }
                    continue;
                };
                let right = at(right)?;
                let slack = match &condition.tolerance {
                    Some((expr, relative)) => at(expr)? * if *relative { right.abs() } else { 1.0 },
                    None => 0.0,
                };
                let fine = match op {
                    BinaryOp::Equal => (left - right).abs() <= slack,
                    BinaryOp::NotEqual => (left - right).abs() > slack,
                    BinaryOp::AtMost => left <= right + slack,
                    BinaryOp::Below => left < right + slack,
                    BinaryOp::AtLeast => left >= right - slack,
                    _ => left > right - slack,
                };
                if !fine {
                    let (factor, unit) = scale(model, question.kind, left.abs().max(right.abs()));
                    let shown = |v: f64| format!("{} {unit}", number(v / factor, question.kind));
                    failures.push(format!(
                        "  {} {label} {year}: {} against {}\n",
                        model.scenario_name(scenario),
                        shown(left),
                        shown(right)
                    ));
                }
            }
        }
    }
    let passed = failures.is_empty();
    let word = if passed { "ok  " } else { "FAIL" };
    Ok((format!("{word}  {}\n{}", condition.text, failures.concat()), passed))
}

/// Differences to a scenario, and what each change makes of them.
fn compare<'v>(
    model: &Model,
    query: &Query,
    question: &Question,
    (to, by_lever): (Option<usize>, bool),
    values: &impl Fn(Option<usize>) -> &'v Values,
    baseline: &Values,
) -> Result<String, Diagnostic> {
    if by_lever && to.is_some() {
        let found = Diagnostic::error("not-available", "`by lever` compares to the baseline only");
        return Err(found
            .at(query.span, "not built yet")
            .help("write `to baseline`, or leave `by lever` out"));
    }
    let mut out = String::new();
    for &scenario in &query.scenarios {
        let changes = scenario.map_or(&[][..], |n| &model.scenarios[n].changes);
        if by_lever && changes.len() > MOST_CHANGES {
            let found = Diagnostic::error(
                "limit-levers",
                format!(
                    "{} changes are to be told apart; the limit is {MOST_CHANGES}",
                    changes.len()
                ),
            );
            return Err(found
                .at(query.span, "too many levers")
                .help("leave `by lever` out, or compare a smaller scenario"));
        }
        let runs = if by_lever { subsets(model, changes, baseline)? } else { Vec::new() };
        for (cell, label) in cells(model, question) {
            for year in query.years.0..=query.years.1 {
                let at =
                    |run: &Values| ask(model, run, baseline, question, &question.expr, &cell, year);
                let (here, there) = (at(values(scenario))?, at(values(to))?);
                let (factor, unit) = scale(model, question.kind, here.abs().max(there.abs()));
                let row = |name: &str, value: f64| {
                    format!("  {name:<32}{:>12}\n", number(value / factor, question.kind))
                };
                let names = (model.scenario_name(scenario), model.scenario_name(to));
                out.push_str(&format!(
                    "{} {label} in {year}, {unit}: {} against {}\n",
                    question.text, names.0, names.1
                ));
                out.push_str(&row(names.1, there));
                let worth: Vec<f64> = runs.iter().map(at).collect::<Result<_, _>>()?;
                if by_lever {
                    for (&change, part) in changes.iter().zip(shapley(&worth)) {
                        out.push_str(&row(&format!("  {}", model.changes[change].name), part));
                    }
                }
                out.push_str(&row("  difference", here - there));
                out.push_str(&row(names.0, here));
                out.push('\n');
            }
        }
    }
    Ok(out)
}
