//! The names of a script and of its libraries, found by the words that an economist uses for them.
//!
//! In: the trees of the script and its libraries. Out: the quantity that words such as `trade balance` mean, by its
//! name first and by its description second; the elements, sets, scenarios and levers that a word names.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, File, ItemKind, Lever, LeverKind, Role, SetElements};

/// Words beside the name of a quantity that add nothing to it.
const EMPTY: [&str; 17] = [
    "trade",
    "good",
    "account",
    "value",
    "level",
    "amount",
    "figure",
    "number",
    "data",
    "bilateral",
    "overall",
    "annual",
    "nominal",
    "foreign",
    "yearly",
    "money",
    "size",
];
/// Words for which names and descriptions have another word.
const SAME: [(&str, &str); 9] = [
    ("tariff", "duty"),
    ("deficit", "balance"),
    ("surplus", "balance"),
    // Without its last letter, as of a plural.
    ("surplu", "balance"),
    ("gap", "balance"),
    ("earning", "revenue"),
    ("receipt", "revenue"),
    ("country", "partner"),
    ("balance", "less"),
];

/// Phrases that mean something else than their words.
const PHRASES: [(&str, &str); 3] =
    [("net exports", "balance"), ("trade volume", "turnover"), ("terms trade", "terms of trade")];
/// The word for exports and imports together, where no other word is beside it.
const BOTH: (&str, &str) = ("trade", "turnover");

/// A quantity or a function over sets.
pub(super) struct NamedQuantity<'a> {
    pub(super) name: &'a str,
    /// The sets of its indices.
    pub(super) axes: Vec<&'a str>,
    pub(super) doc: &'a str,
    /// True for an amount of money, which may be summed.
    pub(super) money: bool,
    /// True for a function, which has its elements in round brackets.
    pub(super) function: bool,
    /// True for a share or a rate in per cent.
    pub(super) percent: bool,
    /// The place of the value that the script gives.
    pub(super) value: Option<Span>,
    pub(super) own: bool,
    /// True for a parameter.
    pub(super) given: bool,
}

