//! Tables in other forms than Mizan's, for a lever, one of its fields or a parameter: a row for each value, partners or
//! years across, totals, cells without a number, and tables without braces.
//!
//! In: the text of a statement, or a statement with the lines below it. Out: the same statement with a map for each
//! field. A table whose columns are not understood stays as it is.

use crate::syntax::line::begins_statement;
use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::spreadsheets::cells::{self, HeadCell};
use crate::syntax::words::{self, Class};

const MESSAGE: &str = "a map names the elements of each value";

/// A value with its place: the set and the element of each index.
type Placed = (Vec<(String, String)>, String);

/// A table: its head and its rows, all with the same number of cells.
struct Grid {
    head: Vec<String>,
    body: Vec<Vec<String>>,
    /// True for a table that is written otherwise in any case: turned, without a head, or without signs between cells.
    other: bool,
    /// True for a table without a head.
    headless: bool,
}

/// What the columns of a table are.
enum Across {
    /// The values of one field, or of the quantity itself.
    Value,
    /// Elements of a set.
    Elements(String),
    Years,
    /// Fields of a lever.
    Fields,
}

/// A value with its elements, each with its set, and with its field or year.
struct Value {
    keys: Vec<(String, String)>,
    column: String,
    text: String,
}

/// True if a text may have a table.
pub(crate) fn may_have(text: &str) -> bool {
    text.contains('\n') && (text.contains('|') || text.contains('\t'))
}

/// Writes the tables of a statement as maps.
pub(crate) fn tables(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (text, message) = rewritten(&draft.text(), context)?;
    *draft = Draft::of(&text);
    Some(message)
}

/// Writes a table below a statement without braces: `param x[partner] =`, or the head of a lever, with rows below.
pub(crate) fn below(text: &str, context: &Context<'_>) -> Option<Mended> {
    let (first, inside) = text.trim_end().split_once('\n').unwrap_or((text.trim_end(), ""));
    let first = first.trim_end();
    let quantity = first.ends_with('=') && Draft::of(first).begins_with(Class::Quantity);
    // The line of a declaration goes on after `=`, so that its first row is read with it.
    let head = if quantity { first } else { text.trim_end() };
    let word = first.split(' ').next()?;
    let lever = words::find(word).is_none() && first.split_whitespace().count() > 1;
    (quantity || lever && !head.contains(['{', '=', ':'])).then_some(())?;
    let (mut lines, mut length) = (Vec::new(), 0);
    if quantity {
        lines.extend(inside.lines().filter(|line| !line.trim().is_empty()));
    }
    for line in context.following() {
        if line.trim().is_empty() && lines.is_empty() {
            length += line.len();
            continue;
        }
        if line.trim().is_empty() || begins_statement(line) || cells::row(line.trim()).is_none() {
            break;
        }
        lines.push(line.trim_end_matches(['\r', '\n']));
        length += line.len();
    }
    (lines.len() > 1).then_some(())?;
    let whole = format!("{} {{\n{}\n}}", head, lines.join("\n"));
    if let Some((text, message)) = rewritten(&whole, context) {
        return Some(Mended { message, text: format!("{}\n", read(&text)?), below: length });
    }
    // The table itself is right, and lacks its braces.
    let named = cells::row(lines.first()?.trim())?;
    context.set_named(named.first()?)?;
    let barred: Vec<String> = lines
        .iter()
        .filter_map(|line| cells::row(line.trim()))
        .map(|row| format!("  | {} |", row.join(" | ")))
        .collect();
    let text = read(&format!("{head} {{\n{}\n}}", barred.join("\n")))?;
    let message = "a table is in braces, with its cells between `|`".to_owned();
    Some(Mended { message, text: format!("{text}\n"), below: length })
}

