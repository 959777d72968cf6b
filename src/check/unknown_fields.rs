//! Fields of a lever that its kind does not have: the field that each one means.
//!
//! In: the names of the fields that a lever gives. Out: the quantity of each field; for an unknown name, a message with
//! the field that is meant: the nearest name, a name with a common word, or the only required field that is missing and
//! takes the value.

use super::percents::numbers;
use super::{Checker, errors};
use crate::diagnostic::{Diagnostic, related};
use crate::model::{Kind, QuantityId};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, BodyEntry, ExprKind, KindEntry};

/// Maximum number of fields of which a message says that one is meant.
const MOST_MEANT: usize = 4;
/// Maximum number of kinds that are named in place of all of them.
const MOST_KINDS: usize = 8;

/// Other words for a kind.
const KINDS: [(&str, &str); 20] = [
    ("duty", "tariff"),
    ("duties", "tariff"),
    ("customs", "tariff"),
    ("import_duty", "tariff"),
    ("jv", "joint_venture"),
    ("plant", "joint_venture"),
    ("factory", "joint_venture"),
    ("venture", "joint_venture"),
    ("park", "industrial_park"),
    ("zone", "industrial_park"),
    ("route", "corridor"),
    ("railway", "corridor"),
    ("fdi", "direct_investment"),
    ("debt", "foreign_debt"),
    ("loan", "foreign_debt"),
    ("fta", "trade_agreement"),
    ("agreement", "trade_agreement"),
    ("oil", "hydrocarbons"),
    ("gas", "hydrocarbons"),
    ("devaluation", "exchange_rate"),
];

/// Words for a field, each with a word that the field's description has.
const SAME: [(&str, &str); 18] = [
    ("start", "first"),
    ("initial", "first"),
    ("level", "value"),
    ("amount", "value"),
    ("size", "full"),
    ("employment", "jobs"),
    ("employees", "jobs"),
    ("price", "cost"),
    ("time", "days"),
    ("subsidy", "duty"),
    ("rate", "growth"),
    ("open", "opening"),
    ("begin", "opening"),
    ("start", "opening"),
    ("export", "receipts"),
    ("exports", "receipts"),
    ("domestic", "local"),
    ("foreign", "partner's"),
];

/// Words for the main field of a kind: the first one that is required.
const GENERAL: [&str; 8] =
    ["rate", "value", "amount", "size", "level", "percent", "percentage", "change"];

