//! Files that no platform meant to write: one clear sentence each, nothing lost, no panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod platforms;

use std::path::{Path, PathBuf};

use bubblescope::error::Result;
use bubblescope::experiment::{Import, Join, TimeUnit};
use bubblescope::trials::{Collected, Imported, Known, collect, read_bytes};
use platforms::*;

fn import(bytes: impl Into<Vec<u8>>) -> Result<Imported> {
    read_bytes(Path::new("x.csv"), bytes.into(), &settings(), &known()).map(|(_, imported)| imported)
}

fn refused(bytes: impl Into<Vec<u8>>) -> String {
    import(bytes).unwrap_err().to_string()
}

#[test]
fn what_is_no_file_of_trials_is_refused_in_a_sentence() {
    assert!(refused("").starts_with("the trial file is empty\n"));
    assert!(refused(" \n\n").starts_with("the trial file is empty\n"));
    let rubbish: Vec<u8> = (0..10_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert!(refused(rubbish).starts_with("this file is not text: its byte "));
    assert!(refused(b"PK\x03\x04rest".to_vec()).contains("a workbook of Excel"));
    assert!(refused(b"PAR1rubbish".to_vec()).starts_with("this Parquet table cannot be read"));
    assert!(refused("[1, 2, 3]").contains("no format that is known; it holds JSON"));
    assert!(refused("trial_id,response\n").contains("there is no column called observer"));
}

#[test]
fn a_hundred_megabytes_on_one_line_are_a_sentence_or_are_read() {
    let error = refused("a,".repeat(50_000_000));
    assert!(error.starts_with("the first line of this file has 100000000 bytes, and is no header"), "{}", error.len());
    let error = refused(format!("{{\"trial_id\": \"{}\"", "x".repeat(100_000_000)));
    assert!(error.len() < 10_000, "{} characters", error.len());
    // Whitespace and another person's trials make a whole file of that size.
    let json = JATOS.lines().next().unwrap();
    let imported = import(format!("{json}{}{}", " ".repeat(100_000_000), json.replace(":7", ":8"))).unwrap();
    assert_eq!((imported.trials.len(), imported.rejected.len()), (6, 0));
}

#[test]
fn truncated_json_keeps_what_is_whole_and_tells_the_line_of_the_rest() {
    let end = JSPSYCH_JSON.find("\"t0003\"").unwrap();
    let imported = import(&JSPSYCH_JSON[..end]).unwrap();
    assert_eq!((imported.trials.len(), imported.rejected.len()), (2, 1));
    assert_eq!(imported.rejected[0].line, 4);
    assert!(imported.rejected[0].reason.contains("ends in the midst of an object"), "{:?}", imported.rejected);
}

#[test]
fn a_cut_log_of_eprime_keeps_what_is_whole() {
    let end = EPRIME.find("t0003").unwrap();
    let imported = import(utf16(&EPRIME[..end], true, false)).unwrap();
    assert_eq!((imported.trials.len(), imported.rejected.len()), (2, 1));
    assert!(imported.rejected[0].reason.contains("does not end"), "{:?}", imported.rejected);
}

#[test]
fn a_header_that_changes_midway_is_followed() {
    let (head, rows) = BIDS.split_once('\n').unwrap();
    let mut columns: Vec<&str> = head.split('\t').collect();
    columns.reverse();
    let [first, second, third] = rows.lines().collect::<Vec<_>>()[..] else { panic!() };
    let mut cells: Vec<&str> = third.split('\t').collect();
    cells.reverse();
    let text = format!("{head}\n{first}\n{second}\n{}\n{}\n", columns.join("\t"), cells.join("\t"));
    let imported = import(text).unwrap();
    assert_eq!((&imported.trials, imported.rejected.len()), (&import(BIDS).unwrap().trials, 0));
    assert!(
        imported.reading.notes.iter().any(|note| note.contains("changes in line 4")),
        "{:?}",
        imported.reading.notes
    );
}

fn collected(files: &[(&str, &str)], import: &Import) -> Result<Collected> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, text): &(&str, &str)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let paths: Vec<PathBuf> = files.iter().map(write).collect();
    collect(&paths, import, &known(), |_, _, _| ())
}

#[test]
fn two_people_with_one_id_are_told_apart_or_refused() {
    let error = collected(&[("a.tsv", BIDS), ("b.csv", JSPSYCH)], &settings()).unwrap_err().to_string();
    assert!(
        error.starts_with("observer 7, block 1, trial 1 stands in this file and in ") && error.contains("b.csv"),
        "{error}"
    );
    let other = BIDS.replace("sub-7", "sub-8");
    assert_eq!(collected(&[("a.tsv", BIDS), ("b.tsv", &other)], &settings()).unwrap().trials.rows.len(), 6);
    let session = BIDS.replace("participant_id", "session\tparticipant_id").replace("\nsub-7", "\nses-2\tsub-7");
    let both = collected(&[("a.tsv", BIDS), ("b.tsv", &session)], &settings()).unwrap();
    assert_eq!(both.trials.rows.iter().filter(|trial| trial.session.as_deref() == Some("2")).count(), 3);
}

