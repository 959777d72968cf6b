//! Lines that change a scenario, or build one on another, in other words: `duty.rate = 5% in opening`,
//! `opening.duty.rate = 5%`, `scenario late = opening + { duty.rate = 0% }`.
//!
//! In: a line that was refused, and the names of the script. Out: a scenario that extends the one that is named. A
//! scenario is not changed from outside its braces, because all that it changes should be read in one place.

use super::line_tokens::LineTokens;
use super::target::is_rate;
use super::vocabulary::Vocabulary;
use crate::source::SourceId;
use crate::syntax::ast::{AssignOp, ItemKind, ScenarioEntry};
use crate::syntax::parse;
use crate::syntax::token::TokenKind;

/// Maximum number of tokens of a line that is read.
const MOST: usize = 120;
/// Words and signs between the name of a new scenario and those that it extends.
const LINKS: &str = "= := : ( ) + += , & and with plus extends extend extending from based on like as inherits inherit inheriting \
    is of includes include including top but copy copies the scenario another built building upon then combine combines \
    combining both add adds adding <- == modifies changes where";
/// Words before a change that add nothing to it.
const FIRST: &str = "set let change make modify edit update extend add put apply have assume suppose please also only now if when";
/// Words between a change and its scenario.
const BETWEEN: &str = "in for under within inside with of to into onto at on if when";
/// Words between a scenario and its change.
const BEHIND: &str = "with has have should gets get uses use where but set let make and : , => ->";

/// A line that is meant by another one.
pub(super) struct ScenarioLine {
    pub(super) text: String,
    pub(super) message: String,
    pub(super) note: Option<String>,
    /// True if the line of the user can mean nothing else.
    pub(super) certain: bool,
}

/// The parts of a line: the name that it gives, its title, the scenarios that it extends, and what it changes.
struct ScenarioParts<'t> {
    name: Option<&'t str>,
    title: Option<&'t str>,
    parents: Vec<&'t str>,
    changes: String,
    /// The scenario that the line would replace.
    replaces: Option<&'t str>,
    certain: bool,
}

