//! The call of `data` that reads a file, proposed in place of one that is wrong.
//!
//! In: a call, and the first rows of its file. Out: the whole call, if the file leaves no doubt; otherwise the call with
//! its condition, or none. A proposal is read before it is offered. Nothing is left out of a file that the proposed call
//! does not name.

use super::complete::written;
use super::figures;
use super::sketch::{
    Sketch, bones, cell_like, cells, column_of, column_of_years, match_format, match_value,
    match_year, open_axes, place, quoted_key, set_format, values_of,
};
use super::{Checker, DataCall, DataUnit, errors};
use crate::check::expr::{Env, NUMBER};
use crate::data::{Filter, Glance, Missing, Named, Request, Wanted};
use crate::diagnostic::Diagnostic;
use crate::model::{Kind, QuantityId, Select, SetId};
use crate::source::Span;
use crate::syntax::ast;

/// Maximum length in bytes of a proposed call: the names of columns may have any length.
const LONGEST: usize = 1_000;

/// Arguments of other programs for the number of rows above a table.
const SKIPS: [&str; 6] = ["skip", "skiprows", "skip_rows", "skiplines", "startrow", "start_row"];

/// Ways to fill years without a value, the fewest first: between years with one, and before and after all of them.
const FILLED: [(bool, [bool; 2]); 7] = [
    (false, [false, true]),
    (false, [true, false]),
    (false, [true, true]),
    (true, [false, false]),
    (true, [false, true]),
    (true, [true, false]),
    (true, [true, true]),
];

/// A call that reads the file.
pub(super) struct Proposal {
    /// The call, or a map of calls.
    pub(super) text: String,
    /// The condition under which it is meant; None if it is the only one.
    pub(super) doubt: Option<String>,
    /// True for a map of calls, one for each column.
    pub(super) wide: bool,
}

impl Proposal {
    /// Returns the message about a call that lacks arguments; `header` is the head of its file.
    pub(super) fn message(&self, span: Span, lacking: &[&str], header: &[String]) -> Diagnostic {
        let found = match self.wide {
            true => errors::columns_of_elements(span, &self.text),
            false => errors::data_incomplete(span, lacking, (&self.text, true), header),
        };
        match &self.doubt {
            None => found,
            Some(doubt) => {
                let help = vec![format!("write `{}` {doubt}", self.text)];
                Diagnostic { help, fixes: Vec::new(), ..found }
            }
        }
    }
}