/// Returns the statement with maps in place of its tables, if one of them has another form than Mizan's.
fn rewritten(text: &str, context: &Context<'_>) -> Option<(String, String)> {
    let head = Draft::of(text);
    let quantity = head.begins_with(Class::Quantity);
    let lever = head.is_name(0) && head.is_word(1);
    (quantity || lever).then_some(())?;
    let lines: Vec<&str> = text.lines().collect();
    let (start, end, mut rows) = cells::run(&lines)?;
    let named = cells::field_of_years(&mut rows);
    let before = lines.get(start.checked_sub(1)?)?.trim_end();
    let place = place(before, quantity)?;
    let axes: Vec<String> = match quantity {
        true => head
            .show(3..head.close(2).filter(|_| head.at(2) == "[")?)
            .split(',')
            .map(|axis| axis.rsplit(':').next().unwrap_or_default().trim().to_owned())
            .collect(),
        false => vec!["sector".to_owned(), "partner".to_owned()],
    };
    let declared = match quantity {
        true => before.split_once('=')?.0.rsplit_once("]:").map(|(_, unit)| unit.trim().to_owned()),
        false => place.unit.clone(),
    };
    let signs = lines.get(start..end)?.iter().all(|line| line.contains(['|', '\t']));
    let grid = Grid::of(rows, !signs, context)?;
    let kind = if quantity { "" } else { head.at(0) };
    let headless = grid.headless;
    let (fields, absent) = grid.maps(context, &axes, declared.as_deref(), &place, kind)?;
    named.is_none_or(|named| fields.iter().all(|(field, _)| *field == named)).then_some(())?;
    // The lines after the table: the brace that closes the value of a field ends with it.
    let rest_from = end
        + usize::from(
            place.inner && lines.get(end).is_some_and(|line| line.trim().starts_with('}')),
        );
    let mut out: Vec<String> =
        lines.get(..start - 1)?.iter().map(|line| (*line).to_owned()).collect();
    match (quantity, place.field.is_some()) {
        (true, _) => {
            let (_, map) = fields.first()?;
            let left = before.split_once('=')?.0;
            out.push(format!("{left}= {map}"));
            out.extend(
                lines.get(end + 1..).unwrap_or_default().iter().map(|line| (*line).to_owned()),
            );
        }
        (false, own) => {
            if !own {
                out.push(before.to_owned());
            } else if !place.left.is_empty() {
                out.push(place.left.clone());
            }
            out.extend(fields.iter().map(|(name, map)| format!("  {name}: {map}")));
            out.extend(
                lines.get(rest_from..).unwrap_or_default().iter().map(|line| (*line).to_owned()),
            );
        }
    }
    let message = match absent {
        _ if headless => "the table has no head; values of elements are a map in braces".to_owned(),
        true => format!("{MESSAGE}; a cell without a number is written as `0`"),
        false => MESSAGE.to_owned(),
    };
    Some((out.join("\n"), message))
}

/// The place of a table: the field whose value it is, with the unit behind its name.
struct Place {
    field: Option<String>,
    unit: Option<String>,
    /// True for a table in braces of its own inside a lever.
    inner: bool,
    /// The text before the field on its line.
    left: String,
}

/// Reads the line above a table.
fn place(before: &str, quantity: bool) -> Option<Place> {
    let text = before.trim_end();
    let opened = text.ends_with('{');
    let inside = text.trim_end_matches('{').trim_end();
    if quantity {
        return opened.then_some(Place {
            field: None,
            unit: None,
            inner: false,
            left: String::new(),
        });
    }
    let Some((name, unit)) = inside.rsplit_once(':') else {
        return opened.then_some(Place {
            field: None,
            unit: None,
            inner: false,
            left: String::new(),
        });
    };
    let cut = name.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let (left, field) = name.split_at(cut);
    let unit = Some(unit.trim().to_owned()).filter(|unit| !unit.is_empty());
    let number = unit.as_ref().is_some_and(|unit| unit.starts_with(|c: char| c.is_ascii_digit()));
    (!field.is_empty() && !number).then(|| Place {
        field: Some(field.to_owned()),
        unit,
        inner: opened,
        left: left.trim_end().to_owned(),
    })
}

impl Grid {
    fn of(rows: Vec<Vec<String>>, other: bool, context: &Context<'_>) -> Option<Self> {
        let width = rows.iter().map(Vec::len).max()?;
        let mut rows: Vec<Vec<String>> = rows
            .into_iter()
            .enumerate()
            .map(|(n, mut row)| {
                // A head of rows of words lacks its first cell.
                while row.len() < width {
                    row.insert(if n == 0 { 0 } else { row.len() }, String::new());
                }
                row
            })
            .collect();
        let element = |cell: &str| context.set_with(cells::bare(cell)).map(str::to_owned);
        let first = rows.first()?;
        let known = first.iter().filter(|cell| element(cell).is_some()).count();
        let number = |cell: &String| cells::amount(cell, None).is_some();
        if known + 1 == width && known > 0 && first.last().is_some_and(number) {
            // Rows of elements and a value have no head.
            let mut head = vec![String::new(); width - 1];
            head.push("value".to_owned());
            return Some(Self { head, body: rows, other: true, headless: true });
        }
        let same = |cells: &[String]| {
            let sets: Vec<Option<String>> = cells.iter().map(|cell| element(cell)).collect();
            !sets.is_empty() && sets.iter().all(|set| set.is_some() && *set == sets[0])
        };
        let labelled =
            rows.iter().skip(1).any(|row| row.first().is_some_and(|cell| element(cell).is_some()));
        if same(first) && rows.len() == 2 {
            let names = rows.remove(0);
            let values = rows.remove(0);
            let body =
                names.into_iter().zip(values).map(|(name, value)| vec![name, value]).collect();
            let head = vec![String::new(), "value".to_owned()];
            return Some(Self { head, body, other: true, headless: true });
        }
        let turned = first.get(1..).is_some_and(same) && !labelled;
        if turned {
            let turn = |n: usize| rows.iter().filter_map(|row| row.get(n).cloned()).collect();
            rows = (0..width).map(turn).collect();
        }
        let head = rows.remove(0);
        let other = other || turned;
        (width > 1 && !rows.is_empty()).then_some(Self { head, body: rows, other, headless: false })
    }