/// The names of a script and of its libraries.
pub(super) struct Vocabulary<'a> {
    quantities: Vec<NamedQuantity<'a>>,
    sets: Vec<(&'a str, Vec<&'a str>)>,
    pub(super) scenarios: Vec<&'a str>,
    pub(super) levers: Vec<&'a Lever>,
    pub(super) kinds: Vec<&'a LeverKind>,
    /// First and last year.
    pub(super) years: (i32, i32),
    pub(super) currency: &'a str,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn of(trees: &'a [Arc<File>]) -> Self {
        let mut all = Self {
            quantities: Vec::new(),
            sets: Vec::new(),
            scenarios: Vec::new(),
            levers: Vec::new(),
            kinds: Vec::new(),
            years: (0, 9999),
            currency: "USD",
        };
        for (nth, tree) in trees.iter().enumerate() {
            for item in &tree.items {
                all.add(&item.kind, &item.doc, nth == 0);
            }
        }
        all
    }

    fn add(&mut self, item: &'a ItemKind, comment: &'a str, own: bool) {
        match item {
            ItemKind::Quantity(quantity) => {
                let axes =
                    quantity.axes.iter().flatten().map(|axis| axis.set.text.as_str()).collect();
                let is_money = |name: &str| name == "money" || name == self.currency;
                let unit = quantity.unit.as_ref().map(|unit| unit.terms.as_slice());
                self.quantities.push(NamedQuantity {
                    name: &quantity.name.text,
                    axes,
                    doc: quantity.doc.as_ref().map_or(comment, |doc| &doc.text),
                    money: matches!(unit, Some([only]) if is_money(&only.name.text)),
                    function: false,
                    given: quantity.role == Role::Param,
                    percent: matches!(unit, Some([only]) if only.name.text == "percent"),
                    value: quantity.value.as_ref().map(|value| value.span),
                    own,
                });
            }
            ItemKind::Function { name, params, .. } if !comment.is_empty() && !own => {
                // An index of the library is the first letter of its set.
                let set = |letter: &str| {
                    ["partner", "sector"].into_iter().find(|set| set.get(..1) == Some(letter))
                };
                let axes: Vec<&str> = params.iter().filter_map(|param| set(&param.text)).collect();
                if axes.len() == params.len() {
                    let name = &name.text;
                    self.quantities.push(NamedQuantity {
                        name,
                        axes,
                        doc: comment,
                        money: false,
                        function: true,
                        percent: false,
                        given: false,
                        value: None,
                        own,
                    });
                }
            }
            ItemKind::Set { name, elements, .. } => {
                let elements = match elements {
                    SetElements::Listed(all) => all.iter().map(|name| name.text.as_str()).collect(),
                    SetElements::Without { of, removed } => {
                        let gone =
                            |name: &&&str| removed.iter().any(|removed| removed.text == **name);
                        self.elements(&of.text).iter().filter(|name| !gone(name)).copied().collect()
                    }
                    SetElements::Data(..) => Vec::new(),
                };
                self.sets.push((&name.text, elements));
            }
            ItemKind::Currency { name, .. } if own => self.currency = &name.text,
            ItemKind::Scenario(scenario) => self.scenarios.push(&scenario.name.text),
            ItemKind::Lever(lever) => self.levers.push(lever),
            ItemKind::Kind(kind) => self.kinds.push(kind),
            ItemKind::Years(range) => {
                let year = |expr: &Expr| match &expr.kind {
                    ExprKind::Number(number) => Some(number.value as i32),
                    _ => None,
                };
                if let (Some(first), Some(last)) = (year(&range.from), year(&range.to)) {
                    self.years = (first, last);
                }
            }
            _ => {}
        }
    }

    /// Returns the quantity that is asked if none is named: the balance, or the last variable of the script.
    pub(super) fn usual(&self) -> Option<&'a str> {
        let names = || self.quantities.iter().filter(|named| !named.given);
        let balance = names().find(|named| named.name == "balance");
        balance.or_else(|| names().rfind(|named| named.own)).map(|named| named.name)
    }

    /// True for the name of a quantity of the script, or of a lever.
    pub(super) fn is_name(&self, word: &str) -> bool {
        self.quantities.iter().any(|named| named.own && named.name == word)
            || self.levers.iter().any(|lever| lever.name.text == word)
    }

    /// True for the name of a quantity of the script or of a library.
    pub(super) fn has(&self, name: &str) -> bool {
        self.quantities.iter().any(|named| named.name == name)
    }

    /// True if words name a kind of lever: `import duties` are `tariff`.
    pub(super) fn means(&self, words: &str, kind: &str) -> bool {
        let kind: Vec<String> = kind.split(' ').map(normal).collect();
        let is = |word: &String| kind.iter().any(|own| own == word || other(own) == Some(word));
        let empty = |word: &String| matches!(word.as_str(), "import" | "custom" | "rate" | "level");
        let asked = words.split(' ').map(normal);
        let asked: Vec<String> = asked.filter(|word| is(word) || !empty(word)).collect();
        asked.len() == kind.len() && asked.iter().all(is)
    }

    /// Returns the elements of a set.
    pub(super) fn elements(&self, set: &str) -> &[&'a str] {
        self.sets.iter().find(|(name, _)| *name == set).map_or(&[], |(_, elements)| elements)
    }

    /// Returns a name that nothing has: `name`, or `name` with a number.
    pub(super) fn free(&self, name: &str) -> String {
        let taken = |name: &str| self.is_name(name) || self.scenarios.contains(&name);
        let numbered = (2..).map(|n| format!("{name}_{n}"));
        std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|name| !taken(name))
            .unwrap_or_default()
    }

    /// Returns the lever of this name.
    pub(super) fn lever(&self, name: &str) -> Option<&'a Lever> {
        self.levers.iter().find(|lever| lever.name.text == name).copied()
    }

    /// True for two elements of one set.
    pub(super) fn together(&self, one: &str, other: &str) -> bool {
        let all = |(_, elements): &(&str, Vec<&str>)| {
            [one, other].iter().all(|name| elements.contains(name))
        };
        self.sets.iter().any(all)
    }

    /// Returns the set that a word names: `partner`, `partners`, `countries`.
    pub(super) fn set(&self, word: &str) -> Option<&'a str> {
        let word = normal(word);
        let of =
            |word: &str| self.sets.iter().map(|(name, _)| *name).find(|name| normal(name) == word);
        of(&word).or_else(|| of(other(&word)?))
    }

    /// Returns the element that a word names, in any case: `china`, `Chinese`.
    pub(super) fn element(&self, word: &str) -> Option<&'a str> {
        let all = || self.sets.iter().flat_map(|(_, elements)| elements).copied();
        let lower = word.to_lowercase();
        let people = ["ese", "ish", "ian", "an"].into_iter().any(|end| lower.ends_with(end));
        let begins = |element: &&str| {
            let element = element.to_lowercase();
            people
                && element.len() > 4
                && lower.get(..4).is_some_and(|start| element.starts_with(start))
        };
        all()
            .find(|element| *element == word)
            .or_else(|| all().find(|element| element.to_lowercase() == lower))
            .or_else(|| all().find(begins).filter(|_| word.starts_with(char::is_uppercase)))
    }

    /// Returns the quantity that words name; `None` if several fit or a word fits none.
    pub(super) fn quantity(&self, words: &[String]) -> Option<&NamedQuantity<'a>> {
        let joined = words.join(" ").to_lowercase();
        let joined = PHRASES.iter().fold(joined, |text, (phrase, own)| text.replace(phrase, own));
        let joined = if joined == BOTH.0 { BOTH.1.to_owned() } else { joined };
        let asked: Vec<String> =
            joined.split(['_', ' ']).filter(|word| !word.is_empty()).map(normal).collect();
        let mut rated: Vec<(usize, &NamedQuantity<'a>)> = self
            .quantities
            .iter()
            .filter_map(|named| Some((cost(&asked, named)?, named)))
            .collect();
        rated.sort_by_key(|(cost, named)| (*cost, !named.own));
        match rated.as_slice() {
            [(cost, first), (next, second), ..] => {
                (cost < next || first.own && !second.own).then_some(*first)
            }
            [(_, only)] => Some(only),
            [] => None,
        }
    }
}

