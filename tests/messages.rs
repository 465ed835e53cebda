//! What is said about bad input: every case is a small experiment with one fault, and a transcript of one command.
//!
//! The transcripts stand in `messages.txt`, to be read by a person. `UPDATE_MESSAGES=1 cargo test --test messages`
//! writes them anew; the difference is then read before it is committed. Words of the operating system are Linux's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

use bubblescope::map::Map;
use bubblescope::results::hash;
use bubblescope::seed::Seed;
use ndarray::Array2;
use rand::RngExt;
use rayon::prelude::*;

use small::{Files, Ran, SHAPE, Small, line, network, template};

/// A fault and the command that meets it.
struct Case {
    name: &'static str,
    command: &'static str,
    /// The stage up to which results are there already; empty for none.
    after: &'static str,
    fault: fn(&Small),
}

const fn case(name: &'static str, command: &'static str, fault: fn(&Small)) -> Case {
    Case { name, command, after: "", fault }
}

const fn after(after: &'static str, name: &'static str, command: &'static str, fault: fn(&Small)) -> Case {
    Case { name, command, after, fault }
}

const RUN: &str = "run experiments/tiny";
const HUMAN: &str = "human experiments/tiny";
const IMPORT: &str = "import experiments/tiny";
const ATTRIBUTE: &str = "attribute experiments/tiny";
const SCORE: &str = "score --human people --model machine";
const EXPORT: &str = "export experiments/tiny --to jspsych";
const FILE: &str = "experiments/tiny/experiment.toml";

/// Pictures, apertures and plans.
static OF_THE_DESIGN: &[Case] = &[
    case("an unknown kind of Bubbles", RUN, |s| s.edit("[bubbles]", "[bubbles]\nkind = \"band\"")),
    case("cycles of no frequency", RUN, |s| s.edit("unit = \"px\"", "unit = \"cycles\"")),
    case("cycles per object and no width of the object", RUN, |s| {
        s.edit("unit = \"px\"", "unit = \"cycles\", of = { value = 8.0, unit = \"per_object\" }")
    }),
    case("octaves in the plane of the picture", RUN, |s| s.edit("unit = \"px\"", "unit = \"octaves\"")),
    case("px on the axis of frequency", RUN, |s| s.edit("[bubbles]", "[bubbles]\nkind = \"frequency\"")),
    case("an aperture as wide as the axis of frequency", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"frequency\"");
        s.edit("unit = \"px\"", "unit = \"octaves\"");
    }),
    case("bands beyond the Nyquist frequency", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"bands\"\nbands = { highest = { value = 40.0 } }")
    }),
    case("more octaves than the picture has", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"bands\"\nbands = { count = 6 }")
    }),
    case("a budget for other bands", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"bands\"\nbands = { count = 3, budget = [8, 2] }")
    }),
    case("a budget of nothing", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"bands\"\nbands = { count = 2, budget = [0, 0] }")
    }),
    case("a bubble of a band larger than the region", RUN, |s| {
        s.edit(
            "[bubbles]",
            "[bubbles]\nkind = \"bands\"\nbands = { count = 2, sizes = [{ value = 2.0 }, { value = 90.0 }] }",
        )
    }),
    case("a report of bands", "report experiments/tiny", |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"bands\"\nbands = { count = 2 }")
    }),
    case("a lowest frequency above the highest", RUN, |s| {
        s.edit("[bubbles]", "[bubbles]\nkind = \"frequency\"\nfrequencies = { lowest = { value = 30.0 } }")
    }),
    case("a margin that is no margin", RUN, |s| s.edit("[bubbles]", "[bubbles]\nmargin = -1.0")),
    case("an unknown procedure", RUN, |s| s.edit("target = 0.75", "target = 0.75, procedure = \"queest\"")),
    case("a scale that does not exist", RUN, |s| s.edit("target = 0.75", "target = 0.75, scale = \"linear\"")),
    case("a procedure without a target", RUN, |s| s.edit("target = 0.75", "procedure = \"quest\"")),
    case("parameters of a procedure without a target", RUN, |s| s.edit("target = 0.75", "parameters = { step = 0.1 }")),
    case("an unknown parameter of a procedure", RUN, |s| {
        s.edit("target = 0.75", "target = 0.75, procedure = \"quest\", parameters = { beta = 3.5 }")
    }),
    case("a parameter of a procedure out of its range", RUN, |s| {
        s.edit("target = 0.75", "target = 0.75, procedure = \"quest\", parameters = { slope = 0 }")
    }),
    case("a target that lapses do not allow", RUN, |s| {
        s.edit("target = 0.75", "target = 0.98, procedure = \"quest\", parameters = { lapse = 0.05 }")
    }),
    case("a target beyond the range of a procedure", RUN, |s| {
        s.edit("target = 0.75", "target = 0.75, procedure = \"quest\", parameters = { slope = 0.1, range = 0.1 }")
    }),
    case("slopes from a high one to a low one", RUN, |s| {
        s.edit("target = 0.75", "target = 0.75, procedure = \"quest_plus\", parameters = { slope = 8, slopes = 3 }")
    }),
    case("more repeats and catch trials than trials", RUN, |s| {
        s.edit("mirrored = 0.5", "mirrored = 0.5\ncatch = 0.3\nrepeated = 0.4")
    }),
    case("a template and a network", RUN, |s| s.edit("sensitivity = 6.0", "sensitivity = 6.0\nnetwork = \"pool\"")),
    case("neither template nor network", RUN, |s| s.edit("template = \"template.png\"\n", "")),
    case("observers through an unknown network", RUN, |s| {
        s.edit("template = \"template.png\"\n", "network = \"pond\"\n")
    }),
    case("observers through an unknown weight seed", RUN, |s| {
        s.edit("template = \"template.png\"\n", "network = \"pool\"\nnetwork_seed = 9\n")
    }),
    case("fewer keys than classes", RUN, |s| s.edit("mirrored = 0.5", "mirrored = 0.5\nkeys = [\"f\"]")),
    case("one key for two classes", RUN, |s| s.edit("mirrored = 0.5", "mirrored = 0.5\nkeys = [\"f\", \"F\"]")),
    case("noise in maps of pictures", RUN, |s| {
        s.edit("[classification]", "[classification]\nestimator = \"noise_yes_no\"\nnoise = \"noise\"")
    }),
    case("conditions without a map of the task", RUN, |s| {
        s.edit("compare = [\"task\", \"picture\"]", "compare = [\"picture\"]");
        s.edit("[classification]", "[classification]\nby = [\"class\"]");
    }),
    case("a class that is called like a key", RUN, |s| {
        s.edit("mirrored = 0.5", "mirrored = 0.5\nkeys = [\"wide\", \"l\"]")
    }),
    case("a key that is none", RUN, |s| s.edit("mirrored = 0.5", "mirrored = 0.5\nkeys = [\"left\", \"right\"]")),
    case("pictures without contrast", RUN, |s| {
        s.edit("[pictures]", "[pictures]\nmatch_luminance = true");
        s.write("experiments/tiny/pictures/tall_0.png", line(SHAPE, 100, false));
    }),
];

