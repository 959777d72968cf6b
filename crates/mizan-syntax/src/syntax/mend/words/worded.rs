//! Amounts with words of plain English beside them: `20% ad valorem`, `half`, `five percent`, `60_000 cars at 12_000 USD`,
//! `350 USD per tonne`, `80-100 mn USD`.
//!
//! In: the value of a parameter, a field or a change. Out: the amount alone, as a product, or as a distribution.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::is_scenario;
use crate::syntax::mend::notation::numbers;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{Class, SCALES};

/// Words for parts of one, each with its value.
const PARTS: [(&[&str], &str); 13] = [
    (&["a", "half"], "50%"),
    (&["one", "half"], "50%"),
    (&["half"], "50%"),
    (&["two", "thirds"], "2/3"),
    (&["one", "third"], "1/3"),
    (&["a", "third"], "1/3"),
    (&["three", "quarters"], "75%"),
    (&["one", "quarter"], "25%"),
    (&["a", "quarter"], "25%"),
    (&["one", "fifth"], "20%"),
    (&["a", "fifth"], "20%"),
    (&["one", "tenth"], "10%"),
    (&["a", "tenth"], "10%"),
];

/// Numbers in words.
const NUMBERS: [(&str, &str); 22] = [
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
];

/// Words before an amount that say nothing a script could use.
const BEFORE: &[&[&str]] = &[
    &["ca", "."],
    &["ca"],
    &["approx", "."],
    &["appr", "."],
    &["c", "."],
    &["nearly"],
    &["almost"],
    &["some"],
    &["roughly"],
    &["a", "flat"],
    &["flat"],
    &["fixed"],
    &["only"],
    &["just"],
    &["equal", "to"],
    &["set", "at"],
    &["set", "to"],
    &["in"],
    &["within"],
    &["during"],
    &["as", "of"],
    &["from"],
    &["starting"],
];

/// Words for a limit before an amount.
const LIMITS: &[&[&str]] = &[
    &["more", "than"],
    &["less", "than"],
    &["at", "least"],
    &["at", "most"],
    &["up", "to"],
    &["max", "."],
    &["max"],
    &["maximum"],
    &["min", "."],
    &["min"],
    &["minimum"],
    &["under"],
    &["below"],
    &["above"],
    &["over"],
];

/// Words behind an amount that say nothing a script could use.
const BEHIND: &[&[&str]] = &[
    &["ad", "valorem"],
    &["ad", "-", "valorem"],
    &["(", "ad", "valorem", ")"],
    &["MFN"],
    &["(", "MFN", ")"],
    &["MFN", "rate"],
    &["applied"],
    &["flat"],
    &["fixed"],
    &["constant"],
    &["nominal"],
    &["annual"],
    &["annually"],
    &["yearly"],
    &["per", "day"],
    &["a", "day"],
    &["/", "day"],
    &["in", "total"],
    &["altogether"],
    &["in", "all", "years"],
    &["for", "all", "years"],
    &["in", "every", "year"],
    &["throughout"],
    &["of", "value"],
    &["of", "the", "value"],
    &["of", "CIF", "value"],
    &["of", "the", "CIF", "value"],
    &["of", "customs", "value"],
    &["of", "the", "customs", "value"],
    &["on", "value"],
    &["CIF"],
    &["FOB"],
    &["(", "CIF", ")"],
    &["(", "FOB", ")"],
    &["or", "so"],
    &["approximately"],
    &["approx", "."],
    &["approx"],
    &["roughly"],
    &["(", "approx", ".", ")"],
    &["(", "estimate", ")"],
    &["(", "estimated", ")"],
    &["(", "est", ".", ")"],
    &["(", "est", ")"],
    &["estimated"],
    &["at", "most"],
    &["at", "least"],
    &["or", "more"],
    &["or", "less"],
    &["max"],
    &["min"],
    &["only"],
];

/// True if a text may have an amount of these forms that the grammar reads: `rate: 5%-7%`, `half`, `12 USD/vehicle`.
pub(crate) fn may_have(text: &str) -> bool {
    // Two amounts with a sign between them.
    let range = text.match_indices('-').any(|(at, _)| {
        let before = text.get(..at).and_then(|part| part.trim_end().chars().next_back());
        let after = text.get(at + 1..).and_then(|part| part.trim_start().chars().next());
        before.is_some_and(|c| c.is_alphanumeric() || c == '%')
            && after.is_some_and(|c| c.is_ascii_digit() || c == '$')
    });
    let words = [
        ": all",
        ": full",
        ": none",
        ": nothing",
        "half",
        "halved",
        "doubled",
        "tripled",
        "trebled",
        "quadrupled",
    ];
    range || words.iter().any(|word| text.contains(word)) || text.contains('/')
}

