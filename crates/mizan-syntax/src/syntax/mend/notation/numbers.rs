//! Numbers as other languages and keyboards write them: thousands, decimal commas, signs of currencies.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::SCALES;

/// Scale words of Mizan, each with other spellings of it.
const SCALES_ELSEWHERE: [(&str, &[&str]); SCALES.len()] = [
    ("thousand", &["k", "ths", "thousands", "thd", "tsd"]),
    ("mn", &["m", "mio", "mil", "mln", "mill", "million", "millions", "mm", "mnn"]),
    ("bn", &["b", "bln", "bil", "billion", "billions", "mrd", "mlrd", "mld", "milliard", "md"]),
    ("tn", &["t", "trn", "tln", "trillion", "trillions"]),
];

/// Currency signs, each with the code of its currency.
const CURRENCIES: [(&str, &str); 10] = [
    ("US$", "USD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "CNY"),
    ("₼", "AZN"),
    ("₺", "TRY"),
    ("₽", "RUB"),
    ("₸", "KZT"),
    ("₾", "GEL"),
];

/// Returns the scale word that another spelling means.
pub(crate) fn scale(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let known = SCALES_ELSEWHERE
        .iter()
        .find(|(own, others)| *own == lower && *own != word || others.contains(&lower.as_str()));
    known.map(|(own, _)| *own)
}

/// Returns the currency that a sign means. `$` means the currency of the script if that is a dollar.
fn currency(sign: &str, context: &Context<'_>) -> Option<String> {
    let (_, name) = CURRENCIES.iter().find(|(known, _)| *known == sign)?;
    let dollar = sign == "$" && context.currency().ends_with('D');
    Some(if dollar { context.currency().to_owned() } else { (*name).to_owned() })
}

/// True for a word that is the name of a currency: three capital letters.
fn is_currency(draft: &Draft, n: usize) -> bool {
    let word = draft.at(n);
    draft.is_word(n) && word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Writes separated thousands with `_`, and decimals with a point.
pub(crate) fn separators(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut message = None;
    let mut n = 0;
    let mut round = 0_usize;
    while n < draft.len() {
        match draft.at(n) {
            "(" | "[" => round += 1,
            ")" | "]" => round = round.saturating_sub(1),
            _ => {}
        }
        if round == 0 && draft.is_number(n) && joined(draft, n) {
            message = separator(draft, n).or(message);
        }
        n += 1;
    }
    message.map(str::to_owned)
}

/// True if a separator and another number follow token `n` without blanks, or a group of three digits after a blank. A
/// number after a tab is the next cell of a pasted row.
fn joined(draft: &Draft, n: usize) -> bool {
    let sign = matches!(draft.at(n + 1), "," | "." | "'");
    let group =
        |n: usize| draft.is_number(n) && !draft.after_tab(n) && whole(draft.at(n)).len() == 3;
    sign && draft.touches(n + 1) && draft.touches(n + 2) && draft.is_number(n + 2)
        || group(n + 1) && draft.at(n).len() <= 3
}

fn whole(number: &str) -> &str {
    number.split('.').next().unwrap_or_default()
}

/// Joins the number at token `n` with the following tokens that belong to the same number: `1,200,000`, `3,5`.
fn separator(draft: &mut Draft, n: usize) -> Option<&'static str> {
    const THOUSANDS: &str = "thousands are separated by `_`";
    let mut groups = vec![draft.at(n).to_owned()];
    let (mut end, mut decimals) = (n + 1, None);
    loop {
        let sign = if draft.is_number(end) { " " } else { draft.at(end) };
        let next = if sign == " " { end } else { end + 1 };
        let tight = sign == " " || draft.touches(end) && draft.touches(next);
        let other_cell = draft.after_tab(next);
        if !matches!(sign, " " | "," | "." | "'") || !tight || other_cell || !draft.is_number(next)
        {
            break;
        }
        let digits = draft.at(next).to_owned();
        if whole(&digits).len() != 3 || digits.contains("..") {
            if sign == "," && decimals.is_none() && !digits.contains('.') {
                decimals = Some(digits);
                end = next + 1;
            }
            break;
        }
        groups.push(digits);
        end = next + 1;
    }
    if let Some(decimals) = decimals {
        let text = format!("{}.{decimals}", groups.join("_").replace('.', "_"));
        draft.replace(n..end, &text);
        return Some("a decimal is written with a point");
    }
    // `1.200.000`: the tokens are `1.200` and `000`.
    if groups.len() > 1 {
        if draft.at(n + 1) == "." {
            groups = vec![groups.join("_").replace('.', "_")];
        }
        draft.replace(n..end, &groups.join("_"));
        return Some(THOUSANDS);
    }
    None
}

/// Completes numbers that begin or end with a point.
pub(crate) fn points(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    for n in 0..draft.len() {
        if draft.at(n) != "." || n > 0 && draft.before(n, 1) == ".." {
            continue;
        }
        let behind = n > 0 && draft.touches(n) && draft.is_number(n - 1);
        if draft.is_number(n + 1) && draft.touches(n + 1) && !behind {
            let text = format!("0.{}", draft.at(n + 1));
            draft.replace(n..n + 2, &text);
            return Some("digits come before and after the decimal point".to_owned());
        }
        // `01.07.2026`
        if behind && draft.is_number(n + 1) && draft.touches(n + 1) {
            if draft.at(n + 1).len() != 4 {
                return None;
            }
            let year = draft.at(n + 1).to_owned();
            draft.replace(n - 1..n + 2, &year);
            return Some("values are for whole years; a year has four digits".to_owned());
        }
        if behind {
            draft.remove(n..n + 1);
            return Some("digits come before and after the decimal point".to_owned());
        }
    }
    None
}

/// Moves the currency and the percent sign behind the number, and replaces a currency sign by the currency's name.
pub(crate) fn currencies(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut message = None;
    let mut n = 0;
    while n < draft.len() {
        let sign = draft.at(n).to_owned();
        let dollar = sign == "US" && draft.at(n + 1) == "$";
        let count = if dollar { 2 } else { 1 };
        let name = match dollar {
            true => Some("USD".to_owned()),
            false if is_currency(draft, n) && draft.is_number(n + 1) => Some(sign.clone()),
            false => currency(&sign, context),
        };
        if let Some(name) = name {
            if draft.is_number(n + count) {
                let amount = amount(draft, n + count);
                draft.replace(n..amount.1, &format!("{} {name}", amount.0));
                message = Some("a currency is written as a name after the number, as `80 USD`");
            } else if n > 0 && !is_currency(draft, n) {
                draft.put_word(n..n + count, &name);
                // `70 $/bbl` is one unit.
                if draft.at(n + 1) == "/" {
                    draft.glue(n + 1);
                    draft.glue(n + 2);
                }
                message = Some("a currency is written as a name, not as a sign");
            }
        }
        if draft.at(n) == "%" && draft.is_number(n + 1) && !(n > 0 && draft.is_number(n - 1)) {
            let text = format!("{}%", draft.at(n + 1));
            draft.replace(n..n + 2, &text);
            message = Some("`%` is written after the number");
        }
        n += 1;
    }
    message.map(str::to_owned)
}

/// Returns the number at `n`, its scale word in Mizan's spelling, and the position after them.
fn amount(draft: &Draft, n: usize) -> (String, usize) {
    let number = draft.at(n).to_owned();
    if SCALES.iter().any(|(own, _)| *own == draft.at(n + 1)) {
        return (format!("{number} {}", draft.at(n + 1)), n + 2);
    }
    match scale(draft.at(n + 1)).filter(|_| draft.is_word(n + 1)) {
        Some(own) => (format!("{number} {own}"), n + 2),
        None => (number, n + 1),
    }
}

/// Writes scale words in Mizan's spelling: `80m USD`, `5 million USD`, `2 mn. USD`.
pub(crate) fn scales(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut message = None;
    for n in 0..draft.len() {
        if !draft.is_number(n) || !draft.is_word(n + 1) {
            continue;
        }
        let word = draft.at(n + 1).to_owned();
        if draft.at(n + 2) == "." && draft.is_word(n + 3) {
            draft.remove(n + 2..n + 3);
            message.get_or_insert(format!("`{word}` is written without a point"));
        }
        // `mnUSD` and `USDmn`
        let joined = SCALES.iter().find_map(|(own, _)| {
            let unit = word.strip_prefix(own).or_else(|| word.strip_suffix(own))?;
            (unit == context.currency()).then(|| format!("{own} {unit}"))
        });
        if let Some(text) = joined {
            draft.put_word(n + 1..n + 2, &text);
            message.get_or_insert(format!("`{word}` is two words"));
        } else if let Some(own) = scale(&word).filter(|_| draft.is_word(n + 2)) {
            draft.put_word(n + 1..n + 2, own);
            message.get_or_insert(format!("`{word}` is not a scale word"));
        } else if is_currency(draft, n + 1)
            && (SCALES.iter().any(|(own, _)| *own == draft.at(n + 2))
                || scale(draft.at(n + 2)).is_some())
        {
            let own = scale(draft.at(n + 2)).unwrap_or(draft.at(n + 2)).to_owned();
            draft.put_word(n + 1..n + 3, &format!("{own} {word}"));
            message.get_or_insert("the scale word comes before the unit".to_owned());
        }
    }
    message
}

/// Writes the currency and the scale of all tables as two lines: `currency mn USD`.
pub(crate) fn scaled_currency(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let known = SCALES.iter().map(|(own, _)| *own).find(|own| *own == draft.at(1));
    let scale = known.or_else(|| scale(draft.at(1)))?;
    (draft.at(0) == "currency" && draft.is_word(2) && draft.ends_line(3)).then_some(())?;
    let text = format!("currency {0}\nunit {scale} {0}", draft.at(2));
    draft.replace(0..3, &text);
    Some("the scale of all tables is written `unit mn USD`".to_owned())
}

/// Writes declared units in Mizan's form: `USD mn`, `million USD`, `%`, `"mn USD"`, `[USD]`.
pub(crate) fn units(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let colon = draft.outside(":", 0)?;
    if matches!(draft.at(0), "units" | "unit") && colon == 1 {
        draft.replace(0..2, "unit");
        return Some("the unit of all tables is written `unit mn USD`".to_owned());
    }
    let n = colon + 1;
    let own = |word: &str| {
        let known = SCALES.iter().find(|(own, _)| *own == word).map(|(own, _)| *own);
        known.or_else(|| scale(word))
    };
    if draft.at(n) == "%" {
        draft.put_word(n..n + 1, "percent");
    } else if draft.kind(n) == Some(TokenKind::Text) {
        let unit = draft.at(n).trim_matches('"').to_owned();
        draft.replace(n..n + 1, &unit);
    } else if matches!(draft.at(n), "(" | "[") {
        let close = draft.close(n)?;
        let unit = draft.show(n + 1..close);
        draft.replace(n..close + 1, &unit);
    } else if let Some(scale) = own(draft.at(n + 1)).filter(|_| is_currency(draft, n)) {
        let text = format!("{scale} {}", draft.at(n));
        draft.replace(n..n + 2, &text);
    } else if let Some(scale) = scale(draft.at(n)).filter(|_| draft.is_word(n + 1)) {
        draft.replace(n..n + 1, scale);
    } else {
        return None;
    }
    Some("a unit is written after a colon, as `: mn USD` or `: percent`".to_owned())
}

/// Leaves out that a value is for one year: `3% per annum`, `5% p.a.`, `2% a year`; multiplies one for a month by 12.
fn each_year(draft: &mut Draft) -> Option<String> {
    let after_amount =
        |n: usize| draft.is_number(n - 1) || draft.before(n, 1) == "%" || draft.is_word(n - 1);
    let words = |n: usize, words: &[&str]| {
        words.iter().enumerate().all(|(k, word)| draft.at(n + k) == *word)
    };
    const YEAR: [&[&str]; 8] = [
        &["per", "annum"],
        &["p", ".", "a", "."],
        &["p", ".", "a"],
        &["pa"],
        &["a", "year"],
        &["every", "year"],
        &["annually"],
        &["yearly"],
    ];
    for n in (2..draft.len()).filter(|&n| after_amount(n)) {
        if let Some(found) = YEAR.iter().find(|found| words(n, found)) {
            // `gdp rises by 3% a year` adds up over the years.
            let verbs =
                ["grow", "ris", "rais", "increas", "fall", "declin", "decreas", "cut", "drop"];
            let adds_up = |k: usize| verbs.iter().any(|verb| draft.at(k).starts_with(verb));
            let change = draft.at(0) == "scenario" && !matches!(draft.before(n, 3), ":" | "=");
            if draft.before(n, 1) == "%" && change && (2..n).any(adds_up) {
                return None;
            }
            let text = draft.show(n..n + found.len());
            draft.remove(n..n + found.len());
            return Some(format!("values are for one year each, without `{text}`"));
        }
        let times = match draft.at(n + 1) {
            "month" => "12",
            "quarter" => "4",
            "week" => "52",
            _ => continue,
        };
        let start = (1..n).rev().find(|&n| draft.is_number(n))?;
        if matches!(draft.at(n), "per" | "a") && n - start < 4 && draft.before(n, 1) != "%" {
            let text = format!("{times} * {}", draft.show(start..n));
            draft.replace(start..n + 2, &text);
            return Some("one step of a script is one year".to_owned());
        }
    }
    None
}

/// Writes percentages in words: `3 per cent`, `1 percentage point`.
pub(crate) fn percentages(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if let Some(message) = each_year(draft) {
        return Some(message);
    }
    // `show balance in million USD`
    if let Some(n) = (1..draft.len()).find(|&n| {
        draft.before(n, 1) == "in" && scale(draft.at(n)).is_some() && is_currency(draft, n + 1)
    }) {
        let own = scale(draft.at(n)).unwrap_or_default();
        let word = draft.at(n).to_owned();
        draft.replace(n..n + 1, own);
        return Some(format!("`{word}` is not a scale word"));
    }
    let share =
        |&n: &usize| draft.at(n) == "of" && draft.before(n, 1) == "%" && draft.is_word(n + 1);
    if let Some(n) = (2..draft.len()).find(share) {
        draft.replace(n..n + 1, "*");
        return Some("a share of a value is a product, `5% * x`".to_owned());
    }
    let n = (1..draft.len()).find(|&n| {
        draft.is_number(n - 1)
            && (draft.at(n) == "per" && draft.at(n + 1) == "cent"
                || draft.at(n).starts_with("perc") && draft.at(n + 1).starts_with("point"))
    })?;
    match draft.at(n) == "per" {
        true => {
            draft.replace(n..n + 2, "%");
            draft.glue(n);
        }
        false => draft.replace(n..n + 2, "pp"),
    }
    Some("per cent is written `%`, percentage points `pp`".to_owned())
}

/// Writes a negative amount in brackets with its sign: `(50) mn USD`.
pub(crate) fn negatives(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.before(n, 1), "=" | ":" | "|" | ",")
            && draft.at(n) == "("
            && draft.is_number(n + 1)
            && draft.at(n + 2) == ")"
    })?;
    let number = format!("-{}", draft.at(n + 1));
    draft.replace(n..n + 3, &number);
    Some("a negative amount has a minus sign".to_owned())
}