/// The experiment file.
static OF_THE_FILE: &[Case] = &[
    case("the experiment is not there", "run experiments/absent", |_| {}),
    case("the experiment file is not TOML", RUN, |s| s.edit("seed = 7", "seed = 7 apples")),
    case("the experiment file is not text", RUN, |s| s.write(FILE, b"title = \"\xff\"")),
    case("a field that does not exist", RUN, |s| s.edit("rendered = 2", "renderd = 2")),
    case("a column counts characters, not bytes", RUN, |s| s.edit("background = 0.5", "\"é\" = 1")),
    case("a text where a number is needed", RUN, |s| s.edit("seed = 7", "seed = \"seven\"")),
    case("a negative seed", RUN, |s| s.edit("seed = 7", "seed = -7")),
    case("a missing field", RUN, |s| s.edit("title = \"Wide or tall?\"\n", "")),
    case("a missing field of a part", RUN, |s| s.edit("folder = \"pictures\"\n", "")),
    case("an unknown unit of comparison", RUN, |s| s.edit("[\"task\", \"picture\"]", "[\"tasks\"]")),
    case("no unit of comparison", RUN, |s| s.edit("[\"task\", \"picture\"]", "[]")),
    case("a unit of comparison given twice", RUN, |s| s.edit("[\"task\", \"picture\"]", "[\"task\", \"task\"]")),
    case("a bubble of size 0", RUN, |s| s.edit("value = 3.0", "value = 0.0")),
    case("a bubble of no number", RUN, |s| s.edit("value = 3.0", "value = nan")),
    case("a size in degrees and no width of the pictures", RUN, |s| s.edit("unit = \"px\"", "unit = \"degrees\"")),
    case("a bubble larger than the region", RUN, |s| s.edit("value = 3.0", "value = 30.0")),
    case("more bubbles than the region holds", RUN, |s| s.edit("maximum = 60", "maximum = 2000")),
    case("more bubbles at the start than at most", RUN, |s| s.edit("start = 20", "start = 70")),
    case("a target at chance", RUN, |s| s.edit("target = 0.75", "target = 0.5")),
    case("a background that is no grey level", RUN, |s| s.edit("background = 0.5", "background = 128.0")),
    case("an unknown estimator", RUN, |s| s.edit("[classification]", "[classification]\nestimator = \"centers\"")),
    case("trials standardised for a regression", RUN, |s| {
        s.edit("[classification]", "[classification]\nestimator = \"logistic\"\nwithin_trial = true")
    }),
    case("an unknown parameter of an estimator", RUN, |s| {
        s.edit("[classification]", "[classification]\nestimator = \"logistic\"\nparameters = { fold = 5 }")
    }),
    case("a group that does not exist", RUN, |s| s.edit("[classification]", "[classification]\ngroup = \"mean\"")),
    case("a rule of reclassification that does not exist", RUN, |s| {
        s.edit("[classification]", "[classification]\nreclassify = \"slow\"")
    }),
    case("a proportion plane of response times", RUN, |s| {
        s.edit("[classification]", "[classification]\nestimator = \"proportion_plane\"\nresponse = \"speed\"")
    }),
    case("signed accuracy", RUN, |s| s.edit("[classification]", "[classification]\nsigned = true")),
    case("guesses in response times", RUN, |s| {
        s.edit("[classification]", "[classification]\nreclassify = \"fence\"\nresponse = \"speed\"")
    }),
    case("noise without a folder", RUN, |s| {
        s.edit("[classification]", "[classification]\nestimator = \"noise_yes_no\"")
    }),
    case("a condition named twice", RUN, |s| {
        s.edit("[classification]", "[classification]\nby = [\"class\", \"class\"]")
    }),
    case("too few permutations", RUN, |s| s.edit("permutations = 20", "permutations = 10")),
    case("an unknown test", RUN, |s| {
        s.edit("permutations = 20", "permutations = 20\ntests = { names = [\"permutations\"] }")
    }),
    case("no test", RUN, |s| s.edit("permutations = 20", "permutations = 20\ntests = { names = [] }")),
    case("a side that does not exist", RUN, |s| {
        s.edit("permutations = 20", "permutations = 20\ntests = { sides = [\"left\"] }")
    }),
    case("six neighbours", RUN, |s| s.edit("permutations = 20", "permutations = 20\ntests = { connectivity = 6 }")),
    case("a region that is nothing", RUN, |s| {
        s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { rows = [2, 9] } }")
    }),
    case("a region from a late to an early row", RUN, |s| {
        s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { rows = [9, 2], columns = [0, 9] } }")
    }),
    after("simulate", "a region beyond the picture", "classify experiments/tiny", |s| {
        s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { rows = [2, 90], columns = [0, 9] } }")
    }),
    after("simulate", "a mask of a part, of another size", "classify experiments/tiny", |s| {
        s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { mask = \"eyes.png\" } }");
        s.write("experiments/tiny/eyes.png", template((10, 12)));
    }),
    case("a contrast of an unknown column", RUN, |s| {
        s.edit(
            "permutations = 20",
            "permutations = 20\ncontrasts = [{ name = \"a\", column = \"sex\", plus = [\"f\"], minus = [\"m\"] }]",
        )
    }),
    case("a contrast of a value with itself", RUN, |s| {
        s.edit(
            "permutations = 20",
            "permutations = 20\ncontrasts = [{ name = \"a\", column = \"class\", plus = [\"wide\"], minus = [\"tall\", \"wide\"] }]",
        )
    }),
    after("simulate", "a contrast without trials", "classify experiments/tiny", |s| {
        s.edit(
            "permutations = 20",
            "permutations = 20\ncontrasts = [{ name = \"a\", column = \"class\", plus = [\"wide\"], minus = [\"round\"] }]",
        )
    }),
    case("one class", RUN, |s| s.edit("[[pictures.class]]\nname = \"tall\"\nfiles = \"tall_*.png\"\n", "")),
    case("two classes of one name", RUN, |s| s.edit("name = \"tall\"", "name = \"wide\"")),
    case("both simulation and import", RUN, |s| {
        s.edit("[classification]", "[import]\nfiles = [\"a.csv\"]\n[classification]")
    }),
    case("neither simulation nor import", RUN, |s| s.import("", "")),
    case("simulated observers without a design", RUN, |s| {
        s.import("[simulation]\ntemplate = \"template.png\"\nsensitivity = 5.0\n", "")
    }),
    case("no trial file is named", RUN, |s| s.import("[import]\nfiles = []\n", "")),
    case("a trial file is named twice", RUN, |s| s.import("[import]\nfiles = [\"trials.csv\", \"trials.csv\"]\n", "")),
    case("an unknown metric", RUN, |s| s.edit("\"top10\"", "\"top11\"")),
    case("a metric that needs fixations", RUN, |s| s.edit("\"top10\"", "\"shuffled_auc\"")),
    case("no metric", RUN, |s| s.edit("[\"pearson\", \"top10\"]", "[]")),
    case("an unknown method", RUN, |s| s.edit("\"grad_cam\"]", "\"gradcam\"]")),
    case("no method", RUN, |s| s.edit("[\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "[]")),
    case("parameters of an unknown method", RUN, |s| s.edit("parameters.rise", "parameters.rice")),
    case("an unknown parameter", RUN, |s| s.edit("masks = 12", "mask = 12")),
    case("a parameter of a method that has none", RUN, |s| {
        s.edit("[score]", "[attribution.parameters.full_grad]\nlayer = 3\n[score]")
    }),
    case("a layer that is a number", RUN, |s| {
        s.edit("[score]", "[attribution.parameters.grad_cam]\nlayer = 3\n[score]")
    }),
    case("another name for a method that does not exist", RUN, |s| {
        s.edit("[score]", "[attribution.parameters.mine]\nmethod = \"gradcam\"\n[score]")
    }),
    case("an unknown null of single pictures", RUN, |s| s.edit("[score]", "[score]\nnull = \"image_shuffle\"")),
    case("an unknown counterpart", RUN, |s| s.edit("[attribution]", "[attribution]\ncounterparts = [\"random\"]")),
    case("another class than that of one output", RUN, |s| {
        s.edit("[attribution]", "[attribution]\ncounterparts = [\"other_class\"]\nexplained = { output = 1 }")
    }),
    case("something that cannot be explained", RUN, |s| {
        s.edit("[attribution]", "[attribution]\nexplained = \"logits\"")
    }),
    case("a parameter out of its range", RUN, |s| s.edit("grid = 4", "grid = 1")),
    case("an unknown metric of faithfulness", RUN, |s| s.faithfulness("metrics = [\"deletion\", \"insertions\"]")),
    case("a metric of faithfulness that is a metric of scores", RUN, |s| s.faithfulness("metrics = [\"pearson\"]")),
    case("parameters of an unknown metric of faithfulness", RUN, |s| {
        s.faithfulness("metrics = [\"road\"]\nparameters = { roar = { shares = 9 } }")
    }),
    case("an unknown parameter of a metric of faithfulness", RUN, |s| {
        s.faithfulness("metrics = [\"road\"]\nparameters = { road = { share = 9 } }")
    }),
    case("a parameter of a metric of faithfulness that has none", RUN, |s| {
        s.faithfulness("metrics = [\"complexity\"]\nparameters = { complexity = { base = 2 } }")
    }),
    case("a parameter of a metric of faithfulness out of its range", RUN, |s| {
        s.faithfulness("metrics = [\"road\"]\nparameters = { road = { noise = -0.1 } }")
    }),
    case("no weight seed to be judged", RUN, |s| s.faithfulness("metrics = [\"road\"]\nseeds = 0")),
    case("a field of faithfulness that does not exist", RUN, |s| s.faithfulness("methods = [\"road\"]")),
    case("faithfulness where no metric of it is named", "faithfulness experiments/tiny", |s| {
        s.faithfulness("seeds = 2")
    }),
    after("classify", "faithfulness before there are maps", "faithfulness experiments/tiny", |s| {
        s.faithfulness("metrics = [\"complexity\"]")
    }),
    case("seeds without {seed}", RUN, |s| s.edit("small_pool_seed{seed}", "small_pool_seed1")),
    case("{seed} without seeds", RUN, |s| s.edit("pool_seed{seed}.onnx\"\nseeds = [1, 2]", "pool_seed{seed}.onnx\"")),
    case("a seed given twice", RUN, |s| {
        s.edit("pool_seed{seed}.onnx\"\nseeds = [1, 2]", "pool_seed{seed}.onnx\"\nseeds = [2, 2]")
    }),
    case("outputs without a class of the experiment", RUN, |s| {
        s.edit("classes = [\"wide\", \"tall\"] }\n\n[attribution]", "classes = [\"Wide\", \"Tall\"] }\n\n[attribution]")
    }),
    case("a model whose name is a path", RUN, |s| s.edit("name = \"pool\"", "name = \"../pool\"")),
    case("two models of one name", RUN, |s| s.edit("name = \"pool\"", "name = \"dense\"")),
    case("as many means as no network has channels", RUN, |s| {
        s.edit(
            "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
            "channels = \"rgb\", mean = [0.5, 0.5] }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
        )
    }),
    case("a mean that is no number", RUN, |s| {
        s.edit(
            "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
            "channels = \"grey\", mean = [nan] }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
        )
    }),
    case("a range without width", RUN, |s| {
        s.edit(
            "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
            "channels = \"grey\", range = [0.5, 0.5] }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
        )
    }),
    case("a range that is no number", RUN, |s| {
        s.edit(
            "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
            "channels = \"grey\", range = [nan, 1.0] }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
        )
    }),
    case("a standard deviation of 0", RUN, |s| {
        s.edit(
            "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
            "channels = \"grey\", sd = [0.0] }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]",
        )
    }),
    case("a class without a name", RUN, |s| s.edit("name = \"tall\"", "name = \" \"")),
    case("response times that are no numbers", RUN, |s| {
        s.edit("lapse = 0.02", "lapse = 0.02\nresponse_time = { mean = nan }")
    }),
    case("results where a file is", "run experiments/tiny --results occupied", |s| s.write("occupied", "")),
];

/// Pictures, region and template.
static OF_PICTURES: &[Case] = &[
    case("no folder of pictures", RUN, |s| s.remove("experiments/tiny/pictures")),
    case("a picture that is none", RUN, |s| s.write("experiments/tiny/pictures/wide_2.png", "not a picture")),
    case("a picture that is cut off", RUN, |s| {
        s.write("experiments/tiny/pictures/wide_2.png", &line(SHAPE, 5, true)[..90])
    }),
    case("pictures of two sizes", RUN, |s| s.write("experiments/tiny/pictures/wide_2.png", line((48, 40), 5, true))),
    case("a class without pictures", RUN, |s| s.edit("files = \"tall_*.png\"", "files = \"high_*.png\"")),
    case("a picture in two classes", RUN, |s| s.edit("files = \"tall_*.png\"", "files = \"*.png\"")),
    case("no region of that name", RUN, |s| {
        s.edit("folder = \"pictures\"", "folder = \"pictures\"\nregion = \"r.png\"")
    }),
    case("a region of another size", RUN, |s| {
        s.edit("folder = \"pictures\"", "folder = \"pictures\"\nregion = \"r.png\"");
        s.write("experiments/tiny/r.png", line((48, 40), 5, true));
    }),
    case("an empty region", RUN, |s| {
        s.edit("folder = \"pictures\"", "folder = \"pictures\"\nregion = \"r.png\"");
        s.write("experiments/tiny/r.png", line(SHAPE, 100, true));
    }),
    case("no template", RUN, |s| s.remove("experiments/tiny/template.png")),
    case("a template of another size", RUN, |s| s.write("experiments/tiny/template.png", template((48, 40)))),
    case("a folder of templates that lacks one", RUN, |s| {
        s.edit("template = \"template.png\"", "template = \"templates\"");
        s.write("experiments/tiny/templates/tall_0.png", template(SHAPE));
    }),
];

const TRIALS: &str = "[import]\nfiles = [\"trials.csv\"]\n";
const GOOD: &str = "observer,trial,picture,correct,centres\nann,1,wide_0,1,3:4 5:6\nann,2,tall_0,0,3:4\n";

/// Trial files.
static OF_TRIALS: &[Case] = &[
    case("no trial file", IMPORT, |s| {
        s.import(TRIALS, "");
        s.remove("experiments/tiny/trials.csv");
    }),
    case("an empty trial file", IMPORT, |s| s.import(TRIALS, "")),
    case("an empty first line", IMPORT, |s| s.import(TRIALS, "\nobserver,picture\n")),
    case("a header and nothing else", IMPORT, |s| s.import(TRIALS, "observer,picture,correct,centres\n")),
    case("a trial file that is no text", IMPORT, |s| s.import(TRIALS, b"observer,picture\nJos\x00,a\n")),
    case("a workbook as a trial file", IMPORT, |s| s.import(TRIALS, b"PK\x03\x04\x14\x00")),
    case("a missing column", IMPORT, |s| s.import(TRIALS, GOOD.replace("correct", "Correct"))),
    case("a column given twice", IMPORT, |s| s.import(TRIALS, GOOD.replace("trial", "picture"))),
    case("a column to keep rows by that is not there", IMPORT, |s| {
        s.import(&format!("{TRIALS}[import.keep]\nphase = \"main\"\n"), GOOD)
    }),
    case("no row to keep", IMPORT, |s| s.import(&format!("{TRIALS}[import.keep]\nobserver = \"bob\"\n"), GOOD)),
    case("no row that is a trial", IMPORT, |s| s.import(TRIALS, GOOD.replace("wide", "broad").replace("tall", "high"))),
    case("some rows that are no trials", IMPORT, |s| {
        s.import(TRIALS, format!("{GOOD}ann,3,wide_0,maybe,3:4\nann,4,wide_0,1,40:4\nann,1,wide_0,1,1:1\nann,5,\n"))
    }),
    case("columns of no known format", IMPORT, |s| s.import(TRIALS, "subject,face,answer\n1,wide_0,wide\n")),
    case("an unknown format", IMPORT, |s| s.import(&format!("{TRIALS}format = \"qualtrics\"\n"), GOOD)),
    case("a column to carry that is not there", IMPORT, |s| {
        s.import("[import]\nfiles = [\"trials.csv\"]\ncarry = [\"confidence\"]\n", GOOD)
    }),
    case("trial files alone", "import trials.csv --explain", |s| {
        s.write(
            "trials.csv",
            "participant,trial_id,key,rt\nann,t0001,f,0.5\nann,t0002,,\nann,,space,3\nann,t0001,j,0.7\n",
        );
    }),
    case("trial files alone where they were imported before", "import trials.csv", |s| {
        s.write("trials.csv", "participant,trial_id,key,rt\nann,t0001,f,0.5\n");
        s.write("imported/trials.csv", "");
    }),
    case("an option of files given to an experiment", "import experiments/tiny --format csv", |s| {
        s.import(TRIALS, GOOD)
    }),
    case("a pattern that matches no file", IMPORT, |s| s.import("[import]\nfiles = [\"data/*.csv\"]\n", GOOD)),
    case("trials that the design does not have, or has otherwise", IMPORT, |s| {
        s.edit("[simulation]\ntemplate = \"template.png\"\nsensitivity = 6.0\nspread = 0.1\nlapse = 0.02\n", TRIALS);
        let head = "participant,trial_id,picture,n_bubbles,key,rt";
        s.write(
            "experiments/tiny/trials.csv",
            format!("{head}\nann,t9999,wide_0.png,3,f,500\nann,t0001,wide_9.png,3,f,500\nann,t0002,,3,x,500\n"),
        );
    }),
    case("an answered data set without answers", "export experiments/tiny --to bids", |_| ()),
    case("a class that a platform converts", "export experiments/tiny --to psychopy", |s| {
        s.edit("trials = 60", "trials = 8");
        s.edit("target = 0.75, ", "");
        let path = s.path(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace("\"tall\"", "\"None\"")).unwrap();
    }),
    case("a number that adapts where stimuli are rendered", "export experiments/tiny --to gorilla", |_| ()),
    case("no answer that varies", RUN, |s| s.import(TRIALS, GOOD.replace(",0,", ",1,"))),
    case("too few trials for maps of pictures", RUN, |s| {
        s.edit("[\"task\", \"picture\"]", "[\"picture\"]");
        let row = |at: usize| {
            let picture = ["wide_0", "wide_1", "tall_0", "tall_1"][at % 4];
            format!("ann,{at},{picture},{},{}:{}\n", at / 3 % 2, at, 40 - at)
        };
        let rows: String = (0..16).map(row).collect();
        s.import(TRIALS, format!("observer,trial,picture,correct,centres\n{rows}"));
    }),
];

/// Puts a network of `tests/data` in the place of both models.
fn only_model(small: &Small, name: &str, rest: &str) {
    let path = small.path(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let (start, end) = (text.find("[[model]]").unwrap(), text.find("[attribution]").unwrap());
    let model = format!("[[model]]\nname = \"net\"\nfile = \"models/{name}.onnx\"\n{rest}\n");
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.onnx"));
    if network.is_file() {
        small.write(&format!("experiments/tiny/models/{name}.onnx"), std::fs::read(network).unwrap());
    }
    std::fs::write(path, format!("{}{model}{}", &text[..start], &text[end..])).unwrap();
}

/// Asks one method about a network of `tests/data`.
fn explained(small: &Small, name: &str, method: &str, parameters: &str) {
    only_model(small, name, GREY);
    small.edit("[\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", &format!("[\"{method}\"]"));
    small.edit("[score]", &format!("{parameters}\n[score]"));
}

const GREY: &str = "input = { channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n";

/// Networks.
const LOOKS: &str = "[human]\nsource = \"fixations\"\nfiles = [\"looks.csv\"]\nblur = { value = 3.0 }\n";

/// The experiment with `[human]` and a table of fixations.
fn looks(small: &Small, human: &str, table: &str) {
    small.human(human);
    small.write("experiments/tiny/looks.csv", table);
}

/// Human maps from other sources than trials.
static OF_LOOKS: &[Case] = &[
    case("fixations and trials", RUN, |s| s.edit("[design]", &format!("{LOOKS}\n[design]"))),
    case("a source that does not exist", RUN, |s| looks(s, &LOOKS.replace("fixations", "gazes"), "")),
    case("fixations without a blur", RUN, |s| looks(s, &LOOKS.replace("blur = { value = 3.0 }", ""), "")),
    case("a blur in degrees of pictures of unknown width", RUN, |s| {
        looks(s, &LOOKS.replace("value = 3.0", "value = 1.0, unit = \"degrees\""), "")
    }),
    case("a blur as wide as the picture", HUMAN, |s| {
        looks(s, &LOOKS.replace("3.0", "30.0"), "observer,picture,x,y\na,wide_0,3,4\n")
    }),
    case("clicks that last", RUN, |s| {
        looks(s, &format!("{}weight = \"duration\"\n", LOOKS.replace("fixations", "clicks")), "")
    }),
    case("fixations without a place", HUMAN, |s| looks(s, LOOKS, "observer,picture,across,y\na,wide_0,3,4\n")),
    case("fixations weighed by a duration that is not there", HUMAN, |s| {
        looks(s, &format!("{LOOKS}weight = \"duration\"\n"), "observer,picture,x,y\na,wide_0,3,4\n")
    }),
    case("fixations of other pictures, outside, and no numbers", HUMAN, |s| {
        looks(
            s,
            LOOKS,
            "observer,picture,x,y\na,wide_0,3,4\na,narrow_0,3,4\na,wide_0,49,4\na,wide_0,here,4\n,wide_0,3,4\n",
        )
    }),
    case("no fixation at any picture", HUMAN, |s| looks(s, LOOKS, "observer,picture,x,y\na,wide_7,3,4\n")),
    case("fixations at pictures of another width", RUN, |s| {
        looks(s, LOOKS, "observer,picture,x,y\na,wide_0,3,4\n");
        s.edit("folder = \"pictures\"", "folder = \"pictures\"\nwidth = 24");
    }),
    case("networks that are to see the trials of nobody", RUN, |s| {
        looks(s, LOOKS, "");
        s.edit("trials = 12", "trials = 12\nshown = \"people\"");
    }),
    case("no folder of masks", HUMAN, |s| s.human("[human]\nsource = \"masks\"\nfiles = [\"masks\"]\n")),
    case("a painted mask of another size", HUMAN, |s| {
        s.human("[human]\nsource = \"masks\"\nfiles = [\"masks\"]\n");
        s.write("experiments/tiny/masks/ann/wide_0.png", line((20, 24), 3, true));
    }),
    case("two masks of one picture by one observer", HUMAN, |s| {
        s.human("[human]\nsource = \"masks\"\nfiles = [\"masks\"]\n");
        s.write("experiments/tiny/masks/ann/wide_0.png", line(SHAPE, 3, true));
        s.write("experiments/tiny/masks/ann/wide_0.png.png", line(SHAPE, 3, true));
    }),
    case("labels in two places", RUN, |s| {
        s.edit("name = \"pool\"", "name = \"pool\"\nlabels = \"labels.txt\"");
    }),
    case("a file of labels that is not there", RUN, |s| {
        only_model(s, "small_pool_seed1", "labels = \"labels.txt\"\ninput = { channels = \"grey\" }\noutput = {}\n");
    }),
];

/// Rules of exclusion.
static OF_RULES: &[Case] = &[
    case("an unknown rule", RUN, |s| s.exclusions("rules = [\"fast\", \"slowly\"]")),
    case("a rule twice", RUN, |s| s.exclusions("rules = [\"fast\", \"fast\"]")),
    case("an unknown parameter of a rule", RUN, |s| {
        s.exclusions("rules = [\"fast\"]\nparameters = { fast = { limit = 200 } }")
    }),
    case("a parameter of a rule out of its bounds", RUN, |s| {
        s.exclusions("rules = [\"chance\"]\nparameters = { chance = { alpha = 5 } }")
    }),
    case("parameters of a rule that is not asked for", RUN, |s| {
        s.exclusions("rules = [\"fast\"]\nparameters = { slow = { bound = 3000 } }")
    }),
    after("simulate", "rules that leave nothing", "exclude experiments/tiny", |s| {
        s.exclusions("rules = [\"zero_bubbles\", \"slow\"]\nparameters = { slow = { bound = 1 } }")
    }),
    after("simulate", "a response that no trial has", "classify experiments/tiny", |s| {
        s.edit("[classification]", "[classification]\nresponse = \"rating\"")
    }),
    after("simulate", "a condition with a value for every trial", "classify experiments/tiny", |s| {
        s.edit("[classification]", "[classification]\nby = [\"response_time\"]")
    }),
    after("simulate", "conditions of no column", "classify experiments/tiny", |s| {
        s.edit("[classification]", "[classification]\nby = [\"mood\"]")
    }),
    after("simulate", "maps before the rules were applied", "classify experiments/tiny", |s| {
        s.exclusions("rules = [\"slow\"]")
    }),
    after("simulate", "exclusions that nobody asked for", "exclude experiments/tiny", |_| {}),
];

static OF_NETWORKS: &[Case] = &[
    after("classify", "no ONNX file", ATTRIBUTE, |s| s.remove("experiments/tiny/models/small_dense_seed2.onnx")),
    after("classify", "an ONNX file that is none", ATTRIBUTE, |s| {
        only_model(s, "other", GREY);
        s.write("experiments/tiny/models/other.onnx", "not a network");
    }),
    after("classify", "an empty ONNX file", ATTRIBUTE, |s| {
        only_model(s, "other", GREY);
        s.write("experiments/tiny/models/other.onnx", "");
    }),
    after("classify", "an ONNX file that is cut off", ATTRIBUTE, |s| {
        only_model(s, "other", GREY);
        s.write("experiments/tiny/models/other.onnx", &network("small_dense_seed1")[..900]);
    }),
    after("classify", "weights in another file", ATTRIBUTE, |s| only_model(s, "weights_elsewhere", GREY)),
    after("classify", "an operator that nobody knows", ATTRIBUTE, |s| only_model(s, "unknown_operator", GREY)),
    after("classify", "three outputs and two classes", ATTRIBUTE, |s| only_model(s, "pool", GREY)),
    after("classify", "two inputs", ATTRIBUTE, |s| only_model(s, "two_inputs", GREY)),
    after("classify", "an output that is a map", ATTRIBUTE, |s| only_model(s, "map_output", GREY)),
    after("classify", "an input of open size", ATTRIBUTE, |s| only_model(s, "open_size", GREY)),
    after("classify", "channels that contradict the network", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", &GREY.replace("grey", "rgb"))
    }),
    after("classify", "probabilities that are logits", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", &GREY.replace("\"tall\"]", "\"tall\"], values = \"probabilities\""))
    }),
    after("classify", "weights outside the folder", ATTRIBUTE, |s| only_model(s, "weights_outside", GREY)),
    after("classify", "an operator without a derivative", ATTRIBUTE, |s| explained(s, "cumulated", "gradient", "")),
    after("classify", "guided backpropagation without rectifiers", ATTRIBUTE, |s| {
        explained(s, "cumulated", "guided_backprop", "")
    }),
    after("classify", "a layer that the network does not have", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "grad_cam", "[attribution.parameters.grad_cam]\nlayer = \"featurs\"")
    }),
    after("classify", "a layer of one place", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "grad_cam", "[attribution.parameters.grad_cam]\nlayer = \"y\"")
    }),
    after("classify", "an output that the network does not have", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "gradient", "");
        s.edit("[attribution]", "[attribution]\nexplained = { output = 2 }");
    }),
    after("classify", "a channel that the layer does not have", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "gradient", "");
        s.edit("[attribution]", "[attribution]\nexplained = { layer = { name = \"x\", channel = 1 } }");
    }),
    after("classify", "a probability shared out", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "deep_lift", "");
        s.edit("[attribution]", "[attribution]\nexplained = \"probability\"");
    }),
    after("classify", "attention where there is none", ATTRIBUTE, |s| {
        explained(s, "small_pool_seed1", "attention_rollout", "")
    }),
    after("classify", "a stride wider than the window", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", GREY);
        s.edit("methods = [\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "methods = [\"occlusion\"]");
        s.edit("stride = 8", "stride = 13");
    }),
    after("classify", "more bubbles than pixels for a network", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", GREY);
        s.edit("methods = [\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "methods = [\"bubbles\"]");
        s.edit("trials = 12", "trials = 12\ncount = 5000");
    }),
    after("classify", "no list of pictures", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", &format!("pictures = \"held_out.txt\"\n{GREY}"))
    }),
    after("classify", "a list that names an unknown picture", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", &format!("pictures = \"held_out.txt\"\n{GREY}"));
        s.write("experiments/tiny/held_out.txt", "wide_0.png\n\nwide_7.png\n");
    }),
    after("classify", "an empty list of pictures", ATTRIBUTE, |s| {
        only_model(s, "small_pool_seed1", &format!("pictures = \"held_out.txt\"\n{GREY}"));
        s.write("experiments/tiny/held_out.txt", "\n");
    }),
];

