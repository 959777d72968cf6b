//! Shapes and texts of one picture, in pixels from its left upper corner.

use super::super::figure::{Figure, Ink, Strength};
use super::theme::{self, Paint};
use super::write::{Writer, number, path};
use super::{BETWEEN, MARGIN, NAMESPACE, WIDTH};

/// The attributes that the script of a web page reads: `data-s` has the number of a line's scenario and `data-q` its
/// expression; `data-k`, `data-n` and `data-v` have year, name and value of a marker, `data-x` its place.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Marking {
    /// Names of lines, each with the number of its scenario.
    pub(in crate::report) scenarios: Vec<(String, usize)>,
    /// Names of lines, each with its expression: `balance[China]`. Empty for a page without questions.
    pub(in crate::report) expressions: Vec<(String, String)>,
}

/// A picture to which shapes and texts are added.
#[derive(Debug)]
pub(super) struct Drawing {
    elements: Writer,
    /// Attributes for the script of a web page; None in a file.
    marking: Option<Marking>,
    /// Width of the picture in pixels.
    pub(super) width: f64,
    /// Height of the picture in pixels.
    pub(super) height: f64,
}

/// Corners of a plus sign, relative to its centre.
const PLUS: [(f64, f64); 12] = [
    (-1.3, -4.4),
    (1.3, -4.4),
    (1.3, -1.3),
    (4.4, -1.3),
    (4.4, 1.3),
    (1.3, 1.3),
    (1.3, 4.4),
    (-1.3, 4.4),
    (-1.3, 1.3),
    (-4.4, 1.3),
    (-4.4, -1.3),
    (-1.3, -1.3),
];

/// The style of a text: size, colour, weight and anchor.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) paint: Paint,
    pub(super) anchor: Anchor,
    /// A colour that overrides `paint` and is the same on light and dark pages, for a text on a coloured
    /// tile.
    pub(super) fixed: Option<&'static str>,
}

/// The part of a text that is placed at the text's point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl TextStyle {
    /// Makes the style of plain text of size `size` that starts at its point.
    pub(super) fn sized(size: f64) -> Self {
        Self { size, bold: false, paint: Paint::Text, anchor: Anchor::Start, fixed: None }
    }
}

impl Drawing {
    /// Starts an empty picture for a file.
    pub(super) fn of_width(width: f64) -> Self {
        Self { elements: Writer::default(), marking: None, width, height: 0.0 }
    }

    /// Starts an empty picture for a web page.
    pub(super) fn marked(width: f64, marking: Marking) -> Self {
        Self { marking: Some(marking), ..Self::of_width(width) }
    }

    /// Returns the distance of the drawing from the left and right edge; 0 in a web page, which has margins.
    pub(super) fn margin(&self) -> f64 {
        if self.marking.is_some() { 1.0 } else { MARGIN }
    }

    /// Opens the group of a plot with the ends of its y axis in pixels, for the script of a web page. A page that asks
    /// questions also gets `range`, the ends of an axis of numbers in base units.
    pub(super) fn open_plot(&mut self, (top, bottom): (f64, f64), range: Option<(f64, f64)>) {
        if let Some(marking) = &self.marking {
            let range = range.filter(|_| !marking.expressions.is_empty());
            let (top, bottom) = (number(top), number(bottom));
            let mut attributes =
                vec![("class", "mz-plot"), ("data-top", &top), ("data-bottom", &bottom)];
            let range = range.map(|(low, high)| (low.to_string(), high.to_string()));
            if let Some((low, high)) = &range {
                attributes.extend([("data-low", low.as_str()), ("data-high", high.as_str())]);
            }
            self.elements.open("g", &attributes);
        }
    }

    /// Opens the group of a line, with attributes for its scenario and expression.
    pub(super) fn open_line(&mut self, name: &str) {
        if let Some(marking) = &self.marking {
            let scenario = marking.scenarios.iter().find(|(line, _)| line == name);
            let number = scenario.map(|(_, number)| number.to_string());
            let expression = marking.expressions.iter().find(|(line, _)| line == name);
            let number = number.iter().map(|number| ("data-s", number.as_str()));
            let expression = expression.iter().map(|(_, text)| ("data-q", text.as_str()));
            let attributes: Vec<(&str, &str)> = number.chain(expression).collect();
            self.elements.open("g", &attributes);
        }
    }

    /// Closes the innermost group.
    pub(super) fn close_group(&mut self) {
        if self.marking.is_some() {
            self.elements.close("g");
        }
    }

