//! Presentations of a picture to an observer: a look belongs to one of them, and what is first is first within it.
//!
//! A column of trials tells them apart. Without one, a number of a look that comes again begins the next presentation; without
//! numbers, or where they run through the recording, the picture that comes back after another one does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Entry;

/// Entries of one presentation, in the order in which they were looked at.
pub(super) type Presentation = Vec<Entry>;

/// The presentations of each (picture, observer).
pub(super) type Shown = BTreeMap<(String, String), Vec<Presentation>>;

/// The presentations of each observer and picture (which is known by then), in the order of the file.
/// A note tells where trials were not taken for presentations.
pub(super) fn presentations(entries: Vec<Entry>) -> (Shown, Option<String>) {
    let ignored = each_its_own(&entries);
    let through = numbered_through(&entries);
    let mixed = mixed(&entries);
    let mut groups: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry((entry.picture.clone(), entry.observer.clone())).or_default().push(entry);
    }
    let note =
        ignored.then(|| "every look has a trial of its own, so that trials are taken for no presentations".to_owned());
    let divide = |(owner, own): ((String, String), Vec<Entry>)| {
        let runs = if mixed.contains(&owner.1) {
            Runs::Mixed
        } else if through.contains(&owner.1) {
            Runs::Always
        } else {
            Runs::WithoutNumbers
        };
        (owner, divided(own, !ignored, runs))
    };
    (groups.into_iter().map(divide).collect(), note)
}

/// True if the return of a picture begins its next presentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// Where looks are not numbered.
    WithoutNumbers,
    /// Also where they are, because they are numbered through the recording.
    Always,
    /// Never: looks at different pictures stand in no order.
    Mixed,
}

/// Observers whose looks stand in no order: mostly next to looks at other pictures.
fn mixed(entries: &[Entry]) -> BTreeSet<String> {
    let mut by: BTreeMap<&str, (BTreeSet<usize>, usize)> = BTreeMap::new();
    for entry in entries {
        let (runs, count) = by.entry(&entry.observer).or_default();
        runs.insert(entry.run);
        *count += 1;
    }
    let mixed = by.into_iter().filter(|(_, (runs, count))| *count < 2 * runs.len());
    mixed.map(|(observer, _)| observer.to_owned()).collect()
}

/// Observers whose looks are numbered through all pictures, so that a number does not return with the picture.
fn numbered_through(entries: &[Entry]) -> BTreeSet<String> {
    let mut by: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<u64>, usize)> = BTreeMap::new();
    for entry in entries {
        let (pictures, numbers, count) = by.entry(&entry.observer).or_default();
        pictures.insert(&entry.picture);
        numbers.extend(entry.order.map(f64::to_bits));
        *count += 1;
    }
    let through =
        by.into_iter().filter(|(_, (pictures, numbers, count))| pictures.len() > 1 && numbers.len() == *count);
    through.map(|(observer, _)| observer.to_owned()).collect()
}

/// True if every look has a trial of its own, although looks are numbered within something larger.
fn each_its_own(entries: &[Entry]) -> bool {
    let key = |entry: &Entry| Some((entry.observer.clone(), entry.picture.clone(), entry.trial.clone()?));
    let keys: Vec<_> = entries.iter().filter_map(key).collect();
    let trials: BTreeSet<_> = keys.iter().collect();
    let owners: BTreeSet<_> = keys.iter().map(|(observer, picture, _)| (observer, picture)).collect();
    let later = entries.iter().filter(|entry| entry.order.is_some_and(|order| order > 1.0)).count();
    keys.len() == entries.len() && trials.len() == keys.len() && owners.len() < keys.len() && 2 * later >= entries.len()
}

