//! Trial files as they come: cells that cannot be read, units in the file's own words, lists, sessions in pieces, answers on a
//! screen of their own, two pictures in one stimulus, coordinates of all kinds, names in every form of Unicode; through the
//! command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use bubblescope::trials::{Trial, Trials};
use small::{Ran, Small};

/// Trial files alone: what was said, and the folder.
fn alone(files: &[(&str, &str)], flags: &str) -> (Ran, Small) {
    let small = Small::new();
    files.iter().for_each(|(name, content)| small.write(name, content));
    let named: Vec<&str> =
        files.iter().map(|(name, _)| *name).filter(|name| !name.ends_with(".json") || files.len() == 1).collect();
    let ran = small.ran(&format!("import {} --explain {flags}", named.join(" ")));
    (ran, small)
}

fn said(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

/// A column of a table without quotes.
fn column(small: &Small, file: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(small.path(file)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|one| one == name).unwrap();
    lines.map(|cells| cells[at].clone()).collect()
}

fn imported(small: &Small, name: &str) -> Vec<String> {
    column(small, "imported/trials.csv", name)
}

/// The experiment with a trial file, imported.
fn known(settings: &str, trials: &str) -> (Ran, Vec<Trial>, Small) {
    let small = Small::new();
    small.import(settings, trials);
    let ran = small.ran("import experiments/tiny --explain");
    let rows = if ran.status == Some(0) { Trials::read(&small.path("results/tiny")).unwrap().rows } else { Vec::new() };
    (ran, rows, small)
}

const FILES: &str = "[import]\nfiles = [\"trials.csv\"]\n";

const EVENTS: &str = "onset\tresponse_time\tstim_file\tresponse\n\
1.25\t0.612\timg/a.png\tf\n3.75\t0.543\timg/b.png\tj\n6.25\tn/a\timg/c.png\tf\n8.75\t-0.1\timg/d.png\tj\n9.75\tstandard\timg/e.png\tj\n";

#[test]
fn an_unreadable_response_time_costs_the_time_and_not_the_trial() {
    let (ran, small) = alone(&[("sub-02_task-face_events.tsv", EVENTS)], "");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(imported(&small, "response"), ["f", "j", "f", "j", "j"]);
    assert_eq!(imported(&small, "response_time_ms"), ["612", "543", "", "", ""]);
    assert!(said(&ran).contains("2 values cannot be read, and the trial is taken without"), "{}", said(&ran));
    assert!(said(&ran).contains("1 x ... is not a response time"), "{}", said(&ran));
    assert_eq!(column(&small, "imported/rejected.csv", "line"), ["5", "6"]);
    let rejected = std::fs::read_to_string(small.path("imported/rejected.csv")).unwrap();
    assert_eq!(rejected.matches("taken without this value").count(), 2, "{rejected}");
}

#[test]
fn verdicts_in_words_and_lists_are_read_and_a_mark_that_is_none_costs_the_mark() {
    let table = |marks: &[&str]| {
        let rows: String = marks.iter().enumerate().map(|(at, mark)| format!("p1,a{at}.png,\"{mark}\",x\n")).collect();
        format!("participant,picture,correct,response\n{rows}")
    };
    let (ran, small) = alone(&[("t.csv", &table(&["ja", "[1]", "Correct", "FALSCH", "[False]", "n", "?"]))], "");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(imported(&small, "correct"), ["true", "true", "true", "false", "false", "false", ""]);
}

#[test]
fn units_are_those_of_the_sidecar_also_from_a_folder_above() {
    let events =
        "onset\tresponse_time\tstim_file\tresponse\n1.2\t612\ta.png\tf\n2.2\t543\tb.png\tj\n3.2\t-41\tc.png\tf\n";
    let side = "{\"response_time\": {\"Description\": \"key press\", \"Units\": \"Milliseconds\"}}";
    for place in ["ds/sub-01/beh/sub-01_task-face_beh.json", "ds/task-face_beh.json"] {
        let (ran, small) = alone(&[("ds/sub-01/beh/sub-01_task-face_beh.tsv", events), (place, side)], "");
        assert_eq!(ran.status, Some(0), "{}", said(&ran));
        assert_eq!(imported(&small, "response_time_ms"), ["612", "543", ""], "{place}");
        assert!(said(&ran).contains("ms, as"), "{}", said(&ran));
    }
    let (ran, small) = alone(&[("sub-01_task-face_beh.tsv", events)], "");
    assert_eq!(imported(&small, "response_time_ms")[0], "612000", "BIDS has seconds where nothing else is said");
    assert!(ran.stderr.contains("looks like ms"), "{}", ran.stderr);
}

#[test]
fn units_are_those_of_the_name_of_the_column() {
    for (column, expected) in
        [("rt_ms", "8"), ("response_time (s)", "8000"), ("RT [ms]", "8"), ("rt_seconds", "8000"), ("rt", "8000")]
    {
        let table = format!("participant,picture,response,{column}\np1,a.png,x,8\np1,b.png,y,9\n");
        let (ran, small) = alone(&[("t.csv", &table)], "");
        assert_eq!(imported(&small, "response_time_ms")[0], expected, "{column}: {}", said(&ran));
    }
}

#[test]
fn files_in_several_units_are_warned_about() {
    let table = |who: &str, time: &str| {
        format!("participant,picture,response,rt\n{who},a.png,x,{time}\n{who},b.png,y,{time}\n")
    };
    let (ran, _) = alone(&[("a.csv", &table("p1", "0.6")), ("b.csv", &table("p2", "612"))], "");
    assert!(ran.stderr.contains("a.csv are taken for s, and those of b.csv for ms"), "{}", ran.stderr);
}

const PROMPTED: &str = "\"rt\",\"stimulus\",\"response\",\"trial_type\",\"trial_index\",\"time_elapsed\",\"participant\"\n\
\"\",\"<div>+</div>\",\"\",\"html-keyboard-response\",\"0\",\"0\",\"p\"\n\
\"\",\"img/a.png\",\"\",\"image-keyboard-response\",\"1\",\"700\",\"p\"\n\
\"344\",\"<p>f or j?</p>\",\"f\",\"html-keyboard-response\",\"2\",\"1400\",\"p\"\n\
\"\",\"img/b.png\",\"\",\"image-keyboard-response\",\"4\",\"2800\",\"p\"\n\
\"524\",\"<p>f or j?</p>\",\"j\",\"html-keyboard-response\",\"5\",\"3500\",\"p\"\n\
\"900\",\"<p>how sure?</p>\",\"4\",\"html-keyboard-response\",\"6\",\"3900\",\"p\"\n\
\"\",\"img/c.png\",\"\",\"image-keyboard-response\",\"7\",\"4000\",\"p\"\n\
\"\",\"<p>f or j?</p>\",\"\",\"html-keyboard-response\",\"8\",\"6000\",\"p\"\n";

#[test]
fn an_answer_on_the_screen_behind_the_picture_is_the_answer() {
    let (ran, small) = alone(&[("data.csv", PROMPTED)], "");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(imported(&small, "response"), ["f", "j", ""]);
    assert_eq!(imported(&small, "response_time_ms"), ["344", "524", ""]);
    assert!(said(&ran).contains("2 get the next answer of their participant"), "{}", said(&ran));
    // Where any picture is answered on its own screen, the next screen is another question.
    let own = PROMPTED.replace("\"\",\"img/a.png\",\"\"", "\"300\",\"img/a.png\",\"j\"");
    let (_, small) = alone(&[("data.csv", &own)], "");
    assert_eq!(imported(&small, "response"), ["j", "", ""]);
    let survey = PROMPTED.replace("\"f\",\"html", "\"{\"\"Q0\"\":\"\"happy\"\"}\",\"html");
    let (_, small) = alone(&[("data.csv", &survey)], "");
    assert_eq!(imported(&small, "response"), ["happy", "j", ""]);
}

#[test]
fn events_of_bids_may_answer_on_a_row_of_their_own() {
    let events = "onset\tstim_file\tresponse_time\tresponse\n1\ta.png\tn/a\tn/a\n2\tn/a\t0.5\tf\n3\tb.png\tn/a\tn/a\n4\tn/a\t0.7\tj\n";
    let (ran, small) = alone(&[("sub-1_task-x_events.tsv", events)], "");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(
        (imported(&small, "response"), imported(&small, "response_time_ms")),
        (vec!["f".into(), "j".into()], vec!["500".into(), "700".into()])
    );
}

#[test]
fn trials_of_which_none_has_an_answer_are_an_error_in_every_format() {
    let silent: [(&str, &str); 5] = [
        (
            "a.csv",
            "rt,stimulus,response,trial_type,time_elapsed,participant\n,a.png,,image-keyboard-response,1,p\n,b.png,,image-keyboard-response,2,p\n",
        ),
        ("b.csv", "participant,picture,response,correct\np,a.png,,\np,b.png,,\n"),
        ("c.csv", "trials.thisN,image,key_resp.keys,key_resp.rt,participant\n0,a.png,None,,p\n1,b.png,None,,p\n"),
        (
            "d.csv",
            "sender,ended_on,duration,response,image,participant\nFace,timeout,500,,a.png,p\nFace,timeout,500,,b.png,p\n",
        ),
        ("sub-1_events.tsv", "onset\tstim_file\tresponse_time\tresponse\n1\ta.png\tn/a\tn/a\n3\tb.png\tn/a\tn/a\n"),
    ];
    for (name, content) in silent {
        let (ran, small) = alone(&[(name, content)], "");
        assert_eq!(ran.status, Some(1), "{name}: {}", said(&ran));
        assert!(
            ran.stderr.contains("none of the 2 trials") && ran.stderr.contains("--columns response="),
            "{}",
            ran.stderr
        );
        assert!(small.path("imported/import.txt").is_file() && !small.path("imported/trials.csv").exists(), "{name}");
    }
    // What was refused may be imported again into the same folder.
    let (_, small) = alone(&[("b.csv", "participant,picture,response,taste\np,a.png,,f\np,b.png,,j\n")], "");
    let again = small.ran("import b.csv --columns response=taste");
    assert_eq!(
        (again.status, imported(&small, "response")),
        (Some(0), vec!["f".to_owned(), "j".to_owned()]),
        "{}",
        said(&again)
    );
}

#[test]
fn sessions_in_pieces_are_joined_in_the_order_of_their_numbers() {
    let row = |at: usize| {
        format!(
            "{{\"sender\":\"Face\",\"ended_on\":\"response\",\"duration\":{},\"response\":\"f\",\"image\":\"face_{at}.png\"}}",
            400 + at
        )
    };
    let session = format!("[{}]", (0..30).map(row).collect::<Vec<_>>().join(","));
    let pieces: Vec<String> =
        session.as_bytes().chunks(session.len() / 11).map(|piece| String::from_utf8(piece.to_vec()).unwrap()).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    // Columns in the order of text: 0, 1, 10, 11, 2, ...
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|at| at.to_string());
    let header: Vec<String> = order.iter().map(|at| format!("labjs-data-{at}")).collect();
    let table = |missing: usize| {
        let cells: Vec<String> =
            order.iter().map(|&at| if at == missing { String::new() } else { quoted(&pieces[at]) }).collect();
        format!("ResponseId,{}\nR_1,{}\n", header.join(","), cells.join(","))
    };
    let (ran, small) = alone(&[("pieces.csv", &table(usize::MAX))], "");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(imported(&small, "picture"), (0..30).map(|at| format!("face_{at}.png")).collect::<Vec<_>>());
    assert_eq!(imported(&small, "response_time_ms")[29], "429");
    let (ran, small) = alone(&[("pieces.csv", &table(4))], "");
    assert!(said(&ran).contains("piece 4 of column labjs-data... is missing"), "{}", said(&ran));
    assert!((25..29).contains(&imported(&small, "picture").len()), "{}", said(&ran));
}

