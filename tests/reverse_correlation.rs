//! Reverse correlation with additive noise from the experiment file to the files of `human/`: the numbers of rcicr, every way in
//! which patterns and choices are stored, tables with one row for each person, and other estimators of noise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use bubblescope::map::Map;
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use bubblescope::table::Table;
use bubblescope::trials::Trials;
use ndarray::Array2;
use rand::RngExt;

use small::Small;

const SIDE: usize = 24;
const PATTERNS: usize = 12;

/// The head of an experiment with one base face.
const HEAD: &str = "title = \"Which face?\"\nseed = 3\ncompare = [\"task\"]\ncoordinates = \"presentation\"\n\n\
                    [pictures]\nfolder = \"base\"\n\n[[pictures.class]]\nname = \"face\"\nfiles = \"*.png\"\n\n";
const TAIL: &str = "\n[classification]\npermutations = 20\nbootstrap = 20\n";

/// A face that is no constant.
fn face(side: usize) -> Array2<f32> {
    Array2::from_shape_fn((side, side), |(row, column)| 0.3 + 0.4 * ((row + 2 * column) % side) as f32 / side as f32)
}

/// Pattern `at`, counted from 1, in steps of 1/255 so that a PNG can hold it.
fn pattern(at: usize) -> Array2<f64> {
    let mut generator = Seed(9).stream("pattern", at as u64);
    Array2::from_shape_simple_fn((SIDE, SIDE), || f64::from(generator.random_range(-40_i32..=40)) / 255.0)
}

/// The choice of participant `who` (0 to 2) about pattern `at`: 1 or -1, both from everybody.
fn choice(who: usize, at: usize) -> f64 {
    if (at * 7 + who * 5) % 11 < 5 + who % 2 { 1.0 } else { -1.0 }
}

fn npy(values: &Array2<f64>) -> Vec<u8> {
    Map::from_f64(values).unwrap().to_npy()
}

/// A `.npy` of so many dimensions, values in order.
fn array(shape: &[usize], values: impl Iterator<Item = f64>) -> Vec<u8> {
    let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}\n", shape.join(", "));
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.flat_map(f64::to_le_bytes));
    bytes
}

fn png(values: &Array2<f64>) -> Vec<u8> {
    Picture::from_grey(values.mapv(|value| value as f32)).unwrap().to_png().unwrap()
}

/// An experiment `rc` with a base face, these sections and this table.
fn study(sections: &str, name: &str, table: impl AsRef<[u8]>) -> Small {
    let small = Small::new();
    small.write("experiments/rc/experiment.toml", format!("{HEAD}{sections}{TAIL}"));
    small.write("experiments/rc/base/face.png", png(&face(SIDE).mapv(f64::from)));
    small.write(&format!("experiments/rc/{name}"), table);
    small
}

/// The same with a folder of patterns 1.npy, 2.npy, ...
fn with_patterns(import: &str, name: &str, table: impl AsRef<[u8]>) -> Small {
    let small =
        study(&format!("[noise]\npatterns = \"noise\"\n\n[import]\nfiles = [\"{name}\"]\n{import}"), name, table);
    (1..=PATTERNS).for_each(|at| small.write(&format!("experiments/rc/noise/{at}.npy"), npy(&pattern(at))));
    small
}

/// The map of a kind of the group (or of an observer) in a condition, after import and classification.
fn made(small: &Small, observer: &str, kind: &str, condition: &str) -> Array2<f64> {
    let index = Table::read(&small.path("results/rc/human/index.csv")).unwrap();
    let wanted = [("observer", observer), ("kind", kind), ("condition", condition)];
    let row =
        index.iter().find(|row| wanted.iter().all(|(name, value)| row.text(name).unwrap_or("") == *value)).unwrap();
    Map::read_npy(&small.path("results/rc/human").join(row.needed("file").unwrap())).unwrap().to_f64()
}