/// Returns the positions at which values begin.
pub(crate) fn starts(draft: &Draft) -> Vec<usize> {
    let statement = draft.begins_with(Class::Query)
        || matches!(draft.at(0), "set" | "years" | "check" | "unit" | "currency" | "use" | "model");
    let begins = |n: &usize| matches!(draft.before(*n, 1), "=" | ":" | "->" | "+=" | "-=" | "*=");
    match statement {
        true => Vec::new(),
        false => (1..draft.len()).filter(begins).collect(),
    }
}

/// True if tokens with these texts begin at `n`.
fn words_at(draft: &Draft, n: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(k, word)| draft.at(n + k) == *word)
}

fn phrase(draft: &Draft, n: usize, list: &[&'static [&'static str]]) -> Option<usize> {
    list.iter().find(|words| words_at(draft, n, words)).map(|words| words.len())
}

pub(crate) fn is_scale(word: &str) -> bool {
    SCALES.iter().any(|(own, _)| *own == word) || numbers::scale(word).is_some()
}

/// Returns the position after a number with its `%`, or with its scale word and its unit.
pub(crate) fn figure_end(draft: &Draft, n: usize) -> Option<usize> {
    let number = n + usize::from(draft.at(n) == "-");
    draft.is_number(number).then_some(())?;
    let mut end = number + 1;
    if draft.at(end) == "%" {
        return Some(end + 1);
    }
    if matches!(draft.at(end), "percent" | "pct") {
        return Some(end + 1);
    }
    end += usize::from(draft.is_word(end) && is_scale(draft.at(end)));
    let time = matches!(draft.at(end), "year" | "years");
    let unit = (draft.is_name(end) || time) && phrase(draft, end, BEHIND).is_none();
    Some(end + usize::from(unit))
}

/// True if a value ends at `n`.
fn ends(draft: &Draft, n: usize) -> bool {
    n >= draft.len()
        || matches!(
            draft.kind(n),
            Some(TokenKind::Close | TokenKind::LineEnd | TokenKind::Comment | TokenKind::Text)
        )
        || matches!(draft.at(n), "," | "@" | "bounds" | ";" | "|")
}

/// Writes parts of one and numbers in words: `half of gdp`, `two thirds`, `five percent`.
pub(crate) fn parts(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut message = figures(draft, context);
    const FACTORS: [(&str, &str); 5] = [
        ("halved", "0.5"),
        ("doubled", "2"),
        ("tripled", "3"),
        ("trebled", "3"),
        ("quadrupled", "4"),
    ];
    // `duty.rate = halved in 2027..2030`
    for n in starts(draft).into_iter().rev().filter(|_| is_scenario(draft)).collect::<Vec<_>>() {
        let factor = FACTORS.iter().find(|(word, _)| *word == draft.at(n));
        if let (Some((_, factor)), "=") = (factor, draft.before(n, 1)) {
            draft.replace(n..n + 1, factor);
            draft.replace(n - 1..n, "*=");
            message = Some("a multiple of the value before is a factor, `*= 2`");
        }
    }
    // `home_share: all`
    for n in starts(draft).into_iter().rev() {
        const SHARES: [&str; 6] =
            ["utilisation", "collection", "pass_through", "local_content", "payout", "in_park"];
        let field = draft.before(n, 2);
        let share = field.ends_with("_share") || SHARES.contains(&field);
        let value = match draft.at(n) {
            "all" | "full" | "fully" | "everything" => "100%",
            "none" | "nothing" | "nil" => "0%",
            _ => continue,
        };
        if share && ends(draft, n + 1) {
            draft.replace(n..n + 1, value);
            message = Some("a share is a percentage, `100%` for all of it");
        }
    }
    for n in starts(draft).into_iter().rev() {
        if let Some((words, value)) = PARTS.iter().find(|(words, _)| words_at(draft, n, words)) {
            let after = n + words.len();
            let of = draft.at(after) == "of";
            let named = words.len() == 1 && context.declares(draft.at(n));
            if named || !of && !ends(draft, after) {
                continue;
            }
            if of {
                draft.replace(after..after + 1, "*");
            }
            // `duty.rate = half` in a scenario is half of the rate.
            if !of && is_scenario(draft) && draft.before(n, 1) == "=" {
                draft.replace(n..after, &factor(value));
                draft.replace(n - 1..n, "*=");
                message = Some("a part of the value before is a factor, `*= 0.5`");
                continue;
            }
            draft.replace(n..after, value);
            message = Some("a part is a number, `50%` or `1/3`, and a part of a value a product");
            continue;
        }
        let one = usize::from(draft.at(n) == "a" && draft.at(n + 1) == "hundred");
        let at = n + one;
        let number = NUMBERS.iter().find(|(word, _)| draft.at(at).eq_ignore_ascii_case(word));
        let Some((word, value)) = number.filter(|(word, _)| !context.declares(word)) else {
            continue;
        };
        let next = at + 1;
        let percent = match draft.at(next) {
            "percent" | "pct" | "%" => 1,
            "per" if draft.at(next + 1) == "cent" => 2,
            _ => 0,
        };
        let unit = is_scale(draft.at(next)) || draft.at(next) == context.currency();
        if percent > 0 {
            draft.replace(n..next + percent, &format!("{value}%"));
        } else if unit && draft.is_word(next) && !word.is_empty() {
            draft.replace(n..next, value);
        } else {
            continue;
        }
        message = Some("a number is written in digits");
    }
    message.map(str::to_owned)
}

