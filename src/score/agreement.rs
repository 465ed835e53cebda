//! The estimators, from the mean products A (observers), B (seeds) and C (both) of [`super::gram`]:
//!   raw           = C √S / √(1 + (S-1) A)     correlation of one network with the mean map of the S observers
//!   human ceiling = S A / (1 + (S-1) A)       reliability of that mean map (all splits)
//!   seed ceiling  = B
//!   ratio         = C / √A                    one network, human noise removed (r/√c)
//!   ratio_both    = C / √(A B)                what all seeds share, both noises removed
//! The same of maps of different pictures (A0, B0, C0) is what maps share without looking: a bias to the centre, smoothness.
//!   chance                   = C0 √S / √(1 + (S-1) A),   specificity = raw - chance,
//!   human_ceiling_mismatched = S A0 / (1 + (S-1) A)      correlation of two groups of S observers, each on another picture
//!   specific_both            = (C - C0) / √((A - A0) (B - B0)).

use super::conventions::CONVENTIONS;
use super::gram::{Gram, Weights};
use crate::metric::Metric;
use crate::stats::correlate::{dot, is_constant, normalised};

/// Prepared values of one map, or nothing where the map is missing or constant.
pub type Sampled = Option<Vec<f64>>;

/// The maps of both sides, sampled at the same points.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Human maps: picture, observer. For a task: one entry.
    pub human: Vec<Vec<Sampled>>,
    /// Network maps: picture, seed. For a task: the pictures that are averaged.
    pub model: Vec<Vec<Sampled>>,
    /// Whether the network's maps are averaged over pictures before the comparison.
    pub task: bool,
}

/// The products of a comparison.
#[derive(Debug, Clone)]
pub struct Grams {
    /// Of maps of the same picture.
    pub plain: Gram,
    /// Of maps of different pictures; `None` with a single picture, or a single map for all of them.
    pub different: Option<Gram>,
}

/// A, B and C.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Means {
    /// A.
    pub human: Option<f64>,
    /// B.
    pub model: Option<f64>,
    /// C.
    pub cross: Option<f64>,
}

impl Means {
    /// A, B and C in each of `count` replicates.
    pub fn of(gram: &Gram, count: usize, [pictures, observers, seeds]: [Weights; 3]) -> Vec<Means> {
        let human = gram.human.means(count, pictures, observers, observers);
        let model = gram.model.means(count, pictures, seeds, seeds);
        let cross = gram.cross.means(count, pictures, observers, seeds);
        let triples = human.into_iter().zip(model).zip(cross);
        triples.map(|((human, model), cross)| Means { human, model, cross }).collect()
    }
}

/// What is reported, and A - A0 and B - B0 behind it; `None` where it has no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantities([Option<f64>; QUANTITIES.len() + SPECIFIC.len()]);

/// A - A0 and B - B0, which are divided by and not reported.
pub(super) const SPECIFIC: [&str; 2] = ["specific_observers", "specific_seeds"];

/// Names of the quantities, as in the column `quantity` of the table of scores.
pub const QUANTITIES: [&str; 14] = [
    "raw",
    "human_ceiling",
    "seed_ceiling",
    "ratio",
    "ratio_both",
    "observer_pair",
    "instance_to_person",
    "chance",
    "specificity",
    "human_ceiling_mismatched",
    "specific_both",
    "ratio_r_over_c",
    "ratio_r2_over_c",
    "ratio_r_over_c_squared",
];

impl Quantities {
    /// A raw score and nothing else.
    pub(super) fn of_raw(raw: Option<f64>) -> Quantities {
        let mut found = [None; QUANTITIES.len() + SPECIFIC.len()];
        found[0] = raw;
        Quantities(found)
    }