    /// Returns the map of each field, and whether a cell had no number; None for a table as Mizan has it, and for one
    /// that is not understood.
    fn maps(
        &self,
        context: &Context<'_>,
        axes: &[String],
        declared: Option<&str>,
        place: &Place,
        kind: &str,
    ) -> Option<(Vec<(String, String)>, bool)> {
        let set_of = |cell: &str| {
            let own = |set: &&String| context.members(set).contains(&cell);
            axes.iter().find(own).cloned().or_else(|| context.set_with(cell).map(str::to_owned))
        };
        let data: Vec<&Vec<String>> = self
            .body
            .iter()
            .filter(|row| !row.first().is_some_and(|cell| cells::is_total(cell)))
            .collect();
        let labels = (0..self.head.len())
            .take_while(|&n| {
                let mut own =
                    data.iter().filter_map(|row| row.get(n)).filter(|cell| !cell.is_empty());
                let known =
                    own.clone().count() > 0 && own.all(|cell| set_of(cells::bare(cell)).is_some());
                known && self.head.get(n).is_some_and(|cell| set_of(cells::bare(cell)).is_none())
            })
            .count();
        (labels > 0 && labels < self.head.len()).then_some(())?;
        let heads: Vec<HeadCell> =
            self.head.iter().map(|cell| cells::head(cell, context)).collect();
        let columns: Vec<usize> =
            (labels..heads.len()).filter(|&n| !cells::is_total(&heads[n].name)).collect();
        let across = across(&heads, &columns, &set_of, labels, place, kind)?;
        let common = heads.first().and_then(|first| first.unit.clone());
        let (mut values, mut absent, mut odd) =
            (Vec::new(), false, columns.len() + labels < heads.len());
        let mut last: Vec<String> = vec![String::new(); labels];
        for row in data {
            for (n, label) in last.iter_mut().enumerate() {
                let cell = cells::bare(row.get(n)?);
                odd |= cell.is_empty();
                if !cell.is_empty() {
                    *label = cell.to_owned();
                }
            }
            let keys: Option<Vec<(String, String)>> =
                last.iter().map(|label| Some((set_of(label)?, label.clone()))).collect();
            for &n in &columns {
                let head = &heads[n];
                let unit = head.unit.as_deref().or(common.as_deref()).or(declared);
                let cell = row.get(n)?.as_str();
                let fields = matches!(across, Across::Fields);
                let text = match cells::amount(cell, unit) {
                    Some(text) => text,
                    // A field of a lever has a default.
                    None if fields && cells::is_absent(cell) => continue,
                    // A path goes in a straight line over a year that is left out.
                    None if matches!(across, Across::Years) && cells::is_absent(cell) => {
                        odd = true;
                        continue;
                    }
                    None if cells::is_absent(cell) => {
                        absent = true;
                        "0".to_owned()
                    }
                    None => return None,
                };
                let mut keys = keys.clone()?;
                if let Across::Elements(set) = &across {
                    keys.push((set.clone(), head.name.clone()));
                }
                values.push(Value { keys, column: head.name.clone(), text });
            }
        }
        let plain_head = heads.iter().zip(&self.head).all(|(cell, own)| cell.plain(own));
        let ordered = self.is_ordered(&across, axes, &set_of, place, kind);
        let quantity = kind.is_empty();
        // Other rules mend the units in a head that is right otherwise.
        let unit = match quantity {
            true => {
                let worded = |(cell, own): (&HeadCell, &String)| {
                    cell.unit.is_some() && (own.contains(',') || cell.name == "value")
                };
                common.is_some() && axes.len() > 1 || heads.iter().zip(&self.head).any(worded)
            }
            false => !plain_head && !matches!(across, Across::Fields),
        };
        odd |= absent || unit || place.field.is_some() && !place.inner;
        (odd || labels > 1 || !ordered || self.other).then_some(())?;
        let fields = written(&values, &across, (axes, context), place, kind)?;
        Some((fields, absent))
    }

    /// True if Mizan reads the rows and columns in this order.
    fn is_ordered(
        &self,
        across: &Across,
        axes: &[String],
        set_of: &impl Fn(&str) -> Option<String>,
        place: &Place,
        kind: &str,
    ) -> bool {
        let rows = self.body.first().and_then(|row| set_of(cells::bare(row.first()?)));
        let named = rows.as_ref() == self.head.first();
        let direct = place.field.is_none() && !kind.is_empty();
        match across {
            Across::Elements(set) => {
                !direct && named && axes.first() == rows.as_ref() && axes.get(1) == Some(set)
            }
            Across::Years => !direct && named,
            Across::Fields => true,
            Across::Value => kind.is_empty(),
        }
    }
}

