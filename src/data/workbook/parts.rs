//! Checks the parts of a workbook before a library reads them.
//!
//! A small archive can unpack to any size, a number in a part can ask for any memory, an address of a cell can be
//! larger than any number, and an area can end before it begins. So every part is unpacked once, within a limit, and
//! its elements and attributes are looked at.

use std::collections::BTreeSet;
use std::io::{Cursor, Error, ErrorKind, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::NotRead;

/// Maximum number of unpacked bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartLimits {
    /// Of each part.
    pub(super) part: u64,
    /// Of all parts.
    pub(super) all: u64,
}

/// Elements of which the library keeps each one, although no cell has it.
const DESCRIBED: [&[u8]; 8] =
    [b"xf", b"font", b"fill", b"border", b"numFmt", b"sheet", b"definedName", b"Relationship"];
/// Maximum number of these elements in a part. A spreadsheet program writes at most 65,490 formats of cells.
const MOST_DESCRIBED: usize = 250_000;
/// Maximum number of shared texts.
const MOST_TEXTS: usize = super::MOST_CELLS;
/// Maximum number of bytes of the name of a font or the code of a number format: every format of cells has a copy.
const MOST_COPIED: usize = 1 << 10;

/// Checks all parts of a workbook.
///
/// # Errors
/// The archive is damaged, a part or the number of its elements is too large, or a number in it is out of range.
pub(super) fn check(bytes: &[u8], limits: PartLimits) -> Result<(), NotRead> {
    let damaged = |error: ZipError| NotRead::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    // The library finds a part by its name in any case, and takes the last of two.
    let names: BTreeSet<_> = archive.file_names_raw().map(<[u8]>::to_ascii_lowercase).collect();
    if archive.has_duplicate_names() || names.len() < archive.len() {
        return Err(NotRead::Damaged("two of its parts have the same name".to_owned()));
    }
    let (mut text, mut all) = (Vec::new(), 0);
    for n in 0..archive.len() {
        text.clear();
        let part = archive.by_index(n).map_err(damaged)?;
        part.take(limits.part + 1).read_to_end(&mut text).map_err(not_unpacked)?;
        let length = text.len() as u64;
        all += length;
        if length > limits.part || all > limits.all {
            let most = if length > limits.part { limits.part } else { limits.all };
            return Err(NotRead::Limit(format!("{} MiB when it is unpacked", most >> 20)));
        }
        check_text(&text)?;
    }
    Ok(())
}

/// Converts the error of a part that could not be unpacked.
fn not_unpacked(error: Error) -> NotRead {
    match error.kind() {
        ErrorKind::OutOfMemory => NotRead::Memory,
        _ => NotRead::Damaged(error.to_string()),
    }
}

/// Checks the elements and attributes of a part. Text between the tags is looked at too, since only a full parser
/// could tell what a damaged part has between them.
fn check_text(text: &[u8]) -> Result<(), NotRead> {
    let (mut described, mut texts) = (0, 0);
    for (at, byte) in text.iter().enumerate().filter(|(_, byte)| matches!(byte, b'<' | b'=')) {
        let (before, after) = text.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        match element(after) {
            _ if *byte == b'=' => check_attribute(before, after, text.len() as u64)?,
            b"si" => texts += 1,
            name => described += usize::from(DESCRIBED.contains(&name)),
        }
        if described > MOST_DESCRIBED {
            let what = format!("{MOST_DESCRIBED} formats, names and links in a part");
            return Err(NotRead::Limit(what));
        }
        if texts > MOST_TEXTS {
            return Err(NotRead::Limit(format!("{MOST_TEXTS} shared texts")));
        }
    }
    Ok(())
}

/// Returns the name of the element that begins here, without its prefix.
fn element(tag: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<');
    // The longest name that is counted has 12 letters; a longer one with its prefix is cut at 64 bytes.
    let name = tag.get(..64).unwrap_or(tag).split(ends).next().unwrap_or_default();
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

/// Checks the attribute around an equals sign in a part of `length` bytes.
///
/// # Errors
/// The attribute announces more texts than the part can have, has an address beyond every sheet or an area that ends
/// before it begins, or is a long name of a format.
fn check_attribute(before: &[u8], after: &[u8], length: u64) -> Result<(), NotRead> {
    let before = before.trim_ascii_end();
    let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = before.get(before.len() - letters..).unwrap_or_default();
    if !matches!(name, b"uniqueCount" | b"r" | b"ref" | b"val" | b"formatCode") {
        return Ok(());
    }
    let value = after.trim_ascii_start();
    let value = match value.split_first() {
        Some((quote @ (b'"' | b'\''), value)) => value.split(|byte| byte == quote).next(),
        _ => None,
    };
    let value = value.unwrap_or_default();
    if name == b"ref" && is_reversed(value) {
        return Err(NotRead::Damaged("an area in it ends before it begins".to_owned()));
    }
    let wrong = match name {
        b"uniqueCount" => announces(value) > length,
        b"val" | b"formatCode" if value.len() > MOST_COPIED => {
            return Err(NotRead::Limit(format!(
                "{} KiB in the name of a format",
                MOST_COPIED >> 10
            )));
        }
        b"r" | b"ref" => value.split(|byte| *byte == b':').any(is_too_long),
        _ => false,
    };
    match wrong {
        true => Err(NotRead::Damaged("a number in its description is out of range".to_owned())),
        false => Ok(()),
    }
}

/// Reads the number at the start of a text; 0 if the text begins with no digit.
fn announces(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |number, byte| {
        number.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
    })
}

