//! Who may know whom, how long a file may be, and that every row of every table says something.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bubblescope::adaptive::{PROCEDURES, Procedure};
use bubblescope::attribution::{COUNTERPARTS, Kind, METHODS, Method, Parameter};
use bubblescope::bubbles::KINDS;
use bubblescope::exclusion::{RULES, Rule};
use bubblescope::export::EXPORTS;
use bubblescope::faithfulness::{CONTROLS, FAITHFULNESS, Measure, Quantity};
use bubblescope::human::{ESTIMATORS, Estimator, GROUPS, INFERENCES, RECLASSIFICATIONS};
use bubblescope::looks::LOOK_FORMATS;
use bubblescope::map::MAP_FILES;
use bubblescope::metric::{METRICS, Metric};
use bubblescope::results::files_below;
use bubblescope::score::{BASELINES, CEILINGS, CONVENTIONS, ESTIMANDS, NULLS, WARNINGS};
use bubblescope::stage::STAGES;
use bubblescope::trials::FORMATS;

/// Allowed arrows: a module of `src/`, and what it may use: whole modules, or single items of them.
///
/// Data flow from `design` to `trials` to `human`, and from `network` to `attribution`; `score` knows maps only.
/// The experiment file sees no more of methods and metrics than their tables, to check names.
const ARROWS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("seed", &[]),
    ("map", &["error", "picture::check_header", "picture::check_pixels"]),
    ("picture", &["error", "stats::stretch"]),
    ("place", &[]),
    ("progress", &[]),
    ("results", &["error"]),
    ("table", &["error"]),
    ("stats", &["seed"]),
    ("metric", &["seed", "stats"]),
    ("bubbles", &["seed", "picture", "stats"]),
    ("parameter", &["error"]),
    ("adaptive", &["error", "parameter"]),
    ("noise", &[]),
    (
        "experiment",
        &[
            "error",
            "picture",
            "place",
            "bubbles",
            "results::is_safe_name",
            "parameter",
            "adaptive",
            "attribution::METHODS",
            "attribution::COUNTERPARTS",
            "attribution::Counterpart",
            "attribution::DEFAULT",
            "faithfulness::FAITHFULNESS",
            "human::INFERENCES",
            "human::COLUMNS",
            "map::Labels",
            "map::Painted",
            "noise::Patch",
            "metric::DEFAULT",
            "metric::unusable",
            "metric::usable",
            "score::Null",
            "score::Preparation",
            "score::Settings",
            "trials::FORMATS",
            "human::ESTIMATORS",
            "human::Estimator",
            "human::GROUPS",
            "human::RECLASSIFICATIONS",
            "exclusion::RULES",
        ],
    ),
    (
        "trials",
        &[
            "error",
            "table",
            "place",
            "bubbles::Centre",
            "noise",
            "experiment::Import",
            "experiment::Columns",
            "experiment::Join",
            "experiment::Kept",
            "experiment::Meaning",
            "experiment::same_code",
            "experiment::TimeUnit",
            "experiment::Wide",
        ],
    ),
    ("exclusion", &["error", "table", "parameter", "bubbles::Centre", "trials::Trial", "trials::Role"]),
    (
        "design",
        &[
            "bubbles",
            "seed",
            "table",
            "experiment::Design",
            "experiment::KEYS",
            "trials::Role",
            "trials::Trial",
            "trials::Trials",
        ],
    ),
    (
        "plan",
        &[
            "error",
            "seed",
            "stats",
            "table",
            "progress::Progress",
            "bubbles::Cover",
            "experiment::Design",
            "experiment::Nuisance",
            "experiment::Simulation",
            "design",
            "human",
            "trials::Trial",
        ],
    ),
    (
        "export",
        &[
            "error",
            "seed",
            "picture",
            "progress",
            "results::Scratch",
            "results::hash",
            "results::safe_name",
            "table",
            "adaptive::Goal",
            "parameter::Values",
            "bubbles",
            "design",
            "trials",
            "experiment",
            "experiment::Export",
            "experiment::Pages",
            "experiment::Design",
            "experiment::Listed",
        ],
    ),
    (
        "human",
        &[
            "error",
            "place",
            "noise::parted",
            "seed",
            "stats",
            "bubbles",
            "experiment::Nuisance",
            "experiment::Exchange",
            "experiment::Value",
            "parameter",
            "adaptive::Adaptive",
            "experiment::Simulation",
            "trials::Trial",
            "trials::Role",
        ],
    ),
    ("looks", &["error", "place", "stats", "bubbles::Centre", "experiment::LookColumns", "human::Look", "trials"]),
    ("gradient", &[]),
    (
        "network",
        &[
            "error",
            "seed",
            "picture",
            "gradient",
            "experiment::Input",
            "experiment::Output",
            "experiment::OutputValues",
            "experiment::Channels",
            "experiment::Explained",
        ],
    ),
    (
        "attribution",
        &[
            "error",
            "seed",
            "map",
            "picture",
            "stats",
            "bubbles",
            "adaptive",
            "parameter",
            "network",
            "experiment::Explained",
            "experiment::Value",
        ],
    ),
    (
        "faithfulness",
        &[
            "error",
            "seed",
            "picture",
            "stats",
            "attribution::Parameter",
            "attribution::number",
            "attribution::Values",
            "experiment::Value",
            "score::centre_gaussian",
            "score::smooth_noise",
        ],
    ),
    (
        "score",
        &[
            "error",
            "seed",
            "map",
            "metric",
            "stats",
            "table",
            "progress::Progress",
            "results::files_below",
            "results::hash_file",
        ],
    ),
    (
        "report",
        &[
            "error",
            "map",
            "picture",
            "table",
            "results",
            "stats",
            "bubbles",
            "experiment",
            "attribution::COUNTERPARTS",
            "attribution::METHODS",
            "faithfulness::FAITHFULNESS",
            "faithfulness::CONTROLS",
            "faithfulness::Measure",
            "faithfulness::Better",
            "metric::Chance",
            "metric::Metric",
            "score::METRICS",
            "score::extra_blur",
            "score::CEILINGS",
            "score::BASELINES",
            "score::ESTIMANDS",
            "score::NULLS",
            "score::WARNINGS",
        ],
    ),
    (
        "stage",
        &[
            "error",
            "seed",
            "map",
            "picture",
            "results",
            "table",
            "stats",
            "bubbles",
            "progress",
            "experiment",
            "noise",
            "trials",
            "exclusion",
            "parameter::Values",
            "design",
            "export",
            "plan",
            "human",
            "looks",
            "network",
            "attribution",
            "faithfulness",
            "score",
            "report",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
    ("cli", &[]),
];

/// Lines of a file without the tests in it.
const MOST_LINES: usize = 400;

/// A file of `src/` without comments and without its tests.
struct Source {
    name: String,
    text: String,
}

/// Every file of `src/` that is no test.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths: Vec<PathBuf> =
        files_below(&root).unwrap().into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).collect();
    let mut tests: BTreeSet<PathBuf> = paths.iter().flat_map(|path| test_files(path)).collect();
    tests.extend(paths.iter().filter(|path| path.parent().is_some_and(|folder| folder.ends_with("tests"))).cloned());
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    let code = |path: &Path| code(&fs::read_to_string(path).unwrap());
    let wanted = paths.iter().filter(|path| !tests.contains(*path));
    wanted.map(|path| Source { name: name(path), text: code(path) }).collect()
}

