use super::*;
use crate::bubbles::{Aperture, Combine, draw_centres, region_pixels};
use crate::experiment::Nuisance;
use crate::human::{Compared, Shown, Sides, classify, contrast, on_picture, residual_responses};
use rand::RngExt;

/// Six observers, half of them in group b, in four blocks; nobody sees anything, and bubbles help everywhere.
fn trials(n: usize) -> (Vec<Trial>, Frame) {
    let region = Array2::from_shape_fn((22, 30), |(row, column)| row + column > 6);
    let pixels = region_pixels(&region);
    let rows = (0..n)
        .map(|t| {
            let mut generator = Seed(17).stream("trial", t as u64);
            let bubbles = 4 + (generator.random::<u32>() % 12) as usize;
            let centres = draw_centres(&pixels, bubbles, &mut generator);
            let observer = t % 6;
            Trial {
                observer: format!("{}{observer}", if observer < 3 { "a" } else { "b" }),
                block: (t / 6 % 4).to_string(),
                picture: if generator.random_bool(0.4) { "hard" } else { "easy" }.into(),
                correct: Some(generator.random::<f64>() < 0.4 + 0.03 * bubbles as f64),
                centres,
                ..Trial::default()
            }
        })
        .collect();
    (rows, Frame::new(region, false, 2.0))
}

fn compared(
    trials: &[Trial],
    frame: &Frame,
    paired: bool,
    of: &(dyn Fn(&Trial) -> Option<bool> + Sync),
) -> Result<Compared, String> {
    let responses = residual_responses(trials, &[Nuisance::BubbleCount, Nuisance::Block]).0;
    contrast(trials, &responses, frame, &Sides { of, paired, exchange: Exchange::Block, count: true })
}

/// Asserts that z at single pixels has the mean 0 and the variance 1 over permutations.
fn check_variance(name: &str, tested: &Tested, trials: &[Trial], frame: &Frame) {
    let places = [[9, 13], [7, 0], [5, 20], [21, 10]];
    let pixels = places.map(|at| {
        let mut pixel = Array2::from_elem(frame.region.dim(), false);
        pixel[at] = true;
        pixel
    });
    let regions: Vec<&Array2<bool>> = pixels.iter().collect();
    let found = tested.extremes(trials, frame, &regions, Wanted::default(), (800, Seed(4)), |_| ());
    for (at, own) in places.iter().zip(found) {
        let (sum, squares) = own.iter().fold((0.0, 0.0), |(sum, squares), [up, _]| (sum + up.z, squares + up.z * up.z));
        assert!((sum / 800.0).abs() < 0.15, "{name} {at:?}: mean {}", sum / 800.0);
        assert!((squares / 800.0 - 1.0).abs() < 0.2, "{name} {at:?}: variance {}", squares / 800.0);
        assert!(own.iter().all(|[up, down]| up.z == -down.z));
    }
}

#[test]
fn the_variance_of_every_map_is_that_of_its_permutations() {
    let (trials, frame) = trials(1500);
    let nuisances = [Nuisance::BubbleCount, Nuisance::Block];
    let all = residual_responses(&trials, &nuisances).0;
    let (easy, plain) = (on_picture(&trials, &all, "easy", true, 5), residual_responses(&trials, &[]).0);
    for (responses, exchange) in
        [(&all, Exchange::Block), (&all, Exchange::Observer), (&easy, Exchange::Observer), (&plain, Exchange::Observer)]
    {
        let group = classify(&trials, responses, &frame);
        check_variance("answers", &Tested::answers(&trials, responses, &frame, &group, exchange), &trials, &frame);
    }
    let group = classify(&trials, &all, &frame);
    check_variance("random effects", &Tested::random_effects(&trials, &all, &frame, &group, false), &trials, &frame);
    let shown = Shown::Masks { aperture: Aperture::new(2.0), sd: 2.0, combine: Combine::SumClip };
    let masks = Frame { shown, smoothing_sd: 0.0, ..frame.clone() };
    let few = residual_responses(&trials[..240], &nuisances).0;
    for other in [masks, Frame { within_trial: true, ..frame.clone() }] {
        let group = classify(&trials, &few, &other);
        check_variance(
            "other fields",
            &Tested::answers(&trials, &few, &other, &group, Exchange::Block),
            &trials,
            &other,
        );
    }
    let picture = |trial: &Trial| Some(trial.picture == "easy");
    let block = |trial: &Trial| Some(trial.block.as_str() < "2");
    let person = |trial: &Trial| Some(trial.observer.starts_with('a'));
    for (name, paired, of, exchanged) in [
        ("pictures", false, &picture as &(dyn Fn(&Trial) -> Option<bool> + Sync), "trials"),
        ("blocks", false, &block, "trials"),
        ("paired", true, &picture, "signs"),
        ("groups", false, &person, "observers"),
    ] {
        let found = compared(&trials, &frame, paired, of).unwrap();
        assert_eq!((found.exchanged, found.observers), (exchanged, 6), "{name}");
        check_variance(name, &found.tested, &trials, &frame);
    }
}

