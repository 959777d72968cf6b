//! Operators, arrays and functions of MATLAB: `a .* b`, `[1 2 3]`, `...` at the end of a line, `x'`, `zeros(7, 1)`.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::elsewhere;

/// Writes operators for each element plainly: `a .* b`, `x.^2`.
pub(crate) fn operators(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = None;
    let mut n = 1;
    while n + 1 < draft.len() {
        let sign = draft.at(n + 1).to_owned();
        if draft.at(n) == "." && matches!(sign.as_str(), "*" | "/" | "^") {
            draft.remove(n..n + 1);
            found.get_or_insert_with(|| format!("`.{sign}` is written `{sign}`"));
        }
        n += 1;
    }
    found
}

/// Removes the sign of a transposed value: `exports'`.
pub(crate) fn transposed(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "'"
            && draft.touches(n)
            && (context.declares(draft.before(n, 1)) || draft.before(n, 1) == "]")
            && draft.find(&["'"], n + 1).is_none()
    })?;
    draft.remove(n..n + 1);
    Some("a value has indices, not rows and columns".to_owned())
}

/// Writes a value for each year as a path: `x = [1 2 3 4 5 6 7]`, `c(1, 2, 3)`; and `zeros(7, 1)` as 0.
pub(crate) fn arrays(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let start = usize::from(matches!(draft.at(0), "param" | "var" | "let" | "local"));
    let equals = draft.outside("=", start + 1).or_else(|| draft.find(&["<", "-"], start + 1))?;
    let first = equals + 1 + usize::from(draft.at(equals) == "<");
    draft.is_name(start).then_some(())?;
    let head = draft.show(start..equals);
    let end = draft.line_end(0);
    if matches!(draft.at(first), "zeros" | "ones" | "repmat" | "nan") && draft.at(first + 1) == "("
    {
        let close = draft.close(first + 1)?;
        let value = if draft.at(first) == "ones" { "1" } else { "0" };
        let rest = draft.show(close + 1..end);
        draft.replace(0..end, &format!("param {head} = {value}{}", rest.trim_end_matches(';')));
        return Some("a value holds in every year".to_owned());
    }
    let open = first + usize::from(draft.at(first) == "c" && draft.at(first + 1) == "(");
    matches!(draft.at(open), "[" | "(").then_some(())?;
    let close = draft.close(open).filter(|&n| draft.ends_line(n + 1) || draft.at(n + 1) == ";")?;
    let (mut values, mut sign) = (Vec::new(), "");
    let mut n = open + 1;
    while n < close {
        if draft.at(n) == "-" {
            sign = "-";
            n += 1;
        } else if draft.is_number(n) {
            let stop = if draft.at(n + 1) == "%" { n + 2 } else { n + 1 };
            values.push(format!("{sign}{}", draft.show(n..stop)));
            (sign, n) = ("", stop);
        } else if matches!(draft.at(n), "," | ";") {
            n += 1;
        } else {
            return None;
        }
    }
    let (from, to) = context.years()?;
    (i32::try_from(values.len()) == Ok(to - from + 1)).then_some(())?;
    let points: Vec<String> =
        values.iter().zip(from..).map(|(value, year)| format!("{year}: {value}")).collect();
    let word = if context.gives(draft.at(start)) && start == 0 { "" } else { "param " };
    draft.replace(0..end, &format!("{word}{head} = [{}]", points.join(", ")));
    Some("a list must name the element or the year of each value".to_owned())
}

/// Joins lines that end with `...`: `x = a ...` and `- b` below.
fn continued(text: &str, context: &Context<'_>) -> Option<Mended> {
    let blank = |line: &&str| line.trim().is_empty();
    let own: Vec<&str> = text.lines().filter(|line| !blank(line)).collect();
    own.iter().any(|line| line.trim_end().ends_with("...")).then_some(())?;
    let mut lines = own;
    let mut below = 0;
    let mut after = context.following().peekable();
    while lines.last().is_some_and(|line| line.trim_end().ends_with("...")) {
        while let Some(line) = after.next_if(blank) {
            below += line.len();
        }
        let line = after.next()?;
        below += line.len();
        lines.push(line);
    }
    let part = |line: &&str| {
        let line = line.trim().trim_end_matches(';').trim_end();
        line.strip_suffix("...").unwrap_or(line).trim_end().to_owned()
    };
    let whole = lines.iter().map(part).collect::<Vec<_>>().join(" ");
    let whole = whole.trim();
    let text =
        read(whole).or_else(|| crate::syntax::mend::mend(whole, context).map(|one| one.text))?;
    let message = "a statement goes on after an operator, without `...`".to_owned();
    Some(Mended { message, text, below })
}

/// Rewrites statements of several lines: `...` at the end of a line, and `function y = f(x)` with `end`.
pub(crate) fn lines(text: &str, context: &Context<'_>) -> Option<Mended> {
    let first = text.trim();
    if let Some(mended) = continued(text, context) {
        return Some(mended);
    }
    let draft = Draft::of(first);
    (draft.at(0) == "function" && draft.is_word(1) && draft.at(2) == "=").then_some(())?;
    let (result, head) = (draft.at(1).to_owned(), draft.show(3..draft.line_end(0)));
    let (mut value, mut below) = (None, 0);
    for line in context.following() {
        below += line.len();
        let line = line.trim().trim_end_matches(';');
        if line == "end" {
            break;
        }
        let mut body = Draft::of(line);
        if body.at(0) == result && body.at(1) == "=" {
            let _ = operators(&mut body, context);
            let _ = (0..20).all(|_| elsewhere::lags(&mut body, context).is_some());
            value = Some(body.show(2..body.len()));
        } else if !line.is_empty() {
            return None;
        }
    }
    let text = read(&format!("function {head} = {}", value?))?;
    let message = "a function is one expression".to_owned();
    Some(Mended { message, text, below })
}
