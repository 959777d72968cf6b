//! A model of Dynare: `var y c;`, `varexo e;`, `parameters a b;`, `model; ... end;`, `shocks; ... end;`, `steady;`.
//!
//! In: a statement of a script with such a block, and the lines below it. Out: Mizan's lines in place of the whole
//! block, and the length of the lines that they replace.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::elsewhere;

/// Commands that compute or print what a run of Mizan computes by itself.
const COMMANDS: [&str; 14] = [
    "steady",
    "check",
    "resid",
    "simul",
    "stoch_simul",
    "perfect_foresight_setup",
    "perfect_foresight_solver",
    "rplot",
    "model_info",
    "model_diagnostics",
    "varobs",
    "estimation",
    "identification",
    "options_",
];
/// Words that begin a block, which `end;` closes.
const BLOCKS: [&str; 6] = ["model", "initval", "histval", "endval", "shocks", "steady_state_model"];

/// Rewrites a statement of Dynare; `None` for a script or a statement of another language.
pub(crate) fn statement(text: &str, context: &Context<'_>) -> Option<Mended> {
    let script = Script { context };
    let first = text.trim_start();
    let word: String = first.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    script.is_dynare().then_some(())?;
    let after = first.get(word.len()..)?.trim_start();
    if BLOCKS.contains(&word.as_str()) && (after.starts_with(';') || after.starts_with('(')) {
        let (lines, below) = script.block(text)?;
        let written = script.written(&word, &lines)?;
        let text = if written.is_empty() { String::new() } else { read(&written.join("\n"))? };
        let message = match word.as_str() {
            "shocks" | "endval" => "a shock is a change in a scenario",
            "initval" | "histval" => "the value of the first year is an equation, `x[first] = 5`",
            _ => "equations stand in the script; all of them hold",
        };
        return Some(Mended { message: message.to_owned(), text, below });
    }
    let (whole, below) = script.whole(text)?;
    if COMMANDS.contains(&word.as_str()) {
        let names = whole.rsplit(')').next().unwrap_or_default();
        let names: Vec<String> = match names.contains(word.as_str()) {
            true => Vec::new(),
            false => names_in(names).into_iter().filter(|name| script.declares(name)).collect(),
        };
        let text =
            if names.is_empty() { String::new() } else { format!("show {}", names.join(", ")) };
        let message = "every run solves the model; nothing need be called for it".to_owned();
        return Some(Mended { message, text, below });
    }
    let lines: Vec<String> = match word.as_str() {
        "var" => {
            names_in(whole.get(word.len()..)?).iter().map(|name| format!("var {name}")).collect()
        }
        "varexo" | "parameters" => names_in(whole.get(word.len()..)?)
            .iter()
            .map(|name| script.given(name, word == "parameters"))
            .collect::<Option<_>>()?,
        _ => {
            // The value of a parameter stands in its declaration.
            let (name, _) = whole.split_once('=')?;
            let given = names_of(context.before(), "parameters").contains(&name.trim().to_owned());
            given.then(Vec::new)?
        }
    };
    let text = if lines.is_empty() { String::new() } else { read(&lines.join("\n"))? };
    let message = "each line declares one name, `param` with its value".to_owned();
    Some(Mended { message, text, below })
}

/// Removes comments, `$tex$` and `(long_name=...)`, and returns the names of a list.
fn names_in(list: &str) -> Vec<String> {
    let (mut plain, mut depth, mut tex) = (String::new(), 0, false);
    for c in list.chars() {
        match c {
            '$' => tex = !tex,
            '(' => depth += 1,
            ')' => depth -= 1,
            c if depth == 0 && !tex => plain.push(c),
            _ => {}
        }
    }
    let names = plain.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    names.filter(|name| name.starts_with(char::is_alphabetic)).map(str::to_owned).collect()
}

/// Returns the names after a word that declares a list: `parameters a b;`.
fn names_of(text: &str, word: &str) -> Vec<String> {
    let statements = text.split(';').map(|part| without_comments(part).trim().to_owned());
    statements
        .filter_map(|part| {
            let list =
                part.lines().rev().find_map(|line| line.trim().strip_prefix(word))?.to_owned();
            let tail = part.rsplit(word).next().unwrap_or_default();
            list.starts_with([' ', '\t']).then(|| names_in(tail))
        })
        .flatten()
        .collect()
}

