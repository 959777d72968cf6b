//! Statements of EViews that hold for the lines below them: `smpl 2026 2028`, `for !i = 1 to 3` with `next`.
//!
//! In: the first line, and the lines below it. Out: Mizan's lines, and the length of the lines that they replace.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::elsewhere;
use crate::syntax::words::Class;

/// Maximum number of lines that replace a loop.
const MOST_LINES: usize = 60;

/// Comment beside the value of a new series outside its sample.
const OTHER: &str = " # the other years; NA in EViews";

/// Writes the years of a sample into the lines below it, up to the next sample.
pub(crate) fn sample(text: &str, context: &Context<'_>) -> Option<Mended> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [word, from, to] = words.as_slice() else { return None };
    is_sample(word).then_some(())?;
    let (first, last) = context.years()?;
    let (from, to) = (year(from, (first, last))?, year(to, (first, last))?);
    (from <= to).then_some(())?;
    let years = format!("{from}..{to}");
    let whole = from <= first && to >= last;
    let (mut written, mut below, mut used) = (Vec::new(), 0, false);
    let mut lines = context.following().peekable();
    while let Some(line) = lines.next() {
        let head = line.split_whitespace().next().unwrap_or_default().to_lowercase();
        if is_sample(&head) {
            break;
        }
        let mut piece = line.to_owned();
        // A body in braces belongs to its head.
        while open(&piece) {
            piece.push_str(lines.next()?);
        }
        below += piece.len();
        let piece = piece.trim();
        if piece.is_empty() || piece.starts_with(['#', '\'']) {
            continue;
        }
        let line = if whole { None } else { sampled(piece, (&years, from, to), context) };
        used |= line.is_some();
        written.push(match line {
            Some(line) => line,
            None => read(piece)
                .or_else(|| crate::syntax::mend::mend(piece, context).map(|mended| mended.text))
                .unwrap_or_else(|| piece.to_owned()),
        });
    }
    let text = written.join("\n");
    used.then(|| Mended {
        message: "there is no sample: each line names its years".to_owned(),
        text: if below > 0 && context.following().count() > 0 { text + "\n" } else { text },
        below,
    })
}

fn is_sample(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "smpl" | "sample")
}

/// True for a text with a bracket that is not closed.
fn open(text: &str) -> bool {
    text.matches(['{', '(', '[']).count() > text.matches(['}', ')', ']']).count()
}

/// Reads the end of a sample: `2026`, `2026q1`, `@first`, `@last-2`.
fn year(text: &str, (first, last): (i32, i32)) -> Option<i32> {
    if let Some(name) = text.strip_prefix('@') {
        let at = name.find(['+', '-']).unwrap_or(name.len());
        let (name, steps) = name.split_at(at);
        let steps: i32 = if steps.is_empty() { 0 } else { steps.parse().ok()? };
        return match name {
            "first" => Some(first + steps),
            "last" => Some(last + steps),
            _ => None,
        };
    }
    let (year, part) = text.split_at_checked(4)?;
    let plain = part.is_empty() || part.starts_with([':', 'q', 'Q', 'm', 'M']);
    year.parse().ok().filter(|_| plain)
}

/// Writes one line with the years of its sample; None for a line without years.
fn sampled(
    line: &str,
    (years, from, to): (&str, i32, i32),
    context: &Context<'_>,
) -> Option<String> {
    const GIVES: [&str; 4] = ["series", "genr", "gen", "generate"];
    let draft = Draft::of(line);
    let start = usize::from(GIVES.contains(&draft.at(0).to_lowercase().as_str()));
    let equals = draft.outside("=", 1).filter(|_| draft.is_name(start));
    if let Some(equals) = equals.filter(|&at| at == start + 1 || draft.before(at, 1) == "]") {
        let name = draft.at(start).to_owned();
        let mut value = Draft::of(&draft.show(equals + 1..draft.line_end(equals)));
        let _ = (0..20).all(|_| elsewhere::lags(&mut value, context).is_some());
        let value = value.text();
        let target = match draft.show(start..equals).strip_suffix(']') {
            Some(inside) => format!("{inside}, {years}]"),
            None => format!("{name}[{years}]"),
        };
        let equation = format!("{target} = {value}");
        let own = |text: &str| text.lines().filter(|line| gives(line, &name)).count();
        // A new series has no value in other years in EViews; here each year has one.
        let known = context.declares(&name) || own(context.before()) > 0;
        let alone = !known && own(context.later()) < 2;
        let rest = if alone { format!("\n{name} = 0{OTHER}") } else { String::new() };
        let head = if known { String::new() } else { format!("var {name}\n") };
        return read(&format!("{head}{equation}{rest}"));
    }
    let mended = read(line)
        .or_else(|| crate::syntax::mend::mend(line, context).map(|mended| mended.text))?;
    let query = Draft::of(&mended);
    let values = query.begins_with(Class::Query)
        && matches!(query.at(0), "show" | "chart" | "compare")
        && !mended.contains('\n')
        && query.outside("in", 1).is_none_or(|at| !query.is_number(at + 1));
    if !values {
        return None;
    }
    let years = if from == to { from.to_string() } else { years.to_owned() };
    read(&format!("{} in {years}", mended.trim_end()))
}

