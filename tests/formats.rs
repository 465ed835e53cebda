//! Files of the platforms, joined to a design: what each writes, with its quirks, comes in as the same trials.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod platforms;

use std::path::Path;

use bubblescope::bubbles::Centre;
use bubblescope::error::{Error, Result};
use bubblescope::experiment::Import;
use bubblescope::trials::{FORMATS, Imported, Known, Role, Trial, read, read_bytes};
use platforms::*;

/// The name says another format than the content has.
const NAME: &str = "sub-x_jspsych_psychopy_beh.tsv";

fn import(text: &str, known: &Known) -> Result<(&'static str, Imported)> {
    read_bytes(Path::new(NAME), text.into(), &settings(), known).map(|(format, imported)| (format.name, imported))
}

/// The same trials, their times within the rounding of a platform.
fn same(found: &[Trial], expected: &[Trial]) -> bool {
    let time = |trial: &Trial| trial.response_time.map(|time| (time * 1e6).round());
    let rest = |trial: &Trial| Trial { response_time: None, other: Default::default(), ..trial.clone() };
    found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| time(a) == time(b) && rest(a) == rest(b))
}

#[test]
fn every_file_of_every_platform_gives_the_trials_of_the_canonical_file() {
    let known = known();
    let (_, canonical) = import(CANONICAL, &known).unwrap();
    let expected = canonical.trials;
    let [first, second, third] = &expected[..] else { panic!("{expected:?}") };
    let planned = &known.plan.as_ref().unwrap().trials["t0001"];
    assert_eq!(first.centres, planned.centres[..3]);
    assert_eq!(
        (first.response.as_deref(), first.correct, first.response_time),
        (Some("male"), Some(true), Some(500.0))
    );
    assert_eq!((&*first.observer, &*first.picture, first.number, &*first.block), ("7", "a.png", 1, "1"));
    assert_eq!((second.centres.len(), &second.response, second.correct, second.response_time), (2, &None, None, None));
    assert_eq!((third.role, third.centres.len(), third.correct), (Role::Catch, 0, Some(true)));
    for (name, what, bytes) in files() {
        let (format, imported) = read_bytes(Path::new(NAME), bytes, &settings(), &known)
            .unwrap_or_else(|error| panic!("{name}, {what}: {error}"));
        assert_eq!(format.name, name, "{what}");
        assert!(same(&imported.trials, &expected), "{name}, {what}: {:#?}\n{:?}", imported.trials, imported.rejected);
        assert_eq!(imported.rejected.len(), 0, "{name}, {what}: {:?}", imported.rejected);
        assert!(
            imported.disagreeing == 1 || what.starts_with("Qualtrics") && imported.disagreeing <= 1,
            "{name}, {what}: t0001 is right, and the file says wrong"
        );
    }
    let own = Import { columns: own_columns(), ..settings() };
    let (format, imported) = read_bytes(Path::new(NAME), OWN.into(), &own, &known).unwrap();
    let two = |trials: &[Trial]| {
        trials.iter().map(|trial| (trial.id.clone(), trial.response.clone(), trial.response_time)).collect::<Vec<_>>()
    };
    assert_eq!((format.name, two(&imported.trials)), ("csv", two(&expected)));
    assert!(imported.reading.unit.starts_with("s, taken from their median"), "{}", imported.reading.unit);
}