impl Checker<'_> {
    /// Proposes a call; `hint` is a column of values that the call has without its key.
    pub(super) fn proposed(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        args: &[ast::Argument],
        (request, hint): (&Request<'_>, Option<&str>),
        span: Span,
        env: &Env,
    ) -> Option<Proposal> {
        let look = Glance::of(self.files, request, span, self.sources)?;
        let mut parts = Vec::new();
        for argument in args.iter().skip(1) {
            let Some(key) = &argument.key else { continue };
            // The first rows of other programs: `place` finds the header itself.
            if SKIPS.contains(&key.text.as_str()) && !look.header.contains(&key.text) {
                continue;
            }
            let text = |span: Span| self.sources.text(span).trim().to_owned();
            let value = match (text(argument.value.span), &argument.value.kind) {
                (typed, ast::ExprKind::Text(name)) if !typed.starts_with('"') => written(name),
                (typed, _) => typed,
            };
            parts.push((text(key.span), value));
        }
        let mut sketch =
            Sketch { parts, request: request.clone(), span, doubt: None, used: Vec::new() };
        sketch.request.filters.retain(|filter| {
            let name = &filter.column.text;
            !SKIPS.contains(&name.as_str()) || look.header.contains(name)
        });
        if request.value.is_none()
            && let Some(hint) = hint
        {
            sketch.request.value = Some(sketch.name(hint));
        }
        let file = format!("\"{}\"", request.file.text);
        place(&mut sketch, &look);
        if let Some(set) = self.heading_set((axes, env), &sketch, &look) {
            return self.wide((id, axes), sketch, (&look, &file), set, env);
        }
        self.long((id, axes), &mut sketch, &look, env)?;
        let text = sketch.text(&file);
        (text.len() <= LONGEST).then_some(Proposal { text, doubt: sketch.doubt, wide: false })
    }

    /// Completes the call for a file with one column of values, or one for each year.
    fn long(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        sketch: &mut Sketch<'_>,
        look: &Glance,
        env: &Env,
    ) -> Option<()> {
        let path = self.model.quantities[id].path;
        let name = self.model.quantities[id].name.clone();
        self.match_filters(axes, sketch, look, env)?;
        let keys = self.match_keys(axes, sketch, look, env)?;
        if path {
            match_year(sketch, look)?;
        }
        let rows = self.rows_of(sketch, look, &keys)?;
        // A first row without a number may be the header, below a title.
        let first = look.rows.first()?;
        let named = rows.contains(&first.as_slice());
        let number = |cell: &String| cell.contains(|c: char| c.is_ascii_digit());
        (named || first.iter().any(number)).then_some(())?;
        match_value(sketch, look, &rows, &name)?;
        self.separate(sketch, look, (&rows, &keys));
        match_format(sketch, look, &rows)?;
        self.match_unit(id, sketch);
        self.confirm((id, axes), sketch, env)
    }

    /// Returns the set whose elements head columns of the file, if no column has them as cells.
    fn heading_set(
        &self,
        (axes, env): (&[Select], &Env),
        sketch: &Sketch<'_>,
        look: &Glance,
    ) -> Option<(usize, SetId)> {
        let open = open_axes(axes);
        let mut heads = open.iter().filter(|&&(.., set)| {
            let members = self.member_names(set);
            let named =
                sketch.request.named.iter().find(|named| {
                    self.data_axis(&open, named, env).is_some_and(|(_, of)| of == set)
                });
            let has_column = named.is_some_and(|named| {
                let column = column_of(look, &named.text.text);
                column.is_some_and(|column| cells(look, column).any(|cell| members.contains(&cell)))
            });
            let rows = (0..look.header.len()).any(|column| {
                members.iter().all(|one| cells(look, column).any(|cell| cell == *one))
            });
            members.len() > 1
                && members.len() <= 20
                && !has_column
                && !rows
                && members.iter().all(|one| look.header.iter().any(|head| head == one))
        });
        let &(axis, _, set) = heads.next()?;
        // The value of one of the columns alone is another quantity.
        let value = sketch.request.value.as_ref();
        let other = value.is_some_and(|value| {
            let known = column_of(look, &value.text).and_then(|column| look.header.get(column));
            known.is_some_and(|known| !self.member_names(set).contains(&known.as_str()))
        });
        (heads.next().is_none() && !other && sketch.request.across.is_none()).then_some((axis, set))
    }

    /// Proposes a map with a call for each column.
    fn wide(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        mut sketch: Sketch<'_>,
        (look, file): (&Glance, &str),
        (axis, set): (usize, SetId),
        env: &Env,
    ) -> Option<Proposal> {
        let open = open_axes(axes);
        let own: Vec<String> = (sketch.request.named.iter())
            .filter(|named| self.data_axis(&open, named, env).is_some_and(|(n, _)| n == axis))
            .map(|named| named.key.text.clone())
            .collect();
        sketch.request.named.retain(|named| !own.contains(&named.key.text));
        sketch.parts.retain(|(key, _)| !own.contains(key) && key != "value");
        sketch.request.value = None;
        (open.len() == 1).then_some(())?;
        let members: Vec<String> = self.member_names(set).into_iter().map(str::to_owned).collect();
        let elements = self.model.sets[set].members.clone();
        let path = self.model.quantities[id].path;
        self.match_filters(axes, &mut sketch, look, env)?;
        if path {
            match_year(&mut sketch, look)?;
        }
        let rows = self.rows_of(&sketch, look, &[])?;
        let columns: Vec<usize> = members
            .iter()
            .filter_map(|one| look.header.iter().position(|head| head == one))
            .collect();
        self.separate(&mut sketch, look, (&rows, &[]));
        let found = figures::of(look, &rows, &columns, &sketch.request.format)?;
        set_format(&mut sketch, found);
        self.match_unit(id, &mut sketch);
        let (mut entries, mut doubt) = (Vec::new(), None);
        for (name, element) in members.iter().zip(elements) {
            let mut one = sketch.clone();
            one.request.value = Some(one.name(name));
            one.put("value", written(name));
            let mut picked = axes.to_vec();
            *picked.get_mut(axis)? = Select::One(element);
            self.confirm((id, &picked), &mut one, env)?;
            entries.push(format!("{}: {}", written(name), one.text(file)));
            doubt = doubt.or(one.doubt);
        }
        Some(Proposal { text: format!("{{ {} }}", entries.join(", ")), doubt, wide: true })
    }

    /// Finds the columns and the cells of the filters. `flow: M` is one too: the column `Flow` has the cell `M`.
    fn match_filters(
        &self,
        axes: &[Select],
        sketch: &mut Sketch<'_>,
        look: &Glance,
        env: &Env,
    ) -> Option<()> {
        let open = open_axes(axes);
        let mut filters = std::mem::take(&mut sketch.request.filters);
        let mut named = Vec::new();
        for one in std::mem::take(&mut sketch.request.named) {
            let time = matches!(one.key.text.as_str(), "year" | "t");
            match time || self.data_axis(&open, &one, env).is_some() {
                true => named.push(one),
                false => {
                    filters.push(Filter { column: one.key, wanted: Wanted::Text(one.text.text) })
                }
            }
        }
        sketch.request.named = named;
        for mut filter in filters {
            let old = filter.column.text.clone();
            let time = old.eq_ignore_ascii_case("year") || old == "t";
            let column = column_of(look, &old)
                .or_else(|| if time { column_of_years(look, &[]) } else { None })?;
            let name = look.header.get(column)?;
            if let Wanted::Text(text) = &filter.wanted {
                let cell = cell_like(look, column, text)?;
                let quoted = format!("\"{cell}\"");
                let cell = cell.to_owned();
                sketch.put_filter(&quoted_key(sketch, &old), name, quoted);
                filter.wanted = Wanted::Text(cell);
            } else if *name != old {
                let key = quoted_key(sketch, &old);
                let text = sketch.parts.iter().find(|(known, _)| *known == key)?.1.clone();
                sketch.put_filter(&key, name, text);
            }
            filter.column.text.clone_from(name);
            sketch.used.push(column);
            sketch.request.filters.push(filter);
        }
        Some(())
    }

    /// Finds the column of each set, by its name or by its cells; returns their positions with the sets.
    fn match_keys(
        &self,
        axes: &[Select],
        sketch: &mut Sketch<'_>,
        look: &Glance,
        env: &Env,
    ) -> Option<Vec<(usize, SetId)>> {
        let open = open_axes(axes);
        let mut found = Vec::new();
        for &(axis, _, set) in &open {
            let own = sketch.request.named.iter().position(|named| {
                self.data_axis(&open, named, env).is_some_and(|(n, _)| n == axis)
            });
            let members = self.member_names(set);
            let given = own.and_then(|n| sketch.request.named.get(n));
            let column = given.and_then(|named| column_of(look, &named.text.text));
            let any = |column: &usize| cells(look, *column).any(|cell| members.contains(&cell));
            let column = match column.filter(any) {
                Some(column) => column,
                None => self.column_of_set(set, sketch, look)?,
            };
            let name = look.header.get(column).filter(|name| !name.is_empty())?.clone();
            match own.and_then(|n| sketch.request.named.get_mut(n)) {
                Some(named) => {
                    let key = named.key.text.clone();
                    if named.text.text != name {
                        named.text.text.clone_from(&name);
                        sketch.put(&key, written(&name));
                    }
                }
                None => {
                    let key = self.model.sets[set].name.clone();
                    (open.iter().filter(|other| other.2 == set).count() == 1).then_some(())?;
                    sketch.put(&key, written(&name));
                    let (key, text) = (sketch.name(&key), sketch.name(&name));
                    sketch.request.named.push(Named { key, text, quoted: false });
                }
            }
            sketch.used.push(column);
            found.push((column, set));
        }
        Some(found)
    }

    /// Finds the one column whose cells are elements of a set.
    fn column_of_set(&self, set: SetId, sketch: &Sketch<'_>, look: &Glance) -> Option<usize> {
        let members = self.member_names(set);
        let name = &self.model.sets[set].name;
        let free: Vec<usize> =
            (0..look.header.len()).filter(|column| !sketch.used.contains(column)).collect();
        let has_all = |column: &usize| {
            members.iter().all(|one| cells(look, *column).any(|cell| cell == *one))
        };
        let mut fits: Vec<usize> = free.iter().copied().filter(has_all).collect();
        if fits.is_empty() {
            let only = |column: &usize| cells(look, *column).all(|cell| members.contains(&cell));
            fits = free.iter().copied().filter(only).collect();
        }
        let named = |column: &usize| {
            look.header.get(*column).is_some_and(|head| bones(head) == bones(name))
        };
        match fits.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(named),
        }
    }

    /// Returns the rows that pass the filters and name elements; names `other: skip` if others would be left out.
    fn rows_of<'g>(
        &self,
        sketch: &Sketch<'_>,
        look: &'g Glance,
        keys: &[(usize, SetId)],
    ) -> Option<Vec<&'g [String]>> {
        let passes = |row: &&Vec<String>| {
            sketch.request.filters.iter().all(|filter| {
                let column = look.header.iter().position(|head| *head == filter.column.text);
                column.is_some_and(|column| match &filter.wanted {
                    Wanted::Text(text) => Glance::cell(row, column) == text,
                    Wanted::Number(n) => Glance::cell(row, column).parse() == Ok(*n),
                })
            })
        };
        let known = |row: &&Vec<String>| {
            keys.iter()
                .all(|&(column, set)| self.member_names(set).contains(&Glance::cell(row, column)))
        };
        let rows: Vec<&[String]> =
            look.rows.iter().filter(passes).filter(known).map(Vec::as_slice).collect();
        (!rows.is_empty()).then_some(rows)
    }

    /// Names the first value of a column that tells rows with the same keys apart: which of them is meant, only the
    /// reader knows.
    fn separate(
        &self,
        sketch: &mut Sketch<'_>,
        look: &Glance,
        (rows, keys): (&[&[String]], &[(usize, SetId)]),
    ) {
        let year = sketch
            .request
            .named
            .iter()
            .find(|named| matches!(named.key.text.as_str(), "year" | "t"));
        let year =
            year.and_then(|named| look.header.iter().position(|head| *head == named.text.text));
        let columns: Vec<usize> = keys.iter().map(|(column, _)| *column).chain(year).collect();
        let unique = |further: Option<usize>| {
            let mut seen = std::collections::BTreeSet::new();
            let key = |row: &&[String]| -> Vec<String> {
                let all = columns.iter().copied().chain(further);
                all.map(|column| Glance::cell(row, column).to_owned()).collect()
            };
            rows.iter().all(|row| seen.insert(key(row)))
        };
        if unique(None) {
            return;
        }
        let value = sketch.request.value.as_ref().map(|value| value.text.clone());
        let few = |column: &usize| values_of(rows, *column).len() <= 12;
        let fits = (0..look.header.len())
            .filter(|column| !columns.contains(column) && !sketch.used.contains(column))
            .filter(|column| look.header.get(*column) != value.as_ref())
            .filter(few)
            .find(|column| unique(Some(*column)));
        let Some(column) = fits else { return };
        let values = values_of(rows, column);
        let (Some(first), Some(name)) = (values.first(), look.header.get(column)) else { return };
        let others: Vec<String> = values.iter().skip(1).map(|one| format!("`{one}`")).collect();
        sketch.put_filter(name, name, format!("\"{first}\""));
        let filter = Filter { column: sketch.name(name), wanted: Wanted::Text(first.clone()) };
        sketch.request.filters.push(filter);
        sketch.doubts(format!("if the rows of `{first}` are meant, and not {}", others.join(", ")));
    }

    /// Names the unit of the quantity, if its declaration tells it.
    fn match_unit(&mut self, id: QuantityId, sketch: &mut Sketch<'_>) {
        let kind = self.model.quantities[id].kind;
        let needs = !matches!(kind, Kind::Unknown | Kind::Year) && kind != NUMBER;
        if !needs || sketch.request.unit.is_some() {
            return;
        }
        match self.written_unit(id) {
            Some(unit) => sketch.put("unit", unit),
            None => {
                sketch.put("unit", "UNIT".to_owned());
                sketch.doubts("with the unit of the numbers in place of `UNIT`".to_owned());
            }
        }
    }

    /// Reads the file by the proposed call. Rows of other labels, and years before and after those of the file, get
    /// their arguments.
    fn confirm(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        sketch: &mut Sketch<'_>,
        env: &Env,
    ) -> Option<()> {
        if sketch.parts.iter().any(|(_, text)| text == "COLUMN") {
            return Some(());
        }
        if self.reads((id, axes), &sketch.request, sketch.span, env) {
            return Some(());
        }
        if !sketch.request.skip_other && !open_axes(axes).is_empty() {
            sketch.request.skip_other = true;
            if self.reads((id, axes), &sketch.request, sketch.span, env) {
                sketch.put("other", "skip".to_owned());
                return Some(());
            }
        }
        let by_year = sketch.request.across.is_some()
            || sketch
                .request
                .named
                .iter()
                .any(|named| matches!(named.key.text.as_str(), "year" | "t"));
        (by_year && sketch.request.missing == Missing::Error).then_some(())?;
        let skips = sketch.request.skip_other;
        for (interpolates, hold) in FILLED {
            for skip in [false, true] {
                if skip && !skips {
                    continue;
                }
                sketch.request.skip_other = skip;
                sketch.request.hold = hold;
                sketch.request.missing =
                    if interpolates { Missing::Interpolate } else { Missing::Error };
                if self.reads((id, axes), &sketch.request, sketch.span, env) {
                    sketch.fill(skip, interpolates, hold);
                    return Some(());
                }
            }
        }
        None
    }

    /// True if a call reads the file without a mistake. Its messages are dropped.
    fn reads(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        request: &Request<'_>,
        span: Span,
        env: &Env,
    ) -> bool {
        let (listed, errors) = (self.diagnostics.len(), self.errors);
        let kind = self.model.quantities[id].kind;
        let mut request = request.clone();
        let cells =
            self.data_indices(id, axes, &mut request, span, env).and_then(|(keys, year)| {
                let (unit, missing) = match request.unit {
                    None => (DataUnit { factor: 1.0, rate: None, kind }, None),
                    Some(_) => self.data_unit(id, &request, span)?,
                };
                let DataUnit { factor, rate, .. } = unit;
                let call = DataCall { request, keys, year, factor, rate, missing, span };
                let (rows, tally) = self.data_rows(&call)?;
                self.unmatched(&call, &rows, &tally);
                self.data_cells(axes, &call, &rows, &tally)
            });
        let fine = cells.is_some() && self.diagnostics.len() == listed && self.errors == errors;
        self.diagnostics.truncate(listed);
        self.errors = errors;
        self.model.quantities[id].kind = kind;
        fine
    }
}