fn without_comments(text: &str) -> String {
    let line = |line: &str| {
        let end = line.find("//").or_else(|| line.find('%')).unwrap_or(line.len());
        line.get(..end).unwrap_or_default().to_owned()
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

struct Script<'c> {
    context: &'c Context<'c>,
}

impl Script<'_> {
    fn text(&self) -> String {
        format!("{}{}", self.context.before(), self.context.later())
    }

    /// True for a script with a statement that only Dynare has.
    fn is_dynare(&self) -> bool {
        let own = |line: &str| {
            let line = line.trim_start();
            let block = ["model;", "model(", "shocks;", "initval;", "endval;", "histval;"];
            let list = line.starts_with("parameters ") && line.trim_end().ends_with(';');
            line.starts_with("varexo ")
                || list && !line.contains(['/', '(', '='])
                || block.iter().any(|word| line.starts_with(word))
                || ["stoch_simul", "perfect_foresight", "steady;", "simul("]
                    .iter()
                    .any(|word| line.starts_with(word))
        };
        self.text().lines().any(own)
    }

    fn declares(&self, name: &str) -> bool {
        let text = self.text();
        let lists =
            ["var", "varexo", "parameters"].into_iter().flat_map(|word| names_of(&text, word));
        self.context.declares(name) || lists.into_iter().any(|own| own == name)
    }

    /// Returns the statement up to its `;`, without it, and the length of its further lines.
    fn whole(&self, text: &str) -> Option<(String, usize)> {
        let (mut whole, mut below) = (without_comments(text.trim()), 0);
        let mut lines = self.context.following();
        while !whole.contains(';') {
            let line = lines.next()?;
            below += line.len();
            whole.push(' ');
            whole.push_str(without_comments(line).trim());
        }
        Some((whole.split(';').next()?.trim().to_owned(), below))
    }

    /// Returns the statements of a block up to `end`, and the length of its lines below the first one.
    fn block(&self, text: &str) -> Option<(Vec<String>, usize)> {
        let whole: String = std::iter::once(text).chain(self.context.following()).collect();
        let end = whole.match_indices("end").map(|(at, _)| at).find(|&at| {
            let before = whole.get(..at).unwrap_or_default();
            let after = whole.get(at + 3..).unwrap_or_default().trim_start();
            after.starts_with(';') && before.trim_end_matches([' ', '\t']).ends_with([';', '\n'])
        })?;
        let close = end + whole.get(end..)?.find(';')? + 1;
        let inside = without_comments(whole.get(..end)?);
        let statements = inside
            .split(';')
            .skip(1)
            .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        let statements = statements.filter(|part| !part.is_empty()).collect();
        let line = whole.get(close..)?.find('\n').map_or(whole.len(), |at| close + at + 1);
        let rest = whole.get(close..line)?.trim();
        (rest.is_empty() || rest.starts_with("//")).then_some(())?;
        Some((statements, line.saturating_sub(text.len())))
    }

    /// Returns the declaration of a parameter or of an exogenous variable.
    fn given(&self, name: &str, parameter: bool) -> Option<String> {
        let text = without_comments(&self.text());
        let value = text.split(';').find_map(|part| {
            let (left, value) = part.rsplit('\n').next()?.split_once('=')?;
            (left.trim() == name).then(|| value.trim().to_owned())
        });
        let spread = text.split(&format!("var {name};")).nth(1).and_then(|rest| {
            let rest = rest.trim_start().strip_prefix("stderr")?;
            Some(rest.split(';').next()?.trim().to_owned())
        });
        match (spread, value) {
            (Some(spread), _) => Some(format!("param {name} = normal(0, {spread}) each year")),
            (None, Some(value)) => Some(format!("param {name} = {value}")),
            (None, None) => (!parameter).then(|| format!("param {name} = 0")),
        }
    }

    /// Writes the statements of a block.
    fn written(&self, word: &str, statements: &[String]) -> Option<Vec<String>> {
        let exogenous = names_of(&self.text(), "varexo");
        match word {
            "model" => self.equations(statements),
            "steady_state_model" => Some(Vec::new()),
            "initval" | "histval" => statements
                .iter()
                .filter_map(|part| part.split_once('='))
                .map(|(name, value)| {
                    (name.split('(').next().unwrap_or_default().trim(), value.trim())
                })
                .filter(|(name, _)| !exogenous.iter().any(|own| own == name))
                .map(|(name, value)| Some(format!("{name}[first] = {value}")))
                .collect(),
            "endval" => {
                let given = |part: &&String| {
                    let name = part.split('=').next().unwrap_or_default().trim();
                    exogenous.is_empty() || exogenous.iter().any(|own| own == name)
                };
                let changes: Vec<String> = statements.iter().filter(given).cloned().collect();
                Some(if changes.is_empty() {
                    Vec::new()
                } else {
                    vec![format!("scenario later {{ {} }}", changes.join(", "))]
                })
            }
            _ => self.shocks(statements),
        }
    }

    /// Writes `var g; periods 2026:2028; values 0.05;` as the changes of a scenario.
    fn shocks(&self, statements: &[String]) -> Option<Vec<String>> {
        let (mut name, mut periods, mut changes) = (String::new(), Vec::new(), Vec::new());
        let (first, _) = self.context.years()?;
        let year = |text: &str| {
            let number: i32 = text.parse().ok()?;
            // Period 1 is the year after the first one, whose values are given.
            Some(if number < 1000 { first + number } else { number })
        };
        for part in statements {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            match word {
                "var" => rest.trim().clone_into(&mut name),
                "periods" => {
                    let range = |one: &str| -> Option<String> {
                        let (from, to) = one.split_once(':').unwrap_or((one, one));
                        let (from, to) = (year(from)?, year(to)?);
                        Some(if from == to { from.to_string() } else { format!("{from}..{to}") })
                    };
                    let list = rest.split([' ', ',']).filter(|one| !one.is_empty());
                    periods = list.map(range).collect::<Option<_>>()?;
                }
                "values" => {
                    let values: Vec<&str> =
                        rest.split([' ', ',']).filter(|one| !one.is_empty()).collect();
                    for (n, period) in periods.iter().enumerate() {
                        let value = values.get(n).or(values.last())?.trim_matches(['(', ')']);
                        changes.push(format!("{name} = {value} in {period}"));
                    }
                }
                "stderr" | "corr" => {}
                _ => return None,
            }
        }
        Some(if changes.is_empty() {
            Vec::new()
        } else {
            vec![format!("scenario shock {{ {} }}", changes.join(", "))]
        })
    }

    /// Writes equations; one without a single variable on its left determines a variable that has no other equation.
    fn equations(&self, statements: &[String]) -> Option<Vec<String>> {
        let variables = names_of(self.context.before(), "var");
        let mut explicit: Vec<&str> = Vec::new();
        let mut parts = Vec::new();
        for part in statements {
            let part = match part.strip_prefix('[') {
                Some(tagged) => tagged.split_once(']')?.1.trim(),
                None => part.as_str(),
            };
            let (left, right) = part.split_once('=').unwrap_or((part, "0"));
            let (left, right) = (left.trim(), right.trim());
            let plain = variables.iter().any(|name| name == left) && !explicit.contains(&left);
            if plain {
                explicit.push(left);
            }
            parts.push((plain, left, right));
        }
        let mut unknowns = variables.iter().filter(|name| !explicit.contains(&name.as_str()));
        let mut written = Vec::new();
        for (plain, left, right) in parts {
            let line = match plain {
                true => format!("{left} = {right}"),
                false => format!("solve {} so that {left} == {right}", unknowns.next()?),
            };
            written.push(with_lags(&line, &variables, self.context));
        }
        Some(written)
    }
}

/// Writes `k(-1)` and `c(+1)` with square brackets.
fn with_lags(line: &str, variables: &[String], context: &Context<'_>) -> String {
    let mut draft = Draft::of(line);
    for n in (1..draft.len()).rev() {
        let own = draft.at(n) == "(" && variables.iter().any(|name| name == draft.before(n, 1));
        if own
            && matches!(draft.at(n + 1), "-" | "+")
            && draft.is_number(n + 2)
            && draft.at(n + 3) == ")"
        {
            let year = format!("[t{}{}]", draft.at(n + 1), draft.at(n + 2));
            draft.replace(n..n + 4, &year);
        }
    }
    let _ = (0..20).all(|_| elsewhere::lags(&mut draft, context).is_some());
    draft.text()
}