/// Files that a file declares as `#[cfg(test)] mod name;`.
fn test_files(path: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(path).unwrap();
    let folder = match path.file_stem().unwrap().to_str().unwrap() {
        "mod" | "lib" | "main" => path.parent().unwrap().to_path_buf(),
        stem => path.with_file_name(stem),
    };
    let after = text.split("#[cfg(test)]").skip(1).filter_map(|rest| rest.trim_start().lines().next());
    let names = after.filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
    names.map(|name| folder.join(format!("{name}.rs"))).collect()
}

/// The text up to the tests, comments blanked, lines kept.
fn code(text: &str) -> String {
    let uncommented = |line: &str| line.split_once("//").map_or(line, |(code, _)| code).to_owned();
    let own = text.lines().take_while(|line| line.trim_end() != "#[cfg(test)]");
    own.map(|line| uncommented(line) + "\n").collect()
}

/// What a text uses of its own crate: the line, and the path after `crate::` down to an item, such as `score::METRICS`.
fn used(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = text[..at].matches('\n').count() + 1;
        found.extend(expanded(&text[at + "crate::".len()..]).into_iter().map(|path| (line, path)));
    }
    found
}

/// The paths at the beginning of a text, braces written out: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expanded(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    let Some(inside) = rest.strip_prefix('{').filter(|_| path.is_empty() || path.ends_with("::")) else {
        return vec![path.trim_end_matches(':').to_owned()];
    };
    let mut depth = 0;
    let mut paths = Vec::new();
    let mut begin = 0;
    for (at, character) in inside.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = inside[begin..at].trim();
                if !part.is_empty() {
                    paths.extend(expanded(part).into_iter().map(|part| format!("{path}{part}")));
                }
                begin = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    paths
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn allows(allowed: &[&str], path: &str) -> bool {
    allowed.iter().any(|name| path == *name || path.starts_with(&format!("{name}::")))
}

