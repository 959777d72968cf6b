//! Tables in the form of other programs: years down the rows, a row for each value, fiscal years, units outside the
//! head.
//!
//! In: the table of a quantity. Out: the message with the head that Mizan requires.

use super::readings::year_of;
use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{Kind, QuantityId, SetId};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};

impl Checker<'_> {
    /// Returns the message about a table in another form; None for a table as Mizan has it. `across` is true if the
    /// columns are elements of a second set.
    pub(super) fn other_form(
        &self,
        id: QuantityId,
        table: &ast::Table,
        set: SetId,
        across: bool,
    ) -> Option<Diagnostic> {
        let name = &self.model.sets[set].name;
        let unit = self.unit_in_head(id).map_or(String::new(), |unit| format!(": {unit}"));
        let years = self.model.years;
        let head = table.set.text.to_lowercase();
        if matches!(head.as_str(), "year" | "years" | "time" | "t") && head != *name {
            let columns = format!("{}{unit} | {}{unit}", years.0, years.0.saturating_add(1));
            return Some(errors::years_down(table.set.span, &format!("| {name} | {columns} |")));
        }
        let is_set = |(column, _): &&(ast::Name, Option<ast::Unit>)| {
            self.sets.contains_key(&column.text) && !self.elements.contains_key(&column.text)
        };
        if let Some((column, _)) = table.columns.iter().find(is_set) {
            let own = &self.model.sets[self.model.sets[*self.sets.get(&column.text)?].root];
            let elements = own.elements.keys().take(4).map(|element| format!("{element}{unit} |"));
            let elements: Vec<String> = elements.collect();
            let head = format!("| {name} | {}", elements.join(" "));
            return Some(errors::long_table(column.span, &column.text, &head));
        }
        let mut cells: Vec<String> = vec![table.set.text.clone()];
        let (mut fixes, mut fiscal): (Vec<(Span, String)>, Option<&ast::Name>) = (Vec::new(), None);
        for (n, (column, own)) in table.columns.iter().enumerate() {
            let year = year_of(&column.text).filter(|_| !across);
            let plain = own.is_none() && table.rows.iter().any(|row| is_plain(row, n));
            let text = year.clone().unwrap_or_else(|| column.text.clone());
            let text = if plain { format!("{text}{unit}") } else { text };
            if year.is_some() {
                fiscal = fiscal.or(Some(column));
            }
            match own {
                Some(own) => {
                    cells.push(format!("{text}: {}", self.sources.text(own.span).trim()));
                }
                None => cells.push(text.clone()),
            }
            if year.is_some() || plain && !unit.is_empty() {
                fixes.push((column.span, text));
            }
        }
        let head = format!("| {} |", cells.join(" | "));
        // Cells between tabs have no units; the table is written with bars.
        if !fixes.is_empty() && !self.sources.text(table.span).contains('|') {
            fixes = vec![(table.span, self.with_bars(&head, table))];
        }
        let quantity = &self.model.quantities[id];
        match fiscal {
            _ if fixes.is_empty() => None,
            Some(column) => Some(errors::fiscal_years(column.span, &column.text, &head, &fixes)),
            None => {
                let required = self.kind_name(quantity.kind);
                Some(errors::unit_in_head(table.set.span, &quantity.name, &required, &head, &fixes))
            }
        }
    }

    /// Writes a table with a head, and with bars between the cells.
    fn with_bars(&self, head: &str, table: &ast::Table) -> String {
        let text = |cell: &Option<(ast::Expr, Vec<ast::Name>)>| {
            let value = cell.as_ref().map(|(value, _)| self.sources.text(value.span).trim());
            value.unwrap_or_default().to_owned()
        };
        let mut lines = vec![format!("  {head}")];
        for row in &table.rows {
            let key = self.sources.text(row.key.span).trim().to_owned();
            let cells: Vec<String> = [key].into_iter().chain(row.cells.iter().map(text)).collect();
            lines.push(format!("  | {} |", cells.join(" | ")));
        }
        let braces = self.sources.text(table.span).starts_with('{');
        let lines = lines.join("\n");
        if braces { format!("{{\n{lines}\n}}") } else { lines }
    }

    /// Returns the unit that the plain cells of a table lack; None for numbers, percentages and unknown units.
    fn unit_in_head(&self, id: QuantityId) -> Option<String> {
        let Kind::Plain { dimension, .. } = self.model.quantities[id].kind else { return None };
        let unit = || self.written_unit(id).unwrap_or_else(|| self.usual_unit(dimension));
        (dimension != Dimension::NUMBER).then(unit)
    }
}

/// True if a cell of a row is a number without unit.
fn is_plain(row: &ast::TableRow, column: usize) -> bool {
    fn plain(value: &ast::Expr) -> bool {
        match &value.kind {
            ExprKind::Number(number) => {
                number.unit.is_none() && !number.percent && number.value != 0.0
            }
            ExprKind::Negate(inner) | ExprKind::Group(inner) => plain(inner),
            _ => false,
        }
    }
    row.cells.get(column).is_some_and(|cell| cell.as_ref().is_some_and(|(value, _)| plain(value)))
}

/// Returns the number in brackets of a cell, which is negative in accounts and positive here: `(80)`.
pub(super) fn in_brackets(value: &ast::Expr) -> Option<&ast::Number> {
    match &value.kind {
        ExprKind::Group(inner) => match &inner.kind {
            ExprKind::Number(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

/// True for the label of a row of sums.
pub(super) fn is_total(label: &str) -> bool {
    matches!(
        label.to_lowercase().as_str(),
        "total" | "totals" | "sum" | "grand total" | "all" | "world"
    )
}
