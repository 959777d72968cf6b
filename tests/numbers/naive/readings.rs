//! Random reads: of quantities defined before, in this year or another, and of quantities defined later, with
//! a lag.

use super::expressions::Scope;
use super::script::{Class, Known, Role, Script, Unit};

impl Script {
    /// Returns all quantities that may be read in the current year.
    pub(super) fn readable(&self, scope: &Scope) -> Vec<Known> {
        let given =
            |known: &&Known| !scope.given || matches!(known.role, Role::Param | Role::Opening);
        self.known.iter().filter(given).cloned().collect()
    }

    pub(super) fn find(&mut self, role: Role, scope: &Scope) -> Option<Known> {
        let all: Vec<Known> =
            self.readable(scope).into_iter().filter(|known| known.role == role).collect();
        if all.is_empty() { None } else { Some(self.choices.pick(&all)) }
    }

    /// Writes a reading of the class and unit, or a literal.
    pub(super) fn read(&mut self, class: Class, unit: Unit, scope: &Scope) -> String {
        let fits = |known: &Known| {
            known.class == class && known.unit == unit && known.role != Role::Opening
        };
        let own: Vec<String> = scope
            .own
            .iter()
            .filter(|(_, c, u)| *c == class && *u == unit)
            .map(|(name, ..)| name.clone())
            .collect();
        if !own.is_empty() && self.choices.chance(50) {
            return self.choices.pick(&own);
        }
        let later: Vec<Known> = self.lagged.iter().filter(|k| fits(k)).cloned().collect();
        if scope.lag && !later.is_empty() && self.choices.chance(40) {
            let known = self.choices.pick(&later);
            return self.indexed_by(&known, scope, Some("t-1".into()));
        }
        let all: Vec<Known> = self.readable(scope).into_iter().filter(fits).collect();
        if all.is_empty() || self.choices.chance(15) {
            return self.literal(class, unit);
        }
        let known = self.choices.pick(&all);
        self.reading(&known, scope)
    }

    /// Writes a reading of one quantity.
    pub(super) fn reading(&mut self, known: &Known, scope: &Scope) -> String {
        let fixed = known.role != Role::Opening;
        let time = match self.choices.below(12) {
            8 if scope.lag && fixed => Some("t-1".to_owned()),
            9 if fixed => Some("first".to_owned()),
            10 if fixed && self.features.future => Some(self.year().to_string()),
            11 if !scope.given && fixed && self.features.baseline => {
                let read = self.indexed_by(known, scope, None);
                return format!("baseline({read})");
            }
            _ => None,
        };
        self.indexed_by(known, scope, time)
    }

    /// Writes the reading of a cell, in the current year or another.
    pub(super) fn indexed_by(
        &mut self,
        known: &Known,
        scope: &Scope,
        time: Option<String>,
    ) -> String {
        let mut indices: Vec<String> =
            known.axes.clone().iter().map(|&axis| self.index(axis, scope)).collect();
        indices.extend(time);
        match indices.as_slice() {
            [] => known.name.clone(),
            indices => format!("{}[{}]", known.name, indices.join(", ")),
        }
    }

    /// A letter that ranges over the set or a part of it, or an element.
    fn index(&mut self, axis: usize, scope: &Scope) -> String {
        let fits = |(letter, set): &(String, usize)| {
            let inside = *set == axis || self.sets[*set].whole == axis;
            inside.then(|| letter.clone())
        };
        // A letter that is bound again inside means the inner set.
        let means =
            |n: usize, letter: &str| !scope.letters[n + 1..].iter().any(|(l, _)| l == letter);
        let visible = scope.letters.iter().enumerate().filter(|(n, (letter, _))| means(*n, letter));
        let letters: Vec<String> = visible.filter_map(|(_, bound)| fits(bound)).collect();
        if letters.is_empty() || self.choices.chance(15) {
            return self.choices.pick(&self.sets[axis].elements.clone()).to_owned();
        }
        self.choices.pick(&letters)
    }
}
