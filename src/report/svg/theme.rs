//! Colours, dashes and markers of a picture, for a light and a dark background.
//!
//! The colours of lines are those of M. Okabe and K. Ito, "Color Universal Design" (2008), darkened
//! for a light background and lightened for a dark one until they have the contrast that WCAG 2.2
//! asks of graphics (1.4.11, 3 to 1). A line also has a dash and a marker of its own, so that a print
//! in grey can be read.

use super::super::figure::Ink;

/// A colour of the picture. The light colour is an attribute of each element and the dark one comes from the style
/// sheet, so that a program without style sheets draws a light picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Background,
    Text,
    Faint,
    Grid,
    Total,
    Rise,
    Fall,
    Contour,
    Border,
    Warning,
    Series(usize),
}

/// Each paint with its CSS class, its colour on a light background and its colour on a dark one.
const NAMED: [(Paint, &str, &str, &str); 10] = [
    (Paint::Background, "bg", "#ffffff", "#15181c"),
    (Paint::Text, "ink", "#1f2328", "#e6e8ea"),
    (Paint::Faint, "faint", "#5c636b", "#a0a7ae"),
    (Paint::Grid, "grid", "#d9dde1", "#353b42"),
    (Paint::Total, "total", "#5c636b", "#b4bac0"),
    (Paint::Rise, "rise", "#0072b2", "#56b4e9"),
    (Paint::Fall, "fall", "#d55e00", "#ff9e4a"),
    (Paint::Contour, "contour", "#b03a00", "#b03a00"),
    (Paint::Border, "border", "#ffffff", "#ffffff"),
    (Paint::Warning, "warning", "#a63d00", "#ff9e4a"),
];

const SERIES: [(&str, &str); 6] = [
    ("#0072b2", "#56b4e9"),
    ("#d55e00", "#ff9e4a"),
    ("#007a5e", "#35c9a0"),
    ("#a0428a", "#d070b8"),
    ("#7a4a00", "#fff08a"),
    ("#3f4348", "#f4f4f4"),
];

/// Dashes, by the number of a line; empty for a solid line.
const DASHES: [&str; 6] = ["", "8 4", "2.5 3", "9 3 2.5 3", "14 4", "5 2.5"];

/// Colours of tiles from the lowest to the highest value. Each is darker than the one before, so that
/// the order can be read in grey.
const TILES: [(f64, f64, f64); 5] = [
    (253.0, 246.0, 216.0),
    (190.0, 217.0, 205.0),
    (110.0, 170.0, 190.0),
    (48.0, 108.0, 158.0),
    (20.0, 45.0, 95.0),
];

impl Paint {
    pub(super) fn of(ink: Ink) -> Self {
        match ink {
            Ink::Series(number) => Self::Series(number % SERIES.len()),
            Ink::Reference => Self::Faint,
            Ink::Total | Ink::Tile(_) => Self::Total,
            Ink::Rise => Self::Rise,
            Ink::Fall => Self::Fall,
            Ink::Contour => Self::Contour,
            Ink::Border => Self::Border,
        }
    }

    /// Returns the class for a fill, the class for a stroke, and the colour on a light background.
    pub(super) fn parts(self) -> (String, String, &'static str) {
        let (name, light) = match self {
            Self::Series(number) => {
                let number = number % SERIES.len();
                (number.to_string(), SERIES.get(number).map_or("#000000", |pair| pair.0))
            }
            _ => NAMED
                .iter()
                .find(|(paint, ..)| *paint == self)
                .map_or((String::new(), "#000000"), |(_, name, light, _)| {
                    ((*name).to_owned(), light)
                }),
        };
        (format!("mz-{name}"), format!("mz-{name}-line"), light)
    }
}

/// Returns the style sheet with the colours for a dark background.
pub(in crate::report) fn style_sheet() -> String {
    let named = NAMED.iter().map(|(paint, _, _, dark)| (*paint, *dark));
    let series =
        SERIES.iter().enumerate().map(|(number, (_, dark))| (Paint::Series(number), *dark));
    let rules = named.chain(series).map(|(paint, dark)| {
        let (fill, stroke, _) = paint.parts();
        format!(".{fill}{{fill:{dark}}}.{stroke}{{stroke:{dark}}}")
    });
    format!("@media (prefers-color-scheme:dark){{{}}}", rules.collect::<String>())
}

