//! Figures as SVG pictures.
//!
//! The writer is our own: a picture shares axes, ticks, labels and number formats with the terminal's
//! chart, and a plotting crate would choose its own. The drawing itself is a few hundred lines.
//!
//! A picture has no script, no link, no `id` and no font of its own, so one page can hold several;
//! it scales (`viewBox`), follows a dark page, and is the same bytes for the same report.

mod drawing;
mod flows;
mod plot;
mod theme;
mod typesetting;
mod write;

use crate::results::Report;

use super::figure::{Body, Figure, Key, KeyShape, figures, slug};
pub(super) use drawing::Marking;
#[cfg(feature = "xlsx")]
pub(super) use theme::colour;
pub(super) use theme::style_sheet;

use drawing::{Drawing, TextStyle};
use theme::Paint;
use typesetting::{width, wrap};

/// Width of a picture in a file, in pixels.
const WIDTH: f64 = 760.0;
/// Width in pixels below which the plots of a picture form one column.
const NARROW: f64 = 500.0;
const MARGIN: f64 = 20.0;
const TITLE: f64 = 18.0;
const BODY: f64 = 13.0;
const SMALL: f64 = 11.0;
/// Maximum number of lines of a title and of a subtitle.
const MOST_TITLE_LINES: usize = 3;
/// Maximum number of lines of the sources below a picture.
const MOST_SOURCE_LINES: usize = 8;
/// Distance between two pictures in one document, in pixels.
const BETWEEN: f64 = 16.0;
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// A picture and the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of the file: `02-balance-china.svg`, with digits, lower-case Latin letters and hyphens.
    pub file: String,
    /// The picture as an SVG document.
    pub svg: String,
}

/// Draws a picture for each chart of a report; for a report without charts, for each table.
pub fn pictures(report: &Report) -> Vec<Picture> {
    let figures = figures(report);
    let picture = |(at, figure): (usize, &Figure)| Picture {
        file: format!("{}.svg", slug(at + 1, figure)),
        svg: figure.svg(),
    };
    figures.iter().enumerate().map(picture).collect()
}

/// Draws all pictures of a report in one document, one below the other.
pub fn svg(report: &Report) -> String {
    let figures = figures(report);
    let drawn: Vec<Drawing> = figures.iter().map(draw).collect();
    if let ([only], [figure]) = (drawn.as_slice(), figures.as_slice()) {
        return only.document(figure);
    }
    let title = super::page::clean(&report.title);
    let title = if title.is_empty() { "Charts".to_owned() } else { title };
    drawing::stacked(&title, figures.iter().zip(&drawn))
}

impl Figure {
    /// Draws the figure as an SVG document.
    pub fn svg(&self) -> String {
        draw(self).document(self)
    }

    /// Draws the figure as an `svg` element of a web page, without the texts around the plots, which the page has. Its
    /// marks have attributes for the page's script; see [`Marking`].
    pub(super) fn element(&self, width: f64, marking: &Marking) -> String {
        self.plots_only(width, marking).element(self, false)
    }

    /// Draws the figure as an SVG document without the texts around the plots, which a Typst memo adds.
    pub(super) fn plots(&self, width: f64) -> String {
        self.plots_only(width, &Marking::default()).element(self, true)
    }

    fn plots_only(&self, width: f64, marking: &Marking) -> Drawing {
        let mut drawing = Drawing::marked(width, marking.clone());
        let y = legend(&mut drawing, &self.legend, 0.0);
        drawing.height = (body(&mut drawing, &self.body, y) + 6.0).ceil();
        drawing
    }
}

/// Draws title, legend, body, notes and sources from the top, and measures the height.
fn draw(figure: &Figure) -> Drawing {
    let mut drawing = Drawing::of_width(WIDTH);
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = MARGIN;
    for line in wrap(&figure.title, TITLE, room, MOST_TITLE_LINES) {
        y += TITLE * 1.25;
        drawing.text(MARGIN, y - 5.0, &line, TextStyle { bold: true, ..TextStyle::sized(TITLE) });
    }
    for line in wrap(&figure.subtitle, BODY, room, MOST_TITLE_LINES) {
        y += BODY * 1.4;
        drawing.text(
            MARGIN,
            y - 4.0,
            &line,
            TextStyle { paint: Paint::Faint, ..TextStyle::sized(BODY) },
        );
    }
    for mark in &figure.marks {
        for line in wrap(mark, BODY, room, MOST_TITLE_LINES) {
            y += BODY * 1.4;
            let style = TextStyle { bold: true, paint: Paint::Warning, ..TextStyle::sized(BODY) };
            drawing.text(MARGIN, y - 4.0, &line, style);
        }
    }
    y = legend(&mut drawing, &figure.legend, y + 4.0);
    y = body(&mut drawing, &figure.body, y) + 12.0;
    let sources = match figure.sources.as_slice() {
        [] => String::new(),
        [only] => format!("Source: {only}"),
        several => format!("Sources: {}", several.join("; ")),
    };
    let notes = figure.notes.iter().map(|note| sentence(note));
    for text in notes.chain([sources]) {
        for line in wrap(&text, SMALL, room, MOST_SOURCE_LINES) {
            y += SMALL * 1.4;
            drawing.text(
                MARGIN,
                y,
                &line,
                TextStyle { paint: Paint::Faint, ..TextStyle::sized(SMALL) },
            );
        }
    }
    drawing.height = (y + MARGIN).ceil();
    drawing
}

/// Draws plots or flows; returns the height reached.
fn body(drawing: &mut Drawing, body: &Body, y: f64) -> f64 {
    match body {
        Body::Plots(plots) => plot::plots(drawing, plots, y + 8.0),
        Body::Flows(flows) => flows::flows(drawing, flows, y + 14.0),
    }
}

/// Returns a note with a capital letter and a full stop.
pub(super) fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().map_or(String::new(), |first| first.to_uppercase().to_string());
    format!("{first}{}.", letters.as_str())
}

/// Draws the entries of a legend in lines, as many in each line as fit; returns the height reached.
fn legend(drawing: &mut Drawing, keys: &[Key], top: f64) -> f64 {
    const SAMPLE: f64 = 26.0;
    let (margin, width_of_picture) = (drawing.margin(), drawing.width);
    let (mut x, mut y) = (margin, top);
    for (at, key) in keys.iter().enumerate() {
        let name = typesetting::cut(
            &plot::minus(&key.name),
            BODY,
            width_of_picture - 2.0 * margin - SAMPLE - 6.0,
        );
        let size = SAMPLE + 6.0 + width(&name, BODY);
        if at == 0 {
            y += 20.0;
        } else if x + size > width_of_picture - margin {
            (x, y) = (margin, y + 20.0);
        }
        let middle = y - 4.5;
        match key.shape {
            KeyShape::Line => {
                drawing.line(&[Some((x, middle)), Some((x + SAMPLE, middle))], key.ink, 2.0, true);
            }
            KeyShape::Band(strength) => {
                let points = [
                    (x, middle - 6.0),
                    (x + SAMPLE, middle - 6.0),
                    (x + SAMPLE, middle + 6.0),
                    (x, middle + 6.0),
                ];
                drawing.area(&points, key.ink, strength);
            }
            KeyShape::Block => {
                drawing.rect((x + 8.0, middle - 6.0), (18.0, 12.0), key.ink, "");
            }
        }
        drawing.text(x + SAMPLE + 6.0, y, &name, TextStyle::sized(BODY));
        x += size + 18.0;
    }
    y
}