    /// Writes a text; `y` is the height of the text's base line.
    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, style: TextStyle) {
        let (x, y, size) = (number(x), number(y), number(style.size));
        let (class, _, colour) = style.paint.parts();
        let mut attributes = vec![("x", x.as_str()), ("y", &y), ("font-size", &size)];
        match style.fixed {
            Some(fixed) => attributes.push(("fill", fixed)),
            None => attributes.extend([("fill", colour), ("class", class.as_str())]),
        }
        match style.anchor {
            Anchor::Start => {}
            Anchor::Middle => attributes.push(("text-anchor", "middle")),
            Anchor::End => attributes.push(("text-anchor", "end")),
        }
        if style.bold {
            attributes.push(("font-weight", "bold"));
        }
        self.elements.with_text("text", &attributes, text);
    }

    /// Draws a line in the colour of `ink`, and with the ink's dash if requested.
    pub(super) fn line(
        &mut self,
        points: &[Option<(f64, f64)>],
        ink: Ink,
        thickness: f64,
        is_dashed: bool,
    ) {
        let (_, class, colour) = Paint::of(ink).parts();
        let dash = if is_dashed { theme::dash(ink) } else { "" };
        let (points, thickness) = (path(points), number(thickness));
        let mut attributes = vec![
            ("d", points.as_str()),
            ("class", &class),
            ("fill", "none"),
            ("stroke", colour),
            ("stroke-width", &thickness),
            ("stroke-linejoin", "round"),
        ];
        if !dash.is_empty() {
            attributes.push(("stroke-dasharray", dash));
        }
        self.elements.empty("path", &attributes);
    }

    /// Draws a straight line of the frame.
    pub(super) fn rule(&mut self, from: (f64, f64), to: (f64, f64), paint: Paint) {
        let (_, class, colour) = paint.parts();
        let path = path(&[Some(from), Some(to)]);
        self.elements.empty("path", &[("d", &path), ("class", &class), ("stroke", colour)]);
    }

    /// Fills the polygon through `points`.
    pub(super) fn area(&mut self, points: &[(f64, f64)], ink: Ink, strength: Strength) {
        let (class, _, colour) = Paint::of(ink).parts();
        let opacity = match strength {
            Strength::Outer => "0.2",
            Strength::Inner => "0.32",
        };
        let points: Vec<_> = points.iter().copied().map(Some).collect();
        let path = path(&points) + "Z";
        self.elements.empty(
            "path",
            &[("d", &path), ("class", &class), ("fill", colour), ("fill-opacity", opacity)],
        );
    }

    /// Fills the band between two curves, as between two columns of flows.
    pub(super) fn ribbon(&mut self, curve: &str, ink: Ink, title: &str) {
        let (class, _, colour) = Paint::of(ink).parts();
        let attributes =
            [("d", curve), ("class", class.as_str()), ("fill", colour), ("fill-opacity", "0.35")];
        self.elements.with_title("path", &attributes, title);
    }

    /// Fills a rectangle, given its upper left corner; `title` appears at the pointer.
    pub(super) fn rect(&mut self, corner: (f64, f64), size: (f64, f64), ink: Ink, title: &str) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(number);
        let mut attributes =
            vec![("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
        let (class, _, colour) = Paint::of(ink).parts();
        let tile;
        match ink {
            Ink::Tile(share) => {
                tile = theme::tile(share);
                attributes.push(("fill", &tile));
            }
            Ink::Series(_)
            | Ink::Reference
            | Ink::Total
            | Ink::Rise
            | Ink::Fall
            | Ink::Contour
            | Ink::Border => {
                attributes.extend([("fill", colour), ("class", class.as_str())]);
            }
        }
        self.elements.with_title("rect", &attributes, title);
    }

    /// Draws the marker of a line at a point: one of six forms, filled for the first six lines and
    /// hollow for the others.
    pub(super) fn marker(&mut self, (x, y): (f64, f64), series: usize, note: &Note) {
        let corners = |offsets: &[(f64, f64)]| {
            let points: Vec<_> = offsets.iter().map(|(dx, dy)| Some((x + dx, y + dy))).collect();
            path(&points) + "Z"
        };
        let form = match series % 6 {
            0 => {
                let (left, y, right) = (number(x - 3.4), number(y), number(x + 3.4));
                format!("M{left} {y}A3.4 3.4 0 1 1 {right} {y}A3.4 3.4 0 1 1 {left} {y}Z")
            }
            1 => corners(&[(-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)]),
            2 => corners(&[(0.0, -4.4), (4.2, 3.2), (-4.2, 3.2)]),
            3 => corners(&[(0.0, -4.6), (4.6, 0.0), (0.0, 4.6), (-4.6, 0.0)]),
            4 => corners(&[(0.0, 4.4), (4.2, -3.2), (-4.2, -3.2)]),
            _ => corners(&PLUS),
        };
        let (fill, stroke, colour) = Paint::Series(series).parts();
        let (ground, _, paper) = Paint::Background.parts();
        let (both, x) = (format!("{ground} {stroke}"), number(x));
        let mut attributes = vec![("d", form.as_str())];
        attributes.extend(match series % 12 < 6 {
            true => vec![("fill", colour), ("class", fill.as_str())],
            false => vec![
                ("fill", paper),
                ("stroke", colour),
                ("stroke-width", "1.4"),
                ("class", both.as_str()),
            ],
        });
        if self.marking.is_some() {
            let Note { name, key, value } = note;
            attributes.extend([("data-x", x.as_str()), ("data-k", key)]);
            attributes.extend([("data-n", name.as_str()), ("data-v", value)]);
        }
        let title = format!("{}, {}: {}", note.name, note.key, note.value);
        self.elements.with_title("path", &attributes, &title);
    }

    /// Returns the picture as a complete SVG document.
    pub(super) fn document(&self, figure: &Figure) -> String {
        let mut document = Writer::default();
        open(&mut document, None, (self.width, self.height), true);
        document.with_text("title", &[], &figure.title);
        document.with_text("desc", &[], &figure.alternative);
        style_and_ground(&mut document, self.height);
        document.raw(self.elements.as_str());
        document.close("svg");
        document.finish()
    }

    /// Returns the picture as an element of a web page, which has the style sheet; if it is alone, as a document
    /// without a style sheet.
    pub(super) fn element(&self, figure: &Figure, is_alone: bool) -> String {
        let mut element = Writer::default();
        let [width, height] = [self.width, self.height].map(number);
        let view = format!("0 0 {width} {height}");
        let mut attributes = vec![
            ("viewBox", view.as_str()),
            ("width", &width),
            ("height", &height),
            ("role", "img"),
            ("aria-label", &figure.alternative),
        ];
        if is_alone {
            attributes.extend([("xmlns", NAMESPACE), ("font-family", "sans-serif")]);
        }
        element.open("svg", &attributes);
        element.raw(self.elements.as_str());
        element.close("svg");
        element.finish()
    }
}

