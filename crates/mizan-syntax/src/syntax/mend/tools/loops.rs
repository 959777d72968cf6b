//! Loops over years: `for t = 2025:2030 ... end`, `for y in range(2025, 2031):`, `forvalues y = 2025/2030 { ... }`,
//! `for (t in 2:7) { ... }`, `loop(t$(ord(t) > 1), ...)`.
//!
//! In: the head, and the lines of the loop. Out: each line with its years, because equations hold without a loop.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::conditions;
use crate::syntax::mend::read::read;
use crate::syntax::token::TokenKind;

/// A loop over the years `from..to`.
struct YearLoop<'c> {
    context: &'c Context<'c>,
    letter: String,
    from: i32,
    to: i32,
    /// The year of the position 0, for a loop over positions.
    base: Option<i32>,
}

/// Rewrites a loop over years; `None` for another loop.
pub(crate) fn over_years(text: &str, context: &Context<'_>) -> Option<Mended> {
    let draft = Draft::of(text.trim());
    let (year_loop, after) = head(&draft, context)?;
    let (body, below) = body(&draft, after, context)?;
    let mut written: Vec<String> = Vec::new();
    for line in body.split(['\n', ';']).map(str::trim) {
        let line = line.trim_end_matches(['}', ')']).trim_end();
        let line = if line.matches('(').count() > line.matches(')').count() {
            format!("{line})")
        } else {
            line.to_owned()
        };
        if line.is_empty() || line.starts_with(['#', '%']) {
            continue;
        }
        let line = year_loop.line(&line, &written)?;
        written.push(line);
    }
    let text = read(&written.join("\n")).filter(|text| !text.is_empty())?;
    let message = "there are no loops: a line with years holds for each of them".to_owned();
    Some(Mended { message, text, below })
}

/// Reads the head of a loop; returns the loop and the position after the head.
fn head<'c>(draft: &Draft, context: &'c Context<'c>) -> Option<(YearLoop<'c>, usize)> {
    let word = draft.at(0).to_lowercase();
    matches!(word.as_str(), "for" | "foreach" | "forvalues" | "forv" | "loop" | "do")
        .then_some(())?;
    let horizon = context.years()?;
    let first =
        (1..draft.len()).find(|&n| draft.is_word(n) && !matches!(draft.at(n), "int" | "local"))?;
    let letter = draft.at(first).to_owned();
    // `loop(t, ...)`, `loop(t$(ord(t) > 1), ...)`
    if word == "loop" {
        (letter == "t" || letter == "year").then_some(())?;
        let comma = draft.outside(",", first)?;
        let condition = draft.show(first + 1..comma);
        let years = match condition.strip_prefix('$') {
            Some(condition) => conditions::years(condition, context)?,
            None => conditions::YearsMeant { from: None, to: None },
        };
        let (from, to) = (years.from.unwrap_or(horizon.0), years.to.unwrap_or(horizon.1));
        return Some((YearLoop { context, letter, from, to, base: None }, comma + 1));
    }
    matches!(draft.at(first + 1), "in" | "=").then_some(())?;
    let stops = |n: usize| {
        n >= draft.len()
            || matches!(draft.at(n), "{" | "do")
            || draft.kind(n) == Some(TokenKind::LineEnd)
            || draft.at(n) == ":" && !draft.is_number(n + 1)
    };
    let end = (first + 2..=draft.len()).find(|&n| stops(n))?;
    let numbers: Vec<i32> = (first + 2..end)
        .filter(|&n| draft.is_number(n))
        .map(|n| draft.at(n).parse().ok())
        .collect::<Option<_>>()?;
    let python = draft.find(&["range"], first).is_some_and(|n| n < end);
    let exclusive = python || (first..end).any(|n| draft.at(n) == "<" && draft.at(n + 1) != "=");
    let (from, to) = match numbers.as_slice() {
        [count] if python => (0, *count),
        [from, to] => (*from, *to),
        [from, step, to] if *step == 1 || *from == *step => (*from, *to),
        _ => return None,
    };
    let to = if exclusive { to - 1 } else { to };
    let years = horizon.1 - horizon.0 + 1;
    let base = match from {
        1000.. => None,
        _ if python && to < years => Some(horizon.0),
        _ if from > 0 && to <= years => Some(horizon.0 - 1),
        _ => return None,
    };
    let shift = base.unwrap_or_default();
    let found = YearLoop { context, letter, from: from + shift, to: to + shift, base };
    (from <= to).then_some((found, end))
}

