//! Rows of samples as the fixations that they belong to.
//!
//! Trackers write the number of the fixation beside each sample. Samples of one observer and presentation that follow one another
//! with one number are one fixation, at the mean of their places; it lasts as the file says, or from its first sample to its last
//! and one interval between samples more.

use std::collections::HashMap;

use super::{Entry, Rows, Said};

/// How rows became looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Rows before.
    pub(super) before: usize,
    /// Looks after.
    pub(super) after: usize,
    /// Rows that repeat the place of the row before although no number says that they belong together.
    pub(super) repeated: usize,
}

/// Whose entry it is, as the file says.
type Owner<'e> = (&'e str, &'e str, Option<&'e str>);

fn owner(entry: &Entry) -> Owner<'_> {
    (&entry.observer, &entry.picture, entry.trial.as_deref())
}

/// Joins the samples of each fixation.
pub(super) fn fixations(entries: Vec<Entry>, rows: Rows) -> (Vec<Entry>, Counts) {
    let before = entries.len();
    let groups = groups(&entries, rows);
    let interval = interval(&entries);
    let repeated = if rows == Rows::Looks { repeats(&entries, &groups) } else { 0 };
    let mut members: Vec<Vec<Entry>> = Vec::new();
    for (entry, group) in entries.into_iter().zip(groups) {
        match members.get_mut(group) {
            Some(own) => own.push(entry),
            None => members.push(vec![entry]),
        }
    }
    let joined: Vec<Entry> = members.into_iter().filter_map(|own| joined(own, interval)).collect();
    let counts = Counts { before, after: joined.len(), repeated };
    (joined, counts)
}

/// The number of the look that each entry belongs to, in the order of their first entries.
fn groups(entries: &[Entry], rows: Rows) -> Vec<usize> {
    let alone = || (0..entries.len()).collect();
    if rows == Rows::Gaze {
        return alone();
    }
    let mut last: HashMap<Owner, usize> = HashMap::new();
    let mut follows: Vec<Option<usize>> = Vec::with_capacity(entries.len());
    let (mut numbered, mut same_place) = (0, 0);
    for (at, entry) in entries.iter().enumerate() {
        let earlier = last.insert(owner(entry), at);
        let same = |earlier: &usize| {
            entries
                .get(*earlier)
                .is_some_and(|one| one.run == entry.run && one.order.is_some() && one.order == entry.order)
        };
        let follow = earlier.filter(same);
        if let Some(earlier) = follow {
            numbered += 1;
            same_place += usize::from(entries[earlier].place == entry.place);
        }
        follows.push(follow);
    }
    // In a file of looks, a number that repeats may begin another presentation: unless the place repeats too, or most numbers do.
    let always = rows == Rows::Samples || 2 * numbered > entries.len();
    if !always && same_place == 0 {
        return alone();
    }
    let mut groups: Vec<usize> = Vec::with_capacity(entries.len());
    let mut next = 0;
    for (entry, follow) in entries.iter().zip(&follows) {
        let joins = follow.filter(|earlier| always || entries[*earlier].place == entry.place);
        groups.push(joins.map_or(next, |earlier| groups[earlier]));
        next += usize::from(joins.is_none());
    }
    groups
}

/// Entries that repeat the place of the one before them and are not joined with it.
fn repeats(entries: &[Entry], groups: &[usize]) -> usize {
    let mut last: HashMap<Owner, usize> = HashMap::new();
    let mut repeated = 0;
    for (at, entry) in entries.iter().enumerate() {
        if let Some(earlier) = last.insert(owner(entry), at)
            && groups[earlier] != groups[at]
            && entry.place.is_ok()
            && entries[earlier].place == entry.place
        {
            repeated += 1;
        }
    }
    repeated
}

/// The median time between samples that follow one another, ms.
fn interval(entries: &[Entry]) -> Option<f64> {
    let gap = |pair: &[Entry]| match pair {
        [a, b] if a.observer == b.observer && a.run == b.run => Some(b.time? - a.time?).filter(|gap| *gap > 0.0),
        _ => None,
    };
    let gaps: Vec<f64> = entries.windows(2).filter_map(gap).collect();
    crate::stats::quantile::median(&gaps)
}

/// One look of its samples.
fn joined(own: Vec<Entry>, interval: Option<f64>) -> Option<Entry> {
    let places: Vec<(f64, f64)> = own.iter().filter_map(|entry| entry.place.clone().ok()).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).sum::<f64>() / places.len() as f64;
    let place = match places.first() {
        None => None,
        Some(first) if places.iter().all(|place| place == first) => Some(*first),
        Some(_) => Some((mean(|place| place.0), mean(|place| place.1))),
    };
    let stated = own.iter().find_map(|entry| entry.duration.clone().ok());
    let times: Vec<f64> = own.iter().filter_map(|entry| entry.time).collect();
    let lasted = || Some(times.last()? - times.first()? + interval?);
    let duration: Option<Said<f64>> = stated.or_else(lasted).map(Ok);
    let first = own.into_iter().next()?;
    let duration = duration.unwrap_or_else(|| first.duration.clone());
    let place = place.map_or_else(|| first.place.clone(), Ok);
    Some(Entry { place, duration, ..first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::looks::tests::entry;

    #[test]
    fn samples_of_a_fixation_become_one_look_and_clicks_at_one_place_do_not() {
        let all: Vec<Entry> = [(1.0, 5.0), (1.0, 7.0), (2.0, 9.0), (2.0, 9.0), (2.0, 9.0)]
            .iter()
            .enumerate()
            .map(|(at, (order, x))| Entry { time: Some(at as f64 * 10.0), ..entry(*order, *x) })
            .collect();
        let (looks, counts) = fixations(all.clone(), Rows::Samples);
        let found: Vec<(f64, f64)> =
            looks.iter().map(|one| (one.place.clone().unwrap().0, one.duration.clone().unwrap())).collect();
        assert_eq!(found, [(6.0, 20.0), (9.0, 30.0)]);
        assert_eq!((counts.before, counts.after), (5, 2));
        assert_eq!(fixations(all.clone(), Rows::Looks).1.after, 2, "most numbers repeat");
        assert_eq!(fixations(all, Rows::Gaze).1.after, 5);
    }

    #[test]
    fn a_number_that_returns_elsewhere_is_another_look() {
        let all = [(1.0, 5.0), (1.0, 8.0), (2.0, 9.0)].map(|(order, x)| entry(order, x)).to_vec();
        assert_eq!(fixations(all, Rows::Looks).1.after, 3);
        let plain: Vec<Entry> = (0..4).map(|_| Entry { order: None, ..entry(1.0, 5.0) }).collect();
        let counts = fixations(plain, Rows::Looks).1;
        assert_eq!((counts.after, counts.repeated), (4, 3), "no number joins them, and they repeat");
    }
}