#[test]
fn paths_are_found_however_they_are_written() {
    let text = "use crate::error::{Error, Result};\nuse crate::{\n    map::Map,\n    stats::{smooth::{a, b}, quantile},\n};\n\
                pub(crate) fn f(x: &crate::score::Baseline) -> crate::table::Table {}\n";
    let found: Vec<String> = used(text).into_iter().map(|(line, path)| format!("{line} {path}")).collect();
    let expected = [
        "1 error::Error",
        "1 error::Result",
        "2 map::Map",
        "2 stats::smooth::a",
        "2 stats::smooth::b",
        "2 stats::quantile",
        "6 score::Baseline",
        "6 table::Table",
    ];
    assert_eq!(found, expected);
    assert!(allows(&["score::METRICS"], "score::METRICS") && !allows(&["score::METRICS"], "score::compare"));
    assert!(allows(&["score"], "score::compare") && !allows(&["score"], "scores"));
}

#[test]
fn no_module_uses_one_that_it_may_not_know() {
    let mut new = Vec::new();
    for source in sources() {
        let own = module(&source.name);
        let row = ARROWS.iter().find(|(name, _)| *name == own);
        let (_, allowed) =
            row.unwrap_or_else(|| panic!("the module {own} of src/{} has no row in ARROWS", source.name));
        for (line, path) in used(&source.text) {
            if module(&path.replace("::", "/")) != own && !allows(allowed, &path) {
                new.push(format!("src/{}, line {line}: {own} uses {path}", source.name));
            }
        }
    }
    assert!(new.is_empty(), "arrows that are not in the table ARROWS of tests/layers.rs:\n{}", new.join("\n"));
}

