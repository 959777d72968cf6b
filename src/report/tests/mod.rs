//! Whole reports, with the figures of a trade memo and with hostile ones.

mod example;
mod hostile;
mod layout;
mod learned;
mod pictures;
mod spread;
mod values;