fn npy(value: f32) -> Vec<u8> {
    let (rows, columns) = SHAPE;
    let value = |(row, column): (usize, usize)| value + ((row * 7 + column * 5) % 11) as f32;
    Map::new(Array2::from_shape_fn((rows, columns), value)).unwrap().to_npy()
}

/// Two observers and one network in folders of maps made elsewhere.
fn folders(small: &Small) {
    small.write("people/index.csv", "file,picture,observer\na.npy,wide_0.png,ann\nb.npy,wide_0.png,bob\n");
    small.write("people/a.npy", npy(1.0));
    small.write("people/b.npy", npy(2.0));
    small.write("machine/index.csv", "file,picture,seed,model,method\nc.npy,wide_0.png,1,net,mine\n");
    small.write("machine/c.npy", npy(3.0));
}

/// A map of one value.
fn constant(value: f32) -> Vec<u8> {
    Map::new(Array2::from_elem(SHAPE, value)).unwrap().to_npy()
}

/// The upper or the lower half of a map.
fn half(upper: bool) -> Vec<u8> {
    let inside = |(row, _): (usize, usize)| f32::from(u8::from((row < SHAPE.0 / 2) == upper));
    Map::new(Array2::from_shape_fn(SHAPE, inside)).unwrap().to_npy()
}