/// Returns the colour of an ink on a light background, as 0xRRGGBB.
#[cfg(feature = "xlsx")]
pub(in crate::report) fn colour(ink: Ink) -> u32 {
    let (_, _, light) = Paint::of(ink).parts();
    u32::from_str_radix(light.trim_start_matches('#'), 16).unwrap_or(0)
}

/// Returns the dash pattern of a line.
pub(super) fn dash(ink: Ink) -> &'static str {
    match ink {
        // The second six lines have the colours of the first, each with the dash of its neighbour.
        Ink::Series(number) => {
            let dash = number + number / SERIES.len();
            DASHES.get(dash % DASHES.len()).copied().unwrap_or("")
        }
        Ink::Reference => "3 3",
        Ink::Total | Ink::Tile(_) | Ink::Rise | Ink::Fall | Ink::Contour | Ink::Border => "",
    }
}

/// Returns the colour of a tile at a position of the colour scale.
pub(super) fn tile(share: f64) -> String {
    let (r, g, b) = tile_colour(share);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Returns the colour of text on a tile.
pub(super) fn on_tile(share: f64) -> &'static str {
    let (r, g, b) = tile_colour(share);
    let lightness = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if lightness > 140.0 { "#1f2328" } else { "#ffffff" }
}

fn tile_colour(share: f64) -> (u8, u8, u8) {
    let at = share.clamp(0.0, 1.0) * (TILES.len() - 1) as f64;
    let below = (at.floor() as usize).min(TILES.len() - 2);
    let (from, to) = (TILES[below], TILES[below + 1]);
    let between = |from: f64, to: f64| (from + (to - from) * (at - below as f64)).round() as u8;
    (between(from.0, to.0), between(from.1, to.1), between(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value =
                f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hex")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
        })
    }

    /// Returns the contrast ratio of two colours by WCAG 2.2.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| {
            let [r, g, b] = linear(colour);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn marks_and_texts_have_contrast_on_both_backgrounds() {
        for (light, dark) in SERIES {
            assert!(contrast(light, "#ffffff") >= 3.0, "{light}");
            assert!(contrast(dark, "#15181c") >= 3.0, "{dark}");
        }
        for (paint, _, light, dark) in NAMED {
            let least = match paint {
                Paint::Text | Paint::Faint | Paint::Warning => 4.5,
                Paint::Total | Paint::Rise | Paint::Fall => 3.0,
                _ => continue,
            };
            assert!(contrast(light, "#ffffff") >= least, "{light}");
            assert!(contrast(dark, "#15181c") >= least, "{dark}");
        }
    }

    /// Colours as they look without red or green cones, by the matrices of Machado, Oliveira and
    /// Fernandes (2009), severity 1.
    #[test]
    fn lines_differ_for_the_colour_blind() {
        let protan = [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ];
        let deutan = [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ];
        let seen = |colour: &str, by: [[f64; 3]; 3]| {
            let rgb = linear(colour);
            by.map(|row| row.iter().zip(rgb).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
        };
        // Distance in square roots of light, about as the eye weighs it.
        let distance = |a: [f64; 3], b: [f64; 3]| {
            let parts = a.iter().zip(b).map(|(a, b)| (a.sqrt() - b.sqrt()) * (a.sqrt() - b.sqrt()));
            parts.sum::<f64>().sqrt()
        };
        for by in [protan, deutan] {
            for side in [
                |pair: (&'static str, &'static str)| pair.0,
                |pair: (&'static str, &'static str)| pair.1,
            ] {
                for (n, &one) in SERIES.iter().enumerate() {
                    for &other in &SERIES[..n] {
                        let apart = distance(seen(side(one), by), seen(side(other), by));
                        assert!(apart > 0.1, "{} {}: {apart}", side(one), side(other));
                    }
                }
            }
        }
    }

    #[test]
    fn tiles_grow_darker() {
        let lightness = |share: f64| {
            let [r, g, b] = linear(&tile(share));
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for step in 0..20 {
            let share = f64::from(step) / 20.0;
            assert!(lightness(share) > lightness(share + 0.05), "{share}");
            assert!(contrast(&tile(share), on_tile(share)) >= 3.0, "{share}");
        }
    }
}
