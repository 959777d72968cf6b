//! The libraries that come with Mizan, written in Mizan.

mod used;

pub(crate) use used::used;

macro_rules! files {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!($path))),*] };
}

/// The vocabulary of trade, a file a subject.
const TRADE: &[(&str, &str)] = files![
    "trade/curves.mizan",
    "trade/flows.mizan",
    "trade/demand.mizan",
    "trade/tariffs.mizan",
    "trade/welfare.mizan",
    "trade/ventures.mizan",
    "trade/corridors.mizan",
    "trade/exports.mizan",
    "trade/energy.mizan",
    "trade/accounts.mizan",
    "trade/indicators.mizan",
];
/// The names of the libraries.
pub const LIBRARIES: [&str; 1] = ["trade"];

/// The files of a library: name and text; `None` if there is no such library.
pub fn library(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    match name {
        "trade" => Some(TRADE),
        _ => None,
    }
}