fn classified(small: &Small) -> Array2<f64> {
    small.succeeds("import experiments/rc");
    small.succeeds("classify experiments/rc");
    made(small, "", "smoothed", "")
}

/// rcicr's image: the mean over patterns of the mean choice times the noise.
fn expected(choices: impl Fn(usize) -> Vec<f64>) -> Array2<f64> {
    let shown: Vec<(usize, Vec<f64>)> =
        (1..=PATTERNS).map(|at| (at, choices(at))).filter(|(_, own)| !own.is_empty()).collect();
    let mut sum = Array2::zeros((SIDE, SIDE));
    for (at, own) in &shown {
        sum.scaled_add(own.iter().sum::<f64>() / own.len() as f64 / shown.len() as f64, &pattern(*at));
    }
    sum
}

fn all(at: usize) -> Vec<f64> {
    (0..3).map(|who| choice(who, at)).collect()
}

/// Asserts that two maps are the same to 1e-6 of the largest value that patterns have.
fn same(found: &Array2<f64>, expected: &Array2<f64>, what: &str) {
    assert_eq!(found.dim(), expected.dim(), "{what}");
    let worst = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-6, "{what}: {worst}");
    assert!(expected.iter().any(|value| value.abs() > 1e-3), "{what}");
}

/// A table of rcicr: participant, stimulus and choice as these say them.
fn table(stimulus: impl Fn(usize) -> String, response: impl Fn(f64) -> String) -> String {
    let mut text = "participant_id,stimulus,response,rt\n".to_owned();
    for (who, at) in (0..3).flat_map(|who| (1..=PATTERNS).map(move |at| (who, at))) {
        text += &format!("p{who},{},{},{}\n", stimulus(at), response(choice(who, at)), 700 + at);
    }
    text
}

fn codes(choice: f64) -> String {
    format!("{choice}")
}

/// R's default generator of uniform numbers: the Mersenne Twister (Matsumoto & Nishimura 1998) as `set.seed` starts it.
struct R {
    state: [u32; 624],
    at: usize,
}

impl R {
    fn seeded(seed: u32) -> R {
        let next = |seed: &mut u32| {
            *seed = seed.wrapping_mul(69069).wrapping_add(1);
            *seed
        };
        let mut seed = seed;
        // Fifty to scramble, and one that stands for the place.
        (0..51).for_each(|_| {
            next(&mut seed);
        });
        R { state: std::array::from_fn(|_| next(&mut seed)), at: 624 }
    }

    fn uniform(&mut self) -> f64 {
        if self.at == 624 {
            for k in 0..624 {
                let y = (self.state[k] & 0x8000_0000) | (self.state[(k + 1) % 624] & 0x7fff_ffff);
                self.state[k] = self.state[(k + 397) % 624] ^ (y >> 1) ^ if y & 1 == 1 { 0x9908_b0df } else { 0 };
            }
            self.at = 0;
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^= y >> 18;
        f64::from(y) * 2.3283064365386963e-10
    }
}

#[test]
fn the_contrasts_of_rcicr_give_the_image_that_rcicr_pins_of_itself() {
    let mut r = R::seeded(1);
    assert!((R::seeded(1).uniform() - 0.2655087).abs() < 1e-7, "runif(1) after set.seed(1)");
    let contrasts: Vec<Vec<f64>> = (0..20).map(|_| (0..4092).map(|_| r.uniform() * 2.0 - 1.0).collect()).collect();
    let mut r = R::seeded(42);
    // sample(c(1, -1), 20, replace = TRUE): one bit of each number.
    let choices: Vec<i32> = (0..20).map(|_| if (r.uniform() * 65536.0) as u32 & 1 == 0 { 1 } else { -1 }).collect();
    let mut responses = "participant,stimulus,response\n".to_owned();
    choices.iter().enumerate().for_each(|(at, choice)| responses += &format!("1,{},{choice}\n", at + 1));
    let sections = "[noise]\nparameters = \"stimuli_params.csv\"\n\n[import]\nfiles = [\"responses.csv\"]\n";
    let small = study(sections, "responses.csv", responses);
    small.write("experiments/rc/base/face.png", png(&face(64).mapv(f64::from)));
    let lines: Vec<String> =
        contrasts.iter().map(|row| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",")).collect();
    let names: Vec<String> = (1..=4092).map(|at| format!("\"V{at}\"")).collect();
    small.write("experiments/rc/stimuli_params.csv", format!("{}\n{}\n", names.join(","), lines.join("\n")));
    let image = classified(&small);
    // tests/testthat/test-regression-baseline.R of rcicr: generateStimuli2IFC(n_trials = 20, img_size = 64, seed = 1), then
    // set.seed(42) and generateCI(1:20, sample(c(1, -1), 20, replace = TRUE)).
    let sum = image.sum();
    let sd = image.std(1.0);
    assert!((sum - -0.3441236120).abs() < 1e-5 && (sd - 0.0131844947).abs() < 1e-8, "{sum} {sd}");
    for (place, value) in [([0, 0], -0.002182945530), ([31, 31], 0.005652215824), ([63, 63], -0.004785719128)] {
        assert!((image[place] - value).abs() < 1e-8, "{place:?} {} {value}", image[place]);
    }
}