/// Returns what the columns are; None for columns of several sorts.
fn across(
    heads: &[HeadCell],
    columns: &[usize],
    set_of: &impl Fn(&str) -> Option<String>,
    labels: usize,
    place: &Place,
    kind: &str,
) -> Option<Across> {
    let names: Vec<&str> = columns.iter().map(|&n| heads[n].name.as_str()).collect();
    let first = set_of(names.first()?);
    if let Some(set) = first {
        return names
            .iter()
            .all(|name| set_of(name).as_ref() == Some(&set))
            .then_some(Across::Elements(set));
    }
    if names.iter().all(|name| cells::is_year(name)) {
        return Some(Across::Years);
    }
    let field = place.field.is_none() && !kind.is_empty();
    let words = names.iter().all(|name| !cells::is_year(name) && set_of(name).is_none());
    match (field, columns) {
        (true, _) if words && labels > 0 => Some(Across::Fields),
        (false, [_]) => Some(Across::Value),
        _ => None,
    }
}

/// Returns the field of a kind whose values a table without the name of a field has.
fn main_field(kind: &str) -> Option<&'static str> {
    match kind {
        "imports" | "exports" | "project_imports" => Some("base"),
        "tariff" | "foreign_tariff" | "preference" => Some("rate"),
        _ => None,
    }
}

/// Writes the values as one map for each field.
fn written(
    values: &[Value],
    across: &Across,
    (axes, context): (&[String], &Context<'_>),
    place: &Place,
    kind: &str,
) -> Option<Vec<(String, String)>> {
    let one = match (&place.field, kind) {
        (Some(field), _) => field.clone(),
        (None, "") => String::new(),
        (None, kind) => match across {
            Across::Fields => String::new(),
            _ => main_field(kind)?.to_owned(),
        },
    };
    // The base value is that of the first year.
    (!(one == "base" && matches!(across, Across::Years))).then_some(())?;
    let mut fields: Vec<(String, Vec<Placed>)> = Vec::new();
    for value in values {
        let name = match across {
            Across::Fields => value.column.to_lowercase().replace(' ', "_"),
            _ => one.clone(),
        };
        if !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name.clone(), Vec::new()));
        }
        let (_, list) = fields.iter_mut().find(|(known, _)| *known == name)?;
        let years = matches!(across, Across::Years);
        match list.iter_mut().find(|(keys, _)| years && *keys == value.keys) {
            Some((_, path)) => path.push_str(&format!(", {}: {}", value.column, value.text)),
            None if years => {
                list.push((value.keys.clone(), format!("[{}: {}", value.column, value.text)))
            }
            None => list.push((value.keys.clone(), value.text.clone())),
        }
    }
    let years = matches!(across, Across::Years);
    let mut out = Vec::new();
    for (name, list) in fields {
        let list: Vec<Placed> = list
            .into_iter()
            .map(|(mut keys, text)| {
                keys.sort_by_key(|(set, _)| {
                    axes.iter().position(|axis| axis == set).unwrap_or(axes.len())
                });
                (keys, if years { format!("{text}]") } else { text })
            })
            .collect();
        // Cells of a lever that the table leaves out have no trade and no duty.
        let rest = matches!(name.as_str(), "base" | "rate") && !kind.is_empty();
        out.push((name, nested(&list.iter().collect::<Vec<_>>(), 0, (rest, context))?));
    }
    Some(out)
}

/// Writes values as a map of maps from their key `n` on.
fn nested(list: &[&Placed], n: usize, (rest, context): (bool, &Context<'_>)) -> Option<String> {
    let (keys, text) = list.first()?;
    if n == keys.len() {
        return (list.len() == 1).then(|| text.clone());
    }
    let mut groups: Vec<(&str, Vec<&Placed>)> = Vec::new();
    for one in list {
        let (_, key) = one.0.get(n)?;
        match groups.iter_mut().find(|(known, _)| known == key) {
            Some((_, group)) => group.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    let part = |(key, group): &(&str, Vec<&Placed>)| {
        Some(format!("{}: {}", cells::quoted(key), nested(group, n + 1, (rest, context))?))
    };
    let mut parts = groups.iter().map(part).collect::<Option<Vec<String>>>()?;
    let (set, _) = keys.get(n)?;
    let all = context.members(set).len();
    // One row is that of the only element that the lever covers.
    if rest && keys.len() > 1 && parts.len() < all {
        parts.push("else: 0".to_owned());
    }
    Some(format!("{{ {} }}", parts.join(", ")))
}