    /// Everything reported, from the means over maps of the same picture and over maps of different pictures, for mean maps
    /// of `observers` observers (see [`Gram::observers_per_map`]).
    pub fn new(plain: Means, different: Option<Means>, observers: f64) -> Quantities {
        let n = observers;
        let spread = Some(plain.human.map_or(1.0, |a| (1.0 + (n - 1.0) * a) / n)).filter(|spread| *spread > 0.0);
        let root = |value: Option<f64>| value.filter(|value| *value > 0.0).map(f64::sqrt);
        let over = |value: Option<f64>, by: Option<f64>| Some(value? / by?);
        let less = |value: Option<f64>, part: Option<f64>| Some(value? - part?);
        let different = different.unwrap_or_default();
        let beyond = Means {
            human: less(plain.human, different.human),
            model: less(plain.model, different.model),
            cross: less(plain.cross, different.cross),
        };
        let raw = over(plain.cross, root(spread));
        let ceiling = over(plain.human, spread);
        let by = |at: usize| {
            raw.zip(ceiling.filter(|ceiling| *ceiling > 0.0))
                .map(|(raw, ceiling)| (CONVENTIONS[at].apply)(raw, ceiling))
        };
        Quantities([
            raw,
            ceiling,
            plain.model,
            over(plain.cross, root(plain.human)),
            over(over(plain.cross, root(plain.human)), root(plain.model)),
            plain.human,
            plain.cross,
            over(different.cross, root(spread)),
            over(beyond.cross, root(spread)),
            over(different.human, spread),
            over(over(beyond.cross, root(beyond.human)), root(beyond.model)),
            by(1),
            by(2),
            by(3),
            beyond.human,
            beyond.model,
        ])
    }

    /// The place of a name in [`QUANTITIES`] or after them in [`SPECIFIC`].
    pub(super) fn position(name: &str) -> Option<usize> {
        QUANTITIES.iter().chain(&SPECIFIC).position(|known| *known == name)
    }

    /// The value at a place.
    pub(super) fn at(&self, at: usize) -> Option<f64> {
        self.0.get(at).copied().flatten()
    }

    /// The value of a name in [`QUANTITIES`].
    pub fn get(&self, name: &str) -> Option<f64> {
        self.at(Quantities::position(name)?)
    }

    /// Names and values in the order of the table of scores.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, Option<f64>)> {
        QUANTITIES.into_iter().zip(self.0)
    }
}

impl Comparison {
    /// (pictures, observers, seeds).
    pub fn levels(&self) -> [usize; 3] {
        [self.model.len(), self.human.first().map_or(0, Vec::len), self.model.first().map_or(0, Vec::len)]
    }

    /// The products of maps of the same picture; for a task, of the network's maps averaged over pictures.
    pub fn gram(&self, metric: &Metric) -> Gram {
        Gram::new(&normal(metric, &self.human), &self.networks(metric))
    }

    /// The products of all maps.
    pub fn grams(&self, metric: &Metric) -> Grams {
        let (human, model) = (normal(metric, &self.human), self.networks(metric));
        let several = !self.task && human.len() > 1;
        let different = several.then(|| Gram::of_different_pictures(&human, &model));
        Grams { plain: Gram::new(&human, &model), different }
    }

    fn networks(&self, metric: &Metric) -> Vec<Vec<Sampled>> {
        if self.task { self.averaged(metric, &vec![1.0; self.levels()[0]]) } else { normal(metric, &self.model) }
    }