#[test]
fn one_base_face_and_its_noise_run_to_the_report_without_any_bubbles() {
    let small = with_patterns("", "responses.csv", table(|at| format!("rcic_face_1_{at:05}_ori.png"), codes));
    let ran = small.succeeds("run experiments/rc");
    assert!(!(ran.stdout + &ran.stderr).contains("bubble count"));
    same(&made(&small, "", "smoothed", ""), &expected(all), "group");
    same(&made(&small, "p1", "smoothed", ""), &expected(|at| vec![choice(1, at)]), "one participant");
    let information = Table::read(&small.path("results/rc/human/information.csv")).unwrap();
    let own: Vec<_> = information.iter().filter(|row| row.text("observer") == Some("p1")).collect();
    let norm = expected(|at| vec![choice(1, at)]).mapv(|value| value * value).sum().sqrt();
    let number = |row: &bubblescope::table::Row, name: &str| row.number(name).unwrap().unwrap();
    for row in &own {
        assert!((number(row, "norm") - norm).abs() < 1e-7);
        let value = (norm - number(row, "reference_median")) / number(row, "reference_deviation");
        assert!((number(row, "information_value") - value).abs() < 1e-4);
    }
    // One person who saw every pattern once is one of the random responders of rcicr; a group is not.
    let medians: Vec<f64> = information.iter().map(|row| number(&row, "reference_median")).collect();
    assert!((medians[2] / medians[3] - 1.0).abs() < 0.01 && medians[0] < 0.8 * medians[1], "{medians:?}");
    let report = std::fs::read_to_string(small.path("results/rc/report.html")).unwrap();
    assert!(report.contains("The information value of the image") && !report.contains("bubbles a trial"));
}