/// Reads a line that changes a scenario. `sentences` reads a change in words; at the `prompt` a scenario of the same
/// name replaces the old one.
pub(super) fn read(
    line: &str,
    names: &Vocabulary<'_>,
    prompt: bool,
    sentences: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Option<ScenarioLine> {
    let line = line.trim().trim_end_matches(['?', ';', '.']);
    let tokens = LineTokens::of(line);
    if tokens.len() > MOST || !tokens.iter().any(|token| names.scenarios.contains(&token.text)) {
        return None;
    }
    let line = tokens;
    let parts = match line.at(0) {
        "scenario" => declared(&line, names, prompt),
        _ => changed(&line, names),
    }?;
    let entries = match parts.changes.trim() {
        "" if parts.name.is_some() => Vec::new(),
        changes => entries(changes, names, sentences)?,
    };
    let parent = *parts.parents.first()?;
    let own = parts.name.map(str::to_owned).unwrap_or_else(|| numbered(parent, names));
    let title = parts.title.map_or(String::new(), |title| format!(" {title}"));
    let body = match entries.join(", ") {
        none if none.is_empty() => "{}".to_owned(),
        all => format!("{{ {all} }}"),
    };
    let text = format!("scenario {own}{title} extends {} {body}", parts.parents.join(", "));
    let message = match parts.replaces {
        Some(name) => format!(
            "this line replaces the scenario `{name}`, with all that it declares; another scenario extends it"
        ),
        None if entries.is_empty() => {
            "a scenario has braces, also if it only joins other scenarios".to_owned()
        }
        None => "a scenario is changed by another scenario that extends it".to_owned(),
    };
    let note = match (parts.name, prompt) {
        (Some(_), _) => None,
        (None, true) => Some(format!(
            "`{parent}` stays as it is; `:scenario {own}` asks questions of the new one"
        )),
        (None, false) => {
            Some(format!("or write the change between the braces of `scenario {parent}`"))
        }
    };
    Some(ScenarioLine { text, message, note, certain: parts.certain })
}

/// Returns a name that nothing has: `opening2`.
fn numbered(name: &str, names: &Vocabulary<'_>) -> String {
    let taken = |name: &str| names.is_name(name) || names.scenarios.contains(&name);
    (2..).map(|n| format!("{name}{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// Reads `scenario late = opening + { ... }` and `scenario opening.duty.rate = 4%`.
fn declared<'t>(
    line: &LineTokens<'t>,
    names: &Vocabulary<'_>,
    prompt: bool,
) -> Option<ScenarioParts<'t>> {
    let own = line.at(1);
    let known = names.scenarios.contains(&own) && prompt;
    let of_own = |changes: &str, replaces: bool| {
        let changes = changes.to_owned();
        let replaces = replaces.then_some(own);
        ScenarioParts {
            name: None,
            title: None,
            parents: vec![own],
            changes,
            replaces,
            certain: true,
        }
    };
    match line.at(2) {
        "." if names.scenarios.contains(&own) => {
            return Some(of_own(line.show(3, line.len()), false));
        }
        ":" | "," if known && line.at(3) != "{" => {
            return Some(of_own(line.show(3, line.len()), false));
        }
        "+=" | "+" | ":" if known && line.at(3) == "{" => {
            return Some(of_own(&line.block(3)?, false));
        }
        "{" if known => return Some(of_own(&line.block(2)?, true)),
        _ => {}
    }
    let (mut n, mut title, mut parents) = (2, None, Vec::new());
    let mut changes = None;
    if line.at(2) == "{" {
        // `scenario late { ... } extends opening`
        let close = line.close(2)?;
        (line.at(close + 1) == "extends" || line.is_listed(close + 1, "from on based"))
            .then_some(())?;
        changes = Some(line.show(3, close).to_owned());
        n = close + 1;
    }
    while n < line.len() {
        let word = line.at(n);
        match line.kind(n)? {
            _ if names.scenarios.contains(&word) => parents.push(word),
            TokenKind::Text => title = Some(word),
            _ if word == "{" && changes.is_none() => {
                changes = Some(line.block(n)?);
                break;
            }
            _ if line.is_listed(n, LINKS) => {}
            TokenKind::Word if known && parents.is_empty() && n == 2 => {
                return Some(of_own(line.show(2, line.len()), false));
            }
            _ if !parents.is_empty() && changes.is_none() => {
                changes = Some(line.show(n, line.len()).to_owned());
                break;
            }
            _ => return None,
        }
        n += 1;
    }
    (!parents.is_empty()).then_some(())?;
    let cycle = parents.contains(&own);
    let name = Some(own).filter(|_| !cycle && !known);
    let replaces = Some(own).filter(|_| cycle && known);
    let changes = changes.unwrap_or_default();
    Some(ScenarioParts { name, title, parents, changes, replaces, certain: cycle })
}

/// Reads `duty.rate = 5% in opening`, `opening.duty.rate = 5%`, `in opening: duty.rate = 5%`.
fn changed<'t>(line: &LineTokens<'t>, names: &Vocabulary<'_>) -> Option<ScenarioParts<'t>> {
    let is_scenario = |n: usize| names.scenarios.contains(&line.at(n));
    let found = |parent: &'t str, changes: String| {
        let parents = vec![parent];
        Some(ScenarioParts {
            name: None,
            title: None,
            parents,
            changes,
            replaces: None,
            certain: true,
        })
    };
    let (mut n, end) = (0, line.len());
    while line.is_listed(n, FIRST)
        || line.is_listed(n, BETWEEN)
        || line.is_listed(n, "the scenario")
    {
        n += 1;
    }
    if is_scenario(n) {
        let next = if line.at(n + 1) == "scenario" { n + 2 } else { n + 1 };
        if line.at(next) == "{" || line.is_listed(next, "= : += +") && line.at(next + 1) == "{" {
            let open = if line.at(next) == "{" { next } else { next + 1 };
            return found(line.at(n), line.block(open)?);
        }
        let mut from = if line.at(next) == "." { next + 1 } else { next };
        while line.is_listed(from, BEHIND) {
            from += 1;
        }
        let joined = from > next || n > 0;
        return found(line.at(n), line.show(from, end).to_owned()).filter(|_| joined && from < end);
    }
    // The scenario is behind the change or inside it.
    let at = (n + 1..end).find(|&at| is_scenario(at))?;
    let mut from = at;
    while from > 0
        && (line.is_listed(from - 1, BETWEEN)
            || line.is_listed(from - 1, "the scenario only , case"))
    {
        from -= 1;
    }
    let bracket = line.at(at.wrapping_sub(1)) == "[" && line.at(at + 1) == "]"
        || line.at(at.wrapping_sub(1)) == "(" && line.at(at + 1) == ")";
    (from < at || bracket).then_some(())?;
    let (from, mut to) = if bracket { (at - 1, at + 2) } else { (from, at + 1) };
    if line.at(to) == "scenario" {
        to += 1;
    }
    let first = (0..from).find(|&n| !line.is_listed(n, FIRST))?;
    let changes = format!("{} {}", line.show(first, from), line.show(to, end));
    // Another scenario on the line makes it a comparison.
    (!(to..end).any(is_scenario)).then_some(())?;
    found(line.at(at), changes.trim().to_owned())
}

/// Returns the changes of a scenario; rates that name no years begin in the second year, because the base year is data.
fn entries(
    changes: &str,
    names: &Vocabulary<'_>,
    sentences: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let changes = changes.trim().trim_end_matches([',', ';']);
    let plain = [changes.to_owned(), changes.replace(';', ","), changes.replace(" and ", ", ")];
    let read = plain.iter().find_map(|text| written(text, names));
    read.or_else(|| sentences(changes)).filter(|all| !all.is_empty())
}

/// Returns changes that are written as a scenario writes them.
fn written(changes: &str, names: &Vocabulary<'_>) -> Option<Vec<String>> {
    let head = "scenario s { ";
    let text = format!("{head}{changes} }}");
    let parsed = parse(SourceId(0), &text);
    parsed.diagnostics.is_empty().then_some(())?;
    let [item] = parsed.file.items.as_slice() else { return None };
    let ItemKind::Scenario(scenario) = &item.kind else { return None };
    (!scenario.entries.is_empty()).then_some(())?;
    let mut out = changes.to_owned();
    for entry in scenario.entries.iter().rev() {
        let (ScenarioEntry::Assign(change) | ScenarioEntry::Fix(change)) = entry else { continue };
        let value = text.get(change.value.span.range()).unwrap_or_default();
        let target = text.get(change.target.span.range()).unwrap_or_default();
        let dated =
            |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|part| part.len() == 4);
        let in_time = ["->", " then ", " over ", " from "].iter().any(|sign| value.contains(sign));
        let name = change.target.dotted();
        let lever = name.split('.').next().is_some_and(|lever| names.lever(lever).is_some());
        let (first, last) = names.years;
        let plain = change.window.is_none() && !in_time && !dated(target);
        let all = matches!(change.op, AssignOp::Set | AssignOp::Add | AssignOp::Multiply);
        if all && plain && lever && is_rate(&name) && first < last {
            let end = change.value.span.range().end - head.len();
            out.insert_str(end, &format!(" in {}..{last}", first + 1));
        }
    }
    Some(vec![out])
}
