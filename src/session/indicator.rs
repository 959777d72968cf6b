//! Indicators of trade that a question names in words: the coverage ratio, openness, shares in trade, welfare.
//!
//! In: a line in words. Out: the query with the formula of the indicator.

use super::line_tokens::LineTokens;
use super::vocabulary::Vocabulary;

/// Words around an indicator that change nothing.
const FILLERS: &str = "show print display what which is are was the our of for with in s and chart plot give me compute \
                       calculate to from trade";

/// An indicator and the words that name it; other words of the same indicator have a line of their own.
#[derive(Clone, Copy)]
enum Indicator {
    Coverage,
    Openness,
    ImportShare,
    ExportShare,
    Concentration,
    Welfare,
}

const NAMED: [(&str, Indicator); 16] = [
    ("coverage ratio", Indicator::Coverage),
    ("coverage rate", Indicator::Coverage),
    ("cover ratio", Indicator::Coverage),
    ("export import ratio", Indicator::Coverage),
    ("openness", Indicator::Openness),
    ("openness ratio", Indicator::Openness),
    ("import share", Indicator::ImportShare),
    ("share imports", Indicator::ImportShare),
    ("import dependency", Indicator::ImportShare),
    ("import dependence", Indicator::ImportShare),
    ("export share", Indicator::ExportShare),
    ("share exports", Indicator::ExportShare),
    ("export concentration", Indicator::Concentration),
    ("concentration exports", Indicator::Concentration),
    ("welfare", Indicator::Welfare),
    ("welfare effect", Indicator::Welfare),
];

/// Returns the query for an indicator; `None` for another line, or where the script lacks a value of the formula.
pub(super) fn indicator(line: &str, names: &Vocabulary<'_>) -> Option<String> {
    let tokens = LineTokens::of(line);
    let (mut words, mut partner, mut years) = (Vec::new(), None, Vec::new());
    for n in 0..tokens.len() {
        let word = tokens.lower(n);
        if let Some(year) = tokens.year(n) {
            years.push(year.to_string());
        } else if let Some(element) = names.element(tokens.at(n)) {
            let own = names.elements("partner").contains(&element) && partner.is_none();
            own.then_some(())?;
            partner = Some(element);
        } else if matches!(tokens.at(n), "," | "?" | "'") {
            continue;
        } else if word.chars().all(char::is_alphabetic) {
            words.push(word);
        } else {
            return None;
        }
    }
    let known = ["exports", "imports"].iter().all(|name| names.has(name));
    let worded = words.iter().filter(|word| !FILLERS.split_whitespace().any(|own| own == *word));
    let worded: Vec<&str> = worded.map(String::as_str).collect();
    let (_, found) = NAMED.iter().find(|(name, _)| *name == worded.join(" "))?;
    let formula = formula(*found, partner, names).filter(|_| known)?;
    let query =
        if words.iter().any(|word| word == "chart" || word == "plot") { "chart" } else { "show" };
    let years = if years.is_empty() { String::new() } else { format!(" in {}", years.join(", ")) };
    // The welfare of a scenario is a change against the baseline, where it is 0.
    let all = matches!(found, Indicator::Welfare) && !names.scenarios.is_empty();
    let scenarios = if all { " for all" } else { "" };
    Some(format!("{query} {formula}{scenarios}{years}"))
}

fn formula(indicator: Indicator, partner: Option<&str>, names: &Vocabulary<'_>) -> Option<String> {
    let of = |flow: &str| format!("sum({flow}[{}, *])", partner.unwrap_or("*"));
    Some(match (indicator, partner) {
        (Indicator::Coverage, _) => format!("{} / {}", of("exports"), of("imports")),
        (Indicator::Openness, _) => {
            names.has("gdp").then_some(())?;
            format!("({} + {}) / gdp", of("exports"), of("imports"))
        }
        (Indicator::ImportShare, Some(partner)) => format!("import_dependency({partner})"),
        (Indicator::ExportShare, Some(_)) => format!("{} / sum(exports[*, *])", of("exports")),
        (Indicator::Concentration, Some(partner)) => format!("export_concentration({partner})"),
        (Indicator::Welfare, None) => "sum(s in sector: welfare(s))".to_owned(),
        _ => return None,
    })
}
