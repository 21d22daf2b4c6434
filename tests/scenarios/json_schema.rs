//! The JSON report of every scenario is what the schema in the repository says.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use fivewhys::check::Checked;
use fivewhys::report::{Format, render};

const SCHEMA: &str = include_str!("../../support/report/report.schema.json");
const NAME: &str = "report.schema.json";

static COMPILED: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource(NAME, serde_json::from_str(SCHEMA).expect("JSON")).expect("a resource");
    let index = compiler.compile(NAME, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    (schemas, index)
});

pub(crate) fn assert_valid(checked: &Checked) {
    let report = render(Format::Json, &checked.evidence, &checked.diagnosis);
    let report = serde_json::from_str(&report).expect("one JSON object");
    let (schemas, index) = &*COMPILED;
    schemas.validate(&report, *index).unwrap_or_else(|error| panic!("{error:#}\n{report:#}"));
}