/// Maps told by their names: two observers with three pictures, one network with two weight seeds, and holes.
fn by_name(small: &Small) {
    let files = ["ann/a", "ann/b", "bob/a", "bob/b", "bob/c"].map(|name| format!("people/{name}.npy"));
    let seeds = ["1/a", "1/b", "2/a", "2/d"].map(|name| format!("machine/{name}.npy"));
    for (at, path) in files.iter().chain(&seeds).enumerate() {
        small.write(path, npy(at as f32));
    }
    small.write("machine/2/b.npy", constant(1.0));
}

/// What picture `picture` shows, mixed with what only maker `maker` sees of it.
fn mixed(picture: usize, maker: usize, share: f32) -> Vec<u8> {
    let noise = |index: usize| {
        let mut generator = Seed(1).stream("map", index as u64);
        Array2::from_shape_simple_fn(SHAPE, || generator.random::<f32>())
    };
    let (shown, own) = (noise(picture), noise(100 + picture * 50 + maker));
    Map::new(share * shown + (1.0 - share) * own).unwrap().to_npy()
}

/// Two groups of five observers, and two networks of four weight seeds: grad sees what people see, rise sees less of it.
fn sides(small: &Small) {
    for picture in 0..6 {
        for maker in 0..5 {
            small.write(&format!("people/o{maker}/p{picture}.npy"), mixed(picture, maker, 0.6));
            small.write(&format!("others/q{maker}/p{picture}.npy"), mixed(picture, 5 + maker, 0.6));
        }
        for seed in 0..4 {
            let maps = [("grad", 0.7), ("rise", 0.3), ("same", 0.69)];
            for (at, (method, share)) in maps.into_iter().enumerate() {
                let maker = 10 + seed;
                let map = mixed(picture, maker + 10 * at, share);
                small.write(&format!("{method}/{seed}/p{picture}.npy"), &map);
                small.write(&format!("both/net/{method}/{seed}/p{picture}.npy"), &map);
                small.write(
                    &format!("both/net2/{method}/{seed}/p{picture}.npy"),
                    mixed(picture, maker + 40 + at, share),
                );
            }
        }
    }
    small.remove("same");
}