impl Checker<'_> {
    /// Reports the fields without a default that a lever does not give, in one message.
    pub(super) fn report_missing(&mut self, tree: &ast::Lever, missing: &[QuantityId]) {
        let fields: Vec<errors::MissingField> = missing
            .iter()
            .filter_map(|&id| {
                let quantity = self.model.quantities.get(id)?;
                let name = quantity.name.rsplit('.').next()?.to_owned();
                let (unit, doc) = (quantity.unit.clone(), quantity.doc.clone());
                Some(errors::MissingField { name, unit, doc })
            })
            .collect();
        if !fields.is_empty() {
            let form = self.lever_form(tree, &fields);
            self.error(errors::missing_fields(tree.name.span, &tree.kind.text, &fields, form));
        }
    }

    /// Returns a lever with the fields that are given and a place for each missing one; None for a body with tables.
    fn lever_form(&self, tree: &ast::Lever, missing: &[errors::MissingField]) -> Option<String> {
        let start = tree.kind.span.start;
        let name = tree.name.span;
        let rest = self.sources.rest_of_line(name);
        let (bindings, _) = rest.split_once('{')?;
        let head = Span::new(name.source, start as usize, name.start as usize + bindings.len());
        let mut lines = vec![format!("{} {{", self.sources.text(head).trim_end())];
        for entry in &tree.body {
            let BodyEntry::Field { name, value, .. } = entry else { return None };
            lines.push(format!("  {}: {}", name.text, self.sources.text(value.span).trim()));
        }
        lines.extend(missing.iter().map(errors::MissingField::line));
        lines.push("}".to_owned());
        Some(lines.join("\n"))
    }

    /// Returns the quantity of a field of a lever; reports a field that the kind does not have.
    pub(super) fn field(
        &mut self,
        tree: &ast::Lever,
        kind: &ast::LeverKind,
        name: &ast::Name,
    ) -> Option<usize> {
        let of_lever = |field: &str| format!("{}.{field}", tree.name.text);
        let known: Vec<&str> = fields(kind).map(|field| field.name.text.as_str()).collect();
        if known.contains(&name.text.as_str()) {
            return self.quantity_names.get(&of_lever(&name.text)).copied();
        }
        if let Some((first, edit)) = self.bound_by_fields(tree, kind, name) {
            if first {
                let head = (kind.name.text.as_str(), name.text.as_str());
                self.error(errors::field_for_binding(name.span, head, (tree.span, &edit)));
            }
            return None;
        }
        if let Some((first, meant, edit)) = self.map_of_fields(tree, kind, name) {
            self.misspelt.extend(self.quantity_names.get(&of_lever(meant)));
            if first {
                let found = errors::elements_as_fields(name.span, &name.text, (tree.span, &edit));
                self.error(found);
            }
            return None;
        }
        if let Some(edit) = self.step_from(tree, kind, name) {
            self.error(errors::year_of_lever(name.span, (&name.text, false), (tree.span, &edit)));
            return None;
        }
        if let Some(edit) = self.step_until(tree, kind, name) {
            self.error(errors::year_of_lever(name.span, (&name.text, true), (tree.span, &edit)));
            return None;
        }
        let computed = kind.entries.iter().any(|entry| match entry {
            KindEntry::Quantity(quantity) => quantity.name.text == name.text,
            _ => false,
        });
        let (meant, by_name) = self.fields_behind(tree, kind, name);
        let ids = meant.iter().filter_map(|meant| self.quantity_names.get(&of_lever(meant)));
        self.misspelt.extend(ids);
        let of_kind = (kind.name.text.as_str(), known.as_slice());
        let computed = computed && !by_name;
        let found = errors::unknown_field(name.span, &name.text, of_kind, &meant, computed);
        self.error(found);
        None
    }

    /// Returns the lever with the elements of such fields as `partner: China` and `from: China` in its head, if `name` is
    /// one of them; and true for the first of them.
    fn bound_by_fields(
        &self,
        tree: &ast::Lever,
        kind: &ast::LeverKind,
        name: &ast::Name,
    ) -> Option<(bool, String)> {
        let (mut bindings, mut rest, mut bound) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &tree.body {
            let BodyEntry::Field { name, value, cites } = entry else { return None };
            let own = fields(kind).any(|field| field.name.text == name.text);
            let set = kind.bindings.iter().find(|binding| {
                binding.set.text == name.text || !own && self.are_elements(value, &binding.set.text)
            });
            let end = cites.last().map_or(value.span, |cite| cite.span);
            match set {
                Some(binding) => {
                    let elements = self.sources.text(value.span).trim_matches(['[', ']', '"']);
                    bindings.push(format!(" {} {elements}", binding.preposition.text));
                    bound.push(name.span);
                }
                None => rest.push(self.sources.text(name.span.to(end))),
            }
        }
        let nth = bound.iter().position(|span| *span == name.span)?;
        let text = self.sources.text(tree.span);
        let head = text.split('{').next()?.trim_end();
        Some((nth == 0, format!("{head}{} {{ {} }}", bindings.concat(), rest.join(", "))))
    }

    /// True for an element of a set, or for several in brackets.
    fn are_elements(&self, value: &ast::Expr, set: &str) -> bool {
        let Some(&set) = self.sets.get(set) else { return false };
        let elements = &self.model.sets[self.model.sets[set].root].elements;
        let text = self.sources.text(value.span).trim_matches(['[', ']', '(', ')']);
        text.split(',').all(|part| elements.contains_key(part.trim().trim_matches('"')))
    }

    /// Returns the lever with a step in place of a field that says from when its only value holds: `rate: 10%, start: 2027`.
    fn step_from(
        &self,
        tree: &ast::Lever,
        kind: &ast::LeverKind,
        name: &ast::Name,
    ) -> Option<String> {
        let starts = [
            "from",
            "start",
            "starts",
            "starting",
            "since",
            "begin",
            "begins",
            "beginning",
            "effective",
            "year",
            "opens",
        ];
        let path = |name: &str| fields(kind).any(|field| field.path && field.name.text == name);
        let (mut year, mut step) = (None, None);
        for entry in &tree.body {
            let BodyEntry::Field { name: field, value, cites } = entry else { return None };
            let own = field.span == name.span && starts.contains(&field.text.as_str());
            match &value.kind {
                _ if !cites.is_empty() => return None,
                ExprKind::Number(number) if own && fits(Kind::Year, Some(value)) => {
                    year = Some(number.value);
                }
                ExprKind::Number(_) if path(&field.text) && step.is_none() => {
                    let text = self.sources.text(value.span);
                    let unit =
                        text.trim_start_matches(|c: char| c.is_ascii_digit() || "._".contains(c));
                    step = Some((field.text.as_str(), format!("0{unit} then {text}")));
                }
                _ => return None,
            }
        }
        let (field, step) = step?;
        let head = self.sources.text(tree.span).split('{').next()?.trim_end();
        Some(format!("{head} {{ {field}: {step} from {} }}", year?))
    }

    /// Returns the lever with a step to 0 in place of a field that says until when its main value holds: `closes: 2029`.
    fn step_until(
        &self,
        tree: &ast::Lever,
        kind: &ast::LeverKind,
        name: &ast::Name,
    ) -> Option<String> {
        const ENDS: [&str; 9] =
            ["closes", "closing", "closure", "closed", "ends", "end", "until", "stops", "expires"];
        const MAIN: [&str; 3] = ["capacity", "rate", "cost"];
        ENDS.contains(&name.text.as_str()).then_some(())?;
        let given = given(tree);
        let path = |name: &str| fields(kind).any(|field| field.path && field.name.text == name);
        let main = MAIN.into_iter().find(|main| path(main))?;
        let value_of = |of: &str| {
            let (_, value) = given.iter().find(|(name, _)| name.text == of)?;
            *value
        };
        let last = value_of(&name.text).filter(|value| fits(Kind::Year, Some(value)))?;
        let year: i32 = self.sources.text(last.span).trim().parse().ok()?;
        let main = value_of(main).filter(|value| matches!(value.kind, ExprKind::Number(_)))?;
        let text = self.sources.text(main.span);
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || "._".contains(c));
        let whole = self.sources.text(tree.span);
        let start = tree.span.range().start;
        let stop = main.span.range().end - start;
        let from = name.span.range().start - start;
        let to = last.span.range().end - start;
        // The field goes with the comma before or behind it.
        let behind = whole.get(to..)?.trim_start();
        let (from, to) = match behind.strip_prefix(',') {
            Some(rest) => (from, whole.len() - rest.trim_start().len()),
            None => (whole.get(..from)?.trim_end().trim_end_matches(',').len(), to),
        };
        let step = format!(" then 0{unit} from {}", year + 1);
        let mut edit = whole.to_owned();
        let places = [(stop..stop, step.as_str()), (from..to, "")];
        let late_first = if from > stop { [1, 0] } else { [0, 1] };
        for place in late_first {
            let (range, text) = places.get(place)?;
            edit.replace_range(range.clone(), text);
        }
        Some(edit)
    }

    /// Returns the fields that an unknown name may mean, and true if the name itself shows it. Fields that the lever
    /// gives are not meant again.
    fn fields_behind<'k>(
        &self,
        tree: &ast::Lever,
        kind: &'k ast::LeverKind,
        name: &ast::Name,
    ) -> (Vec<&'k str>, bool) {
        let given = given(tree);
        let mut free: Vec<&ast::FieldDecl> = fields(kind)
            .filter(|field| !given.iter().any(|(name, _)| name.text == field.name.text))
            .collect();
        let mut unknown: Vec<(&ast::Name, Option<&ast::Expr>)> = given
            .into_iter()
            .filter(|(name, _)| !fields(kind).any(|field| field.name.text == name.text))
            .collect();
        // The surest first: a similar name, then a common word.
        for near in [true, false] {
            let mut found = None;
            unknown.retain(|(one, _)| {
                let names = free.iter().map(|field| field.name.text.as_str());
                let meant = match near {
                    true => self.nearest(&one.text, names),
                    false => related(&one.text, false, names).map(str::to_owned),
                };
                let at = meant.and_then(|meant| free.iter().position(|f| f.name.text == meant));
                let Some(field) = at.map(|at| free.remove(at)) else { return true };
                if one.span == name.span {
                    found = Some(field.name.text.as_str());
                }
                false
            });
            if let Some(found) = found {
                return (vec![found], true);
            }
        }
        // What is left over on both sides: the missing fields that take the value, or else the optional ones.
        let Some((_, value)) = unknown.iter().find(|(one, _)| one.span == name.span) else {
            return (Vec::new(), false);
        };
        let takes = |field: &&&ast::FieldDecl| {
            let id = self.quantity_names.get(&format!("{}.{}", tree.name.text, field.name.text));
            id.is_some_and(|&id| fits(self.model.quantities[id].kind, *value))
        };
        let fitting = || free.iter().filter(takes).copied();
        let told = told(&name.text, fitting().filter(|field| field.default.is_none()))
            .or_else(|| told(&name.text, fitting()));
        if let Some(told) = told {
            return (vec![told], false);
        }
        let main = free.iter().find(|field| field.default.is_none()).filter(takes);
        if let Some(main) = main.filter(|_| GENERAL.contains(&name.text.as_str())) {
            return (vec![main.name.text.as_str()], true);
        }
        let named = free.iter().find(|field| field.name.text == tree.name.text);
        let required = free.iter().filter(|field| field.default.is_none());
        let mut found: Vec<&str> = match named.filter(takes) {
            Some(named) => vec![named.name.text.as_str()],
            None => required.filter(takes).map(|field| field.name.text.as_str()).collect(),
        };
        if found.is_empty() {
            found = free.iter().filter(takes).map(|field| field.name.text.as_str()).collect();
            found.truncate(MOST_MEANT + 1);
        }
        if found.len() > MOST_MEANT {
            found.clear();
        }
        (found, false)
    }

    /// Returns the message for `without NAME` where no lever has the name: the levers of this kind, those behind a field,
    /// or the nearest name.
    pub(super) fn unknown_lever(&self, name: &ast::Name) -> Diagnostic {
        let text = name.text.as_str();
        let kind = text.strip_suffix('s').unwrap_or(text);
        let levers =
            self.model.levers.iter().filter(|lever| [text, kind].contains(&lever.kind.as_str()));
        let of_kind: Vec<&str> = levers.map(|lever| lever.name.as_str()).collect();
        let head = text.split('.').next().filter(|head| self.lever_names.contains_key(*head));
        let meant = match (of_kind.as_slice(), head) {
            ([], Some(head)) => Some(head.to_owned()),
            ([], None) => self.nearest(text, self.lever_names.keys().map(String::as_str)),
            (names, _) => Some(names.join(", ")),
        };
        let given = self.quantity_names.get(text).map(|&id| self.model.quantities[id].span);
        let known: Vec<&str> = self.lever_names.keys().map(String::as_str).collect();
        errors::unknown_lever(name.span, text, meant.as_deref(), (given, &known))
    }

    /// Reports a name that no kind has, with the kind whose name is within it, `quota` for `import_quota`, the nearest
    /// one, or the few that have a field or a word of their description in common.
    pub(super) fn unknown_kind(&mut self, tree: &ast::Lever) {
        let name = &tree.kind;
        if self.kinds.contains_key(&tree.name.text) {
            let found = errors::kind_second(name.span.to(tree.name.span), name, &tree.name);
            self.error(found);
            return;
        }
        let known: Vec<&str> = self.kinds.keys().map(String::as_str).collect();
        let lower = name.text.to_lowercase();
        let same = KINDS.iter().find(|(word, kind)| *word == lower && known.contains(kind));
        if let Some((_, kind)) = same {
            self.error(errors::unknown_kind(name.span, &name.text, Some(kind), &known));
            return;
        }
        let within = related(&name.text, true, known.iter().copied());
        let within = within.filter(|_| name.text.contains('_')).map(str::to_owned);
        let near = within.or_else(|| self.nearest(&name.text, known.iter().copied()));
        let words: Vec<String> = name.text.split('_').map(str::to_lowercase).collect();
        let about = |kind: &ast::LeverKind| {
            let text = kind.doc.as_ref().map_or(String::new(), |doc| doc.text.to_lowercase());
            let told = |word: &String| text.split(|c: char| !c.is_alphabetic()).any(|w| w == word);
            fields(kind).any(|field| field.name.text == name.text)
                || words.iter().any(|word| word.len() > 3 && told(word))
        };
        let some: Vec<&str> = self
            .kinds
            .iter()
            .filter(|(_, (kind, ..))| about(kind))
            .map(|(name, _)| name.as_str())
            .collect();
        let near = near.or_else(|| match some.as_slice() {
            [only] => Some((*only).to_owned()),
            _ => None,
        });
        let shown = if (1..=MOST_KINDS).contains(&some.len()) { &some } else { &known };
        let found = errors::unknown_kind(name.span, &name.text, near.as_deref(), shown);
        self.error(found);
    }
}