#[test]
fn patterns_are_read_from_folders_of_every_kind_and_from_stacks() {
    let flat = |last: bool| -> Vec<f64> {
        let all: Vec<Array2<f64>> = (1..=PATTERNS).map(pattern).collect();
        match last {
            false => all.iter().flat_map(|one| one.iter().copied()).collect(),
            true => (0..SIDE * SIDE).flat_map(|at| all.iter().map(move |one| one[[at / SIDE, at % SIDE]])).collect(),
        }
    };
    type Kind<'a> = (&'a str, &'a dyn Fn(&Small));
    let each = |small: &Small, name: &dyn Fn(usize) -> String, bytes: &dyn Fn(usize) -> Vec<u8>| {
        (1..=PATTERNS).for_each(|at| small.write(&format!("experiments/rc/noise/{}", name(at)), bytes(at)));
    };
    let grey = |at: usize| png(&pattern(at).mapv(|value| value + 128.0 / 255.0));
    // Half of the face and half of the noise: what a stimulus shows.
    let stimulus = |at: usize, sign: f64| png(&(face(SIDE).mapv(f64::from) + pattern(at) * sign));
    let kinds: [Kind; 5] = [
        ("noise", &|small| each(small, &|at| format!("noise_{at:03}.png"), &grey)),
        ("noise", &|small| {
            each(small, &|at| format!("rc_{at:05}_ori.png"), &|at| stimulus(at, 1.0));
            each(small, &|at| format!("rc_{at:05}_inv.png"), &|at| stimulus(at, -1.0));
        }),
        ("noise", &|small| each(small, &|at| format!("{at}_inv.npy"), &|at| npy(&-pattern(at)))),
        ("noise.npy", &|small| {
            small.write("experiments/rc/noise.npy", array(&[PATTERNS, SIDE, SIDE], flat(false).into_iter()));
        }),
        ("noise.npy", &|small| {
            small.write("experiments/rc/noise.npy", array(&[SIDE, SIDE, PATTERNS], flat(true).into_iter()));
        }),
    ];
    for (at, (named, write)) in kinds.iter().enumerate() {
        let sections = format!("[noise]\npatterns = \"{named}\"\n\n[import]\nfiles = [\"r.csv\"]\n");
        let small = study(&sections, "r.csv", table(|at| at.to_string(), codes));
        write(&small);
        same(&classified(&small), &expected(all), &format!("kind {at}"));
    }
}

#[test]
fn a_choice_is_a_code_a_word_a_picture_or_a_side() {
    let ori = |choice: f64| if choice > 0.0 { "ori" } else { "inv" };
    let sides = |import: &str, first: &str, second: &str| {
        let mut text = "participant,trial,links,rechts,answer\n".to_owned();
        for (who, at) in (0..3).flat_map(|who| (1..=PATTERNS).map(move |at| (who, at))) {
            let (left, right) = if (who + at) % 2 == 0 { ("ori", "inv") } else { ("inv", "ori") };
            let chosen = if ori(choice(who, at)) == left { first } else { second };
            text += &format!("p{who},{at},s/rc_{at:05}_{left}.png,s/rc_{at:05}_{right}.png,{chosen}\n");
        }
        let columns = "[import.columns]\nobserver = \"participant\"\nleft = \"links\"\nright = \"rechts\"\nresponse = \"answer\"\n";
        with_patterns(&format!("format = \"csv\"\n{import}{columns}"), "r.csv", text)
    };
    let mut chosen = "participant_id,trial,selected\n".to_owned();
    let mut html = Vec::new();
    for (who, at) in (0..3).flat_map(|who| (1..=PATTERNS).map(move |at| (who, at))) {
        chosen += &format!("p{who},{at},rcic_face_1_{at:05}_{}.png\n", ori(choice(who, at)));
        let (left, right) = if (who * at) % 2 == 0 { ("inv", "ori") } else { ("ori", "inv") };
        let key = if ori(choice(who, at)) == left { "f" } else { "j" };
        html.push(format!(
            "{{\"rt\": 500, \"stimulus\": \"<div class='row'><img src='img/rc_{at:05}_{left}.png'><img src='img/rc_{at:05}_{right}.png'></div>\", \
             \"response\": \"{key}\", \"trial_type\": \"html-keyboard-response\", \"trial_index\": {at}, \"time_elapsed\": {at}000, \"participant\": \"p{who}\"}}"
        ));
    }
    let html = format!("[{}]", html.join(",\n"));
    let picked = "format = \"csv\"\n[import.columns]\nobserver = \"participant_id\"\nresponse = \"selected\"\nnoise = \"selected\"\n";
    let number = |at: usize| at.to_string();
    for (what, small) in [
        ("0 and 1", with_patterns("", "r.csv", table(number, |choice| format!("{}", (choice + 1.0) / 2.0)))),
        ("words", with_patterns("", "r.csv", table(number, |choice| ori(choice).to_owned()))),
        ("the picture chosen", with_patterns(picked, "r.csv", chosen)),
        ("left and right", sides("", "left", "right")),
        ("sides by keys", sides("sides = [\"a\", \"l\"]\n", "a", "l")),
        ("two pictures in HTML", with_patterns("sides = [\"f\", \"j\"]\n", "r.json", &html)),
    ] {
        same(&classified(&small), &expected(all), what);
    }
    let unsaid = with_patterns("", "r.json", &html).ran("import experiments/rc");
    assert!(unsaid.status != Some(0) && unsaid.stderr.contains("sides = [\"f\", \"j\"]"), "{}", unsaid.stderr);
}