#[test]
fn what_is_no_experiment_of_bubbles_gives_the_trials_of_its_table_too() {
    for (name, what, text, table) in others() {
        let read = |text: &str| read_bytes(Path::new(NAME), text.into(), &settings(), &nothing()).unwrap();
        let ((format, imported), (_, expected)) = (read(text), read(table));
        assert_eq!((format.name, imported.rejected.len()), (name, 0), "{what}: {:?}", imported.rejected);
        assert!(same(&imported.trials, &expected.trials), "{name}: {:#?} {:#?}", imported.trials, expected.trials);
    }
    let read = |text: &str| read_bytes(Path::new(NAME), text.into(), &settings(), &nothing()).unwrap().1;
    assert!(same(&read(BUBBLEVIEW_ROWS).trials, &read(BUBBLEVIEW_AS_TABLE).trials[..1]));
    assert_eq!(read(BUBBLEVIEW).trials[0].other["click_times"], "1200 1900");
    // The codes as the published description has them would give the other photographs.
    assert_ne!(read(RECORS).trials[0].picture, "Female_018.png");
    let outside = read(&BUBBLEVIEW.replace("2.7", "6"));
    assert!(outside.rejected[0].reason.contains("not inside the picture of 6 x 4 pixels"), "{:?}", outside.rejected);
    assert_eq!(outside.trials[0].centres, [Centre::new(3, 5)]);
}

#[test]
fn every_format_has_a_file_here() {
    let have: Vec<&str> =
        files().iter().map(|(name, ..)| *name).chain(others().iter().map(|(name, ..)| *name)).collect();
    for format in FORMATS {
        assert!(have.contains(&format.name), "{}", format.name);
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
    ] {
        let text = BIDS.replace("stim_file", "stim_file\tpicture").replace("\ta.png", "\tx\ta.png");
        let text = text.replace("\tb.png", "\tx\tb.png");
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let (_, imported) = import(&changed, &known).unwrap();
        assert_eq!(imported.rejected.len(), 1, "{from} -> {to}: {:?}", imported.rejected);
        assert!(imported.rejected[0].reason.contains(reason), "{:?}", imported.rejected);
    }
    let (_, imported) = import(&BIDS.replacen("false\t0.5", "false\tfast", 1), &known).unwrap();
    assert_eq!((imported.trials.len(), imported.rejected.len(), imported.unread.len()), (3, 0, 1));
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
    assert!(
        import(PSYCHOPY, &bare)
            .unwrap_err()
            .what
            .contains("there is no picture called t0001_n003.png; there are a.png, b.png")
    );
}

#[test]
fn a_file_of_unknown_content_is_refused_with_what_was_looked_for() {
    let error: Error = import("subject,face,answer\n1,a,x\n", &known()).unwrap_err();
    let text = format!("{error} {:?}", error.hint);
    assert!(text.contains("subject, face, answer") && text.contains("psychopy (columns ending in .thisN"), "{text}");
}

/// Files of the platforms themselves, where the reference is at hand.
/// A plain table with pictures and centres of its own.
fn plain(text: &str) -> Imported {
    let known = Known { plan: None, ..known() };
    read_bytes(Path::new(NAME), text.into(), &Import::default(), &known).unwrap().1
}

#[test]
fn a_note_in_brackets_swallows_no_row() {
    let rows = "\"1\",\"a.png\",\"[Pause] go\",\"1\",\"0:0\"\n\"1\",\"b.png\",\"x\",\"0\",\"0:0\"\n\"1\",\"a.png\",\"[end]\",\"1\",\"0:0\"\n";
    let found = plain(&format!("\"observer\",\"picture\",\"note\",\"correct\",\"centres\"\n{rows}"));
    assert_eq!((found.trials.len(), found.rejected.len()), (3, 0));
}

#[test]
fn a_comma_between_thousands_is_no_decimal_comma() {
    let times = |rows: &str| -> Vec<f64> {
        let found = plain(&format!("observer,picture,response,response_time_ms,centres,trial\n{rows}"));
        found.trials.iter().map(|trial| trial.response_time.unwrap()).collect()
    };
    assert_eq!(times("1,a.png,male,\"1,234\",0:0,1\n1,b.png,male,512,0:0,2\n"), [1234.0, 512.0]);
    assert_eq!(times("1,a.png,male,\"1,234.5\",0:0,1\n1,b.png,male,512,0:0,2\n"), [1234.5, 512.0]);
    let semicolons = "observer;picture;response;response_time_ms;centres\n1;a.png;male;1,234;0:0\n";
    assert_eq!(plain(semicolons).trials[0].response_time, Some(1.234));
}

