//! The attachment of a PDF with the object that a memo carries.

use lopdf::{Dictionary, Document, Object};

/// The name under which a memo attaches its object.
const NAME: &[u8] = b"mizan-memo.json";
/// Largest attachment in bytes. A memo carries 150 kB of files and its answers; a damaged file may say anything.
const MOST_BYTES: usize = 256 << 20;

/// Returns the object that a PDF carries.
///
/// # Errors
/// The bytes are no PDF, or it has no such attachment; the text completes a sentence that begins with a file's name.
pub(crate) fn carried(pdf: Vec<u8>) -> Result<Vec<u8>, String> {
    let document =
        Document::load_mem(&pdf).map_err(|error| format!("is no PDF that can be read: {error}"))?;
    let found = document.objects.values().filter_map(|object| object.as_dict().ok());
    let file = found.filter(|one| is_named(one)).find_map(|one| embedded(&document, one));
    file.ok_or_else(|| "carries no script".to_owned())
}

/// True for the description of the attachment.
fn is_named(one: &Dictionary) -> bool {
    let is_file = one.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"Filespec");
    let name = |key: &[u8]| one.get(key).and_then(lopdf::decode_text_string).ok();
    is_file
        && [&b"UF"[..], b"F"]
            .into_iter()
            .any(|key| name(key).is_some_and(|text| text.as_bytes() == NAME))
}

/// Returns the bytes of a described file.
fn embedded(document: &Document, one: &Dictionary) -> Option<Vec<u8>> {
    let streams = one.get(b"EF").and_then(Object::as_dict).ok()?;
    let (_, object) = document.dereference(streams.get(b"F").ok()?).ok()?;
    let stream = object.as_stream().ok()?;
    match stream.dict.has(b"Filter") {
        true => stream.decompressed_content_with_limit(MOST_BYTES).ok(),
        false => Some(stream.content.clone()),
    }
}
