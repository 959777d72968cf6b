//! A call of `data` inside an expression: the parameter of its own that reads the file.

use super::Checker;
use crate::check::errors;
use crate::source::Span;
use crate::syntax::token::tokens;

impl Checker<'_> {
    /// Returns the line of a declaration as two lines, the first of which reads the file, and its place:
    /// `param base_data[partner] = data(...)`, `param base[p: partner] = base_data[p] * 1.05`.
    pub(in crate::check) fn with_data_apart(&self, call: Span) -> Option<(Span, String)> {
        let line = self.line_of(call)?;
        let text = self.sources.text(line);
        let start = call.range().start.checked_sub(line.range().start)?;
        let (before, after) = (text.get(..start)?, text.get(start + call.range().len()..)?);
        let (head, value) = before.split_once('=')?;
        let word = ["param", "var"].into_iter().find(|word| head.starts_with(word))?;
        let rest = head[word.len()..].trim();
        let name = tokens(rest).first()?.text;
        let (axes, unit) = match rest[name.len()..].trim().strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => ("", rest.get(name.len()..)?),
        };
        let own = |axis: &str| axis.rsplit(':').next().unwrap_or_default().trim().to_owned();
        let sets: Vec<String> = axes.split(',').map(own).filter(|axis| !axis.is_empty()).collect();
        let letters = errors::letters(&sets);
        let bound: Vec<String> =
            letters.iter().zip(&sets).map(|(letter, set)| format!("{letter}: {set}")).collect();
        let index = |parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("[{}]", parts.join(", ")),
        };
        let read = format!("{name}_data");
        if self.quantity_names.contains_key(&read) {
            return None;
        }
        let (of_data, of_name) = (index(&sets), index(&bound));
        let unit = unit.trim_end();
        let edit = format!(
            "param {read}{of_data} = {}\n{word} {name}{of_name}{unit} ={value}{read}{}{after}",
            self.sources.text(call),
            index(&letters),
        );
        Some((line, edit))
    }
}