/// The looks of one observer at one picture by presentation.
fn divided(own: Vec<Entry>, by_trial: bool, runs: Runs) -> Vec<Presentation> {
    let mut keys: Vec<(String, usize)> = Vec::with_capacity(own.len());
    let trial = |entry: &Entry| entry.trial.clone().filter(|_| by_trial).unwrap_or_default();
    let mut by: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in own.iter().enumerate() {
        by.entry(trial(entry)).or_default().push(at);
        keys.push((trial(entry), 0));
    }
    for (name, members) in by {
        let entries: Vec<&Entry> = members.iter().filter_map(|at| own.get(*at)).collect();
        for (at, number) in members.iter().zip(numbers(&entries, if name.is_empty() { runs } else { Runs::Mixed })) {
            keys[*at].1 = number;
        }
    }
    let mut order: HashMap<(String, usize), usize> = HashMap::new();
    let mut found: Vec<Presentation> = Vec::new();
    for (entry, key) in own.into_iter().zip(keys) {
        let next = found.len();
        let at = *order.entry(key).or_insert(next);
        match found.get_mut(at) {
            Some(presentation) => presentation.push(entry),
            None => found.push(vec![entry]),
        }
    }
    for presentation in &mut found {
        let place = |entry: &Entry| (entry.order.unwrap_or(entry.line as f64), entry.line);
        presentation.sort_by(|a, b| place(a).0.total_cmp(&place(b).0).then(place(a).1.cmp(&place(b).1)));
    }
    found
}

/// The number of the presentation that each look belongs to.
fn numbers(entries: &[&Entry], runs: Runs) -> Vec<usize> {
    let orders: Option<Vec<f64>> = entries.iter().map(|entry| entry.order).collect();
    let Some(orders) = orders.filter(|_| runs != Runs::Always) else {
        return entries.iter().map(|entry| if runs == Runs::Mixed { 0 } else { entry.run }).collect();
    };
    // Sorted by number, as 1, 1, 2, 2: the n-th time that a number comes is in the n-th presentation.
    let sorted = orders.is_sorted();
    let mut counts: HashMap<u64, usize> = HashMap::new();
    let mut number = 0;
    let mut found = Vec::with_capacity(orders.len());
    for order in orders {
        let count = counts.entry(order.to_bits()).or_default();
        let times = *count;
        *count += 1;
        if sorted {
            found.push(times);
            continue;
        }
        if times > 0 {
            number += 1;
            counts.clear();
            counts.insert(order.to_bits(), 1);
        }
        found.push(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::looks::tests::entry;

    fn lengths(entries: Vec<Entry>) -> Vec<usize> {
        presentations(entries).0.values().flatten().map(Vec::len).collect()
    }

    #[test]
    fn a_number_that_comes_again_begins_the_next_presentation() {
        let all = |orders: &[f64]| orders.iter().map(|order| entry(*order, *order)).collect::<Vec<_>>();
        assert_eq!(lengths(all(&[1.0, 2.0, 3.0, 1.0, 2.0])), [3, 2]);
        assert_eq!(lengths(all(&[2.0, 1.0, 3.0])), [3], "out of order is not again");
        assert_eq!(lengths(all(&[1.0, 1.0, 2.0, 2.0, 3.0])), [3, 2], "sorted by number");
        let (found, _) = presentations(all(&[2.0, 1.0, 3.0, 1.0, 2.0]));
        let first: Vec<f64> = found.values().flatten().map(|one| one[0].order.unwrap()).collect();
        assert_eq!(first, [1.0, 1.0]);
    }

    #[test]
    fn trials_and_the_return_of_a_picture_tell_presentations_apart() {
        let trial = |name: &str| Entry { trial: Some(name.into()), order: None, ..entry(1.0, 1.0) };
        assert_eq!(lengths(vec![trial("7"), trial("7"), trial("9")]), [2, 1]);
        let run = |run| Entry { run, order: None, ..entry(1.0, 1.0) };
        assert_eq!(lengths(vec![run(0), run(0), run(2), run(2)]), [2, 2]);
        assert_eq!(lengths(vec![run(0), run(2), run(4)]), [3], "a table in no order");
        let numbered = |picture: &str, run, order: f64| Entry { run, picture: picture.into(), ..entry(order, 1.0) };
        let through = vec![
            numbered("a", 0, 1.0),
            numbered("a", 0, 2.0),
            numbered("b", 1, 3.0),
            numbered("b", 1, 4.0),
            numbered("a", 2, 5.0),
            numbered("a", 2, 6.0),
        ];
        assert_eq!(lengths(through), [2, 2, 2], "numbered through the recording");
        let own: Vec<Entry> =
            (1..5).map(|at| Entry { trial: Some(at.to_string()), ..entry(f64::from(at), 1.0) }).collect();
        assert_eq!(lengths(own), [4], "trials that number looks are no presentations");
    }
}