/// Writes an amount in brackets, as accounts do, with its separators: `(1,250.5) mn USD`, `(USD 25 mn)`, `$(1,250)`.
pub(crate) fn accounts(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (n, close, number) = (1..draft.len()).find_map(|n| {
        let dollar = usize::from(draft.before(n, 1) == "$");
        let begins = matches!(draft.before(n, 1 + dollar), "=" | ":" | "|" | "{" | "then" | "->");
        (begins && draft.at(n) == "(").then_some(())?;
        let close = draft.close(n)?;
        let sign = usize::from(matches!(draft.at(n + 1), "$" | "€" | "£"));
        let first = n + 1 + sign + usize::from(draft.is_word(n + 1));
        let (number, end) = separated(draft, first)?;
        let inside = draft.show(end..close);
        let code = if draft.is_word(n + 1) { draft.at(n + 1).to_owned() } else { String::new() };
        let words = (end..close).all(|k| draft.is_word(k) || draft.at(k) == "%");
        let money = dollar + sign > 0 || !code.is_empty();
        let marks = number.contains('_') || money || !inside.is_empty();
        (words && marks).then_some(())?;
        let code = match (money, code.is_empty()) {
            (true, true) => context.currency().to_owned(),
            _ => code,
        };
        let parts = [number, inside, code];
        let parts: Vec<&str> =
            parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        Some((n - dollar, close, parts.join(" ").replace(" %", "%")))
    })?;
    // `(1,250.5)` alone may be a list of two values; with a unit it is one.
    let unit = draft.is_word(close + 1) || draft.at(close + 1) == "%";
    let mixed =
        number.contains(['%', ' ']) || number.contains('.') || unit || draft.before(n, 1) == "|";
    mixed.then_some(())?;
    let mut number = number;
    if unit && draft.before(n + 1, 1) == "$" {
        // `$(1,250.5) mn`: the scale stands before the currency.
        let currency = context.currency();
        number = number.replace(&format!(" {currency}"), "");
        draft.insert(close + 2, currency);
    }
    draft.replace(n..close + 1, &format!("-{number}"));
    Some("a negative amount has a minus sign, and thousands are separated by `_`".to_owned())
}

/// Reads a number with separators of thousands at `n`: `1,250.5`, `1 250,5`; returns it and the position after it.
fn separated(draft: &Draft, n: usize) -> Option<(String, usize)> {
    draft.is_number(n).then_some(())?;
    let (mut number, mut end) = (draft.at(n).to_owned(), n + 1);
    let group = |text: &str| {
        let whole = text.split('.').next().unwrap_or_default();
        whole.len() == 3 && whole.bytes().all(|byte| byte.is_ascii_digit())
    };
    let short = number.len() < 4 && !number.contains('.');
    loop {
        let comma = usize::from(matches!(draft.at(end), "," | "'"));
        if !short || !draft.is_number(end + comma) || !group(draft.at(end + comma)) {
            break;
        }
        number = format!("{number}_{}", draft.at(end + comma));
        end += comma + 1;
    }
    // `1 250,5` has a decimal comma.
    if draft.at(end) == "," && draft.is_number(end + 1) && !number.contains('.') {
        let decimals = draft.at(end + 1).to_owned();
        if number.contains('_') && decimals.len() < 3 {
            return Some((format!("{number}.{decimals}"), end + 2));
        }
    }
    Some((number, end))
}