/// A marker's text for the pointer: the line's name, the year and the value.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) value: String,
}

/// Makes a document of several pictures, one below the other.
pub(super) fn stacked<'a>(
    title: &str,
    pictures: impl Iterator<Item = (&'a Figure, &'a Drawing)> + Clone,
) -> String {
    let heights = pictures.clone().map(|(_, drawing)| drawing.height);
    let count = heights.clone().count();
    let height: f64 = heights.sum::<f64>() + BETWEEN * count.saturating_sub(1) as f64;
    let mut document = Writer::default();
    open(&mut document, None, (WIDTH, height.max(1.0)), false);
    document.with_text("title", &[], title);
    style_and_ground(&mut document, height.max(1.0));
    let mut y = 0.0;
    for (figure, drawing) in pictures {
        open(&mut document, Some(y), (drawing.width, drawing.height), true);
        document.with_text("title", &[], &figure.title);
        document.with_text("desc", &[], &figure.alternative);
        document.raw(drawing.elements.as_str());
        document.close("svg");
        y += drawing.height + BETWEEN;
    }
    document.close("svg");
    document.finish()
}

/// Opens an `svg` element; one inside another is placed at `y`. A document of several pictures does not have
/// the role of an image, because screen readers would then skip its parts.
fn open(document: &mut Writer, y: Option<f64>, size: (f64, f64), is_picture: bool) {
    let (width, height) = (number(size.0), number(size.1));
    let view = format!("0 0 {width} {height}");
    let y = y.map(number);
    let mut attributes = vec![("viewBox", view.as_str()), ("width", &width), ("height", &height)];
    match &y {
        Some(y) => attributes.push(("y", y)),
        None => attributes.extend([("xmlns", NAMESPACE), ("font-family", "sans-serif")]),
    }
    if is_picture {
        attributes.push(("role", "img"));
    }
    document.open("svg", &attributes);
    document.raw("\n");
}

fn style_and_ground(document: &mut Writer, height: f64) {
    document.open("style", &[]);
    document.raw(&theme::style_sheet());
    document.close("style");
    let (class, _, colour) = Paint::Background.parts();
    let (width, height) = (number(WIDTH), number(height));
    let attributes =
        [("width", width.as_str()), ("height", &height), ("fill", colour), ("class", &class)];
    document.empty("rect", &attributes);
}