/// Writes a share in an equation or a check as a quotient: `a as % of b`, `a in percent of b`, `a as a share of b`.
pub(crate) fn quotients(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (!draft.begins_with(Class::Query) || draft.at(0) == "check").then_some(())?;
    let n = (2..draft.len()).find(|&n| matches!(draft.at(n), "as" | "in"))?;
    let mut end = n + 1;
    let share = |word: &str| {
        matches!(
            word,
            "%" | "percent" | "percentage" | "pct" | "share" | "fraction" | "per" | "cent"
        )
    };
    while matches!(draft.at(end), "a" | "the") || share(draft.at(end)) {
        end += 1;
    }
    (end > n + 1 && share(draft.at(end - 1)) && draft.at(end) == "of").then_some(())?;
    let start = match draft.at(0) {
        "check" => 1,
        _ => draft.outside("=", 0).filter(|&equals| equals < n)? + 1,
    };
    let sums = (start..n).any(|k| matches!(draft.at(k), "+" | "-"));
    let left = draft.show(start..n);
    let left = if sums { format!("({left})") } else { left };
    draft.replace(start..end + 1, &format!("{left} /"));
    Some("a share is a quotient, `x / y`; a query shows it with `in percent`".to_owned())
}

/// Writes a part as a factor: a percentage as a decimal.
fn factor(part: &str) -> String {
    let percent = part.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    percent.map_or_else(|| part.to_owned(), |percent| (percent / 100.0).to_string())
}

