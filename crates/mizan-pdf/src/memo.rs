//! From a Typst memo to a PDF.
//!
//! In: the text of one memo. Out: the bytes of a PDF that screen readers can use (PDF/UA-1). The memo reads no file, no
//! package and no clock. Its fonts are those in this program.

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook, FontFamily, FontList, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, pdf as export};

/// The program in the PDF's properties. `mizan verify` compares PDFs of this program byte by byte.
const CREATOR: &str = concat!("Mizan ", env!("CARGO_PKG_VERSION"));
/// The fonts of text and charts, which are also those of Mizan's PNG pictures.
const FONTS: [&[u8]; 3] = [
    include_bytes!("../../../src/report/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../src/report/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../src/report/fonts/NotoSansMath-Regular.ttf"),
];
/// The font families, in the order in which Typst looks for a character.
const FAMILIES: [&str; 4] = ["Noto Sans", "Noto Sans Math", "DejaVu Sans Mono", "Libertinus Serif"];

/// The files and fonts that Typst may read: one memo, and nothing else.
struct Memo {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    source: Source,
}

impl Memo {
    fn new(text: String) -> Self {
        let held = FONTS.into_iter().chain(typst_assets::fonts());
        let fonts: Vec<Font> = held.flat_map(|data| Font::iter(Bytes::new(data))).collect();
        let mut library = Library::default();
        library.styles.set(TextElem::font, FontList(FAMILIES.map(FontFamily::new).into()));
        Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            source: Source::detached(text),
        }
    }
}

impl World for Memo {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Typesets a memo. Returns the PDF, and a remark if it is not PDF/UA-1: a text may have characters that no font has.
///
/// # Errors
/// The first message of Typst, if it cannot typeset the memo.
pub(crate) fn pdf(text: String) -> Result<(Vec<u8>, Option<String>), String> {
    let memo = Memo::new(text);
    let document: PagedDocument =
        typst::compile(&memo).output.map_err(|problems| first(&problems))?;
    let accessible =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|_| "PDF/UA-1 is not known")?;
    let options = |standards| PdfOptions {
        creator: Smart::Custom(Some(CREATOR.to_owned())),
        standards,
        ..PdfOptions::default()
    };
    match export(&document, &options(accessible)) {
        Ok(bytes) => Ok((bytes, None)),
        Err(problems) => {
            let plain = export(&document, &options(PdfStandards::default()));
            let bytes = plain.map_err(|problems| first(&problems))?;
            Ok((bytes, Some(format!("the PDF is not PDF/UA-1: {}", first(&problems)))))
        }
    }
}

fn first(problems: &[SourceDiagnostic]) -> String {
    problems.first().map_or_else(String::new, |problem| problem.message.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_has_the_same_bytes_each_time_and_reads_nothing() {
        let text = "#set document(title: \"A memo\")\n= Trade\nImports − exports ≥ 0 in Bakı";
        let (bytes, remark) = pdf(text.to_owned()).expect("a PDF");
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert_eq!(remark, None);
        assert!(pdf(text.to_owned()).expect("a PDF").0 == bytes);
        for reading in
            ["#read(\"/etc/passwd\")", "#import \"@preview/x:0.1.0\"", "#datetime.today()"]
        {
            assert!(pdf(reading.to_owned()).is_err(), "{reading}");
        }
    }

    #[test]
    fn a_letter_that_no_font_has_is_said() {
        let text = "#set document(title: \"A memo\")\nA letter \u{13000}";
        let (bytes, remark) = pdf(text.to_owned()).expect("a PDF");
        assert!(bytes.starts_with(b"%PDF") && remark.is_some_and(|text| text.contains("PDF/UA-1")));
    }
}
