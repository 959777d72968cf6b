//! Calls of `data` for several indices over one set, whose columns are named by the names of the indices.
//!
//! In: a call that does not name the columns of these indices. Out: the declaration with a letter for each index, and the
//! call with a column for each index.

use super::complete::written;
use super::{Checker, errors};
use crate::check::IndexMeaning;
use crate::check::expr::Env;
use crate::data::{Request, Table};
use crate::model::SetId;
use crate::source::Span;
use crate::syntax::ast;

/// An index without a column: its axis, its place in the definition and its set.
type OpenAxis = (usize, usize, SetId);

impl Checker<'_> {
    /// Reports indices over one set without columns; returns true if there are several.
    pub(super) fn reports_same_set(
        &mut self,
        missing: &[OpenAxis],
        (args, request): (&[ast::Argument], &Request<'_>),
        span: Span,
        env: &Env,
    ) -> bool {
        let same = |set: SetId| missing.iter().filter(|axis| axis.2 == set).count();
        let Some(set) = missing.iter().map(|axis| axis.2).find(|&set| same(set) > 1) else {
            return false;
        };
        let axes: Vec<OpenAxis> = missing.iter().copied().filter(|axis| axis.2 == set).collect();
        let name = self.model.sets[set].name.clone();
        let columns = self.columns_of_set(set, &name, request, span);
        if columns.len() != axes.len() {
            return false;
        }
        let letters: Vec<String> = axes
            .iter()
            .zip(&columns)
            .enumerate()
            .map(|(n, ((_, slot, _), column))| letter_of(*slot, env, column, &columns, n))
            .collect();
        let named = letters.iter().zip(&columns);
        let named = named.map(|(letter, column)| format!("{letter}: {}", written(column)));
        let text = |argument: &ast::Argument| self.argument_text(argument);
        let other = |argument: &&ast::Argument| {
            // An argument that names one of the columns is replaced.
            let value = self.sources.text(argument.value.span).trim().trim_matches('"');
            let column = columns.iter().any(|column| column == value);
            argument.key.as_ref().is_none_or(|key| key.text != name && !column)
        };
        let file = args.iter().take(1).map(text);
        let rest = args.iter().skip(1).filter(other).map(text);
        let call = file.chain(named).chain(rest).collect::<Vec<_>>().join(", ");
        let call = format!("data({call})");
        let head = self.head_with_letters(span, &name, &letters);
        let found = errors::same_set(span, &name, &call, head);
        self.error(found);
        true
    }

    /// Returns the columns for the indices over a set: those that the call names, or else those with elements of the set.
    fn columns_of_set(
        &mut self,
        set: SetId,
        name: &str,
        request: &Request<'_>,
        span: Span,
    ) -> Vec<String> {
        let own = request.named.iter().filter(|named| named.key.text == *name);
        let own: Vec<String> = own.map(|named| named.text.text.clone()).collect();
        if own.len() > 1 {
            return own;
        }
        let files = self.files;
        let Ok(mut table) = Table::open(files, request, span, self.sources) else {
            return Vec::new();
        };
        let header: Vec<String> = table.header().to_vec();
        if !table.next_row(self.sources).is_ok_and(|found| found) {
            return Vec::new();
        }
        let root = self.model.sets[set].root;
        let elements = &self.model.sets[root].elements;
        let has = |column: &usize| elements.contains_key(&*table.cell(*column));
        (0..header.len()).filter(has).filter_map(|column| header.get(column).cloned()).collect()
    }

    /// Returns the indices of the declaration before a call with their letters, and their place; `None` if they have
    /// letters already.
    fn head_with_letters(
        &self,
        call: Span,
        set: &str,
        letters: &[String],
    ) -> Option<(Span, String)> {
        let text = &self.sources.file(call.source).text;
        let before = text.get(..call.range().start)?;
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let open = line + before.get(line..)?.find('[')? + 1;
        let close = open + before.get(open..)?.find(']')?;
        let mut letters = letters.iter();
        let mut changed = false;
        let axes: Vec<String> = before
            .get(open..close)?
            .split(',')
            .map(|axis| match axis.trim() {
                own if own == set => {
                    changed = true;
                    letters.next().map_or(own.to_owned(), |letter| format!("{letter}: {set}"))
                }
                own => own.to_owned(),
            })
            .collect();
        changed.then(|| (Span::new(call.source, open, close), axes.join(", ")))
    }
}

/// Returns the letter of an index: the one that its declaration gives, or else the first one of its column.
fn letter_of(slot: usize, env: &Env, column: &str, columns: &[String], n: usize) -> String {
    let own = env.indices.iter().rev().find_map(|(name, bound)| match bound {
        IndexMeaning::Free(at, _) if *at == slot => Some(name.clone()),
        _ => None,
    });
    let first = |text: &str| text.chars().next().unwrap_or('i').to_lowercase().to_string();
    own.unwrap_or_else(|| {
        let letter = first(column);
        let taken =
            letter == "t" || columns.iter().filter(|other| first(other) == letter).count() > 1;
        if taken { ["i", "j", "k"].get(n).copied().unwrap_or("m").to_owned() } else { letter }
    })
}
