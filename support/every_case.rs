//! How much of a long list a test goes through. This file belongs to the tests and not to the library.

/// CI takes every case of a long list, a developer's run some.
pub(crate) fn every_case() -> bool {
    std::env::var_os("FIVEWHYS_EVERY_CASE").is_some()
}