/// Maps made elsewhere.
static OF_MAPS: &[Case] = &[
    case("no index of human maps", SCORE, |s| {
        folders(s);
        s.remove("people/index.csv");
    }),
    case("no index of network maps", SCORE, |s| {
        folders(s);
        s.remove("machine/index.csv");
    }),
    case("no folder of network maps", SCORE, |s| {
        folders(s);
        s.remove("machine");
    }),
    case("an index without observers", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture\na.npy,wide_0.png\n");
    }),
    case("an index without pictures", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,seed\nc.npy,1\n");
    }),
    case("an index with a row that is too short", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture,observer\na.npy,wide_0.png\n");
    }),
    case("an observer with two maps of one picture", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture,observer\na.npy,wide_0.png,ann\nb.npy,wide_0.png,ann\n");
    }),
    case("a width that is no number", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture,observer,blur_sd\na.npy,wide_0.png,ann,wide\n");
    }),
    case("a blur wider than the map", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture,observer,blur_sd\na.npy,wide_0.png,ann,1e9\n");
    }),
    case("a negative blur", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,picture,seed,blur_sd\nc.npy,wide_0.png,1,-3\n");
    }),
    case("human maps in different coordinates", SCORE, |s| {
        folders(s);
        let rows = "a.npy,wide_0.png,ann,presentation\nb.npy,wide_0.png,bob,picture\n";
        s.write("people/index.csv", format!("file,picture,observer,coordinates\n{rows}"));
    }),
    case("human maps of an unknown unit", SCORE, |s| {
        folders(s);
        s.write("people/index.csv", "file,picture,observer,unit\na.npy,wide_0.png,ann,face\n");
    }),
    case("a network with two maps of one picture", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,picture,seed\nc.npy,wide_0.png,1\nc.npy,wide_0.png,1\n");
    }),
    case("a map that is not there", SCORE, |s| {
        folders(s);
        s.remove("people/b.npy");
    }),
    case("a human map of another size", SCORE, |s| {
        folders(s);
        s.write("people/b.npy", Map::new(Array2::ones((4, 5))).unwrap().to_npy());
    }),
    case("a network map of another size", SCORE, |s| {
        folders(s);
        s.write("machine/c.npy", Map::new(Array2::ones((4, 5))).unwrap().to_npy());
    }),
    case("a map that holds NaN", SCORE, |s| {
        folders(s);
        let mut bytes = npy(3.0);
        let at = bytes.len() - 4 * 50;
        bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        s.write("machine/c.npy", bytes);
    }),
    case("a map that is no map file", SCORE, |s| {
        folders(s);
        s.write("people/b.npy", "1 2 3\n4 5 6\n");
    }),
    case("a map that is cut off", SCORE, |s| {
        folders(s);
        let bytes = npy(3.0);
        s.write("machine/c.npy", &bytes[..bytes.len() - 100]);
    }),
    case("a map outside the folder", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,picture,seed\n../people/a.npy,wide_0.png,1\n");
    }),
    case("maps in different coordinates", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,picture,seed,coordinates\nc.npy,wide_0.png,1,presentation\n");
    }),
    case("no picture that both sides have", SCORE, |s| {
        folders(s);
        s.write("machine/index.csv", "file,picture,seed\nc.npy,wide_1.png,1\n");
    }),
    case("scores that are there already", SCORE, |s| {
        folders(s);
        s.write("scores.csv", "mine");
    }),
    case("human maps alone", "score --human people", folders),
    case("two files of one picture and no index", SCORE, |s| {
        by_name(s);
        s.write("people/ann/a.png", "");
    }),
    case("maps deeper than observers and no index", SCORE, |s| {
        by_name(s);
        s.write("people/adults/ann/a.npy", npy(1.0));
    }),
    case("a folder without maps", SCORE, |s| {
        by_name(s);
        s.remove("machine");
        s.write("machine/notes.txt", "no map");
    }),
    case("maps by name, of which some have no partner", SCORE, by_name),
    case("maps of one picture", SCORE, folders),
    case("human maps that are all constant", SCORE, |s| {
        folders(s);
        ["a", "b"].iter().for_each(|name| s.write(&format!("people/{name}.npy"), constant(1.0)));
    }),
    case("a table of missing maps that is there already", SCORE, |s| {
        folders(s);
        s.write("missing.csv", "mine");
    }),
    case("a map in colours", SCORE, |s| {
        folders(s);
        s.write("machine/c.npy", include_bytes!("data/maps/colour.tiff"));
    }),
    case("a map of several pages", SCORE, |s| {
        folders(s);
        s.write("machine/c.npy", include_bytes!("data/maps/pages.tiff"));
    }),
    case("a MATLAB file of several arrays", SCORE, |s| {
        folders(s);
        s.write("people/b.npy", include_bytes!("data/maps/several.mat"));
    }),
    case(
        "a MATLAB file without the array that is named",
        "score --human people --model machine --variable third",
        |s| {
            folders(s);
            s.write("people/b.npy", include_bytes!("data/maps/several.mat"));
        },
    ),
    case("a MATLAB file of version 7.3", SCORE, |s| {
        folders(s);
        s.write("people/b.npy", [&[0; 512][..], b"\x89HDF\r\n\x1a\n"].concat());
    }),
    case("an array of complex numbers", SCORE, |s| {
        folders(s);
        s.write("people/b.npy", include_bytes!("data/maps/complex.mat"));
    }),
    case("a mask of another size", "score --human people --model machine --mask mask.npy", |s| {
        folders(s);
        s.write("mask.npy", Map::new(Array2::ones((4, 5))).unwrap().to_npy());
    }),
    case("a mask of nothing", "score --human people --model machine --mask mask.npy", |s| {
        folders(s);
        s.write("mask.npy", constant(0.0));
    }),
    case("a mask outside the region", "score --human people --model machine --mask mask.npy", |s| {
        folders(s);
        s.write("mask.npy", half(true));
        s.write("people/region.npy", half(false));
    }),
    case("a blur that is none", "score --human people --model machine --blur wide", folders),
    case("a blur wider than the maps are", "score --human people --model machine --blur 100px", folders),
    case("a sweep without an aperture", "score --human people --model machine --blur-sweep", folders),
    case("a sign policy that does not exist", "score --human people --model machine --sign squared", folders),
    case("a rule for the edge that does not exist", "score --human people --model machine --edge mirror", folders),
    case("a way to resample that does not exist", "score --human people --model machine --resample bicubic", folders),
    case("an unknown metric of two folders", "score --human people --model machine --metrics pearson,top11", folders),
    case(
        "a metric that needs fixations, of two folders",
        "score --human people --model machine --metrics nss",
        folders,
    ),
    case("fixations beside the maps", "score --human people --model machine --metrics nss", |s| {
        folders(s);
        s.write("people/fixations.csv", "picture,observer,x,y\nwide_0.png,ann,900,4\nwide_0.png,bob,4,-2\n");
    }),
    case("fixations that have no y", "score --human people --model machine --metrics auc", |s| {
        folders(s);
        s.write("people/fixations.csv", "picture,observer,x,y\nwide_0.png,ann,4,4\nwide_0.png,bob,4,\n");
    }),
    case(
        "a density of fixations of unknown width",
        "score --human people --model machine --metrics information_gain",
        |s| {
            folders(s);
            s.write("people/fixations.csv", "picture,observer,x,y\nwide_0.png,ann,4,4\n");
        },
    ),
    case("a metric that needs more than fixations", "score --human people --model machine --metrics partial", folders),
    case("flags that prepare maps with an experiment", "score experiments/tiny --sign absolute", |_| {}),
    case("flags of the bootstrap with an experiment", "score experiments/tiny --bootstrap 100", |_| {}),
    case("metrics with an experiment", "score experiments/tiny --metrics pearson", |_| {}),
    case("folders of an experiment with folders of maps", "score --human people --model machine --data data", folders),
    case("a blur of the experiment that is none", RUN, |s| {
        s.edit("[score]", "[score.preparation]\nblur = \"wide\"\n[score]")
    }),
    case("a choice of preparation that does not exist", RUN, |s| {
        s.edit("[score]", "[score.preparation]\nsigns = \"absolute\"\n[score]")
    }),
    case("a mask of the experiment that is not there", "score experiments/tiny", |s| {
        s.edit("[score]", "[score.preparation]\nmask = \"absent.png\"\n[score]")
    }),
    case("too few bootstrap replicates", "score --human people --model machine --bootstrap 5", folders),
];

