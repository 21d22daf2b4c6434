//! `fivewhys explain`: what is known about a fault, without a check.

use strum::VariantArray;

use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::report;
use crate::vocabulary::Fault;

/// Prints the page of one fault, or one line for each fault.
///
/// # Errors
/// When no fault has that code, or the text cannot be written.
pub(super) fn run(code: Option<&str>, with_tests: bool) -> Result<Exit, CliError> {
    let text = match code {
        Some(code) => page(code, with_tests)?,
        None => Fault::VARIANTS.iter().map(|fault| line(*fault)).collect(),
    };
    print(&text)?;
    Ok(Exit::Healthy)
}

fn page(code: &str, with_tests: bool) -> Result<String, InputError> {
    let fault: Fault = code.parse().map_err(|_| {
        InputError::unknown("fault", code, Fault::VARIANTS.iter().map(|fault| fault.code()), "`fivewhys explain`")
    })?;
    Ok(report::explain(fault, with_tests))
}

fn line(fault: Fault) -> String {
    format!("{:<9} {:<29} {}\n", fault.severity().to_string(), fault.code(), fault.headline())
}