#[test]
fn values_in_lists_of_one_are_values() {
    let table = "image,trials.thisN,mouse.time,mouse.clicked_name,key_resp.keys,key_resp.corr,key_resp.rt,participant\n\
a.png,0,[0.9],['x'],\"['f']\",[1],[np.float64(0.53)],p\nb.png,1,[0.9],['x'],\"[\"\"j\"\"]\",[False],[0.61],p\nc.png,2,[0.9],['x'],\"['f', 'j']\",[1],[0.61],p\n";
    let (ran, small) =
        alone(&[("t.csv", table)], "--columns response=key_resp.keys,correct=key_resp.corr,response_time=key_resp.rt");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(
        (imported(&small, "response"), imported(&small, "correct")),
        (vec!["f".into(), "j".into()], vec!["true".into(), "false".into()])
    );
    assert_eq!(imported(&small, "response_time_ms"), ["530", "610"]);
    assert!(said(&ran).contains("answers to one trial: ['f', 'j']"), "{}", said(&ran));
}

#[test]
fn two_pictures_in_one_stimulus_are_refused_and_not_halved() {
    let html = |at: usize| format!("<div><img src='img/rc_{at}_inv.png'><img src='img/rc_{at}_ori.png'></div>");
    let list = |at: usize| format!("[\\\"img/rc_{at}_inv.png\\\", \\\"img/rc_{at}_ori.png\\\"]");
    for stimulus in [&html as &dyn Fn(usize) -> String, &list] {
        let rows: Vec<String> = (0..3)
            .map(|at| format!("{{\"rt\": 500, \"stimulus\": \"{}\", \"response\": \"f\", \"trial_type\": \"html-keyboard-response\", \"time_elapsed\": {at}, \"participant\": \"p\"}}", stimulus(at)))
            .collect();
        let (ran, small) = alone(&[("data.json", &format!("[{}]", rows.join(",\n")))], "");
        assert_eq!(ran.status, Some(1), "{}", said(&ran));
        assert!(ran.stderr.contains("it shows 2 pictures"), "{}", ran.stderr);
        assert_eq!(column(&small, "imported/rejected.csv", "line").len(), 3);
    }
}

