//! Answers as platforms and people write them: which of several counts, what its code stands for, whose it is, whether it was
//! right, and that none is lost on the way; through the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeSet;
use std::fmt::Write;

use bubblescope::trials::{Trial, Trials};
use small::{Ran, Small};

const FILES: &str = "[import]\nfiles = [\"trials.csv\"]\n";
const PICTURES: [&str; 4] = ["wide_0.png", "tall_0.png", "wide_1.png", "tall_1.png"];

/// The experiment with a trial file, imported.
fn import(settings: &str, trials: &str) -> (Ran, Vec<Trial>) {
    let small = Small::new();
    small.import(settings, trials);
    let ran = small.ran("import experiments/tiny --explain");
    let rows = if ran.status == Some(0) { Trials::read(&small.path("results/tiny")).unwrap().rows } else { Vec::new() };
    (ran, rows)
}

/// A trial file by itself.
fn alone(name: &str, trials: &str) -> (Ran, String) {
    let small = Small::new();
    small.write(name, trials);
    let ran = small.ran(&format!("import {name} --explain"));
    (ran, std::fs::read_to_string(small.path("imported/trials.csv")).unwrap_or_default())
}

/// The values of a column of a plain CSV.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|one| *one == name).unwrap();
    lines.map(|cells| cells[at].to_owned()).collect()
}

fn picture(at: usize) -> &'static str {
    PICTURES[at % 4]
}

fn class(at: usize) -> &'static str {
    &picture(at)[..4]
}

fn centres(at: usize) -> String {
    format!("{}:{} {}:{}", at * 7 % 40, at * 11 % 48, at * 3 % 40, at * 5 % 48)
}

/// Rows with a header.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{header}\n"), |text, at| text + &row(at) + "\n")
}