/// Two sets of maps against the same people, or two groups of people.
/// Answers of two people and of a network to twelve trials.
fn answered(s: &Small) {
    let rows = |name: &str, every: usize| -> String {
        let class = |trial: usize| if trial < 6 { "sad" } else { "happy" };
        (0..12).map(|t| format!("{name},{t},{},{}\n", class(t), usize::from(t % every != 0))).collect()
    };
    let head = "participant,trial_id,class,correct\n";
    s.write("people.csv", format!("{head}{}{}", rows("p1", 2), rows("p2", 3)));
    s.write("networks.csv", format!("{head}{}", rows("net", 4)));
}

static OF_COMPARISONS: &[Case] = &[
    case("people and networks on the same trials", "consistency people.csv networks.csv --condition class", answered),
    case("two groups without a trial in common", "consistency people.csv networks.csv", |s| {
        answered(s);
        s.write("networks.csv", "participant,trial_id,correct\nnet,99,1\n");
    }),
    case("two answers to one trial", "consistency people.csv networks.csv", |s| {
        answered(s);
        s.write("networks.csv", "participant,trial_id,correct\nnet,1,1\nnet,1,0\n");
    }),
    case("an answer that is neither right nor wrong", "consistency people.csv networks.csv", |s| {
        answered(s);
        s.write("networks.csv", "participant,trial_id,correct\nnet,1,maybe\n");
    }),
    case("answers without the column of the trial", "consistency people.csv networks.csv --trial stimulus", answered),
    case("two folders of network maps", "compare grad rise --human people --metrics pearson", sides),
    case(
        "two folders of network maps the other way round",
        "compare rise grad --human people --metrics spearman",
        sides,
    ),
    case("two groups of observers", "compare people others --model grad --metrics pearson", sides),
    case(
        "two methods of one folder",
        "compare --human people --model both --methods grad,rise,same --metrics pearson",
        sides,
    ),
    case("two models of one folder", "compare --human people --model both --models net,net2 --metrics top10", sides),
    case("a method that no map has", "compare --human people --model both --methods grad,lime", sides),
    case("one method alone", "compare --human people --model both --methods grad", sides),
    case("a method with itself", "compare --human people --model both --methods grad,grad", sides),
    case("nothing to compare with", "compare grad rise", sides),
    case("methods and two folders", "compare grad rise --human people --methods grad,rise", sides),
    case("folders of several methods", "compare both grad --human people", sides),
    case("folders without a picture in common", "compare grad rise --human people", |s| {
        sides(s);
        s.remove("rise");
        s.write("rise/1/p7.npy", npy(1.0));
        s.write("people/o1/p7.npy", mixed(1, 2, 0.5));
    }),
    case("groups of observers with maps of other blur", "compare people others --model grad", |s| {
        sides(s);
        s.write("others/index.csv", "file,picture,observer,blur_sd\nq0/p0.npy,p0,q0,3\nq1/p0.npy,p0,q1,3\n");
    }),
    case("a comparison by a sweep of blurs", "compare grad rise --human people --blur-sweep", sides),
    case("a comparison by all conventions", "compare grad rise --human people --all-conventions", sides),
    case("a table of differences that is there already", "compare grad rise --human people --output old.csv", |s| {
        sides(s);
        s.write("old.csv", "mine");
    }),
];

