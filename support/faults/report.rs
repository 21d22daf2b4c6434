//! How well the services explain themselves, and what their responses give away.

pub(super) mod misleading_error;
pub(super) mod token_echoed;
