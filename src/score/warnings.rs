//! What a reader must know before believing a score, with advice.

use super::compare::Interval;

/// What a warning is found from.
pub struct Circumstances<'a> {
    /// Pictures, observers and seeds.
    pub levels: [usize; 3],
    /// Whether the network's maps are averaged over pictures.
    pub task: bool,
    /// Every quantity of the comparison.
    pub intervals: &'a [Interval],
    /// Blur of the maps that are compared (sd, px), and (rows, columns).
    pub blur: f64,
    /// (rows, columns) of the maps.
    pub shape: (usize, usize),
    /// Number of pictures with a human map, compared or not.
    pub pictures_of_people: usize,
    /// Whether both sides were made with the same random masks.
    pub shared_masks: bool,
}

impl Circumstances<'_> {
    fn value(&self, name: &str) -> Option<f64> {
        self.intervals.iter().find(|interval| interval.quantity == name)?.value
    }
}

/// A row of the table of warnings.
pub struct Warning {
    /// Name, in the column `warnings`.
    pub name: &'static str,
    /// What is wrong, and what to do.
    pub description: &'static str,
    /// Whether it applies.
    pub applies: fn(&Circumstances) -> bool,
}

/// A reliability below this has more noise than signal by far.
const LOW_RELIABILITY: f64 = 0.2;

/// Fewer levels of a factor tell hardly how it varies.
const FEW_LEVELS: usize = 5;

/// Every warning.
pub static WARNINGS: &[Warning] = &[
    Warning {
        name: "SharedMasks",
        description: "people and network saw the same random masks, so that their errors are correlated and ratios come out high; give the network masks of its own",
        applies: |found| found.shared_masks,
    },
    Warning {
        name: "SingleSeed",
        description: "one network was trained; what differs between trainings is unknown, and the interval holds for this one; train at least five seeds",
        applies: |found| found.levels[2] == 1,
    },
    Warning {
        name: "SingleObserver",
        description: "there is one observer; nothing generalises to other people, and there is no ceiling over observers; add observers, or read the ceiling over trials",
        applies: |found| found.levels[1] == 1,
    },
    Warning {
        name: "LowReliability",
        description: "the human map has a reliability below 0.2, so that ratios to it are hardly known; add observers or trials (n0_observers tells how many)",
        applies: |found| found.value("human_ceiling").is_some_and(|value| value < LOW_RELIABILITY),
    },
    Warning {
        name: "FewLevels",
        description: "fewer than five pictures, observers or seeds were resampled; the interval is wide and only roughly right; add the factor whose doubling helps most (doubled_...)",
        applies: |found| found.levels.iter().any(|levels| *levels > 1 && *levels < FEW_LEVELS),
    },
    Warning {
        name: "VerySmooth",
        description: "the blur is more than a tenth of the smaller side, so that maps have few independent places and unrelated ones agree often; look at random and at the nulls",
        applies: |found| found.blur > found.shape.0.min(found.shape.1) as f64 / 10.0,
    },
    Warning {
        name: "CeilingOnOtherData",
        description: "the ceiling over trials is that of all pictures with human maps, and fewer are compared; make the maps of the missing pictures, or use the ceiling over observers",
        applies: |found| {
            !found.task && found.value("human_ceiling_trials").is_some() && found.levels[0] < found.pictures_of_people
        },
    },
];

/// Names of the warnings that apply, in the order of the table.
pub fn warnings(found: &Circumstances) -> Vec<&'static str> {
    WARNINGS.iter().filter(|row| (row.applies)(found)).map(|row| row.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_has_a_case_and_a_sound_comparison_has_none() {
        let ceiling = |value: f64| vec![Interval::plain("human_ceiling", Some(value), None)];
        let (good, low) = (ceiling(0.8), ceiling(0.1));
        let trials = vec![Interval::plain("human_ceiling_trials", Some(0.8), None)];
        let sound = || Circumstances {
            levels: [20, 10, 5],
            task: false,
            intervals: &good,
            blur: 5.0,
            shape: (100, 80),
            pictures_of_people: 20,
            shared_masks: false,
        };
        assert!(warnings(&sound()).is_empty());
        let cases = [
            Circumstances { shared_masks: true, ..sound() },
            Circumstances { levels: [20, 10, 1], ..sound() },
            Circumstances { levels: [20, 1, 5], ..sound() },
            Circumstances { intervals: &low, ..sound() },
            Circumstances { levels: [20, 10, 4], ..sound() },
            Circumstances { blur: 9.0, ..sound() },
            Circumstances { intervals: &trials, pictures_of_people: 30, ..sound() },
        ];
        for (case, row) in cases.iter().zip(WARNINGS) {
            assert_eq!(warnings(case), [row.name]);
        }
    }
}
