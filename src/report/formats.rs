//! The formats of a report, one row each: name, file extensions, and the function that writes it.
//!
//! The command line takes its list of formats, its help and the choice by a file's extension from this table, so a new
//! format is one new row.

use std::path::Path;

use crate::results::{Background, Report};

use super::csv_file::{self, TableShape};
use super::{html, json, latex, markdown, memo, svg, typst};

/// Options for the layout of a memo; formats without columns ignore them.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Width of a line in columns.
    pub width: usize,
    /// True if escape sequences for colours may be written.
    pub colour: bool,
    /// True if tables of a simulation show standard errors and all quantiles.
    pub errors: bool,
    /// Decimal sign of a CSV file for Excel; None for other programs.
    pub excel: Option<DecimalSign>,
}

/// Decimal sign of numbers in a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// A point: `3.5`. Commas separate cells.
    Point,
    /// A comma: `3,5`. Semicolons separate cells.
    Comma,
}

/// An output format of a report.
#[derive(Debug)]
pub struct ReportFormat {
    /// Name of the format on the command line.
    pub name: &'static str,
    /// File extensions without the point, the usual one first; none for a format that is only chosen by name.
    pub endings: &'static [&'static str],
    /// Description of the format in one line, for help.
    pub about: &'static str,
    /// True if a terminal cannot show the format.
    pub is_binary: bool,
    writer: Writer,
}

/// The function that writes a format.
#[derive(Debug)]
enum Writer {
    /// Writes the answers alone.
    Answers(fn(&Report, Setting) -> Result<Vec<u8>, CannotWrite>),
    /// Writes the answers with their background: a document for readers.
    Document(fn(&Report, &Background, Setting) -> Result<Vec<u8>, CannotWrite>),
}

/// The reason why a report could not be written.
#[derive(Debug)]
pub enum CannotWrite {
    /// A fault in Mizan.
    Fault,
    /// The format cannot represent this report; the reason, and an alternative.
    Unfit(&'static str),
}

/// All formats; the first is the default of standard output and of files without an extension.
pub const FORMATS: &[ReportFormat] = &[
    ReportFormat {
        name: "text",
        endings: &["txt"],
        about: "A memo for a terminal",
        is_binary: false,
        writer: Writer::Answers(|report, setting| Ok(memo(report, setting).into_bytes())),
    },
    ReportFormat {
        name: "json",
        endings: &["json"],
        about: "One JSON object, values unrounded",
        is_binary: false,
        writer: Writer::Answers(|report, _| Ok(format!("{:#}\n", json(report)).into_bytes())),
    },
    ReportFormat {
        name: "csv",
        endings: &["csv"],
        about: "One row for each value",
        is_binary: false,
        writer: Writer::Answers(|report, setting| {
            csv_file::csv_file(report, TableShape::Tidy, excel(setting))
                .map_err(|_| CannotWrite::Fault)
        }),
    },
    ReportFormat {
        name: "csv-wide",
        endings: &[],
        about: "CSV with the years across",
        is_binary: false,
        writer: Writer::Answers(|report, setting| {
            csv_file::csv_file(report, TableShape::Wide, excel(setting))
                .map_err(|_| CannotWrite::Fault)
        }),
    },
    ReportFormat {
        name: "svg",
        endings: &["svg"],
        about: "All charts below each other in one picture",
        is_binary: false,
        writer: Writer::Answers(|report, _| Ok(svg(report).into_bytes())),
    },
    #[cfg(feature = "png")]
    ReportFormat {
        name: "png",
        endings: &["png"],
        about: "The same picture in pixels",
        is_binary: true,
        writer: Writer::Answers(|report, _| {
            super::png::png(&svg(report)).ok_or(CannotWrite::Unfit(
                "one picture of all charts has too many pixels; `mizan chart` writes a file for each",
            ))
        }),
    },
    ReportFormat {
        name: "html",
        endings: &["html", "htm"],
        about: "One page with charts, levers, sources and the script; needs no network",
        is_binary: false,
        writer: Writer::Document(|report, background, setting| {
            Ok(html::html(report, background, setting.errors, None).into_bytes())
        }),
    },
    ReportFormat {
        name: "markdown",
        endings: &["md"],
        about: "Tables in Markdown",
        is_binary: false,
        writer: Writer::Document(|report, background, setting| {
            Ok(markdown::markdown(report, background, setting.errors).into_bytes())
        }),
    },
    ReportFormat {
        name: "latex",
        endings: &["tex"],
        about: "Tables in LaTeX with booktabs",
        is_binary: false,
        writer: Writer::Document(|report, background, setting| {
            Ok(latex::latex(report, background, setting.errors).into_bytes())
        }),
    },
    ReportFormat {
        name: "typst",
        endings: &["typ"],
        about: "The memo in Typst, which makes a PDF of it",
        is_binary: false,
        writer: Writer::Document(|report, background, setting| {
            Ok(typst::typst(report, background, setting.errors).into_bytes())
        }),
    },
    #[cfg(feature = "xlsx")]
    ReportFormat {
        name: "xlsx",
        endings: &["xlsx"],
        about: "A workbook: a sheet for each query, with native charts",
        is_binary: true,
        writer: Writer::Document(|report, background, _| {
            super::xlsx::xlsx(report, background).map_err(|_| CannotWrite::Fault)
        }),
    },
];

fn excel(setting: Setting) -> Option<char> {
    setting.excel.map(|sign| match sign {
        DecimalSign::Point => '.',
        DecimalSign::Comma => ',',
    })
}

impl ReportFormat {
    /// Finds a format by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Finds the format of a file by the extension of its name; the first format without an extension.
    ///
    /// # Errors
    /// The extension, if no format has it.
    pub fn of_file(path: &Path) -> Result<&'static Self, String> {
        let Some(ending) = path.extension() else { return Ok(&FORMATS[0]) };
        let ending = ending.to_string_lossy().to_lowercase();
        let format = FORMATS.iter().find(|format| format.endings.contains(&ending.as_str()));
        format.ok_or(ending)
    }