/// True for an address with more letters or digits than a sheet can have: the last one is `XFD1048576`.
fn is_too_long(address: &[u8]) -> bool {
    let letters = address.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = address.iter().skip(letters).take_while(|byte| byte.is_ascii_digit()).count();
    letters > 6 || digits > 9
}

/// True for an area whose last cell is above or left of its first: the library subtracts one from the other.
fn is_reversed(area: &[u8]) -> bool {
    let mut ends = area.split(|byte| *byte == b':').map(place);
    match (ends.next().flatten(), ends.next().flatten()) {
        (Some((row, column)), Some((last_row, last_column))) => {
            last_row < row || last_column < column
        }
        _ => false,
    }
}

/// Reads an address that is not too long as row and column from 1; None for any other text.
fn place(address: &[u8]) -> Option<(u64, u64)> {
    let letters = address.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (column, row) = address.split_at(letters);
    if row.is_empty() || !row.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |byte: &u8| u64::from(byte.to_ascii_uppercase() - b'A') + 1;
    let column =
        column.iter().fold(0_u64, |n, byte| n.saturating_mul(26).saturating_add(digit(byte)));
    Some((announces(row), column))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(text: &[u8]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("xl/part.xml", SimpleFileOptions::default()).expect("a part");
        writer.write_all(text).expect("written");
        writer.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_part_that_unpacks_beyond_the_limit_is_refused() {
        let bytes = archive(&vec![b' '; 2 << 20]);
        assert!(bytes.len() < 10_000, "{}", bytes.len());
        let limits = PartLimits { part: 1 << 20, all: 8 << 20 };
        let found = check(&bytes, limits);
        assert_eq!(found, Err(NotRead::Limit("1 MiB when it is unpacked".to_owned())));
        assert_eq!(check(&bytes, PartLimits { part: 4 << 20, all: 8 << 20 }), Ok(()));
        let all = check(&bytes, PartLimits { part: 4 << 20, all: 1 << 20 });
        assert_eq!(all, Err(NotRead::Limit("1 MiB when it is unpacked".to_owned())));
    }

    #[test]
    fn numbers_out_of_range_are_refused_and_others_pass() {
        let limits = PartLimits { part: 1 << 20, all: 1 << 20 };
        for text in [
            "<sst uniqueCount=\"99999999999\">",
            "<sst uniqueCount = '18446744073709551616999'>",
            "<c r=\"A99999999999\"/>",
            "<c r='AAAAAAAA1'/>",
            "<dimension ref=\"A1:B99999999999\"/>",
            "<dimension ref=\"B2:A3\"/>",
            "<dimension ref = 'b3:C2'/>",
        ] {
            assert!(
                matches!(check(&archive(text.as_bytes()), limits), Err(NotRead::Damaged(_))),
                "{text}"
            );
        }
        for text in [
            "<sst count=\"9999999999\" uniqueCount=\"3\"><si/><si/><si/></sst>",
            "<c r=\"XFD1048576\" s=\"1\"><v>123456789012345</v></c>",
            "<dimension ref=\"A1:XFD1048576\"/><f ref=\"B2:B2\"/><f ref='Z9:AA10'/>",
            "<row r=\"7\" ht=\"15.750000000000002\"/>",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006\"/>",
            "<x uid=\"{00000000-0001-0000-0000-000000000000}\"/>",
        ] {
            assert_eq!(check(&archive(text.as_bytes()), limits), Ok(()), "{text}");
        }
        assert!(matches!(check(b"PK\x03\x04abc", limits), Err(NotRead::Damaged(_))));
    }

    #[test]
    fn a_part_has_a_limit_of_elements() {
        let limits = PartLimits { part: 64 << 20, all: 64 << 20 };
        for (element, most) in [
            ("<xf/>", MOST_DESCRIBED),
            ("<x:font >", MOST_DESCRIBED),
            ("<definedName\n>", MOST_DESCRIBED),
            ("<si>", MOST_TEXTS),
        ] {
            let of = |count: usize| check(&archive(element.repeat(count).as_bytes()), limits);
            assert_eq!(of(most), Ok(()), "{element}");
            assert!(matches!(of(most + 1), Err(NotRead::Limit(_))), "{element}");
        }
        let cells = "<c/></si><xfrm/>".repeat(MOST_DESCRIBED + 1);
        assert_eq!(check(&archive(cells.as_bytes()), limits), Ok(()));
        let code = |length| format!("<numFmt formatCode=\"{}\"/>", "0".repeat(length));
        assert_eq!(check(&archive(code(MOST_COPIED).as_bytes()), limits), Ok(()));
        let found = check(&archive(code(MOST_COPIED + 1).as_bytes()), limits);
        assert_eq!(found, Err(NotRead::Limit("1 KiB in the name of a format".to_owned())));
    }

    #[test]
    fn a_lack_of_memory_is_no_damage() {
        assert_eq!(not_unpacked(Error::from(ErrorKind::OutOfMemory)), NotRead::Memory);
        let damaged = not_unpacked(Error::from(ErrorKind::InvalidData));
        assert!(matches!(damaged, NotRead::Damaged(_)), "{damaged:?}");
    }
}