#[test]
fn a_table_with_one_row_for_each_person_is_gathered_first() {
    let columns: Vec<String> = (1..=PATTERNS).map(|at| format!("t{at:05}")).collect();
    let times: Vec<String> = (1..=PATTERNS).map(|at| format!("rt{at:05}")).collect();
    let mut text = format!("ResponseId,{},{},total\n", columns.join(","), times.join(","));
    text += &format!("Response ID{},Timing\n", ",Which face? - Selected Choice".repeat(2 * PATTERNS));
    text += &format!(
        "\"{{\"\"ImportId\"\":\"\"_recordId\"\"}}\"{}\n",
        ",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"".repeat(2 * PATTERNS + 1)
    );
    for who in 0..3 {
        // Each person saw all but a few of the pairs.
        let cell = |at: usize| if (at + who).is_multiple_of(4) { String::new() } else { codes(choice(who, at)) };
        let cells: Vec<String> = (1..=PATTERNS).map(cell).collect();
        let own: Vec<String> = (1..=PATTERNS).map(|at| format!("{}", 600 + 10 * at)).collect();
        text += &format!("R_{who},{},{},99\n", cells.join(","), own.join(","));
    }
    let refused = with_patterns("", "wide.csv", &text).ran("import experiments/rc");
    assert!(refused.stderr.contains("[import.wide] with trials = \"t*\""), "{}", refused.stderr);
    let small = with_patterns("[import.wide]\ntrials = \"t*\"\nresponse_times = \"rt*\"\n", "wide.csv", &text);
    let shown =
        |at: usize| (0..3).filter(|who| !(at + who).is_multiple_of(4)).map(|who| choice(who, at)).collect::<Vec<f64>>();
    same(&classified(&small), &expected(shown), "wide");
    let trials = Trials::read(&small.path("results/rc")).unwrap().rows;
    assert_eq!(trials.len(), 27);
    assert!(trials.iter().all(|trial| trial.response_time == Some(600.0 + 10.0 * f64::from(trial.number))));
    assert_eq!((trials[0].observer.as_str(), trials[0].noise(), trials[3].noise()), ("R_0", "1", "5"));
    // The same with the stimuli in a table of columns.
    let renamed = text.replace("t000", "Q7_").replace("rQ7_", "rt000");
    let mut listed = "column,stimulus\n".to_owned();
    (1..=PATTERNS).for_each(|at| listed += &format!("Q7_{at:02},rcic_face_1_{at:05}_ori.png\n"));
    let small = with_patterns("[import.wide]\ntrials = \"Q7_*\"\ntable = \"columns.csv\"\n", "wide.csv", renamed);
    small.write("experiments/rc/columns.csv", listed);
    same(&classified(&small), &expected(shown), "by a table of columns");
}