    /// The normalised maps of a task's network, averaged over pictures with weights: one entry, a row a seed.
    pub(super) fn averaged(&self, metric: &Metric, weights: &[f64]) -> Vec<Vec<Sampled>> {
        let of_seed = |seed: usize| {
            let mut sum: Sampled = None;
            for (maps, weight) in self.model.iter().zip(weights) {
                let Some(values) = &maps[seed] else { continue };
                match &mut sum {
                    None => sum = Some(values.iter().map(|value| weight * value).collect()),
                    Some(sum) => sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value),
                }
            }
            sum
        };
        vec![rows(metric, &(0..self.levels()[2]).map(of_seed).collect::<Vec<_>>())]
    }

    /// The mean of the normalised maps of each picture, of both sides; nothing where a picture has none.
    pub fn mean_maps(&self, metric: &Metric) -> (Vec<Sampled>, Vec<Sampled>) {
        let mean = |maps: &Vec<Sampled>| -> Sampled {
            let usable: Vec<Vec<f64>> = rows(metric, maps).into_iter().flatten().collect();
            let mut sum = vec![0.0; usable.first()?.len()];
            usable.iter().for_each(|row| sum.iter_mut().zip(row).for_each(|(s, v)| *s += v / usable.len() as f64));
            Some(sum)
        };
        (self.human.iter().map(mean).collect(), self.model.iter().map(mean).collect())
    }

    /// Agreement of the human maps of each picture (row) with the network's maps of each (column): the mean over observers
    /// and seeds. `None` for a task or a single picture, and where a picture lacks maps.
    pub fn crossed_pictures(&self, metric: &Metric) -> Option<Vec<Vec<f64>>> {
        if self.task || self.model.len() < 2 {
            return None;
        }
        let (human, model) = self.mean_maps(metric);
        let all = |maps: Vec<Sampled>| maps.into_iter().collect::<Option<Vec<_>>>();
        let (human, model) = (all(human)?, all(model)?);
        Some(human.iter().map(|x| model.iter().map(|y| dot(x, y)).collect()).collect())
    }

    /// How many maps of each side (human, model) a metric cannot use: missing, and constant.
    pub fn left_out(&self) -> [usize; 2] {
        let unusable = |maps: &[Vec<Sampled>]| {
            maps.iter().flatten().filter(|map| map.as_ref().is_none_or(|values| normalised(values).is_err())).count()
        };
        [unusable(&self.human), unusable(&self.model)]
    }

    /// The same comparison on some of its pictures, by position, without the makers that have no map of them.
    pub fn on_pictures(&self, pictures: &[usize]) -> Comparison {
        let pick = |maps: &[Vec<Sampled>]| pictures.iter().filter_map(|at| maps.get(*at).cloned()).collect();
        let human = if self.task { self.human.clone() } else { pick(&self.human) };
        let mut found = Comparison { human, model: pick(&self.model), task: self.task };
        found.drop_idle();
        found
    }

    /// Takes out the makers that have no map of any picture (all stay where none has), and says who stays: (observers, seeds).
    pub(super) fn drop_idle(&mut self) -> [Vec<bool>; 2] {
        [&mut self.human, &mut self.model].map(|maps| {
            let makers = maps.first().map_or(0, Vec::len);
            let mut stays: Vec<bool> =
                (0..makers).map(|maker| maps.iter().any(|maps| maps.get(maker).is_some_and(Option::is_some))).collect();
            if !stays.contains(&true) {
                stays.fill(true);
            }
            maps.iter_mut().for_each(|maps| retain(maps, &stays));
            stays
        })
    }
}

/// Keeps the values that stay.
pub(super) fn retain<T>(values: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    values.retain(|_| stays.next().is_none_or(|stays| *stays));
}

/// The normalised maps of one side: picture, maker.
pub(super) fn normal(metric: &Metric, maps: &[Vec<Sampled>]) -> Vec<Vec<Sampled>> {
    maps.iter().map(|maps| rows(metric, maps)).collect()
}