/// Two numbers of every centre of a file of 12 trials, some at the edges.
fn placed(pair: impl Fn(usize, usize) -> String) -> String {
    let places = [
        (0, 0),
        (39, 47),
        (20, 44),
        (39, 0),
        (5, 45),
        (0, 47),
        (11, 12),
        (39, 40),
        (12, 46),
        (8, 47),
        (31, 3),
        (39, 2),
    ];
    let rows: String = places
        .iter()
        .enumerate()
        .map(|(at, &(row, column))| {
            let picture = ["wide_0.png", "tall_0.png"][at % 2];
            format!("p1,{},{picture},{},{}\n", at + 1, at % 2, pair(row, column))
        })
        .collect();
    format!("observer,trial,picture,correct,centres\n{rows}")
}

#[test]
fn centres_are_read_as_the_experiment_file_says_and_another_reading_is_refused() {
    let (ran, expected, _) = known(FILES, &placed(|row, column| format!("{row}:{column}")));
    assert_eq!((ran.status, expected.len()), (Some(0), 12), "{}", said(&ran));
    for (setting, written) in [
        ("centres = { from = 1 }", placed(|row, column| format!("{}:{}", row + 1, column + 1))),
        ("centres = { order = \"x_y\" }", placed(|row, column| format!("{column}:{row}"))),
        ("centres = { order = \"x_y\", from = 1 }", placed(|row, column| format!("{}:{}", column + 1, row + 1))),
        (
            "centres = { order = \"x_y\", origin = \"centre\", y = \"up\" }",
            placed(|row, column| format!("{}:{}", column as f64 - 23.5, 19.5 - row as f64)),
        ),
    ] {
        let (ran, rows, _) = known(&format!("{FILES}{setting}\n"), &written);
        assert_eq!(rows, expected, "{setting}: {}", said(&ran));
        if setting.contains("centre\"") {
            continue;
        }
        // Without the line the file is refused, and the line is named.
        let (ran, _, small) = known(FILES, &written);
        assert_eq!(ran.status, Some(1), "{setting}: {}", said(&ran));
        assert!(ran.stderr.contains("centres look") && ran.stderr.contains("centres = {"), "{}", ran.stderr);
        assert!(small.path("results/tiny/import.txt").is_file() && !small.path("results/tiny/trials.parquet").exists());
    }
    // Counted from 2, or in a picture without a width, nothing would be where it was.
    for (setting, field) in [("from = 2", "import.centres.from is 2"), ("width = 0.0", "import.centres.width is 0")] {
        let (ran, ..) =
            known(&format!("{FILES}centres = {{ {setting} }}\n"), &placed(|row, column| format!("{row}:{column}")));
        assert!(ran.status == Some(1) && ran.stderr.contains(field), "{setting}: {}", said(&ran));
    }
}