#[test]
fn a_trial_without_an_answer_has_no_time_and_one_numbered_0_keeps_its_number() {
    let found = plain(
        "observer,picture,response,response_time_ms,centres,trial\n1,a.png,,3000,0:0,0\n1,b.png,male,512,0:0,1\n",
    );
    let told: Vec<_> = found.trials.iter().map(|trial| (trial.number, trial.response_time)).collect();
    assert_eq!(told, [(0, None), (1, Some(512.0))]);
}

#[test]
fn columns_that_mean_something_else_refuse_no_row() {
    let keys = plain("observer,picture,keys,correct,centres\n1,a.png,x,1,0:0\n");
    assert_eq!((keys.trials.len(), keys.trials[0].correct), (1, Some(true)));
    let known = Known { plan: None, pictures: vec!["n01440764_n01440764.JPEG".to_owned()], ..known() };
    let named = "observer,image,picture,correct,centres\n1,n01440764_n01440764.JPEG,n01440764_n01440764.JPEG,1,0:0\n";
    let found = read_bytes(Path::new(NAME), named.into(), &Import::default(), &known).unwrap().1;
    assert_eq!(found.trials[0].centres.len(), 1);
}

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
        let (found, imported) = read(&folder.join(file), &settings(), &known).unwrap();
        assert_eq!((found.name, imported.trials.len()), (format, taken), "{file}: {:?}", imported.rejected);
        let bubbles = |id: &str| imported.trials.iter().find(|trial| trial.id == id).map(|trial| trial.centres.len());
        assert_eq!((bubbles("t0001"), bubbles("t0003")), (Some(40), Some(38)), "{file}");
        let answered = imported.trials.iter().filter(|trial| trial.correct == Some(true)).count();
        assert_eq!(answered, if format == "jspsych" { 2 } else { 1 }, "{file}");
    }
}

/// Three of the people of `trials.csv`, as published, where the data are at hand.
#[test]
fn published_blocks_give_the_trials_of_the_table_made_from_them() {
    let Ok(data) = std::env::var("BUBBLESCOPE_DATA") else {
        println!("skipped: BUBBLESCOPE_DATA is not set");
        return;
    };
    let folder = Path::new(&data).join("face_sex");
    let name = |text: &str| Some(text.to_owned());
    let columns = bubblescope::experiment::Columns {
        picture: name("face_file"),
        response: name("response_key"),
        response_time: name("rt_s"),
        centres: name("bubble_rc"),
        ..Default::default()
    };
    let import = Import { columns, ..settings() };
    let known = Known { planes: vec![(128, 128)], ..Known::default() };
    let (_, table) = read(&folder.join("trials.csv"), &import, &known).unwrap();
    for (observer, number) in [("1", "001"), ("3", "003"), ("5", "005")] {
        let file = folder.join(format!("records-json/sub_{number}_DataBehavior_sess_1_run_1.json"));
        let (format, blocks) = read(&file, &settings(), &known).unwrap();
        let own: Vec<&Trial> = table.trials.iter().filter(|trial| trial.observer == observer).collect();
        assert_eq!((format.name, own.len(), blocks.trials.len()), ("recors", 300, 1100));
        let mut answered = 0;
        for (a, b) in own.iter().zip(&blocks.trials) {
            assert_eq!((&a.block, a.number, &a.picture, a.mirrored), (&b.block, b.number, &b.picture, b.mirrored));
            assert_eq!(a.centres, b.centres, "observer {observer}, block {}, trial {}", a.block, a.number);
            // The table calls silence wrong, with a response of 0.
            if b.response.is_some() {
                answered += 1;
                assert_eq!((&a.response, a.correct), (&b.response, b.correct));
                assert!((a.response_time.unwrap() - b.response_time.unwrap()).abs() < 0.06, "{a:?} {b:?}");
            }
        }
        assert!(answered > 290, "{answered}");
    }
}