#[test]
fn a_contrast_shows_what_differs_and_not_what_is_common() {
    let (mut trials, frame) = trials(3000);
    for (at, trial) in trials.iter_mut().enumerate() {
        let near = |row: usize, column: usize| {
            trial.centres.iter().any(|centre| centre.row.abs_diff(row) <= 2 && centre.column.abs_diff(column) <= 2)
        };
        let mut generator = Seed(3).stream("answer", at as u64);
        let own = if trial.picture == "easy" { near(6, 22) } else { near(16, 7) };
        let p = 0.4 + 0.25 * f64::from(u8::from(own)) + 0.25 * f64::from(u8::from(near(16, 22)));
        trial.correct = Some(generator.random::<f64>() < p);
    }
    for paired in [false, true] {
        let found = compared(&trials, &frame, paired, &|trial| Some(trial.picture == "easy")).unwrap();
        let z = &found.tested.z;
        let strong = if paired { 1.8 } else { 3.0 };
        assert!(z[[6, 22]] > strong && z[[16, 7]] < -strong, "{paired}: {} {}", z[[6, 22]], z[[16, 7]]);
        assert!(z[[16, 22]].abs() < 2.2, "{paired}: what both use cancels: {}", z[[16, 22]]);
        let opposite = compared(&trials, &frame, paired, &|trial| Some(trial.picture == "hard")).unwrap();
        assert!((opposite.tested.z[[6, 22]] + z[[6, 22]]).abs() < 1e-9);
    }
}

#[test]
fn the_weight_that_a_group_gives_to_observers_is_not_given_twice() {
    let (trials, frame) = trials(900);
    let plain = residual_responses(&trials, &[Nuisance::BubbleCount]).0;
    let mut weighted = plain.clone();
    for (at, one) in weighted.iter_mut().enumerate() {
        one.residuals.iter_mut().for_each(|residual| *residual *= 1.0 + at as f64);
    }
    let person = |trial: &Trial| Some(trial.observer.starts_with('a'));
    let sides = Sides { of: &person, paired: false, exchange: Exchange::Block, count: true };
    let z = |responses: &[Responses]| contrast(&trials, responses, &frame, &sides).unwrap().tested.z;
    assert!(z(&plain).iter().zip(&z(&weighted)).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn heights_of_maps_of_observers_are_passed_by_chance_as_often_as_those_of_trials() {
    let (trials, frame) = trials(900);
    let responses = residual_responses(&trials, &[Nuisance::BubbleCount]).0;
    let group = classify(&trials, &responses, &frame);
    let answers = Tested::answers(&trials, &responses, &frame, &group, Exchange::Block);
    assert_eq!(answers.height(2.7), 2.7);
    // Six observers: z ≤ √6. Chance .00347 is Student's t 4.339 of 5 degrees of freedom: z = t √(6 / (5 + t²)).
    let signs = Tested::random_effects(&trials, &responses, &frame, &group, false);
    let student = StudentsT::new(0.0, 1.0, 5.0).unwrap();
    let t = signs.height(2.7) * (5.0 / (6.0 - signs.height(2.7).powi(2))).sqrt();
    assert!((1.0 - student.cdf(t) - erfc(2.7 / SQRT_2) / 2.0).abs() < 1e-9 && signs.height(2.7) < 6f64.sqrt());
}

#[test]
fn contrasts_without_two_sides_are_refused_in_a_sentence() {
    let (trials, frame) = trials(300);
    let of_one = compared(&trials, &frame, false, &|trial| (trial.observer == "a0").then_some(true)).unwrap_err();
    assert!(of_one.contains("there are 1 and 0; two of each are needed"), "{of_one}");
    let paired = compared(&trials, &frame, true, &|trial| Some(trial.observer.as_str() < "b")).unwrap_err();
    assert!(paired.contains("no observer has trials of both kinds"), "{paired}");
}

#[test]
fn small_blocks_are_taken_together() {
    let (mut trials, _) = trials(120);
    trials.iter_mut().for_each(|trial| trial.observer = "one".into());
    trials[..100].iter_mut().for_each(|trial| trial.block = "long".into());
    let rows: Vec<usize> = (0..120).collect();
    let (order, ranges) = strata(&trials, &rows, Exchange::Block);
    assert_eq!(ranges, [0..100, 100..120], "four blocks of five each are one stratum");
    assert!(order[..100].iter().all(|&at| trials[at].block == "long"));
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, rows);
    assert_eq!(strata(&trials, &rows, Exchange::Observer).1.len(), 1);
}