/// Maps transformed, centred and scaled to norm 1; nothing where that is impossible.
fn rows(metric: &Metric, maps: &[Sampled]) -> Vec<Sampled> {
    let row = |map: &Sampled| {
        let values = map.as_ref().filter(|values| !is_constant(*values))?;
        normalised(&(metric.transform?)(values)).ok()
    };
    maps.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::METRICS;
    use crate::seed::Seed;
    use crate::stats::correlate::{pearson, spearman_brown};
    use ndarray::Array2;
    use rand_distr::{Distribution, StandardNormal};

    fn noise(n: usize, seed: u64) -> Vec<f64> {
        let mut generator = Seed(seed).stream("noise", 0);
        (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    fn mix(truth: &[f64], amount: f64, seed: u64) -> Sampled {
        Some(truth.iter().zip(noise(truth.len(), seed)).map(|(t, e)| t + amount * e).collect())
    }

    /// Human truth and model truth correlate .6; observers and seeds add noise of their own.
    fn comparison(pictures: u64, task: bool) -> Comparison {
        let side = |picture: u64, own: u64| -> Vec<f64> {
            let (shared, other) = (noise(900, 5 + picture * 100), noise(900, own + picture * 100));
            shared.iter().zip(other).map(|(s, o)| 0.6f64.sqrt() * s + 0.4f64.sqrt() * o).collect()
        };
        let of = |picture: u64| if task { 0 } else { picture };
        let human_pictures = if task { 1 } else { pictures };
        Comparison {
            human: (0..human_pictures)
                .map(|p| (0..6).map(|s| mix(&side(p, 6), 2.0, 1000 + p * 50 + s)).collect())
                .collect(),
            model: (0..pictures)
                .map(|p| (0..4).map(|k| mix(&side(of(p), 7), 1.0, 5000 + p * 50 + k)).collect())
                .collect(),
            task,
        }
    }

    fn uniform(comparison: &Comparison) -> Quantities {
        let grams = comparison.grams(&METRICS[0]);
        let means = |gram: &Gram| Means::of(gram, 1, [None; 3])[0];
        Quantities::new(means(&grams.plain), grams.different.as_ref().map(means), comparison.levels()[1] as f64)
    }

    fn get(quantities: &Quantities, name: &str) -> f64 {
        quantities.get(name).unwrap_or_else(|| panic!("{name} of {quantities:?}"))
    }

    #[test]
    fn both_noises_are_removed_and_the_raw_score_is_not_the_ratio() {
        let found = uniform(&comparison(40, false));
        assert!((get(&found, "ratio_both") - 0.6).abs() < 0.03, "{found:?}");
        assert!((get(&found, "observer_pair") - 0.2).abs() < 0.02);
        assert!((get(&found, "seed_ceiling") - 0.5).abs() < 0.02);
        assert!((get(&found, "human_ceiling") - spearman_brown(0.2, 6.0)).abs() < 0.03);
        assert!((get(&found, "ratio") - 0.6 * 0.5f64.sqrt()).abs() < 0.03);
        assert!((get(&found, "raw") - 0.6 * (0.5 * spearman_brown(0.2, 6.0)).sqrt()).abs() < 0.03);
    }

    #[test]
    fn the_raw_score_of_one_picture_is_the_correlation_with_the_mean_of_the_normalised_maps() {
        let comparison = comparison(1, false);
        let mean: Vec<f64> = comparison.human[0]
            .iter()
            .map(|map| normalised(map.as_ref().unwrap()).unwrap())
            .fold(vec![0.0; 900], |sum, map| sum.iter().zip(map).map(|(a, b)| a + b).collect());
        let expected: f64 =
            comparison.model[0].iter().map(|map| pearson(map.as_ref().unwrap(), &mean).unwrap()).sum::<f64>() / 4.0;
        assert!((get(&uniform(&comparison), "raw") - expected).abs() < 1e-12);
    }

    #[test]
    fn a_task_averages_the_network_over_pictures_before_it_compares() {
        let found = uniform(&comparison(30, true));
        // Thirty pictures with the same truth leave hardly any noise in the network's mean map.
        assert!(get(&found, "seed_ceiling") > 0.95, "{found:?}");
        assert!((get(&found, "ratio_both") - 0.6).abs() < 0.08, "{found:?}");
    }

    #[test]
    fn chance_is_the_agreement_of_maps_of_different_pictures() {
        let mut comparison = comparison(7, false);
        // A bias that all maps share.
        let bias = noise(900, 4242);
        for maps in comparison.human.iter_mut().chain(&mut comparison.model) {
            maps.iter_mut().flatten().for_each(|map| map.iter_mut().zip(&bias).for_each(|(v, b)| *v += 0.8 * b));
        }
        let (human, model) = (normal(&METRICS[0], &comparison.human), normal(&METRICS[0], &comparison.model));
        let (a0, b0, c0) = different_pictures(&human, &model);
        let grams = comparison.grams(&METRICS[0]);
        let of = |gram: &Gram| Means::of(gram, 1, [None; 3])[0];
        let (all, different) = (of(&grams.plain), of(grams.different.as_ref().unwrap()));
        for (name, product, brute) in
            [("A0", different.human, a0), ("B0", different.model, b0), ("C0", different.cross, c0)]
        {
            assert!((product.unwrap() - brute).abs() < 1e-12, "{name}");
            assert!(brute > 0.05, "the bias is seen: {name} {brute}");
        }
        let found = uniform(&comparison);
        assert!(get(&found, "chance") > 0.1 && get(&found, "specificity") < get(&found, "raw"));
        assert!((get(&found, "specific_both") - 0.6).abs() < 0.1, "{found:?}");
        assert!(get(&found, "ratio_both") > get(&found, "specific_both") + 0.05, "the shared bias raises agreement");
        // The diagonal and the rest of the matrix of pictures are C and C0.
        let matrix = comparison.crossed_pictures(&METRICS[0]).unwrap();
        let diagonal = (0..7).map(|i| matrix[i][i]).sum::<f64>() / 7.0;
        assert!((diagonal - all.cross.unwrap()).abs() < 1e-12);
        let rest = (matrix.iter().flatten().sum::<f64>() - 7.0 * diagonal) / 42.0;
        assert!((rest - c0).abs() < 1e-12);
    }

    /// A0, B0 and C0 pair by pair.
    fn different_pictures(human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> (f64, f64, f64) {
        let mean = |left: &[Vec<Sampled>], right: &[Vec<Sampled>], same_maker: bool| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (i, x) in left.iter().enumerate() {
                for y in right.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, y)| y) {
                    for (s, a) in x.iter().enumerate() {
                        for (_, b) in y.iter().enumerate().filter(|(t, _)| same_maker || *t != s) {
                            if let Some((a, b)) = a.as_ref().zip(b.as_ref()) {
                                sum += dot(a, b);
                                count += 1.0;
                            }
                        }
                    }
                }
            }
            sum / count
        };
        (mean(human, human, false), mean(model, model, false), mean(human, model, true))
    }

    #[test]
    fn chance_and_what_is_beyond_it_are_exact_whoever_saw_which_pictures() {
        for each in [1, 2, 4, 6, 12] {
            let mut whole = comparison(12, false);
            let bias = noise(900, 77);
            for maps in whole.human.iter_mut().chain(&mut whole.model) {
                maps.iter_mut().flatten().for_each(|map| map.iter_mut().zip(&bias).for_each(|(v, b)| *v += 0.8 * b));
            }
            // Two groups of six observers, each of whom sees `each` pictures in a row.
            let sees = |observer: usize, picture: usize| (picture + 12 - observer * each % 12) % 12 < each;
            for (picture, maps) in whole.human.iter_mut().enumerate() {
                let more = maps.clone();
                maps.extend(more.into_iter().map(|map| map.map(|map| map.into_iter().rev().collect())));
                maps.iter_mut().enumerate().filter(|(s, _)| !sees(*s, picture)).for_each(|(_, map)| *map = None);
            }
            whole.model[3][1] = None;
            let (human, model) = (normal(&METRICS[0], &whole.human), normal(&METRICS[0], &whole.model));
            let (a0, b0, c0) = different_pictures(&human, &model);
            let grams = whole.grams(&METRICS[0]);
            let of = |gram: &Gram| Means::of(gram, 1, [None; 3])[0];
            let (plain, different) = (of(&grams.plain), of(grams.different.as_ref().unwrap()));
            let close = |value: Option<f64>, exact: f64| assert!((value.unwrap() - exact).abs() < 1e-12, "{each}");
            close(different.human, a0);
            close(different.model, b0);
            close(different.cross, c0);
            let n = grams.plain.observers_per_map();
            let found = Quantities::new(plain, Some(different), n);
            let a = plain.human.unwrap_or(1.0);
            close(found.get("chance"), c0 * (n / (1.0 + (n - 1.0) * a)).sqrt());
            close(found.get("specificity"), get(&found, "raw") - get(&found, "chance"));
        }
    }

    #[test]
    fn the_ceiling_of_different_pictures_does_not_tend_to_one_with_more_people() {
        // What all pictures share has a tenth of the variance of what observers share, and observers have noise of their own.
        let of = |observers: u64| {
            let bias = noise(2000, 1);
            let human: Vec<Vec<Sampled>> = (0..2)
                .map(|picture| {
                    let own = noise(2000, 10 + picture);
                    let shared: Vec<f64> = own.iter().zip(&bias).map(|(own, bias)| own + 0.3 * bias).collect();
                    (0..observers).map(|s| mix(&shared, 2.0, 1000 + 500 * picture + s)).collect()
                })
                .collect();
            let model = human.iter().map(|maps| maps[..1].to_vec()).collect();
            let comparison = Comparison { human, model, task: false };
            let brute: f64 = (0..40)
                .map(|split| {
                    let mut order: Vec<usize> = (0..observers as usize).collect();
                    let draw = noise(order.len(), 9000 + split);
                    order.sort_by(|a, b| draw[*a].total_cmp(&draw[*b]));
                    let group = |picture: usize, members: &[usize]| {
                        let rows = normal(&METRICS[0], &comparison.human)[picture].clone();
                        let mut sum = vec![0.0; 2000];
                        members.iter().for_each(|s| {
                            sum.iter_mut().zip(rows[*s].as_ref().unwrap()).for_each(|(sum, value)| *sum += value)
                        });
                        sum
                    };
                    let (one, other) = order.split_at(order.len() / 2);
                    pearson(&group(0, one), &group(1, other)).unwrap()
                })
                .sum::<f64>()
                / 40.0;
            let grams = comparison.grams(&METRICS[0]);
            let means = |gram: &Gram| Means::of(gram, 1, [None; 3])[0];
            let (plain, different) = (means(&grams.plain), grams.different.as_ref().map(means));
            let half = Quantities::new(plain, different, observers as f64 / 2.0);
            let all = Quantities::new(plain, different, observers as f64);
            (brute, get(&half, "human_ceiling_mismatched"), get(&all, "human_ceiling_mismatched"))
        };
        for observers in [4, 10, 30, 60] {
            let (brute, half, all) = of(observers);
            assert!((brute - half).abs() < 0.02, "{observers}: {brute} {half}");
            assert!(all < 0.12, "{observers}: {all}; lengthened by its own correlation it would be .4 at 60");
        }
    }

    #[test]
    fn a_copy_made_by_resampling_never_meets_itself() {
        let comparison = comparison(3, false);
        let gram = comparison.grams(&METRICS[0]).plain;
        let of = |weights: [f64; 6]| {
            let weights = Array2::from_shape_fn((1, 6), |(_, at)| weights[at]);
            Means::of(&gram, 1, [None, Some(&weights), None])[0].human.unwrap()
        };
        let difference = of([3.0, 3.0, 0.0, 0.0, 0.0, 0.0]) - of([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(difference.abs() < 1e-12, "weights of 3 are not three observers who agree perfectly");
    }

    #[test]
    fn the_ceiling_counts_the_observers_who_saw_a_picture_and_not_all_of_them() {
        let mut comparison = comparison(30, false);
        for (picture, maps) in comparison.human.iter_mut().enumerate() {
            maps.iter_mut().enumerate().filter(|(s, _)| (s + picture) % 2 == 0).for_each(|(_, map)| *map = None);
        }
        let gram = comparison.grams(&METRICS[0]).plain;
        assert!((gram.observers_per_map() - 3.0).abs() < 1e-12);
        let found = Quantities::new(Means::of(&gram, 1, [None; 3])[0], None, gram.observers_per_map());
        assert!((get(&found, "human_ceiling") - spearman_brown(0.2, 3.0)).abs() < 0.04, "{found:?}");
    }

    #[test]
    fn people_and_seeds_without_a_map_of_the_pictures_are_no_levels() {
        let mut comparison = comparison(4, false);
        comparison.human[..3].iter_mut().for_each(|maps| maps[5] = None);
        comparison.model.iter_mut().for_each(|maps| maps[1] = None);
        assert_eq!(comparison.on_pictures(&[0, 1, 2, 3]).levels(), [4, 6, 3]);
        assert_eq!(comparison.on_pictures(&[0, 2]).levels(), [2, 5, 3]);
        let [people, seeds] = comparison.drop_idle();
        assert_eq!((people, seeds), (vec![true; 6], vec![true, false, true, true]));
        let mut nobody = Comparison { human: vec![vec![None, None]], model: vec![vec![None]], task: false };
        nobody.drop_idle();
        assert_eq!(nobody.levels(), [1, 2, 1], "there is nothing to take out where nothing is");
    }

    #[test]
    fn missing_and_constant_maps_are_left_out_and_counted() {
        let mut comparison = comparison(3, false);
        comparison.human[1][2] = None;
        comparison.model[0][0] = Some(vec![1.0; 900]);
        assert_eq!(comparison.left_out(), [1, 1]);
        assert!(uniform(&comparison).get("raw").is_some());
        comparison.human.iter_mut().for_each(|maps| maps.truncate(1));
        let one = uniform(&comparison);
        assert_eq!((one.get("human_ceiling"), one.get("ratio")), (None, None));
        assert!(one.get("raw").is_some());
    }

    #[test]
    fn a_map_that_differs_by_rounding_is_constant_under_every_transform() {
        let mut comparison = comparison(3, false);
        for maps in &mut comparison.model {
            *maps = vec![Some(noise(900, 3).iter().map(|noise| 0.3 + 1e-12 * noise).collect()); 4];
        }
        for metric in METRICS.iter().filter(|metric| metric.transform.is_some()) {
            let grams = comparison.grams(metric);
            let means = |gram: &Gram| Means::of(gram, 1, [None; 3])[0];
            let found = Quantities::new(means(&grams.plain), grams.different.as_ref().map(means), 6.0);
            assert_eq!((found.get("raw"), found.get("seed_ceiling")), (None, None), "{}", metric.name);
            assert!(found.get("human_ceiling").is_some(), "{}", metric.name);
        }
    }
}
