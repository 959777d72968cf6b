//! A user's function at a call: its body with the arguments in place of the parameters.

use crate::syntax::ast::*;

/// As many parts may come of all calls together.
pub(super) const MOST: usize = 200_000;

/// The body with each parameter replaced.
pub(super) fn substitute(body: &Expr, params: &[Name], args: &[Argument]) -> Expr {
    let mut body = body.clone();
    each(&mut body, &mut |expr| {
        let ExprKind::Reference(reference) = &expr.kind else { return };
        let position = params.iter().position(|param| param.text == reference.dotted());
        if let (Some(n), Suffix::None) = (position, &reference.suffix) {
            expr.kind = ExprKind::Group(Box::new(args[n].value.clone()));
        }
    });
    body
}

/// How many parts an expression has.
pub(super) fn size(expr: &Expr) -> usize {
    let mut count = 0;
    each(&mut expr.clone(), &mut |_| count += 1);
    count
}

fn each(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Group(a) | ExprKind::PerYear(a) => {
            each(a, change)
        }
        ExprKind::Binary(_, a, b) => {
            each(a, change);
            each(b, change);
        }
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| each(part, change)),
        ExprKind::Reference(reference) => match &mut reference.suffix {
            Suffix::Indices(indices) => {
                for index in indices {
                    if let Index::Expr(expr) = index {
                        each(expr, change);
                    }
                }
            }
            Suffix::Call(call) => {
                call.filter.iter_mut().for_each(|filter| each(filter, change));
                call.args.iter_mut().for_each(|arg| each(&mut arg.value, change));
            }
            Suffix::None => {}
        },
        _ => {}
    }
    if !matches!(expr.kind, ExprKind::Group(_)) {
        change(expr);
    }
}
