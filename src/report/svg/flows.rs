//! Two columns of names with the flows between them.

use super::super::figure::{Flow, Flows, Ink};
use super::BODY;
use super::drawing::{Anchor, Drawing, TextStyle};
use super::theme::Paint;
use super::typesetting::{cut, width};
use super::write::number;

const BAR: f64 = 14.0;
/// Height in pixels for each name of the longer column.
const ROW: f64 = 44.0;
const LEAST_HEIGHT: f64 = 240.0;
/// Maximum width of the names beside a column, in pixels.
const WIDEST_NAMES: f64 = 190.0;
/// Distance in pixels between the middles of two names.
const LINE: f64 = 17.0;

/// Draws flows from `top` on; returns the height reached.
pub(super) fn flows(drawing: &mut Drawing, flows: &Flows, top: f64) -> f64 {
    let rows = flows.left.len().max(flows.right.len()) as f64;
    let height = (rows * ROW).max(LEAST_HEIGHT);
    let widest_names = WIDEST_NAMES.min(drawing.width * 0.36);
    let label = |flow: &Flow| {
        format!(
            "{} {}",
            cut(&flow.name, BODY, widest_names - width(&flow.number, BODY) - 6.0),
            flow.number
        )
    };
    let widest = |column: &[Flow]| {
        column.iter().map(|flow| width(&label(flow), BODY)).fold(0.0, f64::max) + 8.0
    };
    let left = drawing.margin() + widest(&flows.left);
    let right = drawing.width - drawing.margin() - widest(&flows.right);
    let (from, to) = (left + BAR, right - BAR);
    let middle = (from + to) / 2.0;
    for ribbon in &flows.ribbons {
        let [a, b] = [ribbon.from, ribbon.to].map(|share| top + share * height);
        // A flow that is not zero leaves a trace.
        let thick = (ribbon.height * height).max(0.7);
        let [x0, x1, m, a0, a1, b0, b1] =
            [from, to, middle, a, a + thick, b, b + thick].map(number);
        let curve = format!(
            "M{x0} {a0}C{m} {a0} {m} {b0} {x1} {b0}L{x1} {b1}C{m} {b1} {m} {a1} {x0} {a1}Z"
        );
        drawing.ribbon(&curve, Ink::Series(ribbon.source), &ribbon.text);
    }
    for (column, is_left) in [(&flows.left, true), (&flows.right, false)] {
        let middles: Vec<f64> =
            column.iter().map(|flow| top + (flow.from + flow.to) / 2.0 * height).collect();
        let places = super::plot::spread_out(&middles, LINE, top, top + height);
        for ((at, flow), y) in column.iter().enumerate().zip(places) {
            let x = if is_left { left } else { right - BAR };
            let ink = if is_left { Ink::Series(at) } else { Ink::Total };
            let size = ((flow.to - flow.from) * height).max(1.0);
            drawing.rect((x, top + flow.from * height), (BAR, size), ink, "");
            let (x, anchor) =
                if is_left { (left - 6.0, Anchor::End) } else { (right + 6.0, Anchor::Start) };
            let style = TextStyle { anchor, paint: Paint::Text, ..TextStyle::sized(BODY) };
            drawing.text(x, y + 4.5, &label(flow), style);
        }
    }
    top + height
}