/// True for a line that gives a series its values: `series x = 5`, `x = 5`.
fn gives(line: &str, name: &str) -> bool {
    let line = line.trim();
    let line = match line.split_once(' ') {
        Some(("series" | "genr" | "gen" | "generate", rest)) => rest,
        _ => line,
    };
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// Writes the commands of a model object as a scenario: `m1.scenario "High"` with the series of the scenario below it,
/// `m1.override tax`, `m1.exclude imports`, `m1.addassign imports`.
pub(crate) fn scenario(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = Draft::of(text.trim());
    let model = (head.at(1) == "." && head.is_name(0)).then(|| head.at(0).to_owned())?;
    let heads = |line: &&str| Draft::of(line).at(2) == "scenario" && line.starts_with(&model);
    let named = context.before().lines().map(str::trim).rfind(heads).unwrap_or_default();
    let title = named.split('"').nth(1).unwrap_or("changed");
    let alias = named.split("a=").nth(1).and_then(|rest| rest.split([',', ')']).next());
    let name = title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "_");
    let whole = head.at(2) == "scenario";
    let mut run = Run { context, alias: alias.unwrap_or("_1").trim(), name, ..Run::new(context) };
    if !whole {
        run.command(&head)?;
    }
    let mut below = 0;
    for line in context.following() {
        let draft = Draft::of(line.trim());
        let own = draft.at(0) == model && draft.at(1) == ".";
        if own && draft.at(2) == "scenario" || !own && !whole && !line.trim().is_empty() {
            break;
        }
        match own {
            true => run.command(&draft)?,
            false if whole => run.line(line.trim())?,
            false => {}
        }
        below += line.len();
    }
    (!run.changes.is_empty()).then_some(())?;
    let titled = if title == run.name { String::new() } else { format!(" \"{title}\"") };
    let changes = run.changes.join(", ");
    let scenario = read(&format!("scenario {}{titled} {{ {changes} }}", run.name))?;
    let text = [vec![scenario], run.others].concat().join("\n");
    let message = "a scenario changes an input, fixes a variable or adds to it".to_owned();
    Some(Mended { message, text, below })
}

/// A run of a model object: the changes of its scenario, and the other lines.
struct Run<'c> {
    context: &'c Context<'c>,
    /// Ending of the names of the scenario's series.
    alias: &'c str,
    name: String,
    changes: Vec<String>,
    others: Vec<String>,
}

impl<'c> Run<'c> {
    fn new(context: &'c Context<'c>) -> Self {
        let (name, changes, others) = (String::new(), Vec::new(), Vec::new());
        Self { context, alias: "_1", name, changes, others }
    }

    /// Reads a command of the model object; None if it names a quantity that the script does not declare.
    fn command(&mut self, draft: &Draft) -> Option<()> {
        let (context, command) = (self.context, draft.at(2).to_lowercase());
        if !matches!(command.as_str(), "override" | "exclude" | "addassign") {
            return matches!(command.as_str(), "solve" | "addinit" | "solveopt" | "makegroup")
                .then_some(());
        }
        let start = if draft.at(3) == "(" { draft.close(3)? + 1 } else { 3 };
        for name in (start..draft.line_end(0)).map(|n| draft.at(n)) {
            context.declares(name).then_some(())?;
            let (other, add) = (format!("{name}{}", self.alias), format!("{name}_a"));
            let given = |change: &String| change.split(' ').next() == Some(name);
            if self.changes.iter().any(given) {
                continue;
            }
            self.changes.push(match command.as_str() {
                "addassign" if context.mentions(&add) > 0 => format!("{name} += {add}"),
                "addassign" => format!("{name} += 0"),
                _ if context.mentions(&other) > 0 => format!("{name} = {other}"),
                "exclude" => format!("{name} = baseline({name})"),
                _ => return None,
            });
        }
        Some(())
    }

    /// Reads another line: a series of the scenario is a change, and a query of such a series is about the scenario.
    fn line(&mut self, line: &str) -> Option<()> {
        let mut draft = Draft::of(line);
        let own = |text: &str| {
            text.strip_suffix(self.alias)
                .filter(|name| self.context.declares(name))
                .map(str::to_owned)
        };
        let start = usize::from(matches!(draft.at(0), "series" | "genr"));
        let given = own(draft.at(start)).filter(|_| draft.at(start + 1) == "=");
        if let Some(name) = given {
            self.changes.retain(|change| change.split(' ').next() != Some(&name));
            self.changes.push(format!("{name} = {}", draft.show(start + 2..draft.line_end(0))));
            return Some(());
        }
        let mut asked = false;
        for n in 1..draft.len() {
            if let Some(name) = own(draft.at(n)) {
                draft.replace(n..n + 1, &name);
                asked = true;
            } else if let Some(name) = draft.at(n).strip_suffix("_0")
                && self.context.declares(name)
            {
                let name = format!("baseline({name})");
                draft.replace(n..n + 1, &name);
            }
        }
        let text = draft.text();
        let text = read(&text)
            .or_else(|| crate::syntax::mend::mend(&text, self.context).map(|mended| mended.text))
            .unwrap_or(text);
        if !line.is_empty() {
            self.others.push(if asked { format!("{text} for {}", self.name) } else { text });
        }
        Some(())
    }
}

