//! Stocks of Stella and sketches of Vensim over several lines: `x(t) = x(t - dt) + (in - out) * dt`, `INIT x = 5`,
//! `births = 3` with `~ people` below.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::eviews;

/// Writes a stock with the flows of last year: `x(t) = x(t - dt) + (in - out) * dt`.
pub(crate) fn stocks(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    // `d(debt)/dt = 5`, `ddebt/dt` is not read.
    if draft.at(0) == "d"
        && draft.at(1) == "("
        && draft.find(&[")", "/", "dt", "="], 3) == Some(3)
        && context.may_be_value(draft.at(2))
    {
        let (name, end) = (draft.at(2).to_owned(), draft.line_end(0));
        let flow = draft.show(7..end);
        draft.replace(0..end, &format!("{name} = {name}[t-1] + {}", flow.trim_end_matches(';')));
        return Some(
            "one step is one year: a stock adds its change to last year's value".to_owned(),
        );
    }
    let name = draft.at(0).to_owned();
    let same = draft.find(&["(", "t", ")", "="], 1) == Some(1) && draft.at(5) == name;
    let step = |n: usize| matches!(draft.at(n).to_lowercase().as_str(), "dt" | "δt");
    let last = draft.at(6) == "(" && draft.at(7) == "t" && draft.at(8) == "-" && step(9);
    let end = draft.line_end(0);
    let end = if draft.before(end, 1) == ";" { end - 1 } else { end };
    let whole = same && last && draft.at(10) == ")" && matches!(draft.at(11), "+" | "-");
    (whole && draft.before(end, 2) == "*" && step(end - 1)).then_some(())?;
    let mut flows = Draft::of(&draft.show(12..end - 2));
    let mut n = 0;
    while n < flows.len() {
        if flows.is_word(n) && flows.at(n + 1) == "[" {
            let close = flows.close(n + 1)?;
            flows.replace(close..close + 1, ", t-1]");
            n = close + 4;
        } else if flows.is_word(n) && flows.at(n + 1) != "(" && !context.gives(flows.at(n)) {
            let flow = flows.at(n).to_owned();
            flows.replace(n..n + 1, &format!("{flow}[t-1]"));
            n += 5;
        }
        n += 1;
    }
    let own = if context.declares(&name) { String::new() } else { format!("var {name}\n") };
    let text = format!("{own}{name} = {name}[t-1] {} {}", draft.at(11), flows.text());
    let end = draft.line_end(0);
    draft.replace(0..end, &text);
    Some("one step is one year: a stock adds the flows of last year".to_owned())
}

/// Writes the first value of a stock, and leaves out heads of Stella: `INIT x = 5`, `INFLOWS:`, `UNITS: USD`.
pub(crate) fn heads(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (word, end) = (draft.at(0).to_uppercase(), draft.line_end(0));
    if draft.at(1) == ":"
        && matches!(draft.at(0), "INFLOWS" | "OUTFLOWS" | "UNITS" | "DOCUMENT" | "STOCKS" | "FLOWS")
    {
        let words = draft.show(2..end);
        let text = if words.is_empty() { String::new() } else { format!("# {words}") };
        draft.replace(0..end, &text);
        return Some("every line is an equation; other words are comments behind `#`".to_owned());
    }
    let at = 1 + usize::from(matches!(draft.at(1), "(" | ":"));
    let equals = at + 1 + usize::from(draft.at(at + 1) == ")");
    let first = matches!(word.as_str(), "INIT" | "INITIAL") && draft.is_word(at);
    (first && draft.at(equals) == "=").then_some(())?;
    let name = draft.at(at).to_owned();
    let value = draft.show(equals + 1..end);
    let stock = context.any_line(|line| {
        line.starts_with(&format!("{name}(t) =")) || line.starts_with(&format!("{name}(t)="))
    });
    let declared = stock || context.declares(&name);
    let own = if declared { String::new() } else { format!("var {name}\n") };
    // A stock without flows keeps its value.
    let open = if declared { !stock && context.is_open(&name) } else { true };
    let later = if open { format!("\n{name} = {name}[t-1]") } else { String::new() };
    let value = value.trim_end_matches(';');
    draft.replace(0..end, &format!("{own}{name}[first] = {value}{later}"));
    Some("the value of the first year is an equation, `x[first] = 5`".to_owned())
}