/// Commands at the wrong time or place.
static OF_COMMANDS: &[Case] = &[
    case("simulate before stimuli", "simulate experiments/tiny", |_| {}),
    after("stimuli", "classify before simulate", "classify experiments/tiny", |_| {}),
    after("stimuli", "attribute before simulate", ATTRIBUTE, |_| {}),
    after("simulate", "score before classify", "score experiments/tiny", |_| {}),
    after("classify", "score before attribute", "score experiments/tiny", |_| {}),
    after("classify", "report before score", "report experiments/tiny", |_| {}),
    after("classify", "a stage after its inputs have changed", "classify experiments/tiny", |s| {
        s.edit("sensitivity = 6.0", "sensitivity = 5.0")
    }),
    case("an export without a plan", EXPORT, |s| s.import("[import]\nfiles = [\"trials.csv\"]\n", "")),
    case("an export to a platform that does not exist", "export experiments/tiny --to qualtrics", |_| {}),
    case("a consent page that is not there", EXPORT, |s| {
        s.edit("[classification]", "[export]\nconsent = \"consent.html\"\n\n[classification]")
    }),
    case("instructions that are no text", EXPORT, |s| {
        s.edit("[classification]", "[export]\ninstructions = \"template.png\"\n\n[classification]")
    }),
    case("a setting of exports that does not exist", EXPORT, |s| {
        s.edit("[classification]", "[export]\nconsents = \"consent.html\"\n\n[classification]")
    }),
    case("a stage that the experiment does not have", IMPORT, |_| {}),
    case("a new experiment whose name is a path", "new ../elsewhere", |_| {}),
    case("a new experiment that is there already", "new tiny", |_| {}),
    case("a new experiment", "new next", |_| {}),
    case("layers of no model", "list layers", |_| {}),
    case("layers of a file that is not there", "list layers absent.onnx", |_| {}),
    case("layers of something that is no network", "list layers experiments/tiny/template.png", |_| {}),
    case("a table that does not exist", "list colours", |_| {}),
    case("a command that does not exist", "runn experiments/tiny", |_| {}),
];