#[test]
fn centres_in_two_columns_are_read_as_lists_and_numbers() {
    let table =
        "observer,trial,picture,correct,bx,by\np1,1,wide_0.png,1,\"[3, 40]\",\"[30, 5]\"\np1,2,tall_0.png,0,7,9\n";
    let (ran, rows, _) = known(&format!("{FILES}[import.columns]\nx = \"bx\"\ny = \"by\"\n"), table);
    let places: Vec<Vec<(usize, usize)>> =
        rows.iter().map(|trial| trial.centres.iter().map(|centre| (centre.row, centre.column)).collect()).collect();
    assert_eq!(places, [vec![(30, 3), (5, 40)], vec![(9, 7)]], "{}", said(&ran));
}

#[test]
fn where_nothing_can_be_taken_all_reasons_and_the_column_of_pictures_are_named() {
    let demo = "item,text,bild,trials.thisN,stim_resp.keys,stim_resp.rt,participant\n,,,,,,p\n,,,,,,p\n5,sagt,faces/w1.png,0,ralt,0.5,p\n6,lalt,faces/t1.png,1,lalt,0.6,p\n";
    let (ran, small) = alone(&[("demo.csv", demo)], "");
    assert_eq!(ran.status, Some(1));
    for part in [
        "none of the 4 rows",
        "recognised as psychopy",
        "4 x no trial",
        "--columns picture=bild",
        "faces/w1.png",
        "stim_resp.keys",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("import.keep"), "{}", ran.stderr);
    assert_eq!(column(&small, "imported/rejected.csv", "line"), ["2", "3", "4", "5"]);
    assert!(
        std::fs::read_to_string(small.path("imported/import.txt")).unwrap().contains("refused: none of the 4 rows")
    );
    let again = small.ran("import demo.csv --columns picture=bild");
    assert_eq!(
        (again.status, imported(&small, "response")),
        (Some(0), vec!["ralt".to_owned(), "lalt".to_owned()]),
        "{}",
        said(&again)
    );
}