    /// True for a document, which shows script, levers and sources in addition to the answers.
    pub fn is_document(&self) -> bool {
        matches!(self.writer, Writer::Document(_))
    }

    /// Describes the parts of a report that this format omits; None if it omits nothing.
    pub fn remark(&self, report: &Report) -> Option<String> {
        match self.name {
            #[cfg(feature = "png")]
            "png" => super::png::remark(&svg(report)),
            _ => {
                let _ = report;
                None
            }
        }
    }

    /// Writes a report in this format. `background` is called for a document only.
    ///
    /// # Errors
    /// [`CannotWrite`]: a PNG of too many charts; no other in practice.
    pub fn write(
        &self,
        report: &Report,
        background: impl FnOnce() -> Background,
        setting: Setting,
    ) -> Result<Vec<u8>, CannotWrite> {
        match self.writer {
            Writer::Answers(write) => write(report, setting),
            Writer::Document(write) => write(report, &background(), setting),
        }
    }
}

/// Lists all file extensions for a sentence: `.txt, .json or .csv`.
pub fn endings() -> String {
    listed(FORMATS.iter())
}

/// Lists the file extensions of documents, as [`endings`] does.
pub fn document_endings() -> String {
    listed(FORMATS.iter().filter(|format| format.is_document()))
}

/// Suggests an alternative to a format that this program does not write, by the extension of its files.
pub fn instead_of(ending: &str) -> Option<&'static str> {
    match ending {
        "png" => Some(
            "cargo install with `--features png` builds a Mizan that draws PNG; without it, write .svg",
        ),
        "pdf" => Some(
            "the program mizan-pdf makes PDF, and `cargo install --path crates/mizan-pdf` in the sources of Mizan installs \
             it. Without it, write .typ, of which `typst compile` makes a PDF, or print the page of .html",
        ),
        "doc" | "docx" | "odt" => Some("write .html, which Word and LibreOffice open, or .md"),
        "xls" | "ods" => Some("write .xlsx"),
        _ => None,
    }
}

fn listed<'a>(formats: impl Iterator<Item = &'a ReportFormat>) -> String {
    let all: Vec<String> =
        formats.flat_map(|format| format.endings).map(|ending| format!(".{ending}")).collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_endings_are_unique() {
        let mut names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let mut endings: Vec<&str> =
            FORMATS.iter().flat_map(|format| format.endings).copied().collect();
        for list in [&mut names, &mut endings] {
            let count = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), count);
        }
    }

    #[test]
    fn a_file_is_written_as_its_ending_says() {
        let name = |path: &str| ReportFormat::of_file(Path::new(path)).map(|format| format.name);
        assert_eq!(name("a/memo.txt"), Ok("text"));
        assert_eq!(name("a.b/DATA.CSV"), Ok("csv"));
        assert_eq!(name("a.b/memo"), Ok("text"));
        assert_eq!(name("memo.docx"), Err("docx".to_owned()));
        assert_eq!(name("memo."), Err(String::new()));
    }
}