/// Writes the lines of a loop of EViews once for each number or word: `for !i = 1 to 3`, `for %p China Turkey`, `next`.
pub(crate) fn counted(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = Draft::of(text);
    let (sign, name) = (head.at(1).to_owned(), head.at(2).to_owned());
    let number = |n: usize| match head.at(n) {
        "-" => head.at(n + 1).parse::<i32>().ok().map(|number| -number),
        text => text.parse::<i32>().ok(),
    };
    let end = head.line_end(0);
    let values: Vec<String> = if sign == "!" {
        let to = head.find(&["to"], 4).filter(|_| head.at(3) == "=")?;
        let step = head.find(&["step"], to);
        let (from, last) = (number(4)?, number(to + 1)?);
        let step = step.map_or(Some(1), |at| number(at + 1)).filter(|step| *step != 0)?;
        let count = (last - from) / step;
        (0..=count).take(MOST_LINES).map(|n| (from + n * step).to_string()).collect()
    } else {
        (3..end).map(|n| head.at(n).trim_matches('"').to_owned()).collect()
    };
    let (mut lines, mut below, mut ended, mut depth) = (Vec::new(), 0, false, 0);
    for line in context.following() {
        below += line.len();
        let line = line.trim();
        depth += usize::from(line.starts_with("for "));
        ended = line == "next" && depth == 0;
        if ended {
            break;
        }
        depth -= usize::from(line == "next");
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let mut written: Vec<String> = Vec::new();
    for value in values {
        let filled = lines.join("\n");
        let filled = filled.replace(&format!("{{{sign}{name}}}"), &value);
        let filled = filled.replace(&format!("{sign}{name}"), &value);
        for line in piecewise(&filled, context)? {
            // A line that does not read the counter is written once.
            if !written.contains(&line) {
                written.push(line);
            }
        }
    }
    let message = "there are no loops: each line is written".to_owned();
    (ended && !written.is_empty() && written.len() <= MOST_LINES).then(|| Mended {
        message,
        text: written.join("\n"),
        below,
    })
}

/// Writes the lines inside a loop, and those of a loop inside it.
fn piecewise(text: &str, context: &Context<'_>) -> Option<Vec<String>> {
    let (mut written, mut at) = (Vec::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.lines().next().unwrap_or_default();
        at += line.len() + 1;
        if line.starts_with("for !") || line.starts_with("for %") {
            let inner = counted(line, &context.with_lines(text.get(at..).unwrap_or_default()))?;
            at += inner.below;
            written.extend(inner.text.lines().map(str::to_owned));
            continue;
        }
        let mut draft = Draft::of(line);
        let _ = (0..20).all(|_| elsewhere::lags(&mut draft, context).is_some());
        let line = draft.text();
        written.push(
            read(&line)
                .or_else(|| crate::syntax::mend::mend(&line, context).map(|mended| mended.text))?,
        );
    }
    Some(written)
}

/// Writes the years of a sample behind the changes below it: `scenario late { smpl 2027 2030 ... duty.rate = 5% }`.
pub(crate) fn in_scenarios(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "scenario").then_some(())?;
    let text = draft.text();
    let (mut years, mut lines, mut found) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [word, from, to] if matches!(word.to_lowercase().as_str(), "smpl" | "sample") => {
                let year = |text: &str| match text {
                    "@first" => Some("first".to_owned()),
                    "@last" => Some("last".to_owned()),
                    year => year.parse::<i32>().ok().map(|year| year.to_string()),
                };
                (years, found) = (format!(" in {}..{}", year(from)?, year(to)?), true);
            }
            [word, "@all"] if matches!(word.to_lowercase().as_str(), "smpl" | "sample") => {
                (years, found) = (String::new(), true);
            }
            [name, "=" | "+=" | "-=" | "*=", ..] if !years.is_empty() && !line.contains(" in ") => {
                let known = name.contains('.') || context.gives(name) || context.declares(name);
                known.then_some(())?;
                lines.push(format!("{}{years}", line.trim_end().trim_end_matches(',')));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    found.then_some(())?;
    *draft = Draft::of(&lines.join("\n"));
    Some("the years of a change follow `in`; a scenario has no sample".to_owned())
}
