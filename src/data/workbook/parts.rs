//! Checks the parts of a workbook before a library reads them.
//!
//! A small archive can unpack to any size, a number in a part can ask for any memory, and an address of a cell can be
//! larger than any number. So every part is unpacked once, within a limit, and its numbers are looked at.

use std::io::{Cursor, Read as _};

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

/// Checks all parts of a workbook.
///
/// # Errors
/// The archive is damaged, a part is too large, or a number in it is out of range.
pub(super) fn check(bytes: &[u8], limits: PartLimits) -> Result<(), NotRead> {
    let damaged = |error: ZipError| NotRead::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let (mut text, mut all) = (Vec::new(), 0);
    for n in 0..archive.len() {
        text.clear();
        let part = archive.by_index(n).map_err(damaged)?;
        let read = part.take(limits.part + 1).read_to_end(&mut text);
        read.map_err(|error| NotRead::Damaged(error.to_string()))?;
        let length = text.len() as u64;
        all += length;
        if length > limits.part || all > limits.all {
            let most = if length > limits.part { limits.part } else { limits.all };
            return Err(NotRead::Limit(format!("{} MiB when it is unpacked", most >> 20)));
        }
        if has_wrong_number(&text) {
            return Err(NotRead::Damaged("a number in its description is out of range".to_owned()));
        }
    }
    Ok(())
}

/// True if a part announces more texts than it can have, or has an address beyond every sheet.
fn has_wrong_number(text: &[u8]) -> bool {
    text.iter().enumerate().filter(|(_, byte)| **byte == b'=').any(|(at, _)| {
        let (before, after) = text.split_at(at);
        let before = before.trim_ascii_end();
        let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = before.get(before.len() - letters..).unwrap_or_default();
        let value = after.get(1..).unwrap_or_default().trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or_default();
        match name {
            b"uniqueCount" => announces(value) > text.len() as u64,
            b"r" | b"ref" => {
                let is_end = |byte: &u8| matches!(byte, b'"' | b'\'');
                let value = value.split(is_end).next().unwrap_or_default();
                value.split(|byte| *byte == b':').any(is_too_long)
            }
            _ => false,
        }
    })
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
        ] {
            assert!(
                matches!(check(&archive(text.as_bytes()), limits), Err(NotRead::Damaged(_))),
                "{text}"
            );
        }
        for text in [
            "<sst count=\"9999999999\" uniqueCount=\"3\"><si/><si/><si/></sst>",
            "<c r=\"XFD1048576\" s=\"1\"><v>123456789012345</v></c>",
            "<row r=\"7\" ht=\"15.750000000000002\"/>",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006\"/>",
            "<x uid=\"{00000000-0001-0000-0000-000000000000}\"/>",
        ] {
            assert_eq!(check(&archive(text.as_bytes()), limits), Ok(()), "{text}");
        }
        assert!(matches!(check(b"PK\x03\x04abc", limits), Err(NotRead::Damaged(_))));
    }
}
