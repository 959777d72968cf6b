//! Pictures as PNG files, for programs that take no SVG.
//!
//! In: pictures of [`super::svg`]. Out: their pixels, always light, with the letters of `fonts/`, so that no font of
//! the machine is read and the same report gives the same bytes.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Group, Node, Options, Text, Tree};

use crate::results::Report;

use super::page::clean;
use super::svg::{Picture, pictures};

/// Fonts of pictures, in order of preference.
const FONTS: [&[u8]; 3] = [
    include_bytes!("fonts/NotoSans-Regular.ttf"),
    include_bytes!("fonts/NotoSans-Bold.ttf"),
    include_bytes!("fonts/NotoSansMath-Regular.ttf"),
];
const FAMILY: &str = "Noto Sans";

/// Pixels for each pixel of the SVG: enough for print, 190 per inch if the picture is 10 cm wide.
const SCALE: f32 = 2.0;
/// Maximum number of pixels of a picture, which take four bytes each.
const MOST_PIXELS: f32 = 60_000_000.0;

static LETTERS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut letters = Database::new();
    FONTS.iter().for_each(|font| letters.load_font_data(font.to_vec()));
    letters.set_sans_serif_family(FAMILY);
    Arc::new(letters)
});

/// A chart as a PNG file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PngPicture {
    /// Name of the file: `02-balance-china.png`.
    pub file: String,
    /// Contents of the file; None if the picture would have too many pixels.
    pub bytes: Option<Vec<u8>>,
    /// Characters that the picture cannot show; None if it shows all.
    pub remark: Option<String>,
}

/// Draws the pictures of a report as PNG files, chosen as in [`pictures`].
pub fn png_pictures(report: &Report) -> Vec<PngPicture> {
    let drawn = |picture: Picture| PngPicture {
        file: picture.file.replace(".svg", ".png"),
        bytes: png(&picture.svg),
        remark: remark(&picture.svg),
    };
    pictures(report).into_par_iter().map(drawn).collect()
}

/// Names the characters of an SVG document that a PNG cannot show; None if it shows all.
pub(super) fn remark(svg: &str) -> Option<String> {
    let letters: Vec<String> =
        without_letters(svg).iter().map(|letter| format!("`{}`", clean(letter))).collect();
    let letters = (!letters.is_empty()).then(|| letters.join(", "))?;
    Some(format!("the letters of PNG pictures lack {letters}; .svg and .html show them"))
}

/// Draws an SVG document. None if the picture would have too many pixels.
pub(super) fn png(svg: &str) -> Option<Vec<u8>> {
    let tree = tree(svg)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    // A long column of charts is drawn smaller, but never smaller than the SVG.
    let scale = SCALE.min((MOST_PIXELS / (width * height)).sqrt());
    if scale < 1.0 {
        return None;
    }
    let pixels = |length: f32| (length * scale).ceil() as u32;
    let mut pixmap = Pixmap::new(pixels(width), pixels(height))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().ok()
}

/// Returns the characters of an SVG document that the fonts lack; a PNG shows boxes instead.
fn without_letters(svg: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(tree) = tree(svg) {
        in_group(tree.root(), &mut found);
    }
    found
}

fn tree(svg: &str) -> Option<Tree> {
    let font_family = FAMILY.to_owned();
    let options = Options { fontdb: Arc::clone(&LETTERS), font_family, ..Options::default() };
    Tree::from_str(svg, &options).ok()
}

fn in_group(group: &Group, found: &mut BTreeSet<String>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => in_group(inner, found),
            Node::Text(text) => in_text(text, found),
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

fn in_text(text: &Text, found: &mut BTreeSet<String>) {
    let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
    let missing = glyphs.filter(|glyph| glyph.id.0 == 0);
    found.extend(missing.map(|glyph| glyph.text.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"20\" \
             font-family=\"sans-serif\"><text y=\"15\">{text}</text></svg>"
        )
    }

    /// Width and height by the header of the PNG specification (W3C 2003, 11.2.2).
    fn size(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four"));
        (number(16), number(20))
    }

    #[test]
    fn a_picture_has_twice_the_pixels_and_its_letters() {
        let empty = png(&picture("")).expect("a picture");
        assert_eq!(size(&empty), (200, 40));
        assert_ne!(empty, png(&picture("a")).expect("a picture"));
        assert_ne!(png(&picture("a")), png(&picture("b")));
        assert_eq!(png(&picture("a")), png(&picture("a")));
    }

    #[test]
    fn letters_that_the_fonts_lack_are_named() {
        assert!(without_letters(&picture("Azərbaycan, Баку −3.7 ≥ 2 → 5 %, ₼ €")).is_empty());
        let found = without_letters(&picture("a 出口 b"));
        assert_eq!(found, BTreeSet::from(["出".to_owned(), "口".to_owned()]));
    }

    #[test]
    fn a_picture_that_is_too_large_is_none() {
        let tall = |height: u32| {
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\"/>")
        };
        assert_eq!(size(&png(&tall(40_000)).expect("a picture")).0, 1068);
        assert_eq!(png(&tall(80_000)), None);
    }
}
