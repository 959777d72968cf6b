//! The texts of the libraries, embedded in the program.

macro_rules! files {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!($path))),*] };
}

/// The functions that every script may call: name and text.
pub(crate) const STANDARD: (&str, &str) = ("standard.mizan", include_str!("standard.mizan"));

/// The files of the trade library, one per subject: name and text.
pub(crate) const TRADE: &[(&str, &str)] = files![
    "trade/curves.mizan",
    "trade/flows.mizan",
    "trade/demand.mizan",
    "trade/tariffs.mizan",
    "trade/policy.mizan",
    "trade/welfare.mizan",
    "trade/ventures.mizan",
    "trade/corridors.mizan",
    "trade/exports.mizan",
    "trade/energy.mizan",
    "trade/accounts.mizan",
    "trade/inputs.mizan",
    "trade/indicators.mizan",
];
