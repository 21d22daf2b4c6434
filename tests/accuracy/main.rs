//! How often the diagnosis is right: every fault alone, every two that can be there at once, and healthy deployments that
//! differ in what does not matter. Wordings are drawn at random from a seed that is printed.

#[path = "../../support/snapshot.rs"]
mod snapshot;

mod dictionary;
#[path = "../../support/every_case.rs"]
mod every_case;
mod healthy;
mod injection;
mod matrix;
mod pairs;
mod run;
mod surroundings;

use std::collections::BTreeSet;

use dictionary::Column;
use every_case::every_case;
use fivewhys::diagnosis::Verdict;
use fivewhys::vocabulary::{Fault, Severity};
use injection::Injection;
use strum::VariantArray;

/// Another one can be given as `FIVEWHYS_SEED`.
const SEED: u64 = 20_250_908;
/// Checks at once on one core, where they keep it busy, and where they mostly wait for slow answers.
const BUSY: usize = 12;
const WAITING: usize = 48;
/// How often a check is made again that was late.
const AGAIN: usize = 5;
/// Every pair takes minutes, so a developer looks at one of so many. CI looks at all.
const ONE_PAIR_OF: usize = 36;
/// Surroundings of each fault, for CI and for a developer.
const SURROUNDINGS: usize = 10;
const SOME_SURROUNDINGS: usize = 1;
/// Healthy deployments, for CI and for a developer.
const HEALTHY: u64 = 240;
const SOME_HEALTHY: u64 = 40;

/// What keeps the cores busy takes turns; what waits does so beside it, and its name comes first, so that it begins first.
fn turn() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn seed() -> u64 {
    let seed = std::env::var("FIVEWHYS_SEED").map_or(SEED, |seed| {
        seed.parse().unwrap_or_else(|_| panic!("FIVEWHYS_SEED is `{seed}`; it must be a whole number, at least 0"))
    });
    println!("FIVEWHYS_SEED={seed}");
    seed
}

/// The same responses draw the dictionary; with one seed only, since how a service words its rejections decides which of them look
/// the same.
#[test]
fn every_fault_alone_is_named_and_nothing_else() {
    let _turn = turn();
    let injections = injection::all();
    let lacking: Vec<_> =
        Fault::VARIANTS.iter().filter(|fault| !injections.iter().any(|one| one.fault == **fault)).collect();
    assert!(lacking.is_empty(), "add a scenario with the name of the fault, in its family: {lacking:?}");
    let seed = seed();
    let look = |deployed, width| run::read(deployed, width, |checked| (run::Found::of(checked), Column::of(checked)));
    let mut seen = look(injections.iter().map(|one| one.deployed(seed)).collect(), BUSY);
    // What was late is looked at again, one after the other.
    for (one, seen) in injections.iter().zip(&mut seen) {
        for _ in 0..AGAIN {
            if seen.0.was_late && seen.0.confirmed != one.expected {
                *seen = look(vec![one.deployed(seed)], 1).remove(0);
            }
        }
    }
    let (found, columns): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    let is_wrong = |(one, found): &(&Injection, &run::Found)| found.confirmed != one.expected;
    let wrong: Vec<_> = injections.iter().zip(&found).filter(is_wrong).collect();
    let list: Vec<String> = wrong.iter().map(|(one, found)| format!("{}: {:?}", one.fault, found.confirmed)).collect();
    let first = wrong.first().map(|(_, found)| found.report.as_str()).unwrap_or_default();
    assert!(wrong.is_empty(), "{} are not exact:\n{}\nthe first of them:\n{first}", wrong.len(), list.join("\n"));
    for (injection, column) in injections.iter().zip(&columns) {
        assert!(
            column.contradicted.is_empty(),
            "{}: shown and ruled out by the same responses: {:?}",
            injection.fault,
            column.contradicted
        );
    }
    if seed == SEED {
        let columns: Vec<_> = injections.iter().map(|one| one.fault).zip(columns).collect();
        snapshot::assert_text(
            "accuracy/dictionary",
            "healthy",
            "Every fault, every probe",
            &dictionary::draw(&columns),
        );
    }
}