/// Writes percentages of a value and basis points: `5 percent of gdp`, `0.08 of gdp`, `150 basis points`.
fn figures(draft: &mut Draft, context: &Context<'_>) -> Option<&'static str> {
    let mut message = None;
    for n in starts(draft).into_iter().rev().filter(|&n| draft.is_number(n)).collect::<Vec<_>>() {
        let value = draft.at(n).parse::<f64>().ok()?;
        let percent = match (draft.at(n + 1), draft.at(n + 2)) {
            ("basis", "point" | "points") => {
                draft.replace(n..n + 3, &format!("{}%", value / 100.0));
                message = Some("a basis point is a hundredth of a per cent");
                continue;
            }
            ("percent" | "pct" | "%", _) => 1,
            ("per", "cent") => 2,
            _ => 0,
        };
        let of = n + 1 + percent;
        let value = draft.is_name(of + 1) && context.may_be_value(draft.at(of + 1));
        // `80% of 100 mn USD`; `4 of 12` counts.
        let amount = percent > 0 && draft.is_number(of + 1);
        let whole =
            draft.at(of) == "of" && (value || amount) && phrase(draft, of, BEHIND).is_none();
        if whole {
            draft.replace(of..of + 1, "*");
            if percent > 0 {
                let figure = format!("{}%", draft.at(n));
                draft.replace(n..of, &figure);
            }
            message = Some("a share of a value is a product, `5% * x`");
        }
    }
    message
}

/// Removes words beside an amount: `20% ad valorem`, `ca. 80 mn USD`, `4 days of 12`, `max 5%`.
pub(crate) fn beside(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut message = None;
    for n in starts(draft).into_iter().rev() {
        // `ramp: over 3 years` is a time, not a limit.
        let time = matches!(draft.at(n + 2), "years" | "year" | "months" | "days");
        let lasts = draft.at(n) == "over" && time;
        let limit = phrase(draft, n, LIMITS).filter(|_| !lasts);
        let before = limit.or_else(|| phrase(draft, n, BEFORE)).unwrap_or(usize::from(lasts));
        let Some(end) = figure_end(draft, n + before) else { continue };
        let behind = phrase(draft, end, BEHIND).or_else(|| whole_of(draft, end)).unwrap_or(0);
        // What follows is a value of its own, such as a step or a product.
        let alone = ends(draft, end + behind) || matches!(draft.at(end + behind), "then" | "->");
        if before + behind == 0 || !alone {
            continue;
        }
        let was = match behind {
            0 => draft.show(n..n + before),
            _ => draft.show(end..end + behind),
        };
        draft.remove(end..end + behind);
        draft.remove(n..n + before);
        if draft.before(n, 1) == ":" || draft.before(n, 1) == "=" {
            let figure = draft.at(n).to_owned();
            draft.put_word(n..n + 1, &figure);
            if draft.at(n + 1) == "%" {
                draft.glue(n + 1);
            }
            let end = figure_end(draft, n).unwrap_or(n + 1);
            glue_signs(draft, end);
        }
        message = Some(match limit {
            Some(_) => {
                "a value is one number; the limits of a parameter follow `bounds`".to_owned()
            }
            None => format!("a value is a number with its unit, without `{was}`"),
        });
    }
    message
}

/// Removes the blank before a sign that ends a value.
pub(crate) fn glue_signs(draft: &mut Draft, n: usize) {
    if matches!(draft.at(n), "," | ";") {
        draft.glue(n);
    }
}

/// Returns the length of a whole behind its part: `of 12`, `(of 12 days)`, `out of 12`.
fn whole_of(draft: &Draft, n: usize) -> Option<usize> {
    let open = usize::from(draft.at(n) == "(");
    let at = n + open;
    let of = at + usize::from(draft.at(at) == "out");
    let instead = draft.at(of) == "instead" && draft.at(of + 1) == "of";
    let of = of + usize::from(instead);
    (draft.at(of) == "of").then_some(())?;
    let end = figure_end(draft, of + 1)?;
    (open == 0 || draft.at(end) == ")").then_some(end + open - n)
}

/// True for the sign or the code of a currency.
fn is_money(text: &str) -> bool {
    text == "$" || text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Writes a range as a distribution: `80-100 mn USD`, `5%-7%`, and `80 to 100 mn USD` for the value of one year.
pub(crate) fn ranges(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (from, n, sign, end) = starts(draft).into_iter().find_map(|from| {
        // `$80-100 million`, `USD 80-100 mn`
        let n = from + usize::from(is_money(draft.at(from)));
        draft.is_number(n).then_some(())?;
        let own = figure_end(draft, n)?;
        let base = draft.before(n, 2) == "base";
        let second = own + usize::from(is_money(draft.at(own + 1)));
        let end = figure_end(draft, second + 1)?;
        let percent = draft.before(end, 1) == "%";
        // `1-20%` is a factor, and `1 - 20%` too; `80 - 100 mn USD` is no difference, as 80 has no unit.
        let tight = draft.touches(own) && draft.touches(own + 1);
        let range = if percent { tight && draft.at(n) != "1" } else { tight || own == n + 1 };
        let dash = matches!(draft.at(own), "-" | "–") && range;
        (dash || base && draft.at(own) == "to").then_some(())?;
        (draft.is_number(second + 1) && ends(draft, end)).then_some((from, n, second, end))
    })?;
    let value = |n: usize| draft.at(n).replace('_', "").parse::<f64>().ok();
    let dash = usize::from(is_money(draft.at(sign)));
    let (low, high) = (draft.show(n + 1..sign - dash), draft.show(sign + 2..end));
    let money = draft.at(from).to_owned();
    let high = match is_money(&money) {
        // The unit goes behind the number, as another rule writes it.
        true => {
            let scale = numbers::scale(&high).unwrap_or(&high).to_owned();
            let code = if money == "$" { context.currency().to_owned() } else { money };
            format!("{scale} {code}").trim().to_owned()
        }
        false => high,
    };
    (value(n)? < value(sign + 1)?
        && !high.is_empty()
        && (low.is_empty() || high.starts_with(&low)))
    .then_some(())?;
    let space = if high == "%" { "" } else { " " };
    let text =
        format!("uniform({}{space}{high}, {}{space}{high})", draft.at(n), draft.at(sign + 1));
    draft.replace(from..end, &text);
    Some("a range is a distribution, as `uniform(3%, 5%)`; a minus sign subtracts".to_owned())
}

/// Writes the two shares of a venture, `51/49`, as that of the partner, which is named second.
pub(crate) fn shares(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "joint_venture").then_some(())?;
    let number = |n: usize| draft.at(n).parse::<u32>().ok();
    let n = starts(draft).into_iter().find(|&n| {
        matches!(draft.at(n + 1), "/" | ":" | "-")
            && number(n).zip(number(n + 2)).is_some_and(|(a, b)| a + b == 100)
            && ends(draft, n + 3)
    })?;
    let text = format!("foreign_equity: {}%", draft.at(n + 2));
    draft.replace(n - 2..n + 3, &text);
    Some("the share of the partner is the field `foreign_equity`; the first number is read as that at home".to_owned())
}
