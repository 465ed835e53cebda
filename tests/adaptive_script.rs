//! The adaptive procedures of the browser (`src/export/jspsych/page/adaptive.js`) give the numbers of the Rust ones, trial by
//! trial, also where a procedure begins anew in the middle and is led through the answers so far. Skipped where there is no node.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::process::Command;

use bubblescope::adaptive::{Goal, PROCEDURES, Procedure, Scale};
use bubblescope::parameter::{Value, Values};
use bubblescope::seed::Seed;
use rand::RngExt;
use serde::Serialize;

const SCRIPT: &str = include_str!("../src/export/jspsych/page/adaptive.js");

/// Plays every case twice: in one go, and in a procedure started anew for each quarter, as after a reload.
const PLAYER: &str = r#"
function play({ procedure, goal, parameters, trials }, reloads) {
  let adaptive = Adaptive.start(procedure, goal, parameters);
  const answered = [];
  return trials.map(([missing, correct], at) => {
    if (reloads && at % Math.ceil(trials.length / 4) === 7) {
      adaptive = Adaptive.start(procedure, goal, parameters);
      answered.forEach((answer) => adaptive.update(...answer));
    }
    const count = adaptive.count();
    answered.push([Math.max(count - missing, 0), correct]);
    adaptive.update(...answered.at(-1));
    return count;
  });
}
console.log(JSON.stringify(cases.map((one) => [play(one, false), play(one, true)])));
"#;

/// A session: how many bubbles fewer were shown than asked for, and whether the answer was right.
#[derive(Serialize)]
struct Case {
    procedure: &'static str,
    goal: Goal,
    parameters: Values,
    trials: Vec<(usize, bool)>,
    #[serde(skip)]
    counts: Vec<usize>,
}

/// A session of an observer who is 75 % right at `threshold` (log10 of the number), a logistic function above chance.
fn case(row: &'static Procedure, goal: Goal, given: &[(&str, f64)], threshold: f64, length: u64) -> Case {
    let own = given.iter().filter(|(name, _)| row.parameters.iter().any(|parameter| parameter.name == *name));
    let own: BTreeMap<String, Value> = own.map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect();
    let parameters = Values::new(row.name, row.parameters, &own).unwrap();
    let mut adaptive = (row.start)(&goal, &parameters).unwrap();
    let (mut trials, mut counts) = (Vec::new(), Vec::new());
    for trial in 0..length {
        let mut random = Seed(length).stream(row.name, trial);
        let count = adaptive.count();
        let missing = if random.random_bool(0.1) { random.random_range(0..4) } else { 0 };
        let shown = count.saturating_sub(missing);
        let above = 1.0 / (1.0 + (-((shown.max(1) as f64).log10() - threshold) / 0.15).exp());
        let correct = random.random_bool(goal.guess + (1.0 - goal.guess) * above);
        adaptive.update(shown, correct);
        trials.push((missing, correct));
        counts.push(count);
    }
    Case { procedure: row.name, goal, parameters, trials, counts }
}

fn cases() -> Vec<Case> {
    let usual = Goal { start: 30, target: 0.75, guess: 0.5, minimum: 1, maximum: 300, scale: Scale::Log };
    let ten = Goal { start: 12, target: 0.55, guess: 0.1, minimum: 3, maximum: 60, ..usual };
    let area = Goal { scale: Scale::Area { bubble: 0.00345 }, ..usual };
    let of_area = [("sd", 0.1), ("slope", 8.0), ("grain", 0.002), ("range", 2.0), ("long_step", 0.02), ("step", 0.005)];
    let unknown = [
        ("slopes", 3.0),
        ("lapses", 3.0),
        ("levels", 31.0),
        ("lapse", 0.0),
        ("sd", 0.1),
        ("slope", 2.0),
        ("step", 0.05),
    ];
    let of_row = |row: &'static Procedure| {
        [
            case(row, usual, &[], 1.2, 600),
            case(row, usual, &[], 9.0, 150),
            case(row, usual, &[], -9.0, 150),
            case(row, ten, &[], 1.4, 300),
            case(row, area, &of_area, 1.7, 300),
            case(row, usual, &unknown, 1.9, 300),
        ]
    };
    PROCEDURES.iter().flat_map(of_row).collect()
}

#[test]
fn the_browser_asks_for_the_same_numbers_of_bubbles() {
    if Command::new("node").arg("--version").output().is_err() {
        println!("skipped: there is no node");
        return;
    }
    let cases = cases();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("play.js");
    let input = serde_json::to_string(&cases).unwrap();
    std::fs::write(&path, format!("{SCRIPT}\nconst cases = {input};\n{PLAYER}")).unwrap();
    let output = Command::new("node").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let played: Vec<[Vec<usize>; 2]> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(played.len(), cases.len());
    for (case, [whole, reloaded]) in cases.iter().zip(&played) {
        let what = format!("{} with {:?} and {}", case.procedure, case.goal, case.parameters);
        assert!(case.counts.iter().any(|count| *count != case.counts[0]), "{what}: nothing is adapted");
        assert_eq!(whole, &case.counts, "{what}");
        assert_eq!(reloaded, &case.counts, "after reloads, {what}");
    }
}