fn cases() -> Vec<&'static Case> {
    [
        OF_THE_FILE,
        OF_THE_DESIGN,
        OF_PICTURES,
        OF_TRIALS,
        OF_LOOKS,
        OF_RULES,
        OF_NETWORKS,
        OF_MAPS,
        OF_COMPARISONS,
        OF_COMMANDS,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Results of the unchanged experiment after each of the first stages.
fn prepared(stage: &str) -> &'static Files {
    static STAGES: OnceLock<BTreeMap<&str, Files>> = OnceLock::new();
    let stages = STAGES.get_or_init(|| {
        let small = Small::new();
        let stages = ["stimuli", "simulate", "classify"].map(|stage| {
            small.succeeds(&format!("{stage} experiments/tiny"));
            (stage, small.files("results/tiny"))
        });
        [("", Files::new())].into_iter().chain(stages).collect()
    });
    &stages[stage]
}

/// Visible results of which no finished stage says that they are whole.
fn unvouched(results: &Files) -> Vec<&String> {
    let records = results.iter().filter(|(name, _)| name.starts_with(".keys/"));
    let records: Vec<String> = records.map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap()).collect();
    let vouched = |name: &str, bytes: &[u8]| {
        let line = format!("{}  {name}", hash(bytes));
        records.iter().any(|record| record.lines().any(|found| found == line))
    };
    results
        .iter()
        .filter(|(name, bytes)| !name.starts_with('.') && !vouched(name, bytes))
        .map(|(name, _)| name)
        .collect()
}

/// Meets the fault and writes down what happened, and what is wrong with it whatever the words.
fn transcript(case: &Case) -> (String, Vec<String>) {
    let small = Small::new();
    let before = prepared(case.after);
    before.iter().for_each(|(name, bytes)| small.write(&format!("results/tiny/{name}"), bytes));
    (case.fault)(&small);
    let ran = small.ran(case.command);
    let after = small.files("results/tiny");
    let new: Vec<&str> = after
        .iter()
        .filter(|(name, bytes)| !name.starts_with('.') && before.get(*name) != Some(*bytes))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut text = format!("$ bubblescope {}\n", case.command);
    for (name, said) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !said.is_empty() {
            write!(text, "-- {name}\n{}", plain(&small, said)).unwrap();
        }
    }
    writeln!(text, "-- exit status {}", ran.status.unwrap()).unwrap();
    if !new.is_empty() {
        writeln!(text, "-- new results: {}", new.join(", ")).unwrap();
    }
    (text, faults(&ran, &after))
}

/// What is wrong with the way in which a command ended, whatever it said.
fn faults(ran: &Ran, results: &Files) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    must(unvouched(results).is_empty(), &format!("half-made results: {:?}", unvouched(results)));
    for word in ["panicked", "RUST_BACKTRACE", "internal error"] {
        must(!ran.stderr.contains(word), word);
    }
    let (progress, message) = ran.stderr.split_once("error: ").unwrap_or((&ran.stderr, ""));
    must(progress.lines().all(|line| line.starts_with('[') || line.starts_with("  ")), "something before the error");
    must(!message.contains("\nerror: "), "two errors");
    match ran.status {
        Some(0) => must(message.is_empty(), "an error and exit status 0"),
        Some(1) => {
            let hints = message.lines().filter_map(|line| line.strip_prefix("  hint: "));
            must(hints.filter(|hint| hint.len() > 10).count() == 1, "no hint of its own");
            must(message.lines().skip(1).all(|line| line.starts_with("  ")), "lines that are not indented");
        }
        Some(2) => must(!message.is_empty() && message.contains("--help"), "no way to the help"),
        status => must(false, &format!("exit status {status:?}")),
    }
    faults
}

/// The text without what differs from run to run or version to version: the temporary folder, times, keys.
fn plain(small: &Small, text: &str) -> String {
    let folder = small.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let timed = |line: &str| match line.split_once("done in ") {
        Some((head, rest)) => format!("{head}done in [TIME]{}\n", rest.split_once(" s").unwrap_or(("", "")).1),
        None => format!("{line}\n"),
    };
    let is_key = |part: &&str| part.len() == 16 && part.chars().all(|c| c.is_ascii_hexdigit());
    let mut plain: String = text.replace(folder, "[FOLDER]").lines().map(timed).collect();
    let keys: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(is_key).collect();
    keys.iter().for_each(|key| plain = plain.replace(key, "[KEY]"));
    plain
}

/// The stored transcripts by name.
fn stored(text: &str) -> BTreeMap<&str, &str> {
    let parts = text.split("\n== ").map(|part| part.trim_start_matches("== "));
    parts.filter_map(|part| part.split_once('\n')).map(|(name, text)| (name, text.trim_end())).collect()
}

/// Two texts line by line: `-` stored only, `+` found only.
fn difference(stored: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (stored.lines().collect(), found.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mark = |mark: &str, lines: &[&str]| lines.iter().map(|line| format!("{mark} {line}\n")).collect::<String>();
    [
        mark(" ", &old[..head]),
        mark("-", &old[head..old.len() - tail]),
        mark("+", &new[head..new.len() - tail]),
        mark(" ", &old[old.len() - tail..]),
    ]
    .concat()
}

#[test]
fn messages_are_those_of_the_stored_transcripts() {
    let cases = cases();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages.txt");
    let (found, faults): (Vec<String>, Vec<Vec<String>>) = cases.par_iter().map(|case| transcript(case)).unzip();
    if std::env::var_os("UPDATE_MESSAGES").is_some() {
        let all: Vec<String> =
            cases.iter().zip(&found).map(|(case, text)| format!("== {}\n{text}", case.name)).collect();
        std::fs::write(&path, all.join("\n")).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let stored = stored(&text);
    let mut wrong = String::new();
    for ((case, found), faults) in cases.iter().zip(&found).zip(&faults).filter(|(_, faults)| !faults.is_empty()) {
        writeln!(wrong, "== {}\n{found}wrong: {}\n", case.name, faults.join("; ")).unwrap();
    }
    for (case, found) in cases.iter().zip(&found) {
        let expected = stored.get(case.name).copied().unwrap_or("");
        if expected != found.trim_end() {
            writeln!(wrong, "== {}\n{}", case.name, difference(expected, found.trim_end())).unwrap();
        }
    }
    assert!(wrong.is_empty(), "messages differ from tests/messages.txt (UPDATE_MESSAGES=1 writes it anew):\n{wrong}");
    assert_eq!(stored.len(), cases.len(), "tests/messages.txt holds cases that are no more");
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let cases = cases();
    let names: std::collections::BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
}