/// False for an element as an adjective before `exports` and `tariff`: Chinese exports are sold by China, not to it.
pub(super) fn is_clear(word: &str, element: &str, next: &str) -> bool {
    word.to_lowercase().replace('_', "") == element.to_lowercase().replace('_', "")
        || normal(next) == "import"
}

/// Returns how far a quantity is from the words that are asked; `None` if a word has nothing to do with it.
fn cost(asked: &[String], named: &NamedQuantity<'_>) -> Option<usize> {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(normal)
            .collect()
    };
    let name = words(named.name);
    let first = named.doc.split(['.', ':', ';', '(']).next().unwrap_or_default();
    let doc = words(first);
    let (mut cost, mut in_name, mut told) = (0, 0, 0);
    for word in asked {
        let is = |own: &String| own == word;
        let means = |own: &String| other(word) == Some(own.as_str());
        if name.iter().any(is) {
            in_name += 1;
        } else if EMPTY.contains(&word.as_str()) {
            cost += 1;
        } else if name.iter().any(means) {
            in_name += 1;
            cost += 1;
        } else if doc.iter().any(is) {
            told += 1;
            cost += 3;
        } else if doc.iter().any(means) {
            told += 1;
            cost += 4;
        } else {
            return None;
        }
    }
    // One word of a description alone says too little.
    let enough = in_name > 0 || told > 1 || told == 1 && doc.len() == 1;
    enough.then_some(cost + 2 * name.len().saturating_sub(in_name))
}

/// Returns another word for a word.
fn other(word: &str) -> Option<&'static str> {
    SAME.iter().find(|(known, _)| *known == word).map(|(_, own)| *own)
}

/// Returns a word in small letters, without the ending of the plural.
fn normal(word: &str) -> String {
    let mut word = word.to_lowercase();
    if word.len() > 4 && word.ends_with("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}