fn fields(kind: &ast::LeverKind) -> impl Iterator<Item = &ast::FieldDecl> {
    kind.entries.iter().filter_map(|entry| match entry {
        KindEntry::Field(field) => Some(field),
        _ => None,
    })
}

/// Returns the field whose description has a word of the name, or one for the same: `start` for the value in the first
/// year. Among several, one that is required or whose description begins with the word; `None` if it is not one alone.
fn told<'k>(name: &str, fields: impl Iterator<Item = &'k ast::FieldDecl>) -> Option<&'k str> {
    let mut words: Vec<&str> = name.split('_').collect();
    let same = SAME.iter().filter(|(word, _)| words.contains(word)).map(|(_, same)| *same);
    let same: Vec<&str> = same.collect();
    words.extend(same);
    let fields: Vec<(&str, Vec<String>)> = fields
        .map(|field| {
            let text = field.doc.as_ref().map_or(String::new(), |doc| doc.text.to_lowercase());
            let told = text.split(|c: char| !c.is_alphabetic() && c != '\'');
            (field.name.text.as_str(), told.map(str::to_owned).collect())
        })
        .collect();
    let pick = |fits: &dyn Fn(&[String]) -> bool| {
        let mut found = fields.iter().filter(|(_, told)| fits(told)).map(|(name, _)| *name);
        found.next().filter(|_| found.next().is_none())
    };
    pick(&|told| told.first().is_some_and(|first| words.contains(&first.as_str())))
        .or_else(|| pick(&|told| told.iter().any(|told| words.contains(&told.as_str()))))
}

