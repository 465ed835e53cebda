//! Files of the platforms, joined to a design: what each writes, with its quirks, comes in as the same trials.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use bubblescope::bubbles::Centre;
use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Columns, Import, TimeUnit};
use bubblescope::trials::{Imported, Known, Plan, Role, Trial, read};

fn settings(format: Option<&str>) -> Import {
    Import {
        files: Vec::new(),
        format: format.map(str::to_owned),
        columns: Columns::default(),
        response_time: TimeUnit::S,
        keep: Default::default(),
    }
}

/// Three trials of two classes; the third shows the whole picture.
fn known() -> Known {
    let planned = |id: &str, picture: &str, number, role| Trial {
        id: id.to_owned(),
        role,
        observer: "p001".to_owned(),
        block: "1".to_owned(),
        number,
        picture: picture.to_owned(),
        centres: if role == Role::Catch {
            Vec::new()
        } else {
            (0..4).map(|at| Centre::new(at, number as usize)).collect()
        },
        ..Trial::default()
    };
    let rows = [
        planned("t0001", "a.png", 1, Role::Main),
        planned("t0002", "b.png", 2, Role::Main),
        planned("t0003", "b.png", 3, Role::Catch),
    ];
    Known {
        pictures: vec!["a.png".to_owned(), "b.png".to_owned()],
        class: [("a.png", "male"), ("b.png", "female")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
        planes: vec![(4, 6)],
        plan: Some(Plan {
            trials: rows.into_iter().map(|trial| (trial.id.clone(), trial)).collect(),
            keys: [(
                "p001".to_owned(),
                [("f", "male"), ("j", "female")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            )]
            .into(),
            bubbles: Some(2),
        }),
    }
}

fn import(text: &str, known: &Known) -> Result<(&'static str, Imported)> {
    let folder = tempfile::tempdir().unwrap();
    // The name says another format than the content has.
    let path = folder.path().join("sub-x_jspsych_psychopy_beh.tsv");
    std::fs::write(&path, text).unwrap();
    read(&path, &settings(None), known).map(|(format, imported)| (format.name, imported))
}

const PSYCHOPY: &str = "\u{feff}thisRow.t,notes,trials.thisRepN,trials.thisN,image,trial_id,role,n_bubbles,instr.keys,instr.rt,\
key_resp.keys,key_resp.corr,key_resp.rt,participant,participant,psychopyVersion,\n\
1.2,,,,,,,,space,3.2,,,,7,,2024.2.4,\n\
5.9,,0,0,stimuli/t0001_n003.png,t0001,main,3,,,f,0,0.5,7,,2024.2.4,\n\
8.1,,0,1,stimuli/t0002_n002.png,t0002,main,2,,,None,0,,7,,2024.2.4,\n\
9.1,,0,2,stimuli/t0003_whole.png,t0003,catch,0,space,1.0,\"['j']\",1,[0.25],7,,2024.2.4,\n\
,,,,,,,,,,,,,7,,2024.2.4,\n";

const GORILLA: &str = "\u{feff}Event Index,Participant Public ID,Participant Private ID,Trial Number,Zone Type,Reaction Time,Response,\
Attempt,Correct,Incorrect,Timed Out,image,trial_id,n_bubbles\n\
1,x,7,BEGIN TASK,,,,,,,,,,\n\
2,x,7,1,fixation,500.0,,,0,1,,t0001_n003.png,t0001,3\n\
3,x,7,1,response_keyboard,500.00000000000006,f,1,0,1,,t0001_n003.png,t0001,3\n\
4,x,7,2,response_keyboard,3000.1,,1,0,1,1,t0002_n002.png,t0002,2\n\
5,x,7,3,response_keyboard,250,J,1,1,0,,t0003_whole.png,t0003,0\n\
6,x,7,3,response_keyboard,900,j,2,1,0,,t0003_whole.png,t0003,0\n\
END OF FILE\n";

const GORILLA_2: &str = "Participant Private ID\tTrial Number\tResponse Type\tComponent Name\tReaction Time\tAbsolute Reaction Time\t\
Response\tCorrect\tSpreadsheet: trial_id\tSpreadsheet: image\n\
7\t1\tinfo\tscreen\t\t\t\t\tt0001\tt0001_n003.png\n\
7\t1\tresponse\tkeyboard\t1\t500\tmale\t0\tt0001\tt0001_n003.png\n\
7\t2\tTimedOut\tkeyboard\t1\t3000\t\t0\tt0002\tt0002_n002.png\n\
7\t3\tResponse\tkeyboard\t1\t250\tj\t1\tt0003\tt0003_whole.png\n\
END OF FILE\n";

const JSPSYCH: &str = "\"participant\",\"trial_type\",\"time_elapsed\",\"trial_id\",\"n_bubbles\",\"centres\",\"key\",\"response\",\
\"correct\",\"rt\",\"keys\"\r\n\
\"7\",\"preload\",\"3\",\"\",\"\",\"\",\"\",\"null\",\"\",\"\",\"\"\r\n\
\"7\",\"canvas\",\"9\",\"t0001\",\"3\",\"0:1 1:1 2:1\",\"f\",\"male\",\"false\",\"500\",\"f=male j=female\"\r\n\
\"7\",\"canvas\",\"12\",\"t0002\",\"2\",\"0:2 1:2\",\"null\",\"null\",\"null\",\"null\",\"f=male j=female\"\r\n\
\"7\",\"canvas\",\"15\",\"t0003\",\"0\",\"\",\"j\",\"female\",\"true\",\"250\",\"f=male j=female\"\r\n";

const JSPSYCH_JSON: &str = r#"[{"trial_type": "preload", "participant": 7}]
[{"participant": 7, "trial_type": "x", "trial_id": "t0001", "n_bubbles": 3, "response": "f", "correct": false, "rt": 500},
{"participant": 7, "trial_type": "x", "trial_id": "t0002", "n_bubbles": 2, "response": null, "correct": null, "rt": null},
{"participant": 7, "trial_type": "x", "trial_id": "t0003", "stimulus": "<p>b</p>", "response": "j", "correct": true, "rt": 250}]"#;

const BIDS: &str = "participant_id\ttrial_id\tstim_file\tcentres\tresponse\tcorrect\tresponse_time\n\
sub-7\tt0001\ta.png\t0:1 1:1 2:1\tmale\tfalse\t0.5\n\
sub-7\tt0002\tb.png\t0:2 1:2\tn/a\tn/a\tn/a\n\
sub-7\tt0003\tb.png\tn/a\tfemale\ttrue\t0.25\n";

const FILES: [(&str, &str); 6] = [
    ("psychopy", PSYCHOPY),
    ("gorilla", GORILLA),
    ("gorilla", GORILLA_2),
    ("jspsych", JSPSYCH),
    ("jspsych", JSPSYCH_JSON),
    ("bids", BIDS),
];

#[test]
fn the_same_three_answers_come_in_from_every_platform() {
    let known = known();
    for (name, text) in FILES {
        let (format, imported) = import(text, &known).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(format, name);
        assert_eq!((imported.rejected.len(), imported.trials.len()), (0, 3), "{name}: {:?}", imported.rejected);
        assert_eq!(imported.disagreeing, 1, "{name}: t0001 is right, and the file says wrong");
        let [first, second, third] = &imported.trials[..] else { panic!() };
        let planned = &known.plan.as_ref().unwrap().trials["t0001"];
        assert_eq!(first.centres, planned.centres[..3], "{name}");
        assert_eq!((first.response.as_deref(), first.correct), (Some("male"), Some(true)), "{name}");
        assert!((first.response_time.unwrap() - 500.0).abs() < 1e-9, "{name}");
        assert_eq!((&*first.observer, &*first.picture, first.number, &*first.block), ("7", "a.png", 1, "1"), "{name}");
        assert_eq!(
            (second.centres.len(), &second.response, second.correct, second.response_time),
            (2, &None, None, None)
        );
        assert_eq!((third.role, third.centres.len(), third.correct), (Role::Catch, 0, Some(true)), "{name}");
        assert_eq!(third.response_time, Some(250.0), "{name}");
    }
}

#[test]
fn what_contradicts_the_design_is_rejected_with_both_values() {
    let known = known();
    for (from, to, reason) in [
        ("\tt0001\t", "\tt0009\t", "the design has 3 trials, and none is called t0009"),
        ("\ta.png", "\tb.png", "the picture is b.png, and the design has a.png"),
        ("0:1 1:1 2:1", "0:1 1:2", "centre 2 is 1:2, and the design has 1:1"),
        ("0:1 1:1 2:1", "0:1 1:1 2:1 3:1 0:0", "centre 5 is 0:0, and the design has nothing"),
        ("\tmale\t", "\tk\t", "the key k stands for no class; the keys are f=male j=female"),
        ("\tt0002\tx\tb.png\t0:2 1:2", "\tt0001\tx\ta.png\t0:1", "observer 7, trial t0001 stands already in line 2"),
        ("\tn/a\tfemale", "\t0:0\tfemale", "1 bubbles, and the design has a catch trial"),
        ("false\t0.5", "false\tfast", "\"fast\" is not a response time"),
    ] {
        let text = BIDS.replace("stim_file", "stim_file\tpicture").replace("\ta.png", "\tx\ta.png");
        let text = text.replace("\tb.png", "\tx\tb.png");
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let (_, imported) = import(&changed, &known).unwrap();
        assert_eq!(imported.rejected.len(), 1, "{from} -> {to}: {:?}", imported.rejected);
        assert!(imported.rejected[0].reason.contains(reason), "{:?}", imported.rejected);
    }
}

#[test]
fn two_keys_at_once_are_no_answer_and_no_silence() {
    let text = PSYCHOPY.replacen(",f,0,0.5,", ",\"['f', 'j']\",0,\"[0.5, 0.9]\",", 1);
    let (_, imported) = import(&text, &known()).unwrap();
    assert!(imported.rejected[0].reason.contains("2 answers to one trial"), "{:?}", imported.rejected);
    assert_eq!((imported.rejected[0].line, imported.trials.len()), (3, 2));
}

#[test]
fn a_number_of_bubbles_that_adapts_must_stand_in_the_file() {
    let mut known = known();
    let text = JSPSYCH_JSON.replace("\"n_bubbles\": 3, ", "");
    assert_eq!(import(&text, &known).unwrap().1.trials[0].centres.len(), 2, "the number of every trial");
    known.plan.as_mut().unwrap().bubbles = None;
    let (_, imported) = import(&text, &known).unwrap();
    assert!(imported.rejected[0].reason.contains("adapts to the observer"), "{:?}", imported.rejected);
}

#[test]
fn without_a_design_a_file_must_hold_pictures_and_centres_itself() {
    let bare = Known { plan: None, ..known() };
    let text = BIDS.replace("\tn/a\tfemale", "\t3:3\tfemale");
    let (_, imported) = import(&text, &bare).unwrap();
    assert_eq!(imported.trials.len(), 3, "{:?}", imported.rejected);
    assert_eq!(imported.trials[0].centres, [Centre::new(0, 1), Centre::new(1, 1), Centre::new(2, 1)]);
    assert!(import(PSYCHOPY, &bare).unwrap_err().what.contains("there is no picture called stimuli/t0001_n003.png"));
}

#[test]
fn a_file_of_unknown_content_is_refused_with_what_was_looked_for() {
    let error: Error = import("subject,face,answer\n1,a,x\n", &known()).unwrap_err();
    let text = format!("{error} {:?}", error.hint);
    assert!(text.contains("subject, face, answer") && text.contains("psychopy (columns ending in .thisN"), "{text}");
}

/// Files of the platforms themselves, where the reference is at hand.
#[test]
fn files_that_the_platforms_wrote_are_read() {
    let Ok(reference) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return;
    };
    let mut known = known();
    let plan = known.plan.as_mut().unwrap();
    plan.bubbles = None;
    for trial in plan.trials.values_mut() {
        trial.role = Role::Main;
        trial.centres = (0..50).map(|at| Centre::new(at % 4, at / 4)).collect();
    }
    known.pictures = ["face_a", "face_b", "face, \"c\""].map(str::to_owned).into();
    known.class = [("face_a", "male"), ("face_b", "female"), ("face, \"c\"", "female")]
        .map(|(picture, class)| (picture.to_owned(), class.to_owned()))
        .into();
    for (id, picture) in [("t0001", "face_a"), ("t0002", "face_b"), ("t0003", "face, \"c\"")] {
        plan.trials.get_mut(id).unwrap().picture = picture.to_owned();
    }
    let folder = Path::new(&reference).join("human/platform-files");
    for (file, format, taken) in [
        ("jspsych-8.3.0.csv", "jspsych", 3),
        ("jspsych-8.3.0.json", "jspsych", 3),
        ("psychopy-2024-builder-like.csv", "psychopy", 2),
    ] {
        let (found, imported) = read(&folder.join(file), &settings(None), &known).unwrap();
        assert_eq!((found.name, imported.trials.len()), (format, taken), "{file}: {:?}", imported.rejected);
        let bubbles = |id: &str| imported.trials.iter().find(|trial| trial.id == id).map(|trial| trial.centres.len());
        assert_eq!((bubbles("t0001"), bubbles("t0003")), (Some(40), Some(38)), "{file}");
        let answered = imported.trials.iter().filter(|trial| trial.correct == Some(true)).count();
        assert_eq!(answered, if format == "jspsych" { 2 } else { 1 }, "{file}");
    }
}