#[test]
fn conditions_have_images_of_their_own_and_participants_may_count_the_same() {
    let mut text = "subject,stimulus,response,group\n".to_owned();
    let mut rows: Vec<(usize, usize, f64)> = Vec::new();
    for who in 0..3 {
        // The first saw four patterns, the others all.
        for at in 1..=if who == 0 { 4 } else { PATTERNS } {
            rows.push((who, at, choice(who, at)));
            text += &format!("{who},{at},{},{}\n", choice(who, at), if who == 2 { "b" } else { "a" });
        }
    }
    let small = with_patterns("carry = [\"group\"]\n", "r.csv", &text);
    let path = "experiments/rc/experiment.toml";
    let plain = std::fs::read_to_string(small.path(path)).unwrap();
    small.write(path, plain.replace("[classification]", "[classification]\nby = [\"group\"]"));
    let of = |wanted: fn(usize) -> bool| {
        let rows = rows.clone();
        move |at: usize| rows.iter().filter(|row| row.1 == at && wanted(row.0)).map(|row| row.2).collect::<Vec<f64>>()
    };
    same(&classified(&small), &expected(of(|_| true)), "all");
    same(&made(&small, "", "smoothed", "group=a"), &expected(of(|who| who < 2)), "a");
    same(&made(&small, "", "smoothed", "group=b"), &expected(of(|who| who == 2)), "b");
    small.write(
        path,
        plain.replace("[classification]", "[classification]\nparameters = { average = \"participants\" }"),
    );
    let mean = (0..3).fold(Array2::zeros((SIDE, SIDE)), |sum: Array2<f64>, who| {
        let own: Vec<&(usize, usize, f64)> = rows.iter().filter(|row| row.0 == who).collect();
        own.iter().fold(sum, |sum, row| sum + pattern(row.1) * (row.2 / own.len() as f64 / 3.0))
    });
    let found = classified(&small);
    same(&found, &mean, "participants");
    assert!(found.iter().zip(&expected(of(|_| true))).any(|(a, b)| (a - b).abs() > 1e-3), "the two differ");
}

#[test]
fn present_and_absent_with_noise_of_every_trial_are_the_four_cells_and_ratings_are_a_weighted_sum() {
    let mut text = "observer,trial,picture,noise_file,correct,response,rating\n".to_owned();
    let mut cells = vec![(Array2::<f64>::zeros((SIDE, SIDE)), 0.0); 4];
    let ratings: Vec<f64> = (1..=PATTERNS).map(|at| (at * 5 % 7) as f64).collect();
    for at in 1..=PATTERNS {
        let (present, yes) = (at % 2 == 0, choice(0, at) > 0.0);
        let cell = &mut cells[2 * usize::from(present) + usize::from(yes)];
        *cell = (&cell.0 + &pattern(at), cell.1 + 1.0);
        let (picture, answer) = (if present { "signal" } else { "blank" }, if yes { "signal" } else { "blank" });
        text +=
            &format!("o,{at},{picture}.png,noise/{at}.npy,{},{answer},{}\n", u8::from(present == yes), ratings[at - 1]);
    }
    let import = "format = \"csv\"\ncarry = [\"rating\"]\n[import.columns]\nnoise = \"noise_file\"\n";
    let small = with_patterns(import, "r.csv", text);
    small.remove("experiments/rc/base/face.png");
    ["signal", "blank"].iter().for_each(|name| {
        small.write(&format!("experiments/rc/base/{name}.png"), png(&face(SIDE).mapv(f64::from)));
    });
    let path = "experiments/rc/experiment.toml";
    let plain = std::fs::read_to_string(small.path(path)).unwrap();
    let classes =
        "name = \"blank\"\nfiles = \"blank.png\"\n\n[[pictures.class]]\nname = \"signal\"\nfiles = \"signal.png\"";
    let plain = plain.replace("name = \"face\"\nfiles = \"*.png\"", classes);
    small.write(path, plain.replace("[classification]", "[classification]\nestimator = \"noise_yes_no\""));
    let mean: Vec<Array2<f64>> = cells.iter().map(|(sum, count)| sum / *count).collect();
    same(&classified(&small), &(&mean[3] + &mean[1] - &mean[2] - &mean[0]), "yes or no");
    let rated = "[classification]\nestimator = \"noise\"\nresponse = \"rating\"";
    small.write(path, plain.replace("[classification]", rated));
    let middle = ratings.iter().sum::<f64>() / PATTERNS as f64;
    let sd = (ratings.iter().map(|one| (one - middle).powi(2)).sum::<f64>() / (PATTERNS - 1) as f64).sqrt();
    let sum = (1..=PATTERNS).fold(Array2::zeros((SIDE, SIDE)), |sum: Array2<f64>, at| {
        sum + pattern(at) * ((ratings[at - 1] - middle) / sd)
    });
    same(&classified(&small), &sum, "ratings");
}

