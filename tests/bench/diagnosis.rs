//! How long it takes to turn evidence into a diagnosis: once for a healthy deployment, once for a broken one with its many
//! more probes.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fivewhys::check::check;
use fivewhys::evidence::Evidence;
use fivewhys::faults::diagnose;
use fivewhys::mock;
use fivewhys::scenario::Scenario;

/// What a check of the scenario sees.
async fn look(id: &str) -> Evidence {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job").evidence
}

fn diagnosis(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for id in ["healthy", "secret/jwt-secret-mismatch", "secret/jwt-secret-stale-replica"] {
        let evidence = runtime.block_on(look(id));
        criterion.bench_function(id, |bencher| bencher.iter(|| diagnose(black_box(&evidence))));
    }
}

criterion_group!(benches, diagnosis);
criterion_main!(benches);
