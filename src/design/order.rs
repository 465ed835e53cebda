//! In which order an observer sees pictures: every class equally often in every block, every picture of a class equally
//! often, no picture twice in a row.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// What one place in the order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Index of the picture.
    pub(super) picture: usize,
    /// What it is there for.
    pub(super) purpose: Purpose,
}

/// What a picture is shown for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Through new bubbles.
    Fresh,
    /// Whole.
    Catch,
    /// One of two presentations of one stimulus; both halves of a pair have its number.
    Pair(usize),
}

/// Pictures of each class in shuffled rounds, so that each comes equally often.
pub(super) struct Rounds<'a> {
    classes: &'a [Vec<usize>],
    left: Vec<Vec<usize>>,
}

impl<'a> Rounds<'a> {
    /// Rounds of the pictures of each class, none of which is empty.
    pub(super) fn new(classes: &'a [Vec<usize>]) -> Rounds<'a> {
        Rounds { classes, left: vec![Vec::new(); classes.len()] }
    }

    fn next(&mut self, class: usize, generator: &mut ChaCha8Rng) -> usize {
        if self.left[class].is_empty() {
            self.left[class].clone_from(&self.classes[class]);
            self.left[class].shuffle(generator);
        }
        self.left[class].pop().unwrap_or_default()
    }
}

/// `count` shared out among `parts` as evenly as can be; which parts get one more moves on with `turn`.
pub(super) fn even(count: usize, parts: usize, turn: &mut usize) -> Vec<usize> {
    let mut shares = vec![count / parts; parts];
    for _ in 0..count % parts {
        shares[*turn % parts] += 1;
        *turn += 1;
    }
    shares
}

/// The slots of one block in order: `size` of them, `catch` with whole pictures, `pairs` stimuli shown twice.
pub(super) fn block(
    rounds: &mut Rounds,
    (size, catch, pairs): (usize, usize, usize),
    turn: &mut usize,
    before: Option<usize>,
    generator: &mut ChaCha8Rng,
) -> Vec<Slot> {
    let classes = rounds.classes.len();
    let totals = even(size, classes, turn);
    let catches = even(catch, classes, &mut turn.clone());
    let twice = even(pairs, classes, &mut turn.clone());
    let mut slots = Vec::with_capacity(size);
    let mut pair = 0;
    for class in 0..classes {
        let catches = catches[class].min(totals[class]);
        let twice = twice[class].min((totals[class] - catches) / 2);
        for at in 0..totals[class] - twice {
            let picture = rounds.next(class, generator);
            if at < catches {
                slots.push(Slot { picture, purpose: Purpose::Catch });
            } else if at < catches + twice {
                slots.extend([Slot { picture, purpose: Purpose::Pair(pair) }; 2]);
                pair += 1;
            } else {
                slots.push(Slot { picture, purpose: Purpose::Fresh });
            }
        }
    }
    without_immediate_repeat(slots, before, generator)
}

/// The slots in random order, no picture twice in a row (nor after `before`) where that can be had: at each place a random
/// one of those with another picture, or one of a picture that would not fit later otherwise.
fn without_immediate_repeat(mut slots: Vec<Slot>, before: Option<usize>, generator: &mut ChaCha8Rng) -> Vec<Slot> {
    let pictures = slots.iter().map(|slot| slot.picture + 1).max().unwrap_or(0);
    let mut counts = vec![0; pictures];
    slots.iter().for_each(|slot| counts[slot.picture] += 1);
    let mut order: Vec<Slot> = Vec::with_capacity(slots.len());
    while !slots.is_empty() {
        let last = order.last().map(|slot| slot.picture).or(before);
        let pressing = (0..pictures).find(|&picture| 2 * counts[picture] > slots.len() && Some(picture) != last);
        let fits: Vec<usize> = (0..slots.len())
            .filter(|&at| {
                Some(slots[at].picture) != last && pressing.is_none_or(|picture| slots[at].picture == picture)
            })
            .collect();
        let at = match fits.len() {
            0 => generator.random_range(0..slots.len()),
            count => fits[generator.random_range(0..count)],
        };
        let slot = slots.swap_remove(at);
        counts[slot.picture] -= 1;
        order.push(slot);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn shares_are_even_and_take_turns() {
        let mut turn = 0;
        assert_eq!(even(7, 3, &mut turn), [3, 2, 2]);
        assert_eq!(even(7, 3, &mut turn), [2, 3, 2]);
        assert_eq!(even(6, 3, &mut turn), [2, 2, 2]);
    }

    #[test]
    fn two_pictures_alternate_and_a_single_one_repeats_because_it_must() {
        let slots = |pictures: &[usize]| -> Vec<Slot> {
            pictures.iter().map(|&picture| Slot { picture, purpose: Purpose::Fresh }).collect()
        };
        for seed in 0..50 {
            let mut generator = Seed(seed).stream("order", 0);
            let order = without_immediate_repeat(slots(&[0, 0, 0, 0, 1, 1, 1, 1]), Some(1), &mut generator);
            assert!(order.windows(2).all(|pair| pair[0].picture != pair[1].picture) && order[0].picture == 0);
            let order = without_immediate_repeat(slots(&[0, 0, 0, 1, 2]), None, &mut generator);
            assert!(order.windows(2).all(|pair| pair[0].picture != pair[1].picture), "{order:?}");
        }
        let order = without_immediate_repeat(slots(&[4, 4]), None, &mut Seed(1).stream("order", 0));
        assert_eq!(order.len(), 2);
    }
}