#[test]
fn the_library_does_not_print_or_read_the_environment() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !["cli", "main"].contains(&module(&source.name))) {
        for (at, line) in source.text.lines().enumerate() {
            for word in ["println!", "eprintln!", "print!(", "dbg!", "std::env", "env::var", "process::exit"] {
                if line.contains(word) {
                    found.push(format!("src/{}, line {}: {word}", source.name, at + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= MOST_LINES, "src/{} has {lines} lines, and {MOST_LINES} are the limit; split it", source.name);
    }
}

/// Asserts that names are unique and usable in files, and that every row has text.
fn check(table: &str, rows: &[(&str, Vec<&str>)]) {
    assert!(!rows.is_empty(), "{table}");
    for (at, (name, texts)) in rows.iter().enumerate() {
        assert!(bubblescope::results::is_safe_name(name), "{table}: {name:?}");
        assert!(!rows[..at].iter().any(|(earlier, _)| earlier == name), "{table}: two rows are called {name}");
        for text in texts {
            assert!(text.trim() == *text && text.len() > 5 && !text.contains('\n'), "{table}, {name}: {text:?}");
        }
    }
}

#[test]
fn every_row_of_every_table_has_a_name_of_its_own_and_text() {
    let rows: Vec<_> = METHODS.iter().map(|row| (row.name, vec![row.description, row.source])).collect();
    check("METHODS", &rows);
    for method in METHODS.iter().filter(|method| !method.parameters.is_empty()) {
        let rows: Vec<_> = method.parameters.iter().map(|row| (row.name, vec![row.description])).collect();
        check(method.name, &rows);
        for row in method.parameters {
            assert_eq!(row.refuses(&row.kind.default()), None, "{}: the default of {}", method.name, row.name);
        }
    }
    check(
        "FAITHFULNESS",
        &FAITHFULNESS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>(),
    );
    for measure in FAITHFULNESS {
        let names: BTreeSet<&str> = measure.quantities.iter().map(|quantity| quantity.name).collect();
        assert!(!names.is_empty() && names.len() == measure.quantities.len(), "{}", measure.name);
        for row in measure.parameters {
            assert_eq!(row.refuses(&row.kind.default()), None, "{}: the default of {}", measure.name, row.name);
        }
    }
    check("CONTROLS", &CONTROLS.iter().map(|row| (row.name, vec![row.description])).collect::<Vec<_>>());
    let methods: BTreeSet<&str> = METHODS.iter().map(|row| row.name).collect();
    assert!(CONTROLS.iter().all(|row| !methods.contains(row.name)), "a control and a method share a name");
    check("METRICS", &METRICS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    check("CEILINGS", &CEILINGS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    check("ESTIMANDS", &ESTIMANDS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    check("NULLS", &NULLS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    check("WARNINGS", &WARNINGS.iter().map(|row| (row.name, vec![row.description])).collect::<Vec<_>>());
    let quantities: Vec<_> = CONVENTIONS.iter().map(|row| (row.quantity, vec![row.description, row.source])).collect();
    check("CONVENTIONS", &quantities);
    check("BASELINES", &BASELINES.iter().map(|row| (row.name, vec![row.description])).collect::<Vec<_>>());
    let counterparts: Vec<_> = COUNTERPARTS.iter().map(|row| (row.name, vec![row.description, row.source])).collect();
    check("COUNTERPARTS", &counterparts);
    check("MAP_FILES", &MAP_FILES.iter().map(|row| (row.name, vec![row.description])).collect::<Vec<_>>());
    check("FORMATS", &FORMATS.iter().map(|row| (row.name, vec![row.description, row.told_by])).collect::<Vec<_>>());
    check(
        "LOOK_FORMATS",
        &LOOK_FORMATS.iter().map(|row| (row.name, vec![row.description, row.recognised_by])).collect::<Vec<_>>(),
    );
    check("EXPORTS", &EXPORTS.iter().map(|row| (row.name, vec![row.description, row.next])).collect::<Vec<_>>());
    check("KINDS", &KINDS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    check(
        "PROCEDURES",
        &PROCEDURES.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>(),
    );
    for procedure in PROCEDURES {
        let rows: Vec<_> = procedure.parameters.iter().map(|row| (row.name, vec![row.description])).collect();
        check(procedure.name, &rows);
        for row in procedure.parameters {
            assert_eq!(row.refuses(&row.kind.default()), None, "{}: the default of {}", procedure.name, row.name);
        }
    }
    check(
        "INFERENCES",
        &INFERENCES.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>(),
    );
    check("RULES", &RULES.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    for rule in RULES {
        let rows: Vec<_> = rule.parameters.iter().map(|row| (row.name, vec![row.description])).collect();
        if !rows.is_empty() {
            check(rule.name, &rows);
        }
        for row in rule.parameters {
            assert_eq!(row.refuses(&row.kind.default()), None, "{}: the default of {}", rule.name, row.name);
        }
    }
    check(
        "ESTIMATORS",
        &ESTIMATORS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>(),
    );
    for estimator in ESTIMATORS {
        for row in estimator.parameters {
            assert_eq!(row.refuses(&row.kind.default()), None, "{}: the default of {}", estimator.name, row.name);
        }
    }
    check("GROUPS", &GROUPS.iter().map(|row| (row.name, vec![row.description, row.source])).collect::<Vec<_>>());
    let reclassifications = RECLASSIFICATIONS.iter().map(|row| (row.name, vec![row.description, row.source]));
    check("RECLASSIFICATIONS", &reclassifications.collect::<Vec<_>>());
    check("STAGES", &STAGES.iter().map(|row| (row.name, vec![row.description])).collect::<Vec<_>>());
}

/// The tables of the README, made from the code: name of the place, heading, rows.
fn readme_tables() -> Vec<(&'static str, String)> {
    let table = |head: &str, rows: Vec<String>| {
        let columns = head.matches('|').count() - 1;
        format!("{head}\n|{}\n{}\n", "---|".repeat(columns), rows.join("\n"))
    };
    let parameters = |parameters: &[Parameter]| -> String {
        let text = |one: &Parameter| match one.kind {
            Kind::Name => format!("`{}`", one.name),
            _ => format!("`{}` = {}", one.name, one.kind.default()),
        };
        parameters.iter().map(text).collect::<Vec<_>>().join(", ")
    };
    let method = |method: &Method| {
        let parameters = parameters(method.parameters);
        format!("| `{}` | {} | {} | {} |", method.name, method.description, parameters, method.source)
    };
    let measure = |measure: &Measure| {
        let quantity = |one: &Quantity| format!("{} `{}`", one.better.name(), one.name);
        let better: Vec<String> = measure.quantities.iter().map(quantity).collect();
        let (better, parameters) = (better.join(", "), parameters(measure.parameters));
        format!("| `{}` | {} | {better} | {parameters} | {} |", measure.name, measure.description, measure.source)
    };
    let procedure = |row: &Procedure| {
        format!("| `{}` | {} | {} | {} |", row.name, row.description, parameters(row.parameters), row.source)
    };
    let rule = |row: &Rule| {
        format!("| `{}` | {} | {} | {} |", row.name, row.description, parameters(row.parameters), row.source)
    };
    let metric =
        |row: &Metric| format!("| `{}` | {} | {} | {} |", row.name, row.description, row.properties(), row.source);
    let estimator = |row: &Estimator| {
        format!("| `{}` | {} | {} | {} |", row.name, row.description, parameters(row.parameters), row.source)
    };
    let three = |name: &str, description: &str, source: &str| format!("| `{name}` | {description} | {source} |");
    let two = |name: &str, description: &str| format!("| `{name}` | {description} |");
    vec![
        ("stages", table("| stage | makes |", STAGES.iter().map(|row| two(row.name, row.description)).collect())),
        (
            "procedures",
            table("| procedure | next level | parameters | source |", PROCEDURES.iter().map(procedure).collect()),
        ),
        ("methods", table("| method | map | parameters | source |", METHODS.iter().map(method).collect())),
        (
            "faithfulness",
            table("| metric | is | better | parameters | source |", FAITHFULNESS.iter().map(measure).collect()),
        ),
        ("controls", table("| control | is |", CONTROLS.iter().map(|row| two(row.name, row.description)).collect())),
        ("metrics", table("| metric | is | properties | source |", METRICS.iter().map(metric).collect())),
        (
            "ceilings",
            table(
                "| ceiling | is | source |",
                CEILINGS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        (
            "estimands",
            table(
                "| estimand | question | estimated by | quantity |",
                ESTIMANDS
                    .iter()
                    .map(|row| {
                        format!("| `{}` | {} | {} | `{}` |", row.name, row.description, row.source, row.quantity)
                    })
                    .collect(),
            ),
        ),
        (
            "conventions",
            table(
                "| convention | is | quantity | source |",
                CONVENTIONS
                    .iter()
                    .map(|row| {
                        format!("| `{}` | {} | `{}` | {} |", row.name, row.description, row.quantity, row.source)
                    })
                    .collect(),
            ),
        ),
        (
            "nulls",
            table(
                "| null | is | source |",
                NULLS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        ("warnings", table("| warning | means |", WARNINGS.iter().map(|row| two(row.name, row.description)).collect())),
        ("baselines", table("| baseline | is |", BASELINES.iter().map(|row| two(row.name, row.description)).collect())),
        (
            "counterparts",
            table(
                "| counterpart | is | source |",
                COUNTERPARTS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        (
            "kinds",
            table(
                "| kind | apertures | source |",
                KINDS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        (
            "formats",
            table(
                "| format | is | told by |",
                FORMATS.iter().map(|row| three(row.name, row.description, row.told_by)).collect(),
            ),
        ),
        (
            "tests",
            table(
                "| test | finds | source |",
                INFERENCES.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        ("rules", table("| rule | leaves out | parameters | source |", RULES.iter().map(rule).collect())),
        ("map_files", table("| map file | is |", MAP_FILES.iter().map(|row| two(row.name, row.description)).collect())),
        ("estimators", table("| estimator | map | parameters | source |", ESTIMATORS.iter().map(estimator).collect())),
        (
            "groups",
            table(
                "| group | is | source |",
                GROUPS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        (
            "reclassifications",
            table(
                "| rule | guesses | source |",
                RECLASSIFICATIONS.iter().map(|row| three(row.name, row.description, row.source)).collect(),
            ),
        ),
        ("exports", table("| export | is |", EXPORTS.iter().map(|row| two(row.name, row.description)).collect())),
    ]
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let stored = fs::read_to_string(&path).unwrap();
    let mut text = stored.clone();
    for (name, table) in readme_tables() {
        let start = format!("<!-- {name} -->\n");
        let from = text.find(&start).unwrap_or_else(|| panic!("README.md has no place {start}")) + start.len();
        let to = from + text[from..].find("<!-- end -->").unwrap();
        text.replace_range(from..to, &table);
    }
    if std::env::var("UPDATE_README").is_ok() {
        fs::write(&path, &text).unwrap();
    } else {
        assert!(stored == text, "run UPDATE_README=1 cargo test --test layers, and read what changed in README.md");
    }
}
