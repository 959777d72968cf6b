//! The libraries that come with Mizan, written in Mizan.

/// The files of a library: name and text; `None` if there is no such library.
pub fn library(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    match name {
        "trade" => Some(&[("trade/flows.mizan", include_str!("trade/flows.mizan"))]),
        _ => None,
    }
}