fn said(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

#[track_caller]
fn refused(ran: &Ran, parts: &[&str]) {
    assert_ne!(ran.status, Some(0), "{}", said(ran));
    parts.iter().for_each(|part| assert!(ran.stderr.contains(part), "{part}\n{}", said(ran)));
}

#[track_caller]
fn taken(ran: &Ran, trials: &[Trial], count: usize) {
    assert_eq!((ran.status, trials.len()), (Some(0), count), "{}", said(ran));
    assert!(said(ran).contains(" 0 rows rejected"), "{}", said(ran));
}

fn rights(trials: &[Trial]) -> Vec<Option<bool>> {
    trials.iter().map(|trial| trial.correct).collect()
}

fn people(trials: &[Trial]) -> BTreeSet<&str> {
    trials.iter().map(|trial| trial.observer.as_str()).collect()
}

// ---- identity

#[test]
fn json_on_one_line_has_the_trials_of_json_lines() {
    let object = |at: usize| {
        format!(
            "{{\"trial_type\":\"image-keyboard-response\",\"trial_index\":{at},\"time_elapsed\":{},\"rt\":{},\"participant\":\"p{}\",\
             \"stimulus\":\"img/{}\",\"response\":\"{}\",\"centres\":\"{}\"}}",
            at * 1000,
            400 + at,
            at / 10,
            picture(at),
            class(at + at % 3),
            centres(at)
        )
    };
    let objects: Vec<String> = (0..20).map(object).collect();
    let (ran, lines) = import(FILES, &objects.join("\n"));
    taken(&ran, &lines, 20);
    for text in
        [format!("[{}]", objects.join(", ")), format!("[{}]\n[{}]\n", objects[..10].join(","), objects[10..].join(","))]
    {
        let (ran, trials) = import(FILES, &text);
        taken(&ran, &trials, 20);
        assert_eq!(trials, lines);
    }
}

#[test]
fn every_list_of_a_file_that_names_nobody_is_a_participant_and_that_is_a_warning() {
    let list = |person: usize| {
        let object = |at: usize| {
            format!(
                "{{\"trial_type\":\"image-keyboard-response\",\"time_elapsed\":{},\"rt\":{},\"stimulus\":\"a{at}.png\",\"response\":\"f\"}}",
                at * 1000,
                400 + 7 * at + person
            )
        };
        format!("[{}]", (0..6).map(object).collect::<Vec<_>>().join(", "))
    };
    let (ran, csv) = alone("jatos.txt", &[list(0), list(1), list(2)].join("\n"));
    let observers: BTreeSet<String> = column(&csv, "observer").into_iter().collect();
    assert_eq!(observers.into_iter().collect::<Vec<_>>(), ["jatos_1", "jatos_2", "jatos_3"]);
    assert_eq!(column(&csv, "observer").len(), 18);
    assert!(
        ran.stderr.contains("no column of jatos.txt says who answered") && ran.stderr.contains("3 lists"),
        "{}",
        ran.stderr
    );
    // OSWeb and lab.js wrap the rows of a session.
    let session = |person: usize| {
        let row = |at: usize| {
            format!(
                "{{\"sender\":\"Face\",\"ended_on\":\"response\",\"duration\":{},\"image\":\"a{at}.png\",\"response\":\"f\"}}",
                400 + 9 * at + person
            )
        };
        format!("{{\"data\":[{}]}}", (0..5).map(row).collect::<Vec<_>>().join(","))
    };
    let (_, csv) = alone("lab.json", &[session(0), session(1)].join("\n"));
    let observers: BTreeSet<String> = column(&csv, "observer").into_iter().collect();
    assert_eq!((observers.len(), column(&csv, "observer").len()), (2, 10), "{csv}");
}

#[test]
fn a_session_that_stands_twice_in_a_file_counts_once() {
    let rows = table("observer,picture,response,response_time_ms,centres", 12, |at| {
        format!("7,{},{},{},{}", picture(at), class(at + at % 3), 400 + 13 * at, centres(at))
    });
    let body = rows.split_once('\n').unwrap().1;
    let (ran, trials) = import(FILES, &format!("{rows}{body}"));
    assert_eq!(trials.len(), 12, "{}", said(&ran));
    assert!(
        said(&ran).contains("12 rows rejected") && said(&ran).contains("it says the same as line 2"),
        "{}",
        said(&ran)
    );
    let (ran, trials) = import(FILES, &rows);
    taken(&ran, &trials, 12);
}

// ---- right or wrong without a response

#[test]
fn right_and_wrong_count_where_no_response_is_stated() {
    let right = |at: usize| at * at % 5 < 2;
    let expected: Vec<Option<bool>> = (0..16).map(|at| Some(right(at))).collect();
    let plain = table("observer,picture,correct,response,centres", 16, |at| {
        format!("7,{},{},,{}", picture(at), u8::from(right(at)), centres(at))
    });
    let bids = table("participant_id\tstim_file\tcorrect\tresponse\tresponse_time\tcentres", 16, |at| {
        format!("sub-7\t{}\t{}\tn/a\t0.5\t{}", picture(at), right(at), centres(at))
    });
    let jspsych = table("trial_type,time_elapsed,participant,stimulus,correct,rt,centres", 16, |at| {
        format!("image-x,{at},7,img/{},{},500,{}", picture(at), right(at), centres(at))
    });
    let gorilla =
        table("Participant Private ID,Zone Type,Reaction Time,Response,Attempt,Correct,image,centres", 16, |at| {
            format!("7,response_button,500,,1,{},{},{}", u8::from(right(at)), picture(at), centres(at))
        });
    let labjs = table("sender,ended_on,duration,participant,image,correct,centres", 16, |at| {
        format!("Face,response,500,7,{},{},{}", picture(at), right(at), centres(at))
    });
    let psychopy = table("trials.thisN,image,key_resp.keys,key_resp.corr,key_resp.rt,participant,centres", 16, |at| {
        format!("{at},{},,{},0.5,7,{}", picture(at), u8::from(right(at)), centres(at))
    });
    for (name, text) in [
        ("csv", plain),
        ("bids", bids),
        ("jspsych", jspsych),
        ("gorilla", gorilla),
        ("labjs", labjs),
        ("psychopy", psychopy),
    ] {
        let (ran, trials) = import(FILES, &text);
        taken(&ran, &trials, 16);
        assert_eq!(rights(&trials), expected, "{name}: {}", said(&ran));
        assert!(said(&ran).contains(&format!("({name})")), "{}", said(&ran));
        assert!(said(&ran).contains("no response is stated"), "{name}: {}", said(&ran));
    }
}

#[test]
fn an_unanswered_trial_is_not_wrong_where_others_have_a_response() {
    // PsychoPy writes None and wrong where nobody answered; nobody here answers trials 0, 4, 8, 12.
    let psychopy = |never: bool| {
        table("trials.thisN,image,key_resp.keys,key_resp.corr,key_resp.rt,participant,centres", 16, |at| {
            let silent = never || at % 4 == 0;
            let keys = if silent { "None" } else { class(at) };
            format!("{at},{},{keys},{},0.5,7,{}", picture(at), u8::from(!silent), centres(at))
        })
    };
    let (ran, trials) = import(FILES, &psychopy(false));
    taken(&ran, &trials, 16);
    assert!(trials.iter().enumerate().all(|(at, trial)| trial.correct == (at % 4 != 0).then_some(true)));
    let (_, trials) = import(FILES, &psychopy(true));
    assert!(
        trials.iter().all(|trial| trial.correct.is_none() && trial.response_time.is_none()),
        "never wrong, but silent"
    );
    // One participant of a table states responses, the other right and wrong only.
    let mixed = table("observer,picture,response,correct,centres", 16, |at| match at < 8 {
        true => {
            format!("a,{},{},{},{}", picture(at), if at == 3 { "" } else { class(at) }, u8::from(at != 3), centres(at))
        }
        false => format!("b,{},,{},{}", picture(at), at % 2, centres(at)),
    });
    let (ran, trials) = import(FILES, &mixed);
    taken(&ran, &trials, 16);
    assert_eq!((trials[3].correct, trials[2].correct), (None, Some(true)));
    assert!(trials[8..].iter().enumerate().all(|(at, trial)| trial.correct == Some(at % 2 == 1)));
}

// ---- two answers to one trial

const TWO: &str = "image,trials.thisN,answer.keys,answer.corr,answer.rt,go_on.keys,go_on.rt,participant,centres";

#[test]
fn the_answer_of_a_trial_is_chosen_by_rule_and_the_rule_is_stated() {
    let text = table(TWO, 12, |at| {
        format!(
            "{},{at},{},{},0.5,space,0.2,7,{}",
            picture(at),
            class(at + at % 3),
            u8::from(at % 3 % 2 == 0),
            centres(at)
        )
    });
    for text in [text.clone(), text.replace("go_on", "zz"), text.replace("go_on", "aa")] {
        let (ran, trials) = import(FILES, &text);
        taken(&ran, &trials, 12);
        assert!(
            trials.iter().all(|trial| trial.response_time == Some(500.0) && trial.response.as_deref() != Some("space"))
        );
        assert!(said(&ran).contains("keys are those of answer; not counted:"), "{}", said(&ran));
    }
    // Without .corr the codes decide, and without two codes nothing can.
    let (ran, trials) = import(FILES, &text.replace("answer.corr", "note"));
    taken(&ran, &trials, 12);
    assert_eq!(trials[0].response.as_deref(), Some("wide"));
}

#[test]
fn of_two_answers_that_could_be_meant_none_is_guessed_and_settings_choose() {
    let text = table("image,trials.thisN,one.keys,one.rt,two.keys,two.rt,participant,correct,centres", 12, |at| {
        format!("{},{at},{},0.5,{},0.2,7,1,{}", picture(at), ["x", "y"][at % 2], 1 + at % 4, centres(at))
    });
    let (ran, _) = import(FILES, &text);
    refused(
        &ran,
        &[
            "trials have 2 answers",
            "one.keys (12 answers: x, y)",
            "two.keys (12 answers: 1, 2, 3, 4)",
            "[import.columns] response = \"one.keys\"",
        ],
    );
    for (name, first, time) in [("one", "x", 500.0), ("two", "1", 200.0)] {
        let (ran, trials) = import(&format!("{FILES}[import.columns]\nresponse = \"{name}.keys\"\n"), &text);
        taken(&ran, &trials, 12);
        assert_eq!((trials[0].response.as_deref(), trials[0].response_time), (Some(first), Some(time)));
    }
    // A keyboard of its own for each half of the trials is one answer to each.
    let halves = table("image,trials.thisN,one.keys,one.corr,two.keys,two.corr,participant,centres", 12, |at| {
        let (own, none) = (format!("{},1", class(at)), ",".to_owned());
        let (one, two) = if at < 6 { (&own, &none) } else { (&none, &own) };
        format!("{},{at},{one},{two},7,{}", picture(at), centres(at))
    });
    let (ran, trials) = import(FILES, &halves);
    taken(&ran, &trials, 12);
}

#[test]
fn a_named_column_wins_over_what_a_platform_is_known_to_write() {
    let named = |response: &str| format!("{FILES}[import.columns]\nresponse = \"{response}\"\n");
    let files = [
        (
            "jspsych",
            table("trial_type,time_elapsed,participant,stimulus,key,response,own,rt,centres", 8, |at| {
                format!("x,{at},7,img/{},f,{},{},500,{}", picture(at), class(at), class(at + 1), centres(at))
            }),
        ),
        (
            "labjs",
            table("sender,ended_on,duration,participant,image,response,own,centres", 8, |at| {
                format!("Face,response,500,7,{},{},{},{}", picture(at), class(at), class(at + 1), centres(at))
            }),
        ),
        (
            "opensesame",
            table("subject_nr,opensesame_version,image,response,response_time,own,centres", 8, |at| {
                format!("7,4,{},{},500,{},{}", picture(at), class(at), class(at + 1), centres(at))
            }),
        ),
        (
            "eprime",
            table("ExperimentName\tSubject\tStim.RESP\tStim.RT\tImage\town\tcentres", 8, |at| {
                format!("x\t7\t{}\t500\t{}\t{}\t{}", class(at), picture(at), class(at + 1), centres(at))
            }),
        ),
        (
            "gorilla",
            table("Participant Private ID,Zone Type,Reaction Time,Response,Attempt,image,own,centres", 8, |at| {
                format!("7,response_button,500,{},1,{},{},{}", class(at), picture(at), class(at + 1), centres(at))
            }),
        ),
        (
            "bids",
            table("participant_id\tstim_file\tresponse\tresponse_time\town\tcentres", 8, |at| {
                format!("sub-7\t{}\t{}\t0.5\t{}\t{}", picture(at), class(at), class(at + 1), centres(at))
            }),
        ),
        (
            "psychopy",
            table("trials.thisN,image,k.keys,k.rt,participant,own,centres", 8, |at| {
                format!("{at},{},{},0.5,7,{},{}", picture(at), class(at), class(at + 1), centres(at))
            }),
        ),
    ];
    for (format, text) in files {
        let (ran, trials) = import(&named("own"), &text);
        taken(&ran, &trials, 8);
        assert!(said(&ran).contains(&format!("({format})")), "{}", said(&ran));
        assert!(
            trials.iter().all(|trial| trial.correct == Some(false) && trial.response_time == Some(500.0)),
            "{format} {trials:?}"
        );
        let (ran, _) = import(&named("owm"), &text);
        refused(&ran, &["there is no column called owm (field import.columns.response)"]);
    }
}

#[test]
fn a_slider_below_the_same_picture_is_no_further_trial() {
    let pair = |at: usize, second: &str, response: String| {
        format!(
            "{{\"trial_type\":\"image-keyboard-response\",\"time_elapsed\":{at},\"participant\":\"p\",\"rt\":500,\"stimulus\":\"img/{0}\",\
             \"response\":\"{1}\",\"centres\":\"{2}\"}},{{\"trial_type\":\"{second}\",\"time_elapsed\":{at},\"participant\":\"p\",\"rt\":900,\
             \"stimulus\":\"<img src='img/{0}' width={at}><p>how sure?</p>\",\"response\":{response},\"centres\":\"{2}\"}}",
            picture(at),
            class(at + at % 3),
            centres(at)
        )
    };
    let file = |second: &str, response: fn(usize) -> String| {
        format!("[{}]", (0..12).map(|at| pair(at, second, response(at))).collect::<Vec<_>>().join(","))
    };
    let codes: [fn(usize) -> String; 2] = [|at| (at * 7 % 100).to_string(), |at| format!("\"{}\"", 1 + at % 4)];
    for (second, response) in
        [("html-slider-response", codes[0]), ("html-button-response", codes[1]), ("image-keyboard-response", codes[1])]
    {
        let (ran, trials) = import(FILES, &file(second, response));
        taken(&ran, &trials, 12);
        assert!(trials.iter().all(|trial| trial.response_time == Some(500.0)), "{trials:?}");
        assert!(said(&ran).contains("12 rows of"), "{}", said(&ran));
    }
    // Nothing known of the keys: either could be the answer.
    let text = file("html-button-response", codes[1]).replace("wide\"", "q\"").replace("tall\"", "p\"");
    let (ran, _) = alone("x.json", &text);
    refused(
        &ran,
        &["2 answers in rows of their own", "image-keyboard-response (12 answers: p, q)", "[import.keep] trial_type"],
    );
    // A picture alone, then its answer.
    let text = file("html-button-response", |at| format!("\"{}\"", class(at)));
    let text = text.split("\"rt\":500").map(str::to_owned).collect::<Vec<_>>().join("\"rt\":null");
    let silent = text
        .replace("\"response\":\"wide\",\"centres\"", "\"response\":null,\"centres\"")
        .replace("\"response\":\"tall\",\"centres\"", "\"response\":null,\"centres\"");
    let halves: Vec<&str> = text.split("},").collect();
    let mixed: Vec<String> = silent
        .split("},")
        .enumerate()
        .map(|(at, part)| if at % 2 == 0 { part.to_owned() } else { halves[at].to_owned() })
        .collect();
    let (ran, trials) = import(FILES, &mixed.join("},"));
    taken(&ran, &trials, 12);
    assert!(trials.iter().all(|trial| trial.correct == Some(true)), "{trials:?}");
}

#[test]
fn of_the_senders_of_a_trial_the_one_with_its_answer_counts() {
    let text = table("sender,ended_on,duration,participant,image,response,correct,centres", 24, |row| {
        let at = row / 2;
        match row % 2 {
            0 => format!("Face,response,500,7,{},{},{},{}", picture(at), class(at), "true", centres(at)),
            _ => format!("Sure,response,900,7,{},{},,{}", picture(at), at % 4, centres(at)),
        }
    });
    for text in [text.clone(), text.replace("Sure", "Aaa")] {
        let (ran, trials) = import(FILES, &text);
        taken(&ran, &trials, 12);
        assert!(trials.iter().all(|trial| trial.response_time == Some(500.0)));
    }
    let gorilla = table(
        "Participant Private ID,Trial Number,Zone Type,Reaction Time,Response,Attempt,Correct,image,centres",
        24,
        |row| {
            let at = row / 2;
            let (zone, response, right) =
                if row % 2 == 0 { ("response_button", class(at), 1) } else { ("response_slider", "50", 0) };
            format!("7,{at},{zone},{},{response},1,{right},{},{}", 500 + 400 * (row % 2), picture(at), centres(at))
        },
    );
    let (ran, trials) = import(FILES, &gorilla);
    taken(&ran, &trials, 12);
    assert!(trials.iter().all(|trial| trial.correct == Some(true)));
}

// ---- codes

#[test]
fn codes_stand_for_what_import_responses_says() {
    let text = table("observer,picture,response,centres", 12, |at| {
        format!("7,{},{},{}", picture(at), ["0", "1.0"][(at + usize::from(at % 5 == 0)) % 2], centres(at))
    });
    let right: Vec<Option<bool>> = (0..12).map(|at| Some(at % 5 != 0)).collect();
    let (ran, trials) = import(&format!("{FILES}[import.responses]\n0 = \"wide\"\n\"1\" = \"tall\"\n"), &text);
    taken(&ran, &trials, 12);
    assert_eq!(rights(&trials), right);
    assert!(said(&ran).contains("0 = wide x"), "{}", said(&ran));
    let (_, trials) = import(&format!("{FILES}[import.responses]\n0 = \"tall\"\n\"1\" = \"wide\"\n"), &text);
    assert_eq!(rights(&trials), right.iter().map(|one| one.map(|right| !right)).collect::<Vec<_>>());
    let (_, trials) = import(&format!("{FILES}[import.responses]\n0 = \"wrong\"\n\"1\" = \"right\"\n"), &text);
    assert_eq!(rights(&trials)[..3], [Some(true), Some(true), Some(false)]);
    let (_, trials) = import(&format!("{FILES}[import.responses]\n0 = false\n\"1\" = \"none\"\n"), &text);
    assert_eq!((rights(&trials)[1], trials[1].response.as_ref(), rights(&trials)[2]), (None, None, Some(false)));
    let (ran, _) = import(&format!("{FILES}[import.responses]\n0 = \"wide\"\n"), &text);
    assert!(said(&ran).contains("the response 1.0 is not in import.responses, which has 0"), "{}", said(&ran));
    let (ran, _) = import(&format!("{FILES}[import.responses]\n0 = \"wied\"\n"), &text);
    refused(
        &ran,
        &["the code \"0\" stands for \"wied\", which is no class", "choose one of: wide, tall, right, wrong, none"],
    );
    let (ran, _) = import(&format!("{FILES}[import.responses]\n1 = \"wide\"\n\"1.0\" = \"tall\"\n"), &text);
    refused(&ran, &["one and the same"]);
    // Nothing says what they stand for.
    let (ran, _) = import(FILES, &text);
    refused(
        &ran,
        &[
            "trials.csv",
            "so that nothing says whether it is right",
            "nothing says what these responses stand for: 0 (",
            "[import.responses] \"0\" = ",
        ],
    );
}

#[test]
fn responses_that_nothing_judges_cost_their_rows_and_a_file_of_them_is_refused() {
    let text = |codes: [&str; 2]| {
        table("observer,trial,picture,response,centres", 12, |at| {
            format!("7,{at},{},{},{}", picture(at), codes[at % 2], centres(at))
        })
    };
    let mut mixed = text(["wide", "tall"]);
    for at in 12..15 {
        writeln!(mixed, "7,{at},{},2,{}", picture(at), centres(at)).unwrap();
    }
    let (ran, trials) = import(FILES, &mixed);
    assert_eq!((trials.len(), rights(&trials).iter().flatten().count()), (12, 12), "{}", said(&ran));
    assert!(
        ran.stderr
            .contains("trials.csv: rows are rejected, because nothing says what these responses stand for: 2 (3 rows)"),
        "{}",
        said(&ran)
    );
    let small = Small::new();
    small.import("[import]\nfiles = [\"trials.csv\", \"b.csv\"]\n", text(["wide", "tall"]));
    small.write("experiments/tiny/b.csv", text(["1", "2"]).replace("\n7,", "\n8,"));
    refused(&small.ran("import experiments/tiny"), &["b.csv", "1 (6 rows) and 2 (6 rows)", "[import.responses]"]);
    // A rating, a time, or fixations need no right and wrong.
    small.edit("permutations = 20", "permutations = 20\nresponse = \"response\"");
    small.succeeds("import experiments/tiny");
}

#[test]
fn unknown_keys_give_way_to_what_the_file_calls_right_and_are_refused_without() {
    let small = Small::new();
    small.succeeds("stimuli experiments/tiny");
    let planned = Trials::read(&small.path("results/tiny/design")).unwrap().rows;
    let of = |planned: &[Trial], correct: bool| {
        let mut text = "trial_type,time_elapsed,participant,trial_id,n_bubbles,response,rt".to_owned()
            + if correct { ",correct\n" } else { "\n" };
        for (at, trial) in planned.iter().take(60).enumerate() {
            let right = if correct { format!(",{}", at % 4 != 0) } else { String::new() };
            writeln!(text, "image-button-response,{at},x,{},{},{},500{right}", trial.id, trial.centres.len(), at % 2)
                .unwrap();
        }
        text
    };
    let path = small.path("experiments/tiny/experiment.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (start, end) = (text.find("[simulation]").unwrap(), text.find("[classification]").unwrap());
    let with = |more: &str| std::fs::write(&path, format!("{}{FILES}{more}{}", &text[..start], &text[end..])).unwrap();
    with("");
    small.write("experiments/tiny/trials.csv", of(&planned, true));
    let ran = small.succeeds("import experiments/tiny --explain");
    let trials = Trials::read(&small.path("results/tiny")).unwrap().rows;
    assert!(
        trials.len() == 60 && trials.iter().enumerate().all(|(at, trial)| trial.correct == Some(at % 4 != 0)),
        "{}",
        said(&ran)
    );
    assert!(
        said(&ran).contains("stand for no class, so that what the file calls right and wrong counts"),
        "{}",
        said(&ran)
    );
    small.write("experiments/tiny/trials.csv", of(&planned, false));
    let ran = small.ran("import experiments/tiny");
    refused(&ran, &["stands for no class", "[import.responses] \"0\" = \"tall\", \"1\" = \"wide\""]);
    with("[import.responses]\n0 = \"wide\"\n1 = \"tall\"\n");
    small.succeeds("import experiments/tiny");
    let trials = Trials::read(&small.path("results/tiny")).unwrap().rows;
    assert!(
        trials
            .iter()
            .enumerate()
            .all(|(at, trial)| trial.correct == Some(trial.picture.starts_with(["wide", "tall"][at % 2])))
    );
}

#[test]
fn other_codes_of_right_and_wrong_and_mixed_codings_are_refused() {
    let verdicts =
        table("observer,picture,correct,centres", 40, |at| format!("7,{},{},{}", picture(at), 1 + at % 2, centres(at)));
    let (ran, _) = import(FILES, &verdicts);
    refused(
        &ran,
        &[
            "right and wrong are 1 and 0, and the column of right answers holds 1 (20 rows) and 2 (20 rows)",
            "[import.responses]",
        ],
    );
    let settings = format!(
        "{FILES}[import.columns]\nresponse = \"correct\"\ncorrect = \"\"\n[import.responses]\n1 = \"right\"\n2 = \"wrong\"\n"
    );
    let (ran, trials) = import(&settings, &verdicts);
    taken(&ran, &trials, 40);
    assert!(trials.iter().enumerate().all(|(at, trial)| trial.correct == Some(at % 2 == 0)));
    for codes in [["0", "1", "1", "2"], ["1", "-1", "0", "1"]] {
        let text = table("observer,picture,response,centres", 40, |at| {
            let own = usize::from(at >= 20) * 2;
            format!("{},{},{},{}", if own > 0 { "b" } else { "a" }, picture(at), codes[own + at % 2], centres(at))
        });
        let (ran, _) = import(FILES, &text);
        refused(&ran, &["responses are coded in several ways: those of a are", "those of b are", "trials.csv"]);
    }
    let ratings = table("observer,picture,response,centres", 40, |at| {
        format!(
            "{},{},{},{}",
            ["a", "b"][at % 2],
            picture(at),
            if at % 2 == 0 { at % 7 } else { 1 + at % 2 },
            centres(at)
        )
    });
    let small = Small::new();
    small.import(FILES, &ratings);
    small.edit("permutations = 20", "permutations = 20\nresponse = \"response\"");
    small.succeeds("import experiments/tiny");
}

#[test]
fn codes_beyond_the_first_hundred_rows_count_and_reverse_correlation_takes_its_own() {
    let text = |code: &str| {
        table("participant_id,stimulus,response,rt", 300, |at| {
            format!("7,{at},{},0.5", if at < 150 { "1" } else { code })
        })
    };
    let (ran, csv) = alone("rc.csv", &text("-1"));
    assert_eq!((ran.status, column(&csv, "response")[299].as_str()), (Some(0), "-1"), "{}", said(&ran));
    let (ran, _) = alone("rc.csv", &text("2"));
    refused(
        &ran,
        &[
            "responses of reverse correlation are 1 and -1, and these are 1 (150 rows) and 2 (150 rows)",
            "[import.responses]",
        ],
    );
}

// ---- who answered

#[test]
fn columns_of_participants_are_known_and_what_speaks_against_one_is_a_warning() {
    for name in ["run_id", "sona_id", "prolific_pid", "Participant", "pid", "worker_id", "SUBJECT", "Prolific ID"] {
        let text = table(&format!("{name},trial_type,trial_index,time_elapsed,rt,stimulus,response"), 18, |at| {
            format!("{},image-keyboard-response,{},{},500,img/a{}.png,f", at / 6, at % 6, at % 6 * 900, at % 6)
        });
        let (ran, csv) = alone("x.csv", &text);
        let observers: BTreeSet<String> = column(&csv, "observer").into_iter().collect();
        assert_eq!(observers.len(), 3, "{name}: {}", said(&ran));
        assert!(!ran.stderr.contains("warning"), "{name}: {}", ran.stderr);
    }
    let text = table("kennung,trial_type,trial_index,time_elapsed,rt,stimulus,response", 18, |at| {
        format!("k{},image-keyboard-response,{},{},500,img/a{}.png,f", at / 6, at % 6, at % 6 * 900, at % 6)
    });
    let (ran, _) = alone("x.csv", &text);
    assert!(ran.stderr.contains("no column of x.csv says who answered"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("time_elapsed begins again 2 times within one participant")
            && ran.stderr.contains("kennung"),
        "{}",
        ran.stderr
    );
    // One id for everybody.
    let text = text.replace("kennung", "subject").replace("k1,", "k0,").replace("k2,", "k0,");
    let (ran, _) = alone("x.csv", &text);
    assert!(
        ran.stderr.contains("begins again 2 times within one participant (first in line 8 of k0, by column subject)"),
        "{}",
        ran.stderr
    );
}

#[test]
fn loops_and_places_that_begin_again_within_one_participant_are_a_warning() {
    let psychopy = |blocks: bool| {
        table("image,blocks.thisN,trials.thisN,key_resp.keys,key_resp.corr,key_resp.rt,participant", 18, |at| {
            format!("a{at}.png,{},{},f,1,0.{at},1", if blocks { at / 6 } else { 0 }, at % 6)
        })
    };
    let (ran, _) = alone("merged.csv", &psychopy(false));
    assert!(
        ran.stderr.contains("blocks.thisN, trials.thisN begins again 2 times within one participant"),
        "{}",
        ran.stderr
    );
    let (ran, _) = alone("merged.csv", &psychopy(true));
    assert!(!ran.stderr.contains("begins again"), "blocks of one participant: {}", ran.stderr);
}

#[test]
fn files_that_say_one_id_for_several_people_are_refused_with_the_way_out() {
    let small = Small::new();
    let text = |person: usize| {
        table("participant,trial_type,time_elapsed,rt,stimulus,response,centres", 6, |at| {
            format!("1,image-keyboard-response,{at},{},img/{},{},{}", 500 + person, picture(at), class(at), centres(at))
        })
    };
    small.import("[import]\nfiles = [\"data/*.csv\"]\n", "");
    small.write("experiments/tiny/data/ann.csv", text(0));
    small.write("experiments/tiny/data/bob.csv", text(1));
    let ran = small.ran("import experiments/tiny");
    refused(&ran, &["observer 1, block 1, trial 1 stands in this file and in", "observer = \"\""]);
    small.edit("files = [\"data/*.csv\"]\n", "files = [\"data/*.csv\"]\n[import.columns]\nobserver = \"\"\n");
    let ran = small.succeeds("import experiments/tiny");
    let trials = Trials::read(&small.path("results/tiny")).unwrap().rows;
    assert_eq!(people(&trials), BTreeSet::from(["ann", "bob"]));
    assert!(ran.stderr.contains("no column of 2 files (ann.csv, bob.csv) says who answered"), "{}", ran.stderr);
}

// ---- names that mean something else

#[test]
fn a_column_that_is_named_for_one_thing_is_nothing_else() {
    let text = table("vp,bild,richtig,bubbles,role,repeats,trial", 12, |at| {
        format!("a,{},{},{},test,1,first half", picture(at), u8::from(at % 3 > 0), centres(at))
    });
    let columns =
        "[import.columns]\nobserver = \"vp\"\npicture = \"bild\"\ncorrect = \"richtig\"\ncentres = \"bubbles\"\n";
    let (ran, trials) = import(&format!("{FILES}{columns}"), &text);
    taken(&ran, &trials, 12);
    assert!(trials.iter().all(|trial| trial.centres.len() == 2 && trial.repeats.is_none()));
    for part in
        ["the column role means something else", "the column repeats means something else", "the column trial means"]
    {
        assert!(said(&ran).contains(part), "{part}: {}", said(&ran));
    }
    let (ran, trials) =
        import(&format!("{FILES}{columns}role = \"\"\nrepeats = \"\"\ntrial = \"\"\nkeys = \"\"\n"), &text);
    taken(&ran, &trials, 12);
    assert!(!said(&ran).contains("means something else"), "{}", said(&ran));
    let (ran, _) = import(&format!("{FILES}{columns}role = \"role\"\ntrial = \"\"\n"), &text);
    refused(&ran, &["column role: \"test\" is not main, practice or catch"]);
    let (ran, trials) = import(
        &format!("{FILES}{columns}role = \"was\"\ntrial = \"\"\n"),
        &text.replace("role", "was").replace("test", "Practice"),
    );
    assert_eq!(
        (ran.status, trials.iter().filter(|trial| trial.role.name() == "practice").count()),
        (Some(0), 12),
        "{}",
        said(&ran)
    );
}

#[test]
fn repeats_count_where_they_are_trials_with_the_same_picture() {
    let text = |second: &str| {
        table("observer,trial_id,repeats,picture,correct,centres", 8, |at| {
            let of = at % 4;
            format!(
                "7,t{at},{},{},1,{}",
                if at < 4 { "" } else { second }.replace('#', &of.to_string()),
                picture(of),
                centres(of)
            )
        })
    };
    let repeated = |trials: &[Trial]| trials.iter().filter(|trial| trial.repeats.is_some()).count();
    let (ran, trials) = import(FILES, &text("t#"));
    assert_eq!((repeated(&trials), trials.len()), (4, 8), "{}", said(&ran));
    for other in ["1", "t0"] {
        let (ran, trials) = import(FILES, &text(other));
        assert_eq!((repeated(&trials), trials.len()), (0, 8), "{}", said(&ran));
        assert!(said(&ran).contains("the column repeats means something else"), "{}", said(&ran));
    }
}

// ---- chance, and the report

#[test]
fn people_below_chance_beyond_doubt_are_a_warning_in_the_terminal_the_file_and_the_report() {
    let text = |share: [usize; 3]| {
        table("observer,picture,correct,centres", 180, |at| {
            format!("p{},{},{},{}", at % 3, picture(at / 3), u8::from(at / 3 * 7 % 10 < share[at % 3]), centres(at))
        })
    };
    let (ran, _) = import(FILES, &text([2, 2, 1]));
    for text in [
        "3 observers were right less often than by chance (50 %): p0 (20 %), p1 (20 %), p2 (10 %); the coding of `correct`",
        "all observers together were 17 % right with chance 50 %: the coding of `correct`",
    ] {
        assert!(ran.stderr.contains(text) && ran.stdout.contains(&format!("warning   {text}")), "{}", said(&ran));
    }
    let (ran, _) = import(FILES, &text([1, 4, 4]));
    assert!(
        ran.stderr.contains("observer p0 (10 %) was right less") && !ran.stderr.contains("all observers together"),
        "{}",
        ran.stderr
    );
    let (ran, _) = import(FILES, &text([8, 8, 1]));
    assert!(ran.stderr.contains("observer p2 (10 %) was right less often than by chance (50 %)"), "{}", ran.stderr);
    let (ran, _) = import(FILES, &text([8, 7, 5]));
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
}

#[test]
fn the_report_counts_rows_that_looked_like_trials_and_observers_who_answered() {
    let small = Small::new();
    // b never answers; breaks have no picture; one row has no picture of the experiment.
    let mut text = table("trials.thisN,image,key_resp.keys,key_resp.corr,participant,centres", 180, |at| {
        let person = ["a", "b", "c"][at % 3];
        let key = if person == "b" { "None" } else { class(at / 3 + usize::from(at % 7 > 1)) };
        format!("{at},{},{key},0,{person},{}", picture(at / 3), centres(at))
    });
    text.push_str(",,,,a,\n,,,,c,\n999,other.png,wide,0,a,1:1\n");
    small.import(FILES, text);
    let path = small.path("experiments/tiny/experiment.toml");
    let file = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        format!("{}[score]{}", &file[..file.find("[[model]]").unwrap()], file.split_once("[score]").unwrap().1),
    )
    .unwrap();
    let ran = small.succeeds("run experiments/tiny");
    assert!(
        ran.stderr.contains("no trial of these observers has an answer, so they are in no map: b (60 trials)"),
        "{}",
        ran.stderr
    );
    let page = std::fs::read_to_string(small.path("results/tiny/report.html")).unwrap();
    assert!(
        page.contains("1 row of the trial files were rejected")
            || page.contains("1 row of the trial files was rejected"),
        "breaks are no trials"
    );
    assert!(!page.contains("no trial: neither an id nor a stimulus"));
    assert!(
        page.contains("2 observers answered 120 trials. 1 observer gave no answer"),
        "{}",
        &page[page.find("id=\"summary\"").unwrap()..][..600]
    );
    assert!(
        page.contains("1 observer (b) has trials and no answer")
            && page.contains("An interval over observers takes three of them")
    );
    assert!(page.contains("right with chance 50 %"), "the head of the report says that coding is probably reversed");
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    assert_eq!(rejected.matches(",left out").count(), 2, "{rejected}");
    assert_eq!(rejected.matches(",rejected\n").count(), 1, "{rejected}");
}

// ---- round trips of every export with every kind of response

/// Participants as files call them: blanks, quotes and letters beyond ASCII, and leading zeros; BIDS keeps letters and digits.
const PARTICIPANTS: [&str; 2] = ["\u{e4} \"x\"", "007"];
const KINDS: [&str; 5] = ["key", "class", "right or wrong", "unanswered", "with confidence"];
const PLATFORMS: [&str; 4] = ["jspsych", "psychopy", "gorilla", "bids"];

/// What was answered to the trial of a number: class and whether it was right; nothing to every fourth where some are unanswered.
fn answered(kind: &str, at: usize, picture: &str) -> Option<(&'static str, bool)> {
    let right = !at.is_multiple_of(3);
    let class = if picture.starts_with("wide") == right { "wide" } else { "tall" };
    (kind != "unanswered" || !at.is_multiple_of(4)).then_some((class, right))
}

/// The design's key of a class, which participants have exchanged.
fn key(participant: usize, class: &str) -> &'static str {
    if (class == "wide") == (participant == 0) { "f" } else { "j" }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The cells of a row by column.
type Sheet = std::collections::HashMap<String, String>;

/// The rows of a table of an export, each with its line and its cells by column.
fn exported(small: &Small, name: &str) -> (String, Vec<(String, Sheet)>) {
    let text = std::fs::read_to_string(small.path(&format!("results/tiny/export/{name}"))).unwrap();
    let header = text.lines().next().unwrap().to_owned();
    let cells = |line: &str| header.split(',').map(str::to_owned).zip(line.split(',').map(str::to_owned)).collect();
    let rows = text.lines().skip(1).map(|line| (line.to_owned(), cells(line))).collect();
    (header, rows)
}

/// What a platform saves of a participant who answers in one way.
fn saved(small: &Small, platform: &str, kind: &str, person: usize) -> String {
    let sheet = format!("p{:03}", person + 1);
    let who = quoted(PARTICIPANTS[person]);
    let mut text = String::new();
    let mut count = 0;
    if platform == "jspsych" || platform == "bids" {
        let planned = Trials::read(&small.path("results/tiny/design")).unwrap().rows;
        text.push_str("participant,trial_id,block,trial,role,repeats,picture,mirrored,n_bubbles,key,response,correct,rt,confidence\n");
        for trial in planned.iter().filter(|trial| trial.observer == sheet) {
            let bubbles = if trial.role.name() == "catch" { 0 } else { 20 };
            let (key, class, correct, time) = match (kind, answered(kind, count, &trial.picture)) {
                (_, None) => ("", "", String::new(), ""),
                ("class", Some((class, _))) => ("", class, String::new(), "512.5"),
                ("right or wrong", Some((_, right))) => ("", "", right.to_string(), "512.5"),
                (_, Some((class, right))) => (key(person, class), class, right.to_string(), "512.5"),
            };
            writeln!(
                text,
                "{who},{},{},{},{},{},{},{},{bubbles},{key},{class},{correct},{time},{}",
                trial.id,
                trial.block,
                trial.number,
                trial.role.name(),
                trial.repeats.as_deref().unwrap_or(""),
                trial.picture,
                trial.mirrored,
                count % 4
            )
            .unwrap();
            count += 1;
        }
    } else if platform == "psychopy" {
        for block in 0..=2 {
            let (header, rows) = exported(small, &format!("psychopy/conditions/{sheet}_b{block}.csv"));
            if block == 0 {
                let own =
                    "trials.thisN,participant,image_shown,key_resp.keys,key_resp.corr,key_resp.rt,sure.keys,sure.rt";
                writeln!(text, "{own},{header}").unwrap();
            }
            for (line, cells) in rows {
                let answer = match (kind, answered(kind, count, &cells["picture"])) {
                    (_, None) => "None,0,".to_owned(),
                    ("right or wrong", Some((_, right))) => format!(",{},0.5125", u8::from(right)),
                    (_, Some((class, right))) => format!("{},{},0.5125", key(person, class), u8::from(right)),
                };
                let sure = if kind == "with confidence" { format!("{},0.2", 1 + count % 4) } else { ",".to_owned() };
                writeln!(text, "{count},{who},{},{answer},{sure},{line}", cells["image"]).unwrap();
                count += 1;
            }
        }
    } else {
        let (header, rows) = exported(small, &format!("gorilla/spreadsheets/{sheet}.csv"));
        writeln!(
            text,
            "Participant Private ID,Trial Number,Zone Type,Reaction Time,Response,Attempt,Correct,Timed Out,{header}"
        )
        .unwrap();
        for (line, cells) in rows.into_iter().filter(|(_, cells)| cells["display"] != "break") {
            let answer = match (kind, answered(kind, count, &cells["picture"])) {
                (_, None) => "3000,,1,0,1".to_owned(),
                ("class", Some((class, right))) => format!("512.5,{class},1,{},", u8::from(right)),
                ("right or wrong", Some((_, right))) => format!("512.5,,1,{},", u8::from(right)),
                (_, Some((class, right))) => format!("512.5,{},1,{},", key(person, class), u8::from(right)),
            };
            writeln!(text, "{who},{count},fixation,250,,,0,,{line}").unwrap();
            writeln!(text, "{who},{count},response_keyboard,{answer},{line}").unwrap();
            if kind == "with confidence" {
                writeln!(text, "{who},{count},response_slider,700,{},1,0,,{line}", 10 * (count % 4)).unwrap();
            }
            count += 1;
        }
    }
    text
}

/// The experiment with its simulated observers replaced by files.
fn import_back(small: &Small, files: &str) -> Ran {
    let path = small.path("experiments/tiny/experiment.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("[simulation]").or(text.find("[import]")).unwrap();
    let end = text.find("[classification]").unwrap();
    std::fs::write(path, format!("{}[import]\nfiles = [\"{files}\"]\n\n{}", &text[..start], &text[end..])).unwrap();
    small.ran("import experiments/tiny")
}

/// What came back of an export answered in one way, in a few words.
fn round_trip(small: &Small, platform: &str, kind: &str) -> String {
    let folder = format!("{platform}-{}", kind.replace(' ', "-"));
    for person in 0..PARTICIPANTS.len() {
        small.write(&format!("experiments/tiny/{folder}/{person}.csv"), saved(small, platform, kind, person));
    }
    let mut ran = import_back(small, &format!("{folder}/*.csv"));
    let mut names: Vec<String> = PARTICIPANTS.iter().map(|name| (*name).to_owned()).collect();
    if platform == "bids" && ran.status == Some(0) {
        small.succeeds("export experiments/tiny --to bids");
        for (name, bytes) in small.files("results/tiny/export/bids") {
            if name.ends_with("_beh.tsv") {
                small.write(&format!("experiments/tiny/{folder}/{}", name.rsplit('/').next().unwrap()), bytes);
            }
        }
        ran = import_back(small, &format!("{folder}/*.tsv"));
        names = vec!["x".to_owned(), "007".to_owned()];
    }
    if ran.status != Some(0) {
        return ran.stderr;
    }
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    let rejected = rejected.lines().filter(|line| line.ends_with(",rejected")).count();
    let planned = Trials::read(&small.path("results/tiny/design")).unwrap().rows;
    let back = Trials::read(&small.path("results/tiny")).unwrap().rows;
    let mut wrong = 0;
    for (person, name) in names.iter().enumerate() {
        let own = planned.iter().filter(|trial| trial.observer == format!("p{:03}", person + 1));
        for (at, plan) in own.enumerate() {
            let answer = answered(kind, at, &plan.picture);
            let bubbles = if plan.role.name() == "catch" { 0 } else { 20 };
            let stated = kind != "right or wrong";
            let expected = Trial {
                observer: name.clone(),
                centres: plan.centres[..bubbles].to_vec(),
                response: answer.filter(|_| stated).map(|(class, _)| class.to_owned()),
                correct: answer.map(|(_, right)| right),
                response_time: answer.map(|_| 512.5),
                ..plan.clone()
            };
            let found = back.iter().find(|trial| trial.id == plan.id && trial.observer == *name);
            let same = found
                .is_some_and(|found| Trial { session: None, other: Default::default(), ..found.clone() } == expected);
            wrong += usize::from(!same);
        }
    }
    format!("{} trials, {rejected} rejected, {wrong} different", back.len())
}

#[test]
fn every_export_comes_back_with_every_kind_of_response() {
    let small = Small::new();
    small.edit("observers = 3\ntrials = 60", "observers = 2\ntrials = 20");
    small.edit(
        "count = { start = 20, target = 0.75, minimum = 1, maximum = 60 }",
        "count = { start = 20, minimum = 1, maximum = 60 }\ncatch = 0.1\nrepeated = 0.1\npractice = 4",
    );
    small.succeeds("stimuli experiments/tiny");
    for platform in ["psychopy", "gorilla"] {
        small.succeeds(&format!("export experiments/tiny --to {platform}"));
    }
    let planned = Trials::read(&small.path("results/tiny/design")).unwrap().rows.len();
    let mut rows = String::new();
    let mut failed = false;
    for platform in PLATFORMS {
        for kind in KINDS.iter().filter(|kind| (platform, **kind) != ("psychopy", "class")) {
            let found = round_trip(&small, platform, kind);
            failed |= found != format!("{planned} trials, 0 rejected, 0 different");
            writeln!(rows, "{platform:<9} {kind:<16} {found}").unwrap();
        }
    }
    assert!(!failed, "{planned} planned\n{rows}");
}