/// Returns the lines of a loop, whose head ends at `after`, and the length of the lines below the statement.
pub(crate) fn body(draft: &Draft, after: usize, context: &Context<'_>) -> Option<(String, usize)> {
    const ENDS: [&str; 7] = ["end", "endfor", "next", "done", "enddo", "end do", "end for"];
    let start = after + usize::from(matches!(draft.at(after), ":" | "{" | "do" | ","));
    let inside = draft.show(start..draft.len());
    if draft.at(after) == "{" || draft.at(0).eq_ignore_ascii_case("loop") {
        let close = inside.trim_end_matches([';', ' ']).trim_end_matches([')', '}']);
        return Some((close.to_owned(), 0));
    }
    let ends =
        |line: &str| ENDS.contains(&line.trim().trim_end_matches(';').to_lowercase().as_str());
    if draft.at(after) == ":" {
        let lines = context.indented();
        let whole = std::iter::once(inside.as_str()).chain(lines).collect::<Vec<_>>().join("\n");
        return Some((whole, context.indented_length()));
    }
    let (mut lines, mut below) = (vec![inside.clone()], 0);
    if inside.lines().last().is_some_and(ends) {
        let last = inside.trim_end().rfind('\n').unwrap_or(0);
        return Some((inside.get(..last)?.to_owned(), 0));
    }
    for line in context.following() {
        below += line.len();
        if ends(line) {
            return Some((lines.join("\n"), below));
        }
        lines.push(line.trim().to_owned());
    }
    None
}