#[test]
fn names_of_pictures_are_the_same_in_every_form_of_unicode() {
    let small = Small::new();
    for name in ["wide_0.png", "wide_1.png", "tall_0.png", "tall_1.png"] {
        let bytes = std::fs::read(small.path(&format!("experiments/tiny/pictures/{name}"))).unwrap();
        small.write(&format!("experiments/tiny/pictures/{}", name.replace(".png", "_K\u{f6}.png")), bytes);
        small.remove(&format!("experiments/tiny/pictures/{name}"));
    }
    let table = "observer,trial,picture,correct,centres\np1,1,wide_0_Ko\u{308}.png,1,1:1\np1,2,TALL_0_KO\u{308}.PNG,0,2:2\np1,3,wide_1_K\u{f6},1,3:3\n";
    small.import(FILES, table);
    let ran = small.ran("import experiments/tiny");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    let pictures: Vec<String> =
        Trials::read(&small.path("results/tiny")).unwrap().rows.into_iter().map(|row| row.picture).collect();
    assert_eq!(pictures, ["wide_0_K\u{f6}.png", "tall_0_K\u{f6}.png", "wide_1_K\u{f6}.png"]);
}

#[test]
fn several_texts_are_kept_and_files_are_found_in_folders() {
    let small = Small::new();
    small.import("[import]\nfiles = [\"data/*/beh/*.csv\"]\nkeep = { phase = [\"main\", \"test*\"] }\n", "");
    for who in ["p1", "p2"] {
        let row = |at: usize, phase: &str| format!("{who},{at},{phase},wide_0.png,1,1:1\n");
        let rows = [row(1, "main"), row(2, "test 2"), row(3, "practice")].concat();
        small.write(
            &format!("experiments/tiny/data/{who}/beh/t.csv"),
            format!("observer,trial,phase,picture,correct,centres\n{rows}"),
        );
    }
    let ran = small.ran("import experiments/tiny");
    assert_eq!(ran.status, Some(0), "{}", said(&ran));
    assert_eq!(Trials::read(&small.path("results/tiny")).unwrap().rows.len(), 4);
    let table = "vp,phase,bild,taste\n1,a,x.png,f\n1,b,y.png,j\n1,c,z.png,j\n";
    let (ran, small) =
        alone(&[("t.csv", table)], "--columns observer=vp,picture=bild,response=taste --keep phase=a --keep phase=c");
    assert_eq!(
        (ran.status, imported(&small, "picture")),
        (Some(0), vec!["x.png".to_owned(), "z.png".to_owned()]),
        "{}",
        said(&ran)
    );
    let (ran, _) = alone(&[("t.csv", table)], "--columns pictures=bild");
    assert!(ran.stderr.contains("did you mean picture?"), "{}", ran.stderr);
}

#[test]
fn of_two_pictures_in_a_stimulus_the_one_of_the_experiment_counts() {
    let pictures = ["wide_0.png", "tall_0.png", "wide_1.png", "tall_1.png"];
    for html in
        ["<img src='img/keys.svg' class='legend'><img src='img/#'>", "<img src='img/#'><img src='img/keys.svg'>"]
    {
        let rows: Vec<String> = (0..16)
            .map(|at| {
                let shown = html.replace('#', pictures[at * at % 7 % 4]);
                format!(
                    "{{\"trial_type\": \"html-keyboard-response\", \"trial_index\": {at}, \"time_elapsed\": {at}, \"participant\": \"s\", \
                     \"stimulus\": \"{shown}\", \"response\": \"wide\", \"rt\": 600, \"centres\": \"1:2\"}}"
                )
            })
            .collect();
        let (ran, trials, _) = known(FILES, &format!("[{}]", rows.join(",")));
        let wide = (0..16).filter(|at| at * at % 7 % 4 % 2 == 0).count();
        let right = trials.iter().filter(|trial| trial.correct == Some(true)).count();
        assert_eq!((trials.len(), right), (16, wide), "{}", said(&ran));
    }
}