/// Writes the flows below a head of Stella as declarations: `INFLOWS:`, `births = Population * 0.03`.
pub(crate) fn flows(text: &str, context: &Context<'_>) -> Option<Mended> {
    matches!(text.trim(), "INFLOWS:" | "OUTFLOWS:" | "FLOWS:" | "CONVERTERS:").then_some(())?;
    let (mut lines, mut below) = (Vec::new(), 0);
    for line in context.following() {
        let draft = Draft::of(line.trim());
        let equation = draft.is_name(0) && draft.at(1) == "=";
        if !line.trim().is_empty() && (!equation || context.declares(draft.at(0))) {
            break;
        }
        below += line.len();
        if equation {
            let end = draft.line_end(0);
            let given = !(2..end).any(|n| draft.is_name(n));
            lines.push(format!("{} {}", if given { "param" } else { "var" }, line.trim()));
        }
    }
    (!lines.is_empty()).then_some(())?;
    let text = read(&lines.join("\n"))?;
    let message = "each flow is declared, `var` with its equation".to_owned();
    // The line after the last flow stays on a line of its own.
    Some(Mended { message, text: format!("{text}\n"), below })
}

/// Writes an equation of Vensim with its unit and its words on the lines below: `births = 3`, `~ people/year`, `~ |`.
pub(crate) fn sketch(text: &str, context: &Context<'_>) -> Option<Mended> {
    (text.contains('=') && context.later().trim_start().starts_with('~')).then_some(())?;
    let (mut whole, mut below) = (text.trim().to_owned(), 0);
    for line in context.following() {
        let words = line.trim();
        if !words.is_empty() && !words.starts_with(['~', '|', ':']) {
            break;
        }
        below += line.len();
        whole.push(' ');
        whole.push_str(words);
        if words.ends_with('|') {
            break;
        }
    }
    let whole = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut draft = Draft::of(&whole);
    let message = eviews::sketches(&mut draft, context)?;
    let text = read(&draft.text())?;
    Some(Mended { message, text, below })
}

/// Writes a line of Vensim that belongs to no equation as a comment: `~ people/year`, `|`.
pub(crate) fn tildes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "~" | "|").then_some(())?;
    let end = draft.line_end(0);
    let words = draft.show(0..end);
    (!words.trim_matches('|').contains('|')).then_some(())?;
    let words = words.trim_matches(['~', '|', ' ']);
    let text = if words.is_empty() { String::new() } else { format!("# {words}") };
    draft.replace(0..end, &text);
    Some("a unit follows the name after a colon; other words are comments".to_owned())
}

/// Writes a delay with its value before the first step: `z = DELAY FIXED(x, 2, 50)`.
pub(crate) fn delays(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let first = usize::from(matches!(draft.at(0), "var" | "param"));
    let name = draft.at(first).to_owned();
    let equals = draft.outside("=", first + 1)?;
    let open = match (draft.at(equals + 1).to_uppercase().as_str(), draft.at(equals + 2)) {
        ("DELAY", "FIXED") => equals + 3,
        ("DELAY_FIXED" | "DELAYFIXED", _) => equals + 2,
        _ => return None,
    };
    let (arguments, close) = draft.arguments(open)?;
    let [value, years, start] = arguments.as_slice() else { return None };
    let count: i32 =
        draft.show(years.clone()).parse().ok().filter(|count| (1..100).contains(count))?;
    let (value, start) = (draft.show(value.clone()), draft.show(start.clone()));
    let plain = value.chars().all(|c| c.is_alphanumeric() || c == '_');
    (plain && draft.is_name(first) && draft.ends_line(close + 1)).then_some(())?;
    let (from, _) = context.years()?;
    let unit = match draft.show(first + 1..equals) {
        unit if unit.starts_with(':') => unit,
        _ => context.unit_of(&value).to_owned(),
    };
    let own = if context.declares(&name) && first == 0 {
        String::new()
    } else {
        format!("var {name}{unit}\n")
    };
    let until = from + count - 1;
    let window = if count == 1 { "first".to_owned() } else { format!("first..{until}") };
    let text = format!(
        "{own}{name}[{window}] = {start}\n{name}[{}..last] = {value}[t-{count}]",
        until + 1
    );
    let end = draft.line_end(0);
    draft.replace(0..end, &text);
    Some("a delay reads an earlier year, and has its own value in the first years".to_owned())
}