#[test]
fn every_row_that_is_no_trial_is_told_with_its_reason() {
    let text = PSYCHOPY.replacen(",f,0,0.5,", ",\"['f', 'j']\",0,\"[0.5, 0.9]\",", 1);
    let all = collected(&[("a.csv", &text)], &settings()).unwrap();
    let told: Vec<(u64, &str)> = all.dropped.iter().map(|(row, _)| (row.line, &*row.reason)).collect();
    let [(2, first), (3, second), (6, _)] = told[..] else { panic!("{told:?}") };
    assert!(first.starts_with("no trial") && second.starts_with("2 answers to one trial"), "{told:?}");
    for said in [
        "psychopy (PsychoPy 2024.2.4)",
        "byte-order mark",
        "commas",
        "2 trials, 2 left out, 1 rejected",
        "s, as the platform",
        "j = female x 1",
        "2 by trial id",
        "participant",
    ] {
        assert!(all.explained.contains(said), "{said}: {}", all.explained);
    }
}

#[test]
fn rows_are_joined_by_order_only_where_that_is_asked_for_and_numbers_agree() {
    let nameless = "participant\tstim_file\tresponse\tresponse_time\np001\ta.png\tmale\t0.5\np001\tb.png\tn/a\tn/a\np001\tb.png\tfemale\t0.2\n";
    let by_id = refused(nameless);
    assert!(by_id.contains("there are no centres, and no design that holds them"), "{by_id}");
    let order = Import { join: Join::Order, ..settings() };
    let read = |text: &str| read_bytes(Path::new("x.csv"), text.into(), &order, &known()).map(|(_, imported)| imported);
    let imported = read(nameless).unwrap();
    assert_eq!(imported.trials.iter().map(|trial| &*trial.id).collect::<Vec<_>>(), ["t0001", "t0002", "t0003"]);
    assert_eq!(imported.reading.joined.get("by order"), Some(&3));
    let short = read(nameless.rsplit_once("p001").unwrap().0).unwrap_err().to_string();
    assert!(short.contains("participant p001 has 2 trials in the file and 3 in the design"), "{short}");
    let stranger = read(&nameless.replace("p001", "p009")).unwrap_err().to_string();
    assert!(stranger.contains("no participant called p009"), "{stranger}");
}

#[test]
fn columns_are_carried_and_units_are_what_is_asked_for() {
    let text = BIDS.replace("participant_id", "confidence\tparticipant_id").replace("\nsub-7", "\n4\tsub-7");
    let asked = Import { carry: vec!["confidence".to_owned()], response_time: TimeUnit::Ms, ..settings() };
    let (_, imported) = read_bytes(Path::new("x.csv"), text.clone().into(), &asked, &known()).unwrap();
    assert_eq!(imported.trials[0].other["confidence"], "4");
    assert_eq!(imported.trials[0].response_time, Some(0.5), "as asked for");
    assert!(imported.reading.warnings[0].contains("looks like s"), "{:?}", imported.reading.warnings);
    let absent = Import { carry: vec!["rating".to_owned()], ..settings() };
    let error = read_bytes(Path::new("x.csv"), text.into(), &absent, &known()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("no column called rating (field import.carry)"), "{error}");
}

#[test]
fn what_bubblescope_writes_of_files_alone_is_read_again_alike() {
    for (name, what, bytes) in files() {
        let nothing = Known::default();
        let Ok((_, alone)) = read_bytes(Path::new("x.csv"), bytes, &settings(), &nothing) else {
            panic!("{name}, {what}")
        };
        let csv = trials(alone.trials).to_csv().unwrap();
        let (format, again) = read_bytes(Path::new("x.csv"), csv, &settings(), &known()).unwrap();
        assert_eq!((format.name, again.trials.len()), ("csv", 3), "{name}, {what}: {:?}", again.rejected);
        let expected = import(CANONICAL).unwrap();
        for (found, expected) in again.trials.iter().zip(&expected.trials) {
            assert_eq!(
                (&found.id, &found.response, found.correct),
                (&expected.id, &expected.response, expected.correct),
                "{name}, {what}"
            );
            assert_eq!(found.centres, expected.centres, "{name}, {what}");
        }
    }
}
