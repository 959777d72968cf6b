//! Sums and means of groups: `egen tot = total(x), by(partner)`, `x %>% group_by(partner) %>% summarise(sum(x))`,
//! `df.groupby("partner")["x"].sum()`, `rowSums(x)`, `tabstat x, by(partner)`.
//!
//! In: a statement. Out: a variable with the index of the group, whose other indices are summed.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::tools::tabulated;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// Functions of other languages for groups, each with the function of Mizan.
const FUNCTIONS: [(&str, &str); 9] = [
    ("total", "sum"),
    ("sum", "sum"),
    ("mean", "mean"),
    ("average", "mean"),
    ("avg", "mean"),
    ("max", "max"),
    ("min", "min"),
    ("statistics", "sum"),
    ("tabstat", "mean"),
];

/// The parts of a statement about groups.
struct Grouped<'d> {
    draft: &'d Draft,
    context: &'d Context<'d>,
}

impl Grouped<'_> {
    /// Returns the sets over which a quantity has values; those of the trade library for a name of the library.
    fn axes(&self, value: &str) -> Vec<String> {
        let axes = tabulated::axes(value, self.context);
        axes.into_iter().map(str::to_owned).collect()
    }

    fn words(&self) -> impl Iterator<Item = (usize, String)> {
        let plain = |n: usize| self.draft.at(n).trim_matches(['"', '\'']).to_owned();
        (0..self.draft.len()).map(plain).enumerate().collect::<Vec<_>>().into_iter()
    }

    /// Returns the set after `by`, `group_by`, `groupby` or `~`, and the first or second set of `rowSums` and `colSums`.
    fn group(&self, value: &str) -> Option<String> {
        let axes = self.axes(value);
        let draft = self.draft;
        let marks =
            ["by", "bys", "bysort", "group_by", "groupby", "over", "tapply", "tab", "tabulate"];
        let by = (0..draft.len()).find(|&n| marks.contains(&draft.at(n)) || draft.at(n) == "~");
        if let Some(by) = by {
            let named = self.words().filter(|(n, _)| *n > by).map(|(_, word)| word);
            return named.into_iter().find(|word| axes.contains(word));
        }
        let rows = draft.find(&["rowSums", "("], 0).or_else(|| draft.find(&["rowMeans", "("], 0));
        let columns =
            draft.find(&["colSums", "("], 0).or_else(|| draft.find(&["colMeans", "("], 0));
        let applied = draft.find(&["apply", "("], 0).map(|n| draft.at(n + 4).to_owned());
        match (rows.is_some(), columns.is_some(), applied.as_deref()) {
            (true, _, _) | (_, _, Some("1")) => axes.first().cloned(),
            (_, true, _) | (_, _, Some("2")) => axes.get(1).cloned(),
            _ => None,
        }
    }

    fn function(&self) -> &'static str {
        if self.words().any(|(_, word)| matches!(word.as_str(), "rowMeans" | "colMeans")) {
            return "mean";
        }
        let known =
            |word: &str| FUNCTIONS.iter().find(|(other, _)| *other == word).map(|(_, own)| *own);
        self.words().find_map(|(_, word)| known(&word)).unwrap_or("sum")
    }
}

/// Writes a sum or mean of groups as a variable with an index.
pub(crate) fn groups(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MARKS: [&str; 14] = [
        "by",
        "bys",
        "bysort",
        "group_by",
        "groupby",
        "aggregate",
        "tapply",
        "rowSums",
        "colSums",
        "rowMeans",
        "colMeans",
        "apply",
        "tab",
        "tabulate",
    ];
    let grouped = Grouped { draft, context };
    // `bysort partner: gen x = ...` makes a line for each row; only `egen` sums.
    let has = |word: &str| (0..draft.len()).any(|n| draft.at(n) == word);
    let makes_rows = draft.at(0).starts_with("by") && !has("egen");
    let called = FUNCTIONS.iter().any(|(word, _)| has(word)) || has("rowSums") || has("colSums");
    let called = called || has("rowMeans") || has("colMeans");
    (called && !makes_rows && !draft.begins_with(Class::Quantity)).then_some(())?;
    (0..draft.len()).any(|n| MARKS.contains(&draft.at(n))).then_some(())?;
    let equals = (1..draft.len().min(12)).find(|&n| {
        draft.is_name(n - 1)
            && (draft.at(n) == "=" || draft.at(n) == "<" && draft.at(n + 1) == "-")
            && draft.outside(draft.at(n), 0) == Some(n)
    });
    let from = equals.map_or(0, |n| n + 1);
    let value = grouped
        .words()
        .filter(|(n, word)| {
            // The function is no value: `egen tot = total(imports)`.
            let called = draft.at(n + 1) == "(" && FUNCTIONS.iter().any(|(own, _)| own == word);
            let name = draft.is_name(*n) || draft.kind(*n) == Some(TokenKind::Text);
            *n >= from && name && (!called || context.declares(word))
        })
        .map(|(_, word)| word)
        .find(|word| !grouped.axes(word).is_empty() && tabulated::is_value(word, context))?;
    let (axes, group) = (grouped.axes(&value), grouped.group(&value)?);
    let letter = group.get(..1)?.to_owned();
    let index: Vec<&str> =
        axes.iter().map(|axis| if *axis == group { letter.as_str() } else { "*" }).collect();
    let own = axes.len() == 1;
    let expression = match own {
        // The rows of a group are its years.
        true => format!("{}(t in first..last: {value}[{letter}])", grouped.function()),
        false => format!("{}({value}[{}])", grouped.function(), index.join(", ")),
    };
    let expression = match axes.iter().filter(|axis| **axis == group).count() {
        0 => return None,
        _ => expression,
    };
    let query = draft.begins_with(Class::Query);
    let name = equals.map(|n| draft.before(n, 1).to_owned()).filter(|_| !query);
    let asked = name.is_none();
    let name = name.unwrap_or_else(|| format!("{value}_by_{group}"));
    let mut text = format!("var {name}[{letter}: {group}] = {expression}");
    if asked {
        text.push_str(&format!("\nshow {name}"));
    }
    let all = draft.len();
    draft.replace(0..all, &text);
    Some("a group is an index; the other indices are summed with `*`".to_owned())
}