impl YearLoop<'_> {
    /// Writes a line of the loop with the years of the loop; `before` are the lines before it.
    fn line(&self, line: &str, before: &[String]) -> Option<String> {
        let Self { letter, context, .. } = self;
        let mut line = line.to_owned();
        for mark in [format!("`{letter}'"), format!("!{letter}"), format!("{{{letter}}}")] {
            line = line.replace(&mark, letter);
        }
        let window = format!("{}..{}", self.from, self.to);
        let draft = Draft::of(&line);
        let start =
            usize::from(matches!(draft.at(0), "replace" | "gen" | "genr" | "series" | "let"));
        let name = draft.at(start).to_owned();
        let close = match draft.at(start + 1) {
            "(" | "[" => draft.close(start + 1)?,
            _ => start,
        };
        let equals = close + 1;
        let arrow = draft.at(equals) == "<" && draft.at(equals + 1) == "-";
        if !(arrow || matches!(draft.at(equals), "=" | "<-")) || !draft.is_name(start) {
            // `show gdp in y`: the loop shows its years.
            let years = format!(" in {letter}");
            let line = line.strip_suffix(&years).map_or(line.clone(), str::to_owned);
            let mended = read(&line)
                .or_else(|| crate::syntax::mend::mend(&line, context).map(|mended| mended.text))?;
            let query = self.value(&mended, "")?;
            (query.starts_with("show ") || query.starts_with("chart ")).then_some(())?;
            let all = context.years() == Some((self.from, self.to));
            return Some(if all { query } else { format!("{query} in {window}") });
        }
        let left = draft.show(start + 1..equals);
        let mut shift = 0;
        let mut others = Vec::new();
        for index in left.trim_matches(['(', ')', '[', ']', ' ']).split(',').map(str::trim) {
            match index.strip_prefix(letter.as_str()).map(str::trim) {
                Some("") => {}
                // `x(t+1) = f(x(t))` gives the value of the next year.
                Some(step) => shift = step.replace(' ', "").trim_start_matches('+').parse().ok()?,
                None if index.is_empty() => {}
                None => others.push(index.trim_matches(['"', '\'']).to_owned()),
            }
        }
        let end = draft.line_end(0);
        let stop = draft.outside("if", equals).filter(|&n| n < end).unwrap_or(end);
        if stop < end {
            let condition: String = (stop + 1..end).map(|n| draft.at(n)).collect();
            let own =
                |text: &str| text == format!("year=={letter}") || text == format!("year={letter}");
            own(&condition).then_some(())?;
        }
        let value = draft.show(equals + 1 + usize::from(arrow)..stop);
        let own = if left.is_empty() && stop == end { name.as_str() } else { "" };
        let value = self.shifted(&value, own, shift)?;
        let (from, to) = (self.from + shift, self.to + shift);
        let whole = self.context.years().is_some_and(|(first, last)| from <= first && to >= last);
        if !whole {
            others.push(format!("{from}..{to}"));
        }
        let declared = context.declares(&name)
            || before.iter().any(|line| line.contains(&format!("var {name}\n")));
        let head = if declared { String::new() } else { format!("var {name}\n") };
        let index =
            if others.is_empty() { String::new() } else { format!("[{}]", others.join(", ")) };
        Some(match whole && !declared {
            true => format!("var {name} = {value}"),
            false => format!("{head}{name}{index} = {value}"),
        })
    }

    /// Writes an expression of the loop, whose current year is the loop's.
    fn value(&self, text: &str, own: &str) -> Option<String> {
        self.shifted(text, own, 0)
    }

    /// Writes an expression for a left side that lies `shift` years after the year of the loop.
    fn shifted(&self, text: &str, own: &str, shift: i32) -> Option<String> {
        let mut draft = Draft::of(text);
        let letter = &self.letter;
        let mut n = 0;
        while n < draft.len() {
            if matches!(draft.at(n), "(" | "[") && n > 0 && draft.touches(n) && draft.is_name(n - 1)
            {
                let close = draft.close(n)?;
                let inside = draft.show(n + 1..close);
                let years = |index: &str| -> Option<i32> {
                    let step = index.trim().strip_prefix(letter.as_str())?.replace(' ', "");
                    if step.is_empty() {
                        Some(0)
                    } else {
                        step.trim_start_matches('+').parse().ok()
                    }
                };
                if inside.split(',').any(|index| years(index).is_some()) {
                    let list: Vec<String> = inside
                        .split(',')
                        .filter_map(|index| match years(index).map(|step| step - shift) {
                            Some(0) => None,
                            Some(step) => Some(format!("t{step:+}")),
                            None => Some(index.trim().trim_matches(['"', '\'']).to_owned()),
                        })
                        .collect();
                    let index = if list.is_empty() {
                        String::new()
                    } else {
                        format!("[{}]", list.join(", "))
                    };
                    draft.replace(n..close + 1, &index);
                    n = if list.is_empty() { n } else { draft.close(n)? + 1 };
                    continue;
                }
            } else if draft.at(n) == letter && draft.is_word(n) {
                let current = match self.base {
                    Some(base) => format!("((t - {}) / 1 year)", base + shift),
                    None if shift == 0 => "t".to_owned(),
                    None => return None,
                };
                draft.replace(n..n + 1, &current);
                // The text for the year may have the loop's letter too.
                n += Draft::of(&current).len();
                continue;
            } else if draft.at(n) == own && !own.is_empty() && !matches!(draft.at(n + 1), "(" | "[")
            {
                draft.replace(n..n + 1, &format!("{own}[t-1]"));
            }
            n += 1;
        }
        Some(draft.text())
    }
}
