use super::*;

fn counted(samples: impl IntoIterator<Item = (&'static str, bool)>) -> Groups {
    let marker = Marker::new(b"key").expect("any key");
    let mut groups = Groups::default();
    for (number, (replica, accepted)) in (0..).zip(samples) {
        let judged = if accepted { Judged::Accepted } else { Judged::Rejected };
        groups.count(&marker, (Factor::Replica, "x-replica"), replica, judged, || Some(replica.to_owned()));
        groups.count_in_time(number, judged);
    }
    groups
}

#[test]
fn a_replica_that_rejects_is_named() {
    let samples = (0..24).map(|number| (["a", "b", "c"][number % 3], number % 3 != 1));
    let ties = counted(samples).ties();
    assert_eq!(ties.len(), 1, "{ties:?}");
    let names: Vec<_> = ties[0].groups.iter().filter_map(|group| group.name.as_deref()).collect();
    assert_eq!((ties[0].by, names, ties[0].others), (Factor::Replica, vec!["b"], (16, 0)));
    // 8 of 8 against 0 of 16: one way of C(24, 8) = 735471, times three groups and two comparisons.
    assert!((ties[0].p - 6.0 / 735_471.0).abs() < 1e-9, "{}", ties[0].p);
}

#[test]
fn several_replicas_that_reject_are_named_by_few_samples() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let ties = counted((0..27).map(|number| (names[number % 8], number % 8 > 2))).ties();
    let named: Vec<_> = ties[0].groups.iter().filter_map(|group| group.name.as_deref()).collect();
    assert_eq!((named.len(), ties[0].these.0, ties[0].others.1), (3, 0, 0), "{ties:?}");
}

#[test]
fn a_share_of_rejections_is_no_proof() {
    let mut random = fastrand::Rng::with_seed(7);
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let found = (0..200).filter(|_| {
        let samples: Vec<_> = (0..80).map(|_| (names[random.usize(..8)], random.u8(..8) >= 3)).collect();
        !counted(samples).ties().is_empty()
    });
    assert!(found.count() <= 8, "more than 1 % of runs for replicas and 0.1 % for halves, and what luck adds");
}

#[test]
fn what_begins_to_be_rejected_is_told() {
    let ties = counted((0..100).map(|number| ("a", number < 50))).ties();
    assert_eq!(ties.first().map(|tie| tie.by), Some(Factor::Time));
}

#[test]
fn a_value_of_each_sample_is_no_group() {
    let marker = Marker::new(b"key").expect("any key");
    let mut groups = Groups::default();
    for number in 0..1_000 {
        groups.count(&marker, (Factor::Cookie, "id"), &number.to_string(), Judged::Accepted, || None);
    }
    assert_eq!(groups.all(), []);
    (0..100_000).for_each(|number| groups.count_in_time(number, Judged::Accepted));
    assert!(groups.bins.bins.len() <= MOST);
    let halves = groups.all();
    assert_eq!(halves.iter().map(|half| half.accepted).sum::<u64>(), 100_000);
}

/// There are services that give a cookie another name each time.
#[test]
fn a_name_of_each_sample_is_no_factor() {
    let marker = Marker::new(b"key").expect("any key");
    let mut groups = Groups::default();
    for number in 0..1_000 {
        groups.count(&marker, (Factor::Cookie, &format!("id-{number}")), "x", Judged::Accepted, || None);
        groups.count(&marker, (Factor::Replica, "x-pod"), "a", Judged::Accepted, || None);
    }
    let all = groups.all();
    let cookies = all.iter().filter(|group| group.by == Factor::Cookie).count();
    assert_eq!((cookies, all.len() - cookies), (MOST_NAMES, 1));
}

/// As in a run: else the groups of many parts would grow without end.
#[test]
fn values_of_each_sample_are_dropped_when_parts_add_up_too() {
    let mut groups = Groups::default();
    for number in 0..1_000 {
        groups.add(Group { accepted: 1, ..Group::new(Factor::Cookie, number.to_string(), None) });
    }
    assert_eq!(groups.all(), []);
}

#[test]
fn a_value_that_comes_with_one_outcome_only_may_follow_from_it() {
    let may_follow = |samples: Groups| samples.ties().first().map(|tie| tie.may_follow);
    assert_eq!(may_follow(counted((0..60).map(|number| (["a", "b"][number % 2], number % 2 == 0)))), Some(true));
    let mixed = (0..60).map(|number| (["a", "b"][number % 2], number % 2 == 0 || number == 7));
    assert_eq!(may_follow(counted(mixed)), Some(false));
    // A rejection has one consequence, and so has an acceptance; replicas that accept have several names.
    let replicas = (0..80).map(|number| (["a", "b", "c", "d"][number % 4], number % 4 != 3));
    assert_eq!(may_follow(counted(replicas)), Some(false));
}