#[test]
fn rows_that_name_a_picture_of_another_study_say_so_in_every_format() {
    let row = |at: usize, name: &str| format!("s,image-keyboard-response,{at},{at},{name},f,600,1:2\n");
    let pictured: String = (0..10).map(|at| row(at, &format!("img/{}.png", ["cat", "dog"][at % 2]))).collect();
    let screens = row(10, "<p>Hello</p>") + &row(11, "<p>Thanks</p>");
    let jspsych =
        format!("subject,trial_type,trial_index,time_elapsed,stimulus,response,rt,centres\n{pictured}{screens}");
    let plain = (0..10).fold("observer,picture,response,centres\n".to_owned(), |text, at| {
        format!("{text}s,{}.png,wide,1:2\n", ["cat", "dog"][at % 2])
    });
    for (text, others) in [(jspsych, "2 x no trial: neither an id nor a stimulus"), (plain, "10 rows of this file")] {
        let (ran, ..) = known(FILES, &text);
        assert_ne!(ran.status, Some(0), "{}", said(&ran));
        let there = "there is no picture called cat.png; there are tall_0.png, tall_1.png, wide_0.png, wide_1.png (first in line 2)";
        for part in ["10 x ", there, others, "its pictures with [pictures]"] {
            assert!(ran.stderr.contains(part), "{part}\n{}", said(&ran));
        }
    }
}

#[test]
fn a_unit_that_is_no_unit_of_time_is_named_and_times_are_judged_by_their_median() {
    let events = "onset\tresponse_time\tstim_file\tresponse\n1.2\t612\ta.png\tf\n2.2\t543\tb.png\tj\n";
    let side = "{\"response_time\": {\"Units\": \"TR\"}}";
    let (ran, small) = alone(&[("sub-02_task-face_events.tsv", events), ("sub-02_task-face_events.json", side)], "");
    assert!(
        said(&ran).contains("the unit of response times is TR, as sub-02_task-face_events.json says"),
        "{}",
        said(&ran)
    );
    assert_eq!(imported(&small, "response_time_ms"), ["612", "543"], "they were taken for seconds");
    let (ran, small) = alone(&[("t.csv", "observer,picture,correct,RT [frames]\ns,a.png,1,0.5\ns,b.png,0,0.6\n")], "");
    assert!(said(&ran).contains("is frames, as the name of column RT [frames] says"), "{}", said(&ran));
    assert_eq!(imported(&small, "response_time_ms"), ["500", "600"]);
    let both = "observer,picture,correct,RT [frames],RT [s]\ns,a.png,1,30,0.5\ns,b.png,0,36,0.6\n";
    let (ran, small) = alone(&[("t.csv", both)], "");
    assert!(!said(&ran).contains("frames, as"), "{}", said(&ran));
    assert_eq!(imported(&small, "response_time_ms"), ["500", "600"]);
}

#[test]
fn trials_below_a_table_of_people_are_read_and_a_second_table_that_nobody_knows_is_named() {
    let people = "participant,age,hand\na,23,r\nb,31,l\n\n";
    let trials = "participant,trial,picture,correct,rt\na,1,x.png,1,0.6\nb,1,y.png,0,0.5\nb,2,x.png,1,0.7\n";
    for text in [
        format!("{people}{trials}"),
        format!("{people}{trials}").replace('\n', "\r\n"),
        format!("{people}{}", trials.replace(',', ";")),
    ] {
        let (ran, small) = alone(&[("results.csv", &text)], "");
        assert_eq!(ran.status, Some(0), "{}", said(&ran));
        assert_eq!(imported(&small, "correct"), ["true", "false", "true"]);
        assert_eq!(imported(&small, "observer"), ["a", "b", "b"]);
        assert!(said(&ran).contains("line 5 begins another table than line 1"), "{}", said(&ran));
    }
    let (ran, _) = alone(&[("results.csv", &format!("{people}who,what\na,b\n"))], "");
    assert!(ran.status != Some(0) && ran.stderr.contains("line 5 begins, are: who, what"), "{}", said(&ran));
}
