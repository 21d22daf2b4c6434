//! `fivewhys scenarios` and `fivewhys explain`: what there is to know without looking at anything.

use strum::VariantArray;

use super::{Exit, Failure, print};
use crate::diagnosis::Fault;
use crate::input::Mistake;
use crate::scenario::{self, Scenario};

pub fn scenarios() -> Result<Exit, Failure> {
    let width = scenario::ids().map(str::len).max().unwrap_or_default();
    let lines = scenario::ids().map(|id| Ok(format!("{id:width$}  {}\n", Scenario::find(id)?.title)));
    print(&lines.collect::<Result<String, Mistake>>()?)?;
    Ok(Exit::Healthy)
}

pub fn explain(code: Option<&str>) -> Result<Exit, Failure> {
    let text = match code {
        Some(code) => page(code)?,
        None => Fault::VARIANTS.iter().map(|fault| line(*fault)).collect(),
    };
    print(&text)?;
    Ok(Exit::Healthy)
}

fn page(code: &str) -> Result<String, Mistake> {
    let fault: Fault = code.parse().map_err(|_| {
        Mistake::unknown("fault", code, Fault::VARIANTS.iter().map(|fault| fault.code()), "`fivewhys explain`")
    })?;
    Ok(format!("{}[{fault}]\n\n{}", fault.severity(), fault.page()))
}

fn line(fault: Fault) -> String {
    format!("{:<9} {:<29} {}\n", fault.severity().to_string(), fault.code(), fault.headline())
}