#[test]
fn what_would_give_a_wrong_image_is_refused_with_what_to_do() {
    let responses = || table(|at| at.to_string(), codes);
    let zero = with_patterns("", "r.csv", table(|at| (at - 1).to_string(), codes)).ran("import experiments/rc");
    assert!(zero.status != Some(0), "{}", zero.stdout);
    for part in ["3 rows name a stimulus without noise", "\"0\": the 12 patterns are called", "line 2", "from = 0"] {
        assert!(zero.stderr.contains(part), "{part}: {}", zero.stderr);
    }
    // Stimuli alone: the face is in every one of them.
    let sections = "[noise]\npatterns = \"noise\"\n\n[import]\nfiles = [\"r.csv\"]\n";
    let stimuli = study(sections, "r.csv", responses());
    (1..=PATTERNS).for_each(|at| {
        let shown = png(&(face(SIDE).mapv(f64::from) + pattern(at)));
        stimuli.write(&format!("experiments/rc/noise/rc_{at:05}_ori.png"), shown);
    });
    stimuli.succeeds("import experiments/rc");
    let common = stimuli.ran("classify experiments/rc");
    assert!(common.status != Some(0) && common.stderr.contains("in common") && common.stderr.contains("_inv.png"));
    for (sections, said) in [
        ("[noise]\n\n[import]\nfiles = [\"r.csv\"]\n", "neither of them"),
        ("[noise]\npatterns = \"a\"\nparameters = \"b\"\n\n[import]\nfiles = [\"r.csv\"]\n", "both of them"),
        ("[noise]\npatterns = \"nowhere\"\n\n[import]\nfiles = [\"r.csv\"]\n", "there is no file or folder"),
        ("[import]\nfiles = [\"r.csv\"]\n", "there is no [bubbles]"),
    ] {
        let refused = study(sections, "r.csv", responses()).ran("import experiments/rc");
        assert!(refused.status != Some(0) && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
}

#[test]
fn the_worked_example_of_the_documentation_runs() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/classification.md")).unwrap();
    let file = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let command = page.lines().find_map(|line| line.strip_prefix("    bubblescope run ")).unwrap();
    let small = Small::new();
    small.write(&format!("{command}/experiment.toml"), file.to_owned() + "permutations = 20\nbootstrap = 20\n");
    small.write(&format!("{command}/base/base.png"), png(&face(32).mapv(f64::from)));
    let mut generator = Seed(4).stream("contrasts", 0);
    let mut row =
        || (0..4092).map(|_| format!("{:.3}", generator.random::<f64>() * 2.0 - 1.0)).collect::<Vec<_>>().join(",");
    let contrasts: Vec<String> = (0..PATTERNS).map(|_| row()).collect();
    small.write(&format!("{command}/stimuli_params.csv"), contrasts.join("\n"));
    let mut responses = table(|at| at.to_string(), codes).replace("rt\n", "rt,condition\n");
    responses = responses
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{line}\n"),
            _ => format!("{line},{}\n", if at % 2 == 0 { "warm" } else { "cold" }),
        })
        .collect();
    small.write(&format!("{command}/responses.csv"), responses);
    small.succeeds(&format!("run {command}"));
    let index = Table::read(&small.path("results/trustworthy/human/index.csv")).unwrap();
    let groups: Vec<String> = index
        .iter()
        .filter(|row| row.text("observer").is_none() && row.text("kind") == Some("smoothed"))
        .map(|row| row.text("condition").unwrap_or("").to_owned())
        .collect();
    assert_eq!(groups, ["", "condition=cold", "condition=warm"]);
}