/// Returns the names of the fields in a lever's body and in the heads of its tables; with a value, if they have one.
fn given(tree: &ast::Lever) -> Vec<(&ast::Name, Option<&ast::Expr>)> {
    let mut found = Vec::new();
    for entry in &tree.body {
        match entry {
            BodyEntry::Field { name, value, .. } => found.push((name, Some(value))),
            BodyEntry::Table(table) => {
                for (n, (column, _)) in table.columns.iter().enumerate() {
                    let cell = table.rows.first().and_then(|row| row.cells.get(n));
                    found.push((
                        column,
                        cell.and_then(|cell| cell.as_ref()).map(|(value, _)| value),
                    ));
                }
            }
        }
    }
    found
}

/// True if a value is written as a value of this kind: with `%`, with a unit, as a year, or as a plain number.
fn fits(kind: Kind, value: Option<&ast::Expr>) -> bool {
    let Some(value) = value else { return true };
    let mut first = None;
    numbers(value, &mut |part| {
        if let ExprKind::Number(number) = &part.kind {
            first.get_or_insert(number.clone());
        }
    });
    let Some(number) = first else { return false };
    let amount = number.unit.is_some() || number.scale != 1.0;
    let year = !amount && !number.percent && (1900.0..2200.0).contains(&number.value);
    match kind {
        Kind::Year => year,
        // Its sign or unit may be missing too.
        Kind::Plain { .. } if !amount && !number.percent => !year,
        Kind::Plain { percent, dimension } => {
            number.percent == percent && amount == (dimension != Dimension::NUMBER)
        }
        _ => false,
    }
}
