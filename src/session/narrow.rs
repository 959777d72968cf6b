//! Narrows a loaded script to some scenarios and years, as options of a run ask.

use super::Program;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::Model;
use crate::source::{SourceMap, Span};

/// Restricts queries without `for` to the named scenarios, and all queries to the given years; all years are still
/// computed. Adds mistakes in the names and years to the diagnostics. Returns true if there is no mistake and there is
/// a model.
pub fn narrow(program: &mut Program, scenarios: &[String], years: Option<(i32, i32)>) -> bool {
    let Some(model) = program.model.as_mut() else { return false };
    let mut found = narrow_scenarios(model, scenarios, &mut program.sources);
    if let Some(years) = years {
        found.extend(narrow_years(model, years, &mut program.sources));
    }
    let wrong = found.iter().any(Diagnostic::is_error);
    if !wrong && !scenarios.is_empty() {
        let names: Vec<&str> = scenarios.iter().flat_map(|names| separate(names)).collect();
        let sources = &program.sources;
        program.diagnostics.retain(|one| {
            let name = one.span().map(|span| sources.text(span).trim());
            let asked = name.is_some_and(|name| names.contains(&name) || names.contains(&"all"));
            one.code != Code::UnusedScenario || !asked
        });
    }
    program.diagnostics.append(&mut found);
    !wrong
}

/// Applies `--scenario` to the queries; returns the mistakes of the option.
fn narrow_scenarios(
    model: &mut Model,
    names: &[String],
    sources: &mut SourceMap,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut named = Vec::new();
    for name in names.iter().flat_map(|names| separate(names)) {
        let found = model.scenarios.iter().position(|scenario| scenario.name == name);
        if found.is_none() && name == "all" {
            named.push(None);
            named.extend((0..model.scenarios.len()).map(Some));
            continue;
        }
        if found.is_some() || name == "baseline" {
            named.push(found);
            continue;
        }
        if let Some(problem) = joined(model, name, sources) {
            problems.push(problem);
            continue;
        }
        let known = model.scenarios.iter().map(|s| s.name.as_str()).chain(["baseline"]);
        let near = nearest(name, known);
        let span = Span::new(sources.add("--scenario", name), 0, name.len());
        let message = format!("there is no scenario `{name}`");
        let problem =
            Diagnostic::error(Code::UnknownScenario, message).at(span, "unknown scenario");
        problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the scenarios are {}", names_of(model))),
        });
    }
    if !names.is_empty() && problems.is_empty() {
        model.narrow_scenarios(&named);
    }
    problems
}

/// Reports scenarios that are joined by a sign, which may mean each of them or all their changes together.
fn joined(model: &Model, text: &str, sources: &mut SourceMap) -> Option<Diagnostic> {
    let names: Vec<&str> = text.split(['+', '&']).map(str::trim).collect();
    let known = |name: &&str| model.scenarios.iter().any(|scenario| scenario.name == **name);
    (names.len() > 1 && names.iter().all(known)).then_some(())?;
    let span = Span::new(sources.add("--scenario", text), 0, text.len());
    let message = format!("there is no scenario `{text}`");
    let found = Diagnostic::error(Code::UnknownScenario, message).at(span, "unknown scenario");
    Some(found.help(format!("for each of them, write `--scenario {}`", names.join(","))).help(
        format!(
            "for their changes together, add `scenario both extends {} {{ }}` to the script",
            names.join(", ")
        ),
    ))
}

/// Separates several names in one option: `low, high`, `low and high`. A name has no blanks.
fn separate(names: &str) -> Vec<&str> {
    let sign = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '|');
    let name = |name: &&str| !name.is_empty() && !matches!(*name, "and" | "or" | "vs" | "versus");
    let found: Vec<&str> = names.split(sign).filter(name).collect();
    if found.is_empty() { vec![names] } else { found }
}

/// Applies `--years`; returns the mistakes of the option, and a warning for each query without a year left.
fn narrow_years(model: &mut Model, years: (i32, i32), sources: &mut SourceMap) -> Vec<Diagnostic> {
    let (from, to) = years;
    let (first, last) = model.years;
    if from < first || to > last {
        let text = format!("{from}..{to}");
        let span = Span::new(sources.add("--years", &text), 0, text.len());
        let message = format!("{text} reaches outside the horizon, {first}..{last}");
        let problem = Diagnostic::error(Code::YearOutside, message).at(span, "outside the horizon");
        return vec![problem.help(format!("write years within {first}..{last}"))];
    }
    let left_out = model.narrow_years(years).into_iter().map(|span| {
        let message = format!("this query has no year in {from}..{to} and is left out");
        Diagnostic::warning(Code::NotShown, message)
            .at(span, "left out")
            .help("leave `--years` out, or name years that the query asks for")
    });
    left_out.collect()
}

/// Lists the scenarios of a model.
fn names_of(model: &Model) -> String {
    let names = model.scenarios.iter().map(|scenario| format!("`{}`", scenario.name));
    names.chain(["`baseline`".to_owned()]).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::separate;

    #[test]
    fn several_names_in_one_option_are_separated() {
        assert_eq!(separate("low, high"), ["low", "high"]);
        assert_eq!(separate("low and high"), ["low", "high"]);
        assert_eq!(separate("low;high"), ["low", "high"]);
        // A sum may mean both changes together.
        assert_eq!(separate("low+high"), ["low+high"]);
        assert_eq!(separate(""), [""]);
    }
}
