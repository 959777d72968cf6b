//! Plain English: values, changes, levers and questions in words.

pub(crate) mod beside;
pub(crate) mod chances;
pub(crate) mod checks;
pub(crate) mod chosen;
pub(crate) mod draws;
pub(crate) mod goals;
pub(crate) mod loose;
pub(crate) mod neighbours;
pub(crate) mod options;
pub(crate) mod order;
pub(crate) mod periods;
pub(crate) mod prices;
pub(crate) mod queries;
pub(crate) mod question;
pub(crate) mod relative;
pub(crate) mod schedules;
pub(crate) mod uncertain;
pub(crate) mod when;
pub(crate) mod worded;