#[test]
fn of_two_at_once_what_is_not_named_is_undetermined() {
    let _turn = turn();
    let injections = injection::all();
    let pairs = pairs::that_coexist(&injections);
    let seed = seed();
    let numbered: Vec<_> = (seed..).zip(&pairs).step_by(if every_case() { 1 } else { ONE_PAIR_OF }).collect();
    let found = run::all(numbered.iter().map(|(number, pair)| pair.deployed(*number)).collect(), BUSY);
    let found: Vec<_> = numbered.into_iter().map(|(_, pair)| pair).zip(found).collect();
    let mistakes: Vec<String> = found.iter().filter_map(|(pair, found)| pair.mistake(found)).collect();
    let both = found.iter().filter(|(pair, found)| pair.expected().iter().all(|fault| found.names(*fault)));
    println!("{} of {} with both named", both.count(), found.len());
    assert!(mistakes.is_empty(), "{} of {} pairs:\n{}", mistakes.len(), found.len(), mistakes.join("\n"));
    if every_case() {
        let grid = matrix::draw(&injections, &found);
        snapshot::assert_text("accuracy/pairs", "healthy", "Two faults at once: which of them are named", &grid);
    }
}

/// Each fault in surroundings that should not matter: nothing beside it is named, and it is not ruled out, unless it hurts nobody
/// at the parts that the target has. Slow ones are among them, so half of its time is waiting, and it takes no turn.
#[test]
fn a_fault_in_any_surroundings_accuses_no_other() {
    let injections = injection::all();
    let seed = seed();
    let each = if every_case() { SURROUNDINGS } else { SOME_SURROUNDINGS };
    let drawn: Vec<_> = (seed..).zip(injections.iter().cycle()).take(injections.len() * each).collect();
    let tables: Vec<_> = drawn.iter().map(|(number, one)| surroundings::around(one, *number)).collect();
    let deployed = |(number, tables): (u64, &toml::Table)| injection::deployed(tables, number);
    let all = drawn.iter().map(|(number, _)| *number).zip(&tables);
    let mut found = run::all(all.clone().map(deployed).collect(), WAITING);
    // What was late is looked at again, one after the other.
    for (((_, one), drawn), found) in drawn.iter().zip(all).zip(&mut found) {
        for _ in 0..AGAIN {
            if found.was_late && found.mistake(&one.expected).is_some() {
                *found = run::all(vec![deployed(drawn)], 1).remove(0);
            }
        }
    }
    let named =
        drawn.iter().zip(&found).filter(|((_, one), found)| one.expected.iter().all(|fault| found.names(*fault)));
    println!("{} of {} are named", named.count(), found.len());
    let told = |(((number, one), found), tables): (((&u64, &&Injection), &run::Found), &toml::Table)| {
        let mistake = found.mistake(&one.expected)?;
        if found.verdict == Verdict::Healthy && surroundings::lacks_a_part(tables) {
            return None;
        }
        Some(format!("{} among {number}: {mistake}\n{tables}\n{}", one.fault, found.report))
    };
    let drawn = drawn.iter().map(|(number, one)| (number, one));
    let mistakes: Vec<String> = drawn.zip(&found).zip(&tables).filter_map(told).collect();
    assert!(mistakes.is_empty(), "{} of {}:\n{}", mistakes.len(), found.len(), mistakes.join("\n=====\n"));
}

#[test]
fn a_healthy_deployment_is_healthy_whatever_does_not_matter() {
    let seed = seed();
    let count = if every_case() { HEALTHY } else { SOME_HEALTHY };
    let deployments: Vec<_> = (0..count).map(|number| healthy::draw(seed + number)).collect();
    let found = run::all(deployments.iter().map(|one| one.deployed()).collect(), WAITING);
    let is_well = |found: &run::Found| found.verdict == Verdict::Healthy;
    println!("{} of {} are healthy", found.iter().filter(|found| is_well(found)).count(), found.len());
    for (deployment, found) in deployments.iter().zip(&found) {
        let alarms: BTreeSet<Fault> = found
            .severities
            .iter()
            .filter(|(_, severity)| *severity < Severity::Note)
            .map(|(fault, _)| *fault)
            .collect();
        assert!(alarms.is_empty() && is_well(found), "{alarms:?} on {deployment:#?}\n{}", found.report);
    }
}
