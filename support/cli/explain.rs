//! `fivewhys explain`: what is known about a fault, without a check.

use strum::VariantArray;

use super::terminal::Terminal;
use super::{CliError, Exit, print, program};
use crate::input::InputError;
use crate::report;
use crate::vocabulary::{Fault, Severity};

/// Prints the page of one fault, or one line for each fault whose code or headline contains the pattern.
///
/// # Errors
/// When there is no such fault, or the text cannot be written.
pub(super) fn run(pattern: Option<&str>, with_tests: bool, terminal: &Terminal) -> Result<Exit, CliError> {
    let pattern = pattern.unwrap_or_default();
    let text = match pattern.parse() {
        Ok(fault) => report::explain(fault, with_tests),
        Err(_) => list(&pattern.to_lowercase())?,
    };
    print(&terminal.show(&text))?;
    Ok(Exit::Healthy)
}

fn list(pattern: &str) -> Result<String, InputError> {
    let is_meant = |fault: &Fault| fault.code().contains(pattern) || fault.headline().to_lowercase().contains(pattern);
    let lines: String = Fault::VARIANTS.iter().copied().filter(is_meant).map(line).collect();
    if lines.is_empty() {
        let listed = format!("`{} explain`", program::name());
        return Err(InputError::unknown("fault", pattern, Fault::VARIANTS.iter().map(|fault| fault.code()), &listed));
    }
    Ok(lines)
}

fn line(fault: Fault) -> String {
    let severity = match fault.severity() {
        // Most are.
        Severity::Error => String::new(),
        other => format!(" ({other})"),
    };
    report::wrapped(&format!("{:<29}  ", fault.code()), 31, &format!("{}{severity}", fault.headline()))
}
