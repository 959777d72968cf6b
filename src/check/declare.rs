//! Declarations: years, quantities, kinds, functions, sources and the solver's settings.

use indexmap::IndexMap;

use super::element_names::MapSet;
use super::errors;
use super::expr::{Env, NUMBER, PERCENT};
use super::{Checker, IndexMeaning};
use crate::diagnostic::Diagnostic;
use crate::model::{Kind, Quantity, Role, SetId, Source};
use crate::quantity::{Dimension, Fraction};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};

/// Maximum number of years of a horizon.
const MOST_YEARS: i32 = 1_000;
/// Maximum number of cells of a model, all years counted.
pub(super) const MOST_CELLS: u128 = 50_000_000;

impl<'a> Checker<'a> {
    /// Declares years, currencies, units and sets; returns false if nothing else can be checked without them.
    /// `edits` replace given values.
    pub(super) fn frame(&mut self, items: &[&'a ast::Item], edits: &[ast::Assign]) -> bool {
        self.model.bases = ["money", "years", "days"].map(str::to_owned).to_vec();
        let mut add =
            |name: &str, dimension, factor| self.units.insert(name.to_owned(), (dimension, factor));
        for (names, dimension, factor) in [
            (&["money"][..], Dimension::MONEY, 1.0),
            (&["years", "year"], Dimension::YEARS, 1.0),
            (&["months", "month"], Dimension::YEARS, 1.0 / 12.0),
            (&["days", "day"], Dimension::DAYS, 1.0),
            (&["weeks", "week"], Dimension::DAYS, 7.0),
            (&["hours", "hour"], Dimension::DAYS, 1.0 / 24.0),
        ] {
            for name in names {
                add(name, dimension, factor);
            }
        }
        self.years(items);
        self.currencies(items, edits);
        self.report_units(items);
        self.sets(items);
        let fine = !self.diagnostics.iter().any(Diagnostic::is_error);
        if fine {
            self.needs(items);
        }
        let fine = !self.diagnostics.iter().any(Diagnostic::is_error);
        self.model.years.0 <= self.model.years.1 && self.model.horizon() > 0 && fine
    }

    fn years(&mut self, items: &[&'a ast::Item]) {
        let mut found: Option<Span> = None;
        for item in items {
            match &item.kind {
                ItemKind::Model(title) => self.model.title.clone_from(&title.text),
                ItemKind::Years(range) => {
                    if let Some(first) = found {
                        self.error(errors::changed_twice(item.span, "years", first));
                        continue;
                    }
                    found = Some(item.span);
                    self.model.years = (0, 9999);
                    let ends = (self.constant_year(&range.from), self.constant_year(&range.to));
                    if let (Some(from), Some(to)) = ends {
                        if from > to {
                            self.error(errors::reversed_years(range.span, from.into(), to.into()));
                        } else if to - from >= MOST_YEARS {
                            self.error(errors::horizon(range.span, to - from + 1, MOST_YEARS));
                        } else {
                            self.model.years = (from, to);
                            if (15..100).contains(&from) && to < 100 && to - from < 40 {
                                self.error(errors::short_years(range.span, from, to));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        if found.is_none()
            && let Some(item) = items.first()
        {
            self.error(errors::no_years(item.span));
        }
    }

    /// Reports a name that an earlier declaration of the same sort has; returns true if there is one.
    pub(super) fn given_twice<'n>(
        &mut self,
        given: &mut IndexMap<&'n str, Span>,
        name: &'n ast::Name,
    ) -> bool {
        let first = given.get(name.text.as_str()).copied();
        match first {
            Some(first) => self.error(errors::duplicate(name.span, &name.text, first)),
            None => {
                given.insert(&name.text, name.span);
            }
        }
        first.is_some()
    }

    fn needs(&mut self, items: &[&'a ast::Item]) {
        for item in items {
            let ItemKind::Needs(names) = &item.kind else { continue };
            for name in names {
                if !self.sets.contains_key(&name.text) {
                    let used = items.iter().find(|item| matches!(item.kind, ItemKind::Use(_)));
                    let place = used.map_or(name.span, |item| item.span);
                    let near = self.nearest(&name.text, self.sets.keys().map(String::as_str));
                    let near = near.and_then(|near| self.sets.get(&near).map(|&set| (near, set)));
                    let near = near.map(|(near, set)| (self.model.sets[set].span, near));
                    self.error(errors::needs_set(place, &name.text, near));
                }
            }
        }
    }

    /// Declares quantities, kinds, functions, sources and the solver's settings.
    pub(super) fn names(&mut self, items: &[&'a ast::Item]) {
        self.rate_quantities();
        // Reserves memory for all quantities at once: growing would copy them, and hold both copies for a while.
        self.model.quantities.reserve(items.len());
        for item in items {
            match &item.kind {
                ItemKind::Source { key, citation } => {
                    let source = Source { citation: citation.text.clone(), span: key.span };
                    if let Some(first) = self.model.sources.insert(key.text.clone(), source) {
                        self.error(errors::duplicate(key.span, &key.text, first.span));
                    }
                }
                ItemKind::Kind(kind) => {
                    if let Some((first, ..)) =
                        self.kinds.insert(kind.name.text.clone(), (kind, &item.doc, item.span))
                    {
                        let first = first.name.span;
                        self.error(errors::duplicate(kind.name.span, &kind.name.text, first));
                    }
                }
                ItemKind::Function { name, params, body } => {
                    if crate::builtins::named(&name.text).next().is_some() {
                        self.error(errors::shadows(name.span, &name.text));
                    }
                    if let Some(first) =
                        self.functions.insert(name.text.clone(), (name, params, body))
                    {
                        self.error(errors::duplicate(name.span, &name.text, first.0.span));
                    }
                }
                ItemKind::Quantity(quantity) => {
                    let doc = if item.doc.is_empty() {
                        quantity.doc.as_ref().map_or("", |d| &d.text)
                    } else {
                        &item.doc
                    };
                    self.declare(quantity, None, doc);
                }
                ItemKind::Solver(settings) => self.solver(settings),
                _ => {}
            }
        }
    }

    /// Reads `solver tolerance: 1e-10, iterations: 200`.
    fn solver(&mut self, settings: &[(ast::Name, ast::Expr)]) {
        for (name, value) in settings {
            let found = self.expect(value, &mut Env::default(), NUMBER, "a setting of the solver");
            let number = found.constant();
            match (name.text.as_str(), number) {
                ("tolerance", Some(x)) if (1e-15..=1e-3).contains(&x) => {
                    self.model.solver.tolerance = x;
                }
                ("iterations", Some(x)) if (1.0..=1000.0).contains(&x) && x.fract() == 0.0 => {
                    self.model.solver.iterations = x as usize;
                }
                _ => self.error(errors::solver_setting(name.span.to(value.span))),
            }
        }
    }

    /// Declares a quantity: one of the script, or one of a lever if the lever's kind declares it.
    pub(super) fn declare(&mut self, quantity: &ast::Quantity, lever: Option<usize>, doc: &str) {
        let name = match lever {
            Some(lever) => format!("{}.{}", self.model.levers[lever].name, quantity.name.text),
            None => quantity.name.text.clone(),
        };
        let declared = match (&quantity.axes, lever) {
            (Some(axes), _) => axes.iter().map(|axis| self.axis(&axis.set, quantity)).collect(),
            (None, Some(lever)) => Some(self.free_sets(lever)),
            (None, None) => Some(Vec::new()),
        };
        let Some(axes) = declared else {
            self.poisoned.insert(name);
            return;
        };
        let unit = quantity.unit.as_ref();
        if let (None, Some(value)) = (unit, &quantity.value) {
            self.date_as_value(value.span);
        }
        let kind = match unit {
            Some(unit) => self.unit_kind(unit),
            None if quantity.role == ast::Role::Param => Kind::Unknown,
            None => NUMBER,
        };
        let role = match quantity.role {
            ast::Role::Param => Role::Param,
            ast::Role::Variable => Role::Variable,
            ast::Role::Factor => Role::Factor,
            ast::Role::Total => Role::Total,
        };
        let bounds = quantity.bounds.as_ref().and_then(|range| self.bounds(range, kind));
        self.add(Quantity {
            name,
            role,
            axes,
            kind,
            unit: unit.map_or(String::new(), |unit| self.sources.text(unit.span).to_owned()),
            path: true,
            doc: doc.to_owned(),
            span: quantity.name.span,
            lever,
            definitions: Vec::new(),
            choice: Vec::new(),
            start: None,
            bounds,
            sources: quantity.cites.iter().map(|cite| cite.text.clone()).collect(),
            own: false,
        });
    }

    /// Adds a quantity under its name; reports a duplicate name, or too many cells.
    pub(super) fn add(&mut self, quantity: Quantity) {
        if matches!(quantity.name.as_str(), "t" | "first" | "last") {
            self.error(errors::reserved(quantity.span, &quantity.name));
            self.poisoned.insert(quantity.name);
            return;
        }
        let size = |&set: &SetId| self.model.sets[self.model.sets[set].root].elements.len() as u128;
        let cells = quantity.axes.iter().map(size).fold(1, u128::saturating_mul);
        self.cells = self.cells.saturating_add(cells);
        let asked = self.cells.saturating_mul(self.model.horizon() as u128);
        if asked > MOST_CELLS {
            self.error(errors::cells(quantity.span, asked, MOST_CELLS));
            self.poisoned.insert(quantity.name);
            return;
        }
        if let Some(&first) = self.quantity_names.get(&quantity.name) {
            let first = self.model.quantities[first].span;
            if first.source == quantity.span.source {
                self.error(errors::duplicate(quantity.span, &quantity.name, first));
                return;
            }
            // The library's equations read its own quantity, so that they give no messages of their own.
            let (other, places) = self.renamed_places(first, &quantity);
            let of_library = quantity.span;
            self.error(errors::taken_by_library(
                first,
                &quantity.name,
                of_library,
                (&other, &places),
            ));
        }
        self.quantity_names.insert(quantity.name.clone(), self.model.quantities.len());
        self.model.quantities.push(quantity);
    }

    /// Returns a free name for a quantity of the script whose name the quantity `of_library` has, and the places of its
    /// name in the script. A reading with other indices means the library's.
    fn renamed_places(&self, first: Span, of_library: &Quantity) -> (String, Vec<Span>) {
        let name = of_library.name.as_str();
        let own = self.quantity_names.get(name).map(|&own| &self.model.quantities[own]);
        let axes = own.map_or(&[][..], |own| own.axes.as_slice());
        let same = axes == of_library.axes;
        let free = |other: &String| !self.quantity_names.contains_key(other);
        let numbered = (2..).map(|n| format!("{name}_given{n}"));
        let other = std::iter::once(format!("{name}_given")).chain(numbered).find(free);
        let text = &self.sources.file(first.source).text;
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let place = |(at, _): (usize, &str)| {
            let (before, after) = (text.get(..at)?, text.get(at + name.len()..)?);
            let line = before.rsplit('\n').next()?;
            let own = at == first.start as usize;
            let apart = !before.ends_with(|c| is_part(c) || c == '.')
                && !after.starts_with(is_part)
                && line.matches('"').count() % 2 == 0
                && !line.contains('#');
            // The key of a field or of an argument: `{ weight: 5% }`.
            let key = after.trim_start_matches(' ').starts_with(':');
            let means_own = own || !key && (same || self.has_indices_of(after, axes));
            (apart && means_own).then(|| Span::new(first.source, at, at + name.len()))
        };
        (other.unwrap_or_default(), text.match_indices(name).filter_map(place).collect())
    }

    /// True for a text without brackets at its start, or with an index for each set; a year is not counted.
    fn has_indices_of(&self, text: &str, axes: &[SetId]) -> bool {
        let Some(inside) = text.strip_prefix('[') else { return true };
        let (mut depth, mut parts) = (0, vec![String::new()]);
        for c in inside.chars().take_while(|&c| c != '\n') {
            match c {
                ']' if depth == 0 => break,
                ',' if depth == 0 => parts.push(String::new()),
                _ => {
                    depth += i32::from(matches!(c, '[' | '(')) - i32::from(matches!(c, ']' | ')'));
                    parts.iter_mut().last().into_iter().for_each(|last| last.push(c));
                }
            }
        }
        let is_year = |part: &str| {
            let word = part.split(['+', '-', '.', ' ']).next().unwrap_or_default();
            let year = matches!(word, "t" | "first" | "last") || word.parse::<i32>().is_ok();
            year && !self.elements.contains_key(part)
        };
        let parts = parts.iter().map(|part| part.trim()).filter(|part| !is_year(part));
        let indices: Vec<&str> = parts.collect();
        let fits = |(index, &axis): (&&str, &SetId)| {
            let name = index.trim_matches('"');
            let root = &self.model.sets[self.model.sets[axis].root];
            !self.elements.contains_key(name) || root.elements.contains_key(name)
        };
        indices.is_empty() || indices.len() == axes.len() && indices.iter().zip(axes).all(fits)
    }

    /// Returns the set of an axis of `quantity`; reports an unknown one.
    fn axis(&mut self, name: &ast::Name, quantity: &ast::Quantity) -> Option<SetId> {
        let found = self.sets.get(&name.text).copied();
        if found.is_none() {
            let near = self.nearest(&name.text, self.sets.keys().map(String::as_str));
            let letter = self.set_of_letter(&name.text).cloned();
            let lines = self.map_of_lines(name);
            // The message about the first of these lines has the edit of all.
            if lines.as_ref().is_some_and(|(edits, _)| edits.is_empty()) {
                return None;
            }
            self.error(match letter.filter(|_| near.is_none()) {
                Some(set) => errors::letter_as_set(name.span, &name.text, &set),
                None if matches!(name.text.as_str(), "year" | "years" | "t" | "time") => {
                    errors::years_as_set(name.span, &name.text)
                }
                None if self.elements.contains_key(&name.text) => {
                    errors::element_as_set(name.span, &name.text, lines)
                }
                None => match self.set_of_map(name, quantity).filter(|_| near.is_none()) {
                    // The message about the first declaration with this set has the edit.
                    Some(MapSet::Declared) => return None,
                    Some(MapSet::New(line, place)) => {
                        errors::undeclared_set(name.span, &name.text, (place, &line))
                    }
                    Some(MapSet::Known(set)) => errors::other_set(name.span, &name.text, &set),
                    None => errors::unknown_set(name.span, &name.text, near.as_deref()),
                },
            });
        }
        found
    }

    /// Returns the sets of a lever's free indices.
    pub(super) fn free_sets(&self, lever: usize) -> Vec<SetId> {
        let free =
            |bound: &IndexMeaning| matches!(bound, IndexMeaning::Free(..)).then(|| bound.set());
        self.bindings[lever].values().filter_map(free).collect()
    }

    /// Returns the kind of a quantity from its declared unit.
    pub(super) fn unit_kind(&mut self, unit: &ast::Unit) -> Kind {
        if let [only] = unit.terms.as_slice() {
            match only.name.text.as_str() {
                "number" => return NUMBER,
                "percent" => return PERCENT,
                "year" => return Kind::Year,
                name => {
                    if let Some(&set) = self.sets.get(name) {
                        return Kind::Element(self.model.sets[set].root);
                    }
                }
            }
        }
        let mut dimension = Dimension::NUMBER;
        for term in &unit.terms {
            match self.units.get(&term.name.text) {
                Some(&(base, _)) => {
                    let power = Fraction::of(term.power).and_then(|power| base.power(power));
                    let Some(product) = power.and_then(|power| dimension.times(power)) else {
                        self.error(errors::exponent(unit.span));
                        return Kind::Unknown;
                    };
                    dimension = product;
                }
                None if matches!(term.name.text.as_str(), "number" | "percent") => {}
                None => {
                    let year = super::readings::year_of(&term.name.text);
                    let unit = super::scales::declared_unit(&term.name.text).map(str::to_owned);
                    let joined = super::scales::joined_unit(&term.name.text, &self.model.currency);
                    if let Some(edit) = unit.or(year).or(joined) {
                        let name = &term.name;
                        self.error(errors::foreign_unit(name.span, &name.text, &edit, name.span));
                        return Kind::Unknown;
                    }
                    let near = self.nearest_unit(&term.name.text);
                    self.error(errors::unknown_unit(
                        term.name.span,
                        &term.name.text,
                        near.as_deref(),
                        &self.model.currency,
                    ));
                    return Kind::Unknown;
                }
            }
        }
        Kind::Plain { dimension, percent: false }
    }

    /// Evaluates the bounds of a value of a kind; reports them and returns None if they are not constant. A plain
    /// number is a bound for a value with any unit, in the units of the model.
    pub(super) fn bounds(&mut self, range: &ast::Range, kind: Kind) -> Option<(f64, f64)> {
        let ends = [&range.from, &range.to].map(|end| {
            let found = self.expr(end, &mut Env::default(), None);
            if matches!(kind, Kind::Plain { .. }) && found.1 != NUMBER {
                self.fits(&found, end.span, kind, "a bound");
            }
            found.0.constant()
        });
        let bounds = ends[0].zip(ends[1]);
        if bounds.is_none() {
            self.error(errors::not_constant(range.span, "bounds"));
        }
        bounds
    }
}
