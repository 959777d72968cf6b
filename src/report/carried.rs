//! The data embedded in a document: script, files, options and answers, as one JSON object. They allow a reader to
//! repeat the run and compare every number of the document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::results::{Background, Input, Report, RunOptions};

/// Value of the object's field `format`.
const FORMAT: &str = "mizan-memo";
/// Version of the object's fields; raised by a change that could break a reader.
const SCHEMA: u64 = 1;
/// Maximum size in bytes of all files that are embedded. A larger file is only named, with its hash.
const MOST_BYTES: usize = 150_000;

/// The data embedded in a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// The version of Mizan that wrote the document.
    pub mizan: String,
    /// Options of the run.
    pub options: RunOptions,
    /// The script and its files; the script is first.
    pub inputs: Vec<CarriedInput>,
    /// The answers, as written by [`super::json`].
    pub report: Value,
}

/// An input of the run behind a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedInput {
    /// Name of the file, relative to the script's folder.
    pub name: String,
    /// SHA-256 of the file in hexadecimal digits.
    pub sha256: String,
    /// Contents of the file; None for a file that is too large to embed.
    pub bytes: Option<Vec<u8>>,
}

/// The reason why a document cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCarried {
    /// The document has no embedded script.
    Nothing,
    /// The embedded data are damaged; the text says how.
    Damaged(String),
    /// The embedded data have a newer version of the format.
    Newer(u64),
}

/// Makes the object to embed in a document of this report.
pub(super) fn carried(report: &Report, background: &Background) -> Value {
    let mut room = MOST_BYTES;
    let input = |input: &Input| {
        let mut fields = Map::new();
        fields.insert("name".to_owned(), input.name.clone().into());
        fields.insert("sha256".to_owned(), sha256(&input.bytes).into());
        if let Some(left) = room.checked_sub(input.bytes.len()) {
            room = left;
            let (name, text) = match std::str::from_utf8(&input.bytes) {
                Ok(text) => ("text", text.to_owned()),
                Err(_) => ("base64", STANDARD.encode(&input.bytes)),
            };
            fields.insert(name.to_owned(), text.into());
        }
        Value::Object(fields)
    };
    json!({
        "format": FORMAT,
        "schema": SCHEMA,
        "mizan": env!("CARGO_PKG_VERSION"),
        "options": serde_json::to_value(&background.options).unwrap_or_default(),
        "inputs": background.inputs.iter().map(input).collect::<Vec<_>>(),
        "report": super::json(report),
    })
}

/// The fields of the JSON object, before they are checked.
#[derive(Deserialize)]
struct Fields {
    format: String,
    schema: u64,
    mizan: String,
    options: RunOptions,
    inputs: Vec<InputFields>,
    report: Value,
}

#[derive(Deserialize)]
struct InputFields {
    name: String,
    sha256: String,
    text: Option<String>,
    base64: Option<String>,
}

impl Carried {
    /// Parses the object, and compares the hash of each input.
    ///
    /// # Errors
    /// [`NotCarried`] if the text is not such an object, or the hash of an input differs.
    pub fn read(text: &str) -> Result<Self, NotCarried> {
        let damaged = |why: String| NotCarried::Damaged(why);
        let fields: Fields =
            serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        if fields.format != FORMAT {
            return Err(NotCarried::Nothing);
        }
        if fields.schema > SCHEMA {
            return Err(NotCarried::Newer(fields.schema));
        }
        let mut inputs = Vec::new();
        for input in fields.inputs {
            let bytes = match (input.text, input.base64) {
                (Some(text), _) => Some(text.into_bytes()),
                (None, Some(text)) => {
                    let bytes =
                        STANDARD.decode(text).map_err(|error| damaged(error.to_string()))?;
                    Some(bytes)
                }
                (None, None) => None,
            };
            if bytes.as_ref().is_some_and(|bytes| sha256(bytes) != input.sha256) {
                return Err(damaged(format!("{} does not have the recorded hash", input.name)));
            }
            inputs.push(CarriedInput { name: input.name, sha256: input.sha256, bytes });
        }
        let Fields { mizan, options, report, .. } = fields;
        Ok(Self { mizan, options, inputs, report })
    }
}

/// Returns the SHA-256 of bytes in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the hash of a script or style sheet in the form of a content security policy.
pub(super) fn policy_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, examples of NIST: the empty text and `abc`.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((sha256(b"").as_str(), sha256(b"abc").as_str()), (empty, abc));
    }
}
