//! Effects in words: `effect of the tariff on the balance`, `contribution of each lever`, `what changes under boom`.
//!
//! In: a line in words. Out: a scenario without the lever, if there is none yet, and a comparison.

use super::asked;
use super::line_tokens::LineTokens;
use super::vocabulary::Vocabulary;

/// What a line asks about an effect.
pub(super) enum Effect<'t> {
    /// The lines that answer it.
    Lines(String),
    /// A change in words, and the words of the value on which it has an effect.
    Change(&'t str, &'t str),
}

/// Words for an effect.
const EFFECT: [&str; 8] =
    ["effect", "effects", "impact", "impacts", "influence", "consequence", "consequences", "role"];

/// Reads a line about an effect.
pub(super) fn effect<'t>(line: &'t str, names: &Vocabulary<'_>) -> Option<Effect<'t>> {
    let line = line.trim().trim_end_matches(['?', '.', '!', ' ']);
    let read = LineTokens::of(line);
    let begin = |n: usize| read.iter().nth(n).map_or(line.len(), |token| token.start);
    if let Some(lines) = by_lever(&read, names).or_else(|| under(&read, names)) {
        return Some(Effect::Lines(lines));
    }
    let n = (0..read.len().min(6)).find(|&n| read.is(n, &EFFECT) && read.is(n + 1, &["of"]))?;
    let lead = (0..n).all(|n| {
        read.is(
            n,
            &[
                "what", "is", "are", "would", "will", "be", "show", "me", "the", "compute", "a",
                "an", "total", "print",
            ],
        )
    });
    let end =
        (n + 2..read.len()).rfind(|&k| read.is(k, &["on", "upon"]) && !of_lever(&read, k, names));
    let end = end.filter(|_| lead)?;
    let (cause, value) = (line.get(begin(n + 2)..begin(end))?.trim(), line.get(begin(end + 1)..)?);
    // `the tariff` names a lever; a change has a verb or an amount.
    let words = LineTokens::of(cause);
    let article = |n: usize| words.is(n, &["the", "our", "this", "all"]);
    let first = usize::from(article(0));
    let joined = cause.get(words.iter().nth(first)?.start..)?;
    let lever = |name: &str| names.levers.iter().find(|lever| lever.name.text == name);
    let kind = || {
        let mut all = names
            .levers
            .iter()
            .filter(|lever| names.means(joined, &lever.kind.text.replace('_', " ")));
        all.next().filter(|_| all.next().is_none())
    };
    if let Some(lever) = lever(joined).or_else(kind) {
        let lever = &lever.name.text;
        let name = names.free(&format!("no_{lever}"));
        let asked = compared(value, "", names)?;
        return Some(Effect::Lines(format!(
            "scenario {name} {{ without {lever} }}\ncompare {} for baseline to {name}{}",
            asked.0, asked.1
        )));
    }
    if names.scenarios.contains(&joined) {
        let (value, years) = compared(value, "", names)?;
        return Some(Effect::Lines(format!("compare {value} for {joined}{years}")));
    }
    Some(Effect::Change(cause, value))
}

/// True for the `on` of `the tariff on cars`.
fn of_lever(line: &LineTokens<'_>, n: usize, names: &Vocabulary<'_>) -> bool {
    names.element(line.at(n + 1)).is_some()
}

/// Returns a value in words in Mizan, and its years as a clause.
fn compared(value: &str, otherwise: &str, names: &Vocabulary<'_>) -> Option<(String, String)> {
    let words = if value.trim().is_empty() { otherwise } else { value };
    let found = asked::value(words, names)?;
    let years = if found.years.is_empty() { String::new() } else { format!(" in {}", found.years) };
    Some((found.text, years))
}

/// Reads `contribution of each lever to the balance in boom`, `decompose the balance by lever`.
fn by_lever(line: &LineTokens<'_>, names: &Vocabulary<'_>) -> Option<String> {
    const BESIDE: &str = "contribution contributions effect effects impact impacts share shares part parts decomposition \
        decompose breakdown break down split attribution what is are the of each every all by per individual single show me \
        to on in under for with lever levers policy policies measure measures scenario from which does do contribute \
        contributes how much did";
    let about = [
        "contribution",
        "contributions",
        "contribute",
        "contributes",
        "decompose",
        "decomposition",
    ];
    let about =
        [about.as_slice(), &["effect", "effects", "breakdown", "attribution", "impact"]].concat();
    let lever = ["lever", "levers", "policy", "policies", "measure", "measures"];
    let named = (0..line.len()).any(|n| line.is(n, &lever));
    let asks = (0..line.len()).any(|n| line.is(n, &about));
    (named && asks).then_some(())?;
    let (mut words, mut scenarios) = (Vec::new(), Vec::new());
    for n in 0..line.len() {
        let word = line.lower(n);
        if names.scenarios.contains(&line.at(n)) {
            scenarios.push(line.at(n));
        } else if line.year(n).is_some() {
            words.push(format!("in {}", line.at(n)));
        } else if names.is_name(line.at(n)) || !BESIDE.split_whitespace().any(|own| own == word) {
            words.push(line.at(n).to_owned());
        } else if matches!(word.as_str(), "to" | "with" | "from")
            && names.element(line.at(n + 1)).is_some()
        {
            words.push(word);
        }
    }
    let value = words.join(" ");
    let value = match value.starts_with("in ") {
        true => format!("{} {value}", names.usual()?),
        false => value,
    };
    let (value, years) = compared(&value, names.usual()?, names)?;
    if scenarios.is_empty() && names.scenarios.is_empty() {
        let flows = |kind: &str| matches!(kind, "exports" | "imports");
        let levers: Vec<&str> = names
            .levers
            .iter()
            .filter(|lever| !flows(&lever.kind.text))
            .map(|lever| lever.name.text.as_str())
            .collect();
        (!levers.is_empty()).then_some(())?;
        let (name, all) = (names.free("no_levers"), levers.join(", "));
        return Some(format!(
            "scenario {name} {{ without {all} }}\ncompare {value} for baseline to {name} by lever{years}"
        ));
    }
    let of =
        if scenarios.is_empty() { String::new() } else { format!(" for {}", scenarios.join(", ")) };
    Some(format!("compare {value}{of} by lever{years}"))
}

/// Reads `what changes under boom`, `what is different in boom in 2030`, which name no value.
fn under(line: &LineTokens<'_>, names: &Vocabulary<'_>) -> Option<String> {
    const BESIDE: &str = "what changes change is are different differs differ happens would will be does do under in with for \
        the scenario to if everything between and baseline compared from versus vs difference differences happen how us \
        outcome outcomes results result";
    line.is(0, &["what", "how"]).then_some(())?;
    let (mut scenario, mut year) = (None, String::new());
    for n in 0..line.len() {
        if names.scenarios.contains(&line.at(n)) {
            scenario.is_none().then(|| scenario = Some(line.at(n)))?;
        } else if line.year(n).is_some() {
            year = format!(" in {}", line.at(n));
        } else if !BESIDE.split_whitespace().any(|own| own == line.lower(n)) {
            return None;
        }
    }
    let (value, _) = compared("", names.usual()?, names)?;
    Some(format!("compare {value} for {}{year}", scenario?))
}
