//! Adds the call that reads the file to the messages about one that does not.

use super::Checker;
use super::proposed::Proposal;
use crate::check::expr::Env;
use crate::data::{Request, Table, is_option};
use crate::diagnostic::nearest;
use crate::model::{QuantityId, Select};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Name, Suffix};

/// Endings of files that are read.
const ENDINGS: [&str; 4] = [".csv", ".tsv", ".txt", ".xlsx"];

impl Checker<'_> {
    /// Reports the arguments that a call lacks with the call that reads the file; returns true if there is one.
    pub(super) fn reports_proposal(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        (args, request): (&[ast::Argument], &Request<'_>),
        lacking: &[&str],
        span: Span,
        env: &Env,
    ) -> bool {
        let Some(proposal) = self.proposed((id, axes), args, (request, None), span, env) else {
            return false;
        };
        let Ok(table) = Table::open(self.files, request, span, self.sources) else { return false };
        let header: Vec<String> = table.header().to_vec();
        drop(table);
        let found = proposal.message(span, lacking, &header);
        self.error(found);
        true
    }

    /// Adds a proposal to the messages about a call, which begin at `before`: the number of messages and of errors.
    /// A proposal without a doubt replaces the other messages.
    pub(super) fn instead(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        args: &[ast::Argument],
        before: (usize, usize),
        span: Span,
        env: &Env,
    ) {
        let own = self.diagnostics.get(before.0..).unwrap_or_default();
        let Some(first) = own.iter().position(|found| found.is_error()) else { return };
        if own.get(first).is_some_and(|first| !first.fixes.is_empty()) {
            return;
        }
        let Some(proposal) = self.proposed_instead((id, axes), args, span, env) else { return };
        let Proposal { text, doubt, wide } = proposal;
        if !wide && self.has_other_value(args, &text) {
            return;
        }
        if self.sources.text(span).trim() == text {
            return;
        }
        // A call with places to fill in is the one of the message itself.
        if ["COLUMN", "UNIT"].iter().any(|place| text.contains(place)) {
            return;
        }
        if doubt.is_none() {
            let mut n = 0;
            let mut kept = self.diagnostics.split_off(before.0);
            kept.retain(|found| {
                n += usize::from(found.is_error());
                !found.is_error() || n == 1
            });
            self.errors = before.1 + 1;
            self.diagnostics.extend(kept);
        }
        let own = self.diagnostics.iter_mut().skip(before.0).find(|found| found.is_error());
        let Some(found) = own else { return };
        match doubt {
            None => {
                found.help = vec![format!("write `{text}`")];
                *found = found.clone().fix(span, text);
            }
            Some(doubt) => {
                let help = format!("write `{text}` {doubt}");
                if !found.help.contains(&help) {
                    found.help.insert(0, help);
                }
            }
        }
    }

    /// True if a proposal has another column of values than the call, and not one of a like name: what the numbers are,
    /// only the reader knows.
    fn has_other_value(&self, args: &[ast::Argument], text: &str) -> bool {
        let given = args.iter().find(|one| one.key.as_ref().is_some_and(|key| key.text == "value"));
        let Some(given) = given.map(|one| self.sources.text(one.value.span).trim()) else {
            return false;
        };
        let proposed = text.split("value: ").nth(1).unwrap_or_default();
        let proposed = match proposed.strip_prefix('"') {
            Some(rest) => rest.split('"').next(),
            None => proposed.split([',', ')']).next(),
        };
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let (given, proposed) = (plain(given), plain(proposed.unwrap_or_default()));
        let alike = proposed.starts_with(&given) || given.starts_with(&proposed);
        !alike && nearest(&given, std::iter::once(proposed.as_str())).is_none()
    }

    fn proposed_instead(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        args: &[ast::Argument],
        span: Span,
        env: &Env,
    ) -> Option<Proposal> {
        let file = args.first().filter(|first| first.key.is_none())?;
        let name = match &file.value.kind {
            ExprKind::Text(text) => text.clone(),
            _ => self.sources.text(file.value.span).trim().to_owned(),
        };
        let lower = name.to_lowercase();
        ENDINGS.iter().any(|end| lower.ends_with(end)).then_some(())?;
        let mut positional = args.iter().skip(1).filter(|argument| argument.key.is_none());
        let hint = match positional.next().map(|argument| &argument.value) {
            None => None,
            Some(ast::Expr { kind: ExprKind::Text(text), .. }) => Some(text.clone()),
            Some(value) => Some(self.sources.text(value.span).trim().to_owned()),
        };
        positional.next().is_none().then_some(())?;
        // Arguments that cannot be read are the reader's to mend.
        let keyed: Vec<ast::Argument> = std::iter::once(file.clone())
            .map(|mut file| {
                file.value.kind = ExprKind::Text(name.clone());
                file
            })
            .chain(args.iter().skip(1).filter_map(|argument| self.named_in_quotes(argument)))
            .collect();
        let mut found = Vec::new();
        let request: Request<'_> = Request::read(&keyed, span, &mut found)?;
        let request = Request { file: Name { text: name, span: file.value.span }, ..request };
        self.proposed((id, axes), &keyed, (&request, hint.as_deref()), span, env)
    }

    /// Returns an argument with its key; a column that is written as an expression, such as `Value (USD)`, as a text.
    fn named_in_quotes(&self, argument: &ast::Argument) -> Option<ast::Argument> {
        let key = argument.key.as_ref()?;
        let mut argument = argument.clone();
        let column = key.text == "value" || !is_option(&key.text);
        let expression = match &argument.value.kind {
            ExprKind::Reference(reference) => {
                reference.path.len() > 1 || !matches!(reference.suffix, Suffix::None)
            }
            ExprKind::Text(_) | ExprKind::Number(_) => false,
            _ => true,
        };
        if column && expression {
            let typed = self.sources.text(argument.value.span).trim().to_owned();
            argument.value.kind = ExprKind::Text(typed);
        }
        Some(argument)
    }
}
