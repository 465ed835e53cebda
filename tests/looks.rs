//! Fixations, clicks and masks as trackers and people write them, through the command line: where each look lands, and what is said
//! of rows that are none. Every file is written here, after the columns that the platforms document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeSet;

use bubblescope::experiment::LookColumns;
use bubblescope::looks::{LOOK_FORMATS, LookTable, read_looks};
use bubblescope::map::Map;
use bubblescope::place::{Order, Places};
use bubblescope::table::Table;
use bubblescope::trials::{Known, Text};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};

use small::{Ran, SHAPE, Small};

/// `[human]` of fixations in a file, with more lines.
fn settings(source: &str, file: &str, more: &str) -> String {
    format!("[human]\nsource = \"{source}\"\nfiles = [\"{file}\"]\nblur = {{ value = 3.0 }}\n{more}\n")
}

/// The stage `human` over one file of looks.
fn looked(source: &str, file: &str, content: impl AsRef<[u8]>, more: &str) -> (Small, Ran) {
    let small = Small::new();
    small.edit("[\"task\", \"picture\"]", "[\"picture\"]");
    small.human(&settings(source, file, more));
    small.write(&format!("experiments/tiny/{file}"), content);
    let ran = small.ran("human experiments/tiny");
    (small, ran)
}

type Found = Vec<(String, String, f64, f64)>;

/// Picture, observer, x and y of every look taken.
fn taken(small: &Small) -> Found {
    let table = Table::read(&small.path("results/tiny/human/fixations.csv")).unwrap();
    let number = |row: &bubblescope::table::Row, column: &str| row.number(column).unwrap().unwrap();
    let look = |row: bubblescope::table::Row| {
        let text = |column: &str| row.text(column).unwrap().to_owned();
        (text("picture"), text("observer"), number(&row, "x"), number(&row, "y"))
    };
    table.iter().map(look).collect()
}

/// The looks of a file that is taken, and what was said.
fn looks(source: &str, file: &str, content: impl AsRef<[u8]>, more: &str) -> (Found, String) {
    let (small, ran) = looked(source, file, content, more);
    let ran = ran.success();
    (taken(&small), ran.stderr)
}

/// What is said of a file that is refused.
fn refused(source: &str, file: &str, content: impl AsRef<[u8]>, more: &str) -> String {
    let (_, ran) = looked(source, file, content, more);
    assert_eq!(ran.status, Some(1), "{}{}", ran.stdout, ran.stderr);
    ran.stderr
}

fn look(picture: &str, observer: &str, x: f64, y: f64) -> (String, String, f64, f64) {
    (picture.to_owned(), observer.to_owned(), x, y)
}

fn assert_same(name: &str, found: &Found, expected: &[(String, String, f64, f64)]) {
    assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
    for (one, other) in found.iter().zip(expected) {
        let near = (one.2 - other.2).abs() < 1e-6 && (one.3 - other.3).abs() < 1e-6;
        assert!(one.0 == other.0 && one.1 == other.1 && near, "{name}: {found:?}");
    }
}

/// One file of each format whose only look of ann at wide_0.png lies at x 12, y 30 of 48 x 40 px, and another at x 36, y 10.
const EXAMPLES: &[(&str, &str, &str, &str)] = &[
    (
        "eyelink",
        "report.xls",
        "RECORDING_SESSION_LABEL\tTRIAL_INDEX\timage\tCURRENT_FIX_INDEX\tCURRENT_FIX_DURATION\tCURRENT_FIX_X\tCURRENT_FIX_Y\r\n\
         ann\t1\twide_0.png\t1\t200\t340,0\t460,0\r\nann\t1\twide_0.png\t2\t250\t820,0\t60,0\r\n",
        "rectangle = [100.0, -140.0, 960.0, 800.0]",
    ),
    (
        "eyelink_samples",
        "samples.txt",
        "RECORDING_SESSION_LABEL\tTRIAL_INDEX\timage\tTIMESTAMP\tRIGHT_FIX_INDEX\tRIGHT_GAZE_X\tRIGHT_GAZE_Y\n\
         ann\t1\twide_0.png\t0\t1\t11\t30\nann\t1\twide_0.png\t4\t1\t13\t30\nann\t1\twide_0.png\t8\t.\t20\t30\n\
         ann\t1\twide_0.png\t12\t2\t36\t10\n",
        "width = 48.0",
    ),
    (
        "tobii",
        "export.tsv",
        "Recording timestamp\tParticipant name\tRecording name\tPresented Stimulus name\tPresented Media width\tPresented Media height\t\
         Presented Media position X (DACSpx)\tPresented Media position Y (DACSpx)\tEye movement type\tGaze event duration\t\
         Eye movement type index\tFixation point X\tFixation point Y\n\
         1\tann\tr1\twide_0.png\t480\t400\t50\t20\tFixation\t100\t7\t170\t320\n\
         2\tann\tr1\twide_0.png\t480\t400\t50\t20\tFixation\t100\t7\t170\t320\n\
         3\tann\tr1\twide_0.png\t480\t400\t50\t20\tSaccade\t20\t3\t\t\n\
         4\tann\tr1\twide_0.png\t480\t400\t50\t20\tFixation\t90\t8\t410\t120\n",
        "",
    ),
    (
        "gazepoint",
        "ann_fixations.csv",
        "MEDIA_ID,MEDIA_NAME,CNT,FPOGX,FPOGY,FPOGS,FPOGD,FPOGID,FPOGV\n0,wide_0.png,1,.25,.75,0.1,0.2,1,1\n\
         0,wide_0.png,2,.75,.25,0.4,0.3,2,1\n0,wide_0.png,3,.5,.5,0.9,0.3,3,0\n",
        "width = 1.0\nheight = 1.0",
    ),
    (
        "pupil",
        "fixations_on_surface_wide_0.csv",
        "world_timestamp,world_index,participant,fixation_id,start_timestamp,duration,dispersion,norm_pos_x,norm_pos_y,x_scaled,y_scaled,on_surf\n\
         1.0,10,ann,1,1.0,200,1.1,.24,.25,0,0,True\n1.1,11,ann,1,1.0,200,1.1,.26,.25,0,0,True\n\
         1.4,14,ann,2,1.4,200,1.1,.75,.75,0,0,True\n1.5,15,ann,3,1.5,200,1.1,1.75,.75,0,0,False\n",
        "",
    ),
    (
        "smi",
        "events.txt",
        "Trial\tStimulus\tParticipant\tCategory\tIndex\tEvent Start Trial Time [ms]\tEvent Duration [ms]\tFixation Position X [px]\tFixation Position Y [px]\n\
         Trial001\twide_0.png\tann\tVisual Intake\t1\t5\t200\t12\t30\nTrial001\twide_0.png\tann\tSaccade\t1\t205\t20\t-\t-\n\
         Trial001\twide_0.png\tann\tVisual Intake\t2\t225\t200\t36\t10\n",
        "",
    ),
    (
        "smi_samples",
        "raw.txt",
        "RecordingTime [ms]\tTrial\tStimulus\tParticipant\tCategory Right\tIndex Right\tPoint of Regard Right X [px]\tPoint of Regard Right Y [px]\n\
         0\tT1\twide_0.png\tann\tFixation\t1\t11\t30\n4\tT1\twide_0.png\tann\tFixation\t1\t13\t30\n\
         8\tT1\twide_0.png\tann\tSaccade\t1\t24\t20\n12\tT1\twide_0.png\tann\tFixation\t2\t36\t10\n",
        "",
    ),
    (
        "webgazer",
        "ann.json",
        "[{\"trial_type\": \"instructions\", \"subject\": \"ann\"}, {\"subject\": \"ann\", \"trial_index\": 1, \"stimulus\": \"img/wide_0.png\",\
         \"webgazer_data\": [{\"x\": 220, \"y\": 400, \"t\": 10}, {\"x\": 460, \"y\": 200, \"t\": 60}],\
         \"webgazer_targets\": {\"#jspsych-image-keyboard-response-stimulus\": {\"x\": 100, \"y\": 100, \"width\": 480, \"height\": 400, \
         \"top\": 100, \"left\": 100, \"bottom\": 500, \"right\": 580}}}]",
        "",
    ),
    (
        "salicon",
        "annotations.json",
        "{\"images\": [{\"id\": 3, \"file_name\": \"wide_0.png\", \"width\": 480, \"height\": 400}], \"annotations\": [{\"image_id\": 3, \
         \"worker_id\": \"ann\", \"fixations\": [[300.5, 120.5], [100.5, 360.5]]}]}",
        "",
    ),
    (
        "salicon_gaze",
        "gaze.json",
        "[{\"image\": \"wide_0.png\", \"resolution\": [400, 480], \"gaze\": [{\"fixations\": [[120.5, 300.5], [360.5, 100.5]]}]}]",
        "",
    ),
    (
        "codecharts",
        "ann.json",
        "{\"workerId\": \"ann\", \"results\": {\"inputs\": {\"tasks\": [{\"image\": \"a/s.jpg\", \"codechart\": \"c\", \"flag\": \"sentinel\"}, \
         {\"image\": \"a/wide_0.png\", \"codechart\": \"c\", \"flag\": \"real\"}, {\"image\": \"a/wide_0.png\", \"codechart\": \"c\", \"flag\": \"real\"}]}, \
         \"outputs\": {\"tasks\": {\"0\": {\"rememberedCode\": \"A1\", \"coordinate\": [5, 5]}, \"1\": {\"rememberedCode\": \"A2\", \"coordinate\": [220, 400]}, \
         \"2\": {\"rememberedCode\": \"A3\", \"coordinate\": [460, 200]}}}}}",
        "rectangle = [100.0, 100.0, 480.0, 400.0]",
    ),
    (
        "click_lists",
        "clicks.json",
        "[{\"participant\": \"ann\", \"image\": \"wide_0.png\", \"clicks\": [{\"cx\": 12, \"cy\": 30, \"timestamp\": 1}, {\"cx\": 36, \"cy\": 10}]}]",
        "",
    ),
    ("trials", "trials.csv", "observer,trial,picture,correct,centres\nann,1,wide_0.png,,30:12 10:36\n", ""),
    ("csv", "table.csv", "Participant;Image;X;Y\nann;wide_0;12,0;30,0\nann;wide_0;36,0;10,0\n", ""),
];

#[test]
fn every_format_places_its_looks_where_they_were() {
    let known: BTreeSet<&str> = LOOK_FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(known, EXAMPLES.iter().map(|(name, ..)| *name).collect(), "one example for each format");
    for (name, file, content, more) in EXAMPLES {
        let (small, ran) = looked("fixations", file, content, more);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        let who = if *name == "salicon_gaze" {
            "gaze 1"
        } else if *name == "gazepoint" {
            "ann_fixations"
        } else {
            "ann"
        };
        // The centres of trials are pixels, and a look is in the middle of one.
        let half = if *name == "trials" { 0.5 } else { 0.0 };
        let expected =
            [look("wide_0.png", who, 12.0 + half, 30.0 + half), look("wide_0.png", who, 36.0 + half, 10.0 + half)];
        assert_same(name, &taken(&small), &expected);
        let text = std::fs::read_to_string(small.path("results/tiny/human/looks.txt")).unwrap();
        assert!(text.contains(&format!("format: {name}\n")), "{name}: {text}");
    }
}

#[test]
fn every_presentation_loses_its_first_fixation() {
    let mut report = String::from(
        "RECORDING_SESSION_LABEL\tTRIAL_INDEX\timage\tCURRENT_FIX_INDEX\tCURRENT_FIX_DURATION\tCURRENT_FIX_X\tCURRENT_FIX_Y\r\n",
    );
    for who in ["ann", "bob"] {
        for trial in 1..=4 {
            let picture = ["wide_0.png", "tall_0.png"][trial % 2];
            for (index, (x, y)) in
                ["24,00\t20,00", "10,50\t9,25", "30,00\t31,00"].iter().map(|place| (place, "")).enumerate()
            {
                report.push_str(&format!("{who}\t{trial}\t{picture}\t{}\t200\t{x}{y}\r\n", index + 1));
            }
        }
    }
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(report.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (found, said) = looks("fixations", "report.xls", utf16, "width = 48.0\ndrop_first = true");
    assert!(said.contains("16 taken, 8 first ones left out, 0 rows rejected"), "{said}");
    assert!(found.iter().all(|(.., x, y)| (*x, *y) != (24.0, 20.0)), "{found:?}");

    // Without a column of trials, numbers that begin again and the return of a picture tell presentations apart.
    let rows = |cells: &[&str]| format!("observer,picture,order,x,y\n{}\n", cells.join("\n"));
    let again = rows(&["a,wide_0,1,24,20", "a,wide_0,2,5,5", "a,wide_0,1,24,20", "a,wide_0,2,6,6", "a,wide_0,3,7,7"]);
    let (found, _) = looks("fixations", "looks.csv", again, "drop_first = true");
    assert_eq!(found.iter().map(|one| one.2).collect::<Vec<_>>(), [5.0, 6.0, 7.0]);
    let returns = "observer,picture,x,y\na,wide_0,24,20\na,wide_0,5,5\na,tall_0,24,20\na,tall_0,8,8\na,wide_0,24,20\na,wide_0,6,6\n";
    let (found, _) = looks("fixations", "looks.csv", returns, "drop_first = true");
    assert_eq!(found.iter().map(|one| one.2).collect::<Vec<_>>(), [8.0, 5.0, 6.0]);
}

#[test]
fn samples_become_the_fixations_that_they_belong_to() {
    let head = "Participant name\tPresented Stimulus name\tEye movement type\tGaze event duration\tEye movement type index\t\
                Fixation point X (MCSnorm)\tFixation point Y (MCSnorm)\n";
    let mut export = String::from(head);
    for index in 1..=5 {
        for _ in 0..index * 3 {
            export.push_str(&format!("p\twide_0.png\tFixation\t{}\t{index}\t0,{index}\t0,5\n", index * 50));
        }
        export.push_str("p\twide_0.png\tSaccade\t20\t1\t\t\np\twide_0.png\tUnclassified\t20\t1\t\t\n");
    }
    let (small, ran) = looked("fixations", "export.tsv", &export, "weight = \"duration\"");
    let said = ran.success().stderr;
    assert!(said.contains("5 taken") && said.contains("45 rows of samples are 5 fixations"), "{said}");
    assert!(said.contains("5 rows left out: Saccade") && said.contains("5 rows left out: Unclassified"), "{said}");
    let table = Table::read(&small.path("results/tiny/human/fixations.csv")).unwrap();
    let weights: Vec<f64> = table.iter().map(|row| row.number("weight").unwrap().unwrap()).collect();
    assert_eq!(weights, [50.0, 100.0, 150.0, 200.0, 250.0], "each fixation once, by its own duration");
    let text = std::fs::read_to_string(small.path("results/tiny/human/looks.txt")).unwrap();
    assert!(text.contains("45 rows of samples are 5 fixations"), "{text}");

    // In a plain table the number tells them too; without one it is a warning.
    let plain =
        "observer,picture,order,x,y\na,wide_0,1,5,5\na,wide_0,1,5,5\na,wide_0,2,9,9\na,wide_0,2,9,9\na,wide_0,2,9,9\n";
    assert_eq!(looks("fixations", "looks.csv", plain, "").0.len(), 2);
    let (found, said) = looks("fixations", "looks.csv", plain.replace("order", "block"), "");
    assert!(found.len() == 5 && said.contains("3 of 5 rows repeat the place"), "{said}");
    // Two clicks on one place are two clicks.
    assert_eq!(looks("clicks", "looks.csv", plain, "").0.len(), 5);
}

#[test]
fn coordinates_of_any_origin_unit_and_direction_find_the_picture() {
    let table = |rows: &str| format!("observer,picture,x,y\n{rows}");
    let expected = [look("wide_0.png", "a", 12.0, 30.0)];
    for (place, more) in [
        ("0.25,0.75", "width = 1.0\nheight = 1.0"),
        ("0.25,0.25", "width = 1.0\nheight = 1.0\ny = \"up\""),
        ("-12,10", "origin = \"centre\""),
        ("-12,-10", "origin = \"centre\"\ny = \"up\""),
        ("-0.5,-0.5", "origin = \"centre\"\ny = \"up\"\nwidth = 2.0\nheight = 2.0"),
        ("-0.3,-0.25", "origin = \"centre\"\ny = \"up\"\nwidth = 1.2\nheight = 1.0"),
        ("124,160", "rectangle = [100.0, 100.0, 96.0, 80.0]"),
        ("124,40", "rectangle = [100.0, 100.0, 96.0, 80.0]\ny = \"up\""),
    ] {
        for source in ["fixations", "clicks"] {
            let (found, _) = looks(source, "looks.csv", table(&format!("a,wide_0,{place}\n")), more);
            assert_same(&format!("{place} {more}"), &found, &expected);
        }
    }
}

#[test]
fn coordinates_that_look_otherwise_are_a_warning_with_both_readings_and_an_error_where_none_fits() {
    let table = |rows: &[&str]| {
        format!(
            "observer,picture,x,y\n{}\n",
            rows.iter().map(|row| format!("a,wide_0,{row}")).collect::<Vec<_>>().join("\n")
        )
    };
    let shares = table(&["0.5,0.9", "0.4,0.7"]);
    for more in ["", "width = 1.0"] {
        let (_, said) = looks("fixations", "looks.csv", &shares, more);
        assert!(
            said.contains("all 2 places lie between 0.4, 0.7 and 0.5, 0.9") && said.contains("height = 1.0"),
            "{said}"
        );
    }
    assert!(!looks("fixations", "looks.csv", &shares, "width = 1.0\nheight = 1.0").1.contains("shares"));
    let turned = table(&["5,45", "38,44", "20,47", "10,30", "12,42"]);
    let said = looks("clicks", "looks.csv", &turned, "").1;
    assert!(
        said.contains("1 of 5 places lie inside their picture") && said.contains("other order, 5 would be"),
        "{said}"
    );
    let middle = refused("clicks", "looks.csv", table(&["-20,-15", "-3,-18"]), "");
    assert!(
        middle.contains("none of the 2 places lies inside its picture") && middle.contains("origin = \"centre\""),
        "{middle}"
    );
    let up = refused("clicks", "looks.csv", table(&["-20,15", "-3,18"]), "origin = [-24.0, 20.0]");
    assert!(up.contains("y = \"up\"") && up.contains("2 would be"), "{up}");
    let screen = refused("fixations", "report.xls", EXAMPLES[0].2, "");
    assert!(screen.contains("px of a screen (eyelink)") && screen.contains("rectangle"), "{screen}");
    let scene = "id,start_timestamp,duration,norm_pos_x,norm_pos_y,dispersion,confidence\n1,1,200,.2,.3,1,1\n";
    assert!(refused("fixations", "fixations.csv", scene, "").contains("scene camera"));
}

const REPORT: &str = "RECORDING_SESSION_LABEL\timage\tCURRENT_FIX_INDEX\tCURRENT_FIX_X\tCURRENT_FIX_Y";

/// A fixation report of EyeLink with these places, and more columns of one value.
fn report(places: &[&str], more: (&str, &str)) -> String {
    let row = |(at, place): (usize, &&str)| format!("ann\twide_0.png\t{}\t{place}{}\n", at + 1, more.1);
    let rows: String = places.iter().enumerate().map(row).collect();
    format!("{REPORT}{}\n{rows}", more.0)
}

#[test]
fn places_of_a_screen_are_those_of_the_picture_where_they_lie_in_it_and_that_is_said() {
    let fits = report(&["12\t30", ".\t.", "36\t10"], ("", ""));
    let expected = [look("wide_0.png", "ann", 12.0, 30.0), look("wide_0.png", "ann", 36.0, 10.0)];
    let (small, ran) = looked("fixations", "report.xls", &fits, "");
    let said = ran.success().stderr;
    assert_same("fits", &taken(&small), &expected);
    let reading = "read as px of the picture, because 2 of 2 places lie in it then; if it filled the screen, say rectangle = \
                   [0.0, 0.0, 48.0, 40.0] in [human]";
    let text = std::fs::read_to_string(small.path("results/tiny/human/looks.txt")).unwrap();
    assert!(said.contains(reading) && text.contains(reading), "{said}{text}");
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    assert!(rejected.contains("report.xls,3,\"x is \"\".\"\", not a number\""), "{rejected}");
    // The rectangle that the warning names says the same without a warning.
    let (found, said) = looks("fixations", "report.xls", &fits, "rectangle = [0.0, 0.0, 48.0, 40.0]");
    assert_same("stated", &found, &expected);
    assert!(!said.contains("of a screen"), "{said}");

    // A place in 20 may lie off the picture, more may not.
    let of_twenty = |off: usize| {
        let places: Vec<&str> = (0..20).map(|at| if at < off { "60\t30" } else { "12\t30" }).collect();
        report(&places, ("", ""))
    };
    assert_eq!(looks("fixations", "report.xls", of_twenty(1), "").0.len(), 19);
    let said = refused("fixations", "report.xls", of_twenty(2), "");
    assert!(said.contains("18 of 20 places lie in it") && said.contains("add rectangle"), "{said}");
}

#[test]
fn a_stated_size_of_the_screen_settles_where_the_picture_was() {
    let places = ["12\t30", "36\t10"];
    for (names, cells) in [("\tDISPLAY_WIDTH\tDISPLAY_HEIGHT", "\t48\t40"), ("\tScreen resolution", "\t48 x 40")] {
        let (found, said) = looks("fixations", "report.xls", report(&places, (names, cells)), "");
        assert_eq!(found.len(), 2);
        assert!(!said.contains("warning"), "{said}");
        let larger = cells.replace("48", "96");
        let said = refused("fixations", "report.xls", report(&places, (names, &larger)), "");
        assert!(said.contains("the screen has 96 x 40 px, and the pictures 48 x 40"), "{said}");
        assert!(said.contains("of a picture that fills it, rectangle = [0.0, 0.0, 96.0, 40.0]"), "{said}");
    }
    let (name, file, shares, _) = EXAMPLES[3];
    let (found, said) = looks("fixations", file, shares, "");
    assert_same(
        name,
        &found,
        &[look("wide_0.png", "ann_fixations", 12.0, 30.0), look("wide_0.png", "ann_fixations", 36.0, 10.0)],
    );
    assert!(
        said.contains("read as shares of the picture, because 2 of 2") && said.contains("[0.0, 0.0, 1.0, 1.0]"),
        "{said}"
    );
}

#[test]
fn what_is_stated_wins_over_what_a_format_refuses_or_guesses() {
    let expected = [look("wide_0.png", "a", 12.0, 30.0)];
    let scene = "observer,picture,norm_pos_x,norm_pos_y\na,wide_0.png,0.25,0.25\n";
    let (found, said) = looks("fixations", "fixations.csv", scene, "width = 1.0\nheight = 1.0\ny = \"up\"");
    assert_same("scene", &found, &expected);
    assert!(said.contains("in the scene camera") && said.contains("read as [human] says"), "{said}");
    // The format knows where y grows to where only the size is stated.
    let surface = scene.replace("norm_pos_y", "norm_pos_y,on_surf").replace("0.25\n", "0.25,True\n");
    for more in ["", "width = 1.0\nheight = 1.0"] {
        assert_same("surface", &looks("fixations", "surface.csv", &surface, more).0, &expected);
    }
    let down = looks("fixations", "surface.csv", &surface, "width = 1.0\nheight = 1.0\ny = \"down\"").0;
    assert_same("down", &down, &[look("wide_0.png", "a", 12.0, 10.0)]);
    // Columns of places that are named are read, whatever else the file holds.
    let gaze = "observer,stimulus,click_x,click_y,webgazer_data,webgazer_targets\n\
                a,wide_0.png,12,30,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"t\"\":0}]\",{}\n";
    let named = "[human.columns]\nx = \"click_x\"\ny = \"click_y\"";
    assert_same("named", &looks("clicks", "clicks.csv", gaze, named).0, &expected);
    // A stated rectangle takes the place of targets that do not tell which is the picture.
    let targets = "observer,stimulus,webgazer_data,webgazer_targets\n\
                   a,wide_0.png,\"[{\"\"x\"\":12,\"\"y\"\":30,\"\"t\"\":0}]\",\"{\"\"#a\"\":{},\"\"#b\"\":{}}\"\n";
    let (found, _) = looks("fixations", "gaze.csv", targets, "rectangle = [0.0, 0.0, 48.0, 40.0]");
    assert_same("targets", &found, &expected);
}

#[test]
fn samples_are_joined_by_the_number_of_their_fixation_whatever_column_orders_them() {
    let rows = |head: &str, event: bool| {
        let mut export = format!("ParticipantName\tMediaName\tRecordingTimestamp\tFixationIndex\t{head}\n");
        for at in 0..12 {
            let (event, end) = if event { ("Fixation\t", "Saccade\t") } else { ("", "") };
            let x = 12 + at / 6;
            export.push_str(&match at % 6 {
                5 => format!("a\twide_0.png\t{}\t\t{end}\t\n", at * 17),
                _ => format!("a\twide_0.png\t{}\t{}\t{event}{x}\t30\n", at * 17, at / 6 + 1),
            });
        }
        export
    };
    let expected = [look("wide_0.png", "a", 12.0, 30.0), look("wide_0.png", "a", 13.0, 30.0)];
    let (stamp, places) =
        ("[human.columns]\norder = \"RecordingTimestamp\"\n", "FixationPointX (MCSpx)\tFixationPointY (MCSpx)");
    for (head, event, more) in [
        (format!("GazeEventType\t{places}"), true, stamp),
        (places.to_owned(), false, stamp),
        ("GazePointX (MCSpx)\tGazePointY (MCSpx)".to_owned(), false, ""),
        ("Mapped Fixation Point X\tMapped Fixation Point Y".to_owned(), false, stamp),
        ("x\ty".to_owned(), false, stamp),
    ] {
        let (found, said) = looks("fixations", "export.tsv", rows(&head, event), more);
        assert_same(&head, &found, &expected);
        assert!(
            said.contains("12 rows of samples are") || said.contains("10 rows of samples are 2 fixations"),
            "{head}: {said}"
        );
    }
    let eyelink = EXAMPLES[1].2.replace("\t.\t20", "\t\t20");
    let named = "width = 48.0\n[human.columns]\norder = \"TIMESTAMP\"";
    assert_eq!(looks("fixations", "samples.txt", eyelink, named).0.len(), 2);
    // Numbers of fixations that are stated are not doubted.
    let table = "observer,picture,number,fixation,x,y\na,wide_0,1,3,5,5\na,wide_0,1,3,7,5\na,wide_0,1,3,7,6\na,wide_0,2,3,9,9\na,wide_0,2,3,9,9\n";
    assert_eq!(looks("fixations", "looks.csv", table, "[human.columns]\norder = \"number\"").0.len(), 2);
}

#[test]
fn pictures_of_two_sizes_are_refused_with_what_to_do() {
    let small = Small::new();
    small.human(&settings("fixations", "looks.csv", ""));
    small.write("experiments/tiny/looks.csv", "observer,picture,x,y\na,wide_0,12,12\n");
    small.write("experiments/tiny/pictures/wide_0.png", png(GrayImage::new(60, 30)));
    let ran = small.ran("human experiments/tiny");
    assert!(
        ran.status == Some(1) && ran.stderr.contains("one experiment file for the pictures of each size"),
        "{}",
        ran.stderr
    );
}

#[test]
fn lists_in_cells_are_looks_one_by_one() {
    let lists = "participant,image,mouse.x,mouse.y,mouse.time\ns1,wide_0.png,\"[-12.0, 12.0]\",\"[-10.0, 10.0]\",\"[1, 2]\"\n\
                 s1,tall_0.png,[],[],[]\ns1,wide_0.png,\"[1]\",\"[1, 2]\",\"[1]\"\n";
    let more = "origin = \"centre\"\ny = \"up\"\n[human.columns]\nx = \"mouse.x\"\ny = \"mouse.y\"\n";
    let (small, ran) = looked("clicks", "lists.csv", lists, more);
    let said = ran.success().stderr;
    assert_same("lists", &taken(&small), &[look("wide_0.png", "s1", 12.0, 30.0), look("wide_0.png", "s1", 36.0, 10.0)]);
    assert!(said.contains("1 row left out: an empty list of places"), "{said}");
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    assert!(rejected.contains("lists.csv,4,\"x is a list of 1, and y of 2\""), "{rejected}");
    // By their own names the columns of PsychoPy are found, and their direction is asked for.
    let (_, said) = looks("clicks", "lists.csv", lists, "origin = [-24.0, -20.0]");
    assert!(said.contains("counts y upwards"), "{said}");
    let click_me = "user_id,image_path,clicks\nu1,val/wide_0.png,\"[(12, 30), (36, 10)]\"\n";
    let both = "[human.columns]\nx = \"clicks\"\ny = \"clicks\"";
    assert_eq!(looks("clicks", "clickme.csv", click_me, both).0.len(), 2);
    let (found, _) = looks("clicks", "clickme.csv", click_me, "");
    assert_same("pairs", &found, &[look("wide_0.png", "u1", 12.0, 30.0), look("wide_0.png", "u1", 36.0, 10.0)]);
    // Lists of x, of y and of durations, in JSON too and by any name that is stated.
    let scan =
        "[{\"subject\": 1, \"name\": \"wide_0.png\", \"X\": [12.0, 36.0], \"Y\": [30.0, 10.0], \"T\": [200, 300]}]";
    for (content, x, y) in
        [(scan.to_owned(), "X", "Y"), (scan.replace("\"X\"", "\"px\"").replace("\"Y\"", "\"py\""), "px", "py")]
    {
        let more = format!("weight = \"duration\"\n[human.columns]\nx = \"{x}\"\ny = \"{y}\"\nduration = \"T\"");
        let (small, ran) = looked("fixations", "scan.json", &content, &more);
        ran.success();
        assert_same(
            "scan",
            &taken(&small),
            &[look("wide_0.png", "1", 12.0, 30.0), look("wide_0.png", "1", 36.0, 10.0)],
        );
        let table = Table::read(&small.path("results/tiny/human/fixations.csv")).unwrap();
        assert_eq!(table.iter().map(|row| row.number("weight").unwrap().unwrap()).collect::<Vec<_>>(), [200.0, 300.0]);
    }
    let array = |looks: Vec<f32>| {
        Map::new(ndarray::Array2::from_shape_vec((looks.len() / 2, 2), looks).unwrap()).unwrap().to_npy()
    };
    let (found, _) = looks("clicks", "ann/wide_0.npy", array(vec![12.0, 30.0, 36.0, 10.0]), "");
    assert_same("array", &found, &[look("wide_0.png", "ann", 12.0, 30.0), look("wide_0.png", "ann", 36.0, 10.0)]);
}

#[test]
fn files_that_name_nobody_are_called_after_what_tells_them_apart() {
    let people = |files: &[(&str, &str)]| {
        let small = Small::new();
        let names: Vec<String> = files.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let more = format!("files = [{}]\nblur = {{ value = 3.0 }}\nwidth = 1.0\nheight = 1.0\n", names.join(", "));
        small.human(&format!("[human]\nsource = \"fixations\"\n{more}"));
        files.iter().for_each(|(name, content)| small.write(&format!("experiments/tiny/{name}"), content));
        small.succeeds("human experiments/tiny");
        taken(&small).into_iter().map(|one| one.1).collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>()
    };
    let gaze = "MEDIA_NAME,FPOGX,FPOGY,FPOGD,FPOGID\nwide_0.png,.25,.75,0.2,1\n";
    assert_eq!(
        people(&[("g/User 1_fixations.csv", gaze), ("g/User 2_fixations.csv", gaze)]),
        ["User 1_fixations", "User 2_fixations"]
    );
    let surface = "world_index,fixation_id,duration,norm_pos_x,norm_pos_y,on_surf\n1,1,200,.2,.2,True\n";
    let (wide, tall) = ("fixations_on_surface_wide_0.csv", "fixations_on_surface_tall_0.csv");
    let of = |who: &str, name: &str| format!("p/{who}/surfaces/{name}");
    let (a, b, c) = (of("ann", wide), of("ann", tall), of("bob", wide));
    assert_eq!(people(&[(&a, surface), (&b, surface), (&c, surface)]), ["ann", "bob"]);
    assert_eq!(people(&[(&a, surface), (&b, surface)]).len(), 1, "two pictures of one person");
}

#[test]
fn what_holds_no_looks_is_refused_with_what_would_work() {
    let json = refused("clicks", "out.json", "{\"results\": {\"answers\": [3, 4]}}", "");
    assert!(
        json.contains("this is JSON, and it holds no looks that are known") && json.contains("codecharts"),
        "{json}"
    );
}

#[test]
fn all_looks_rejected_is_an_error_with_counts_by_reason() {
    let table = "observer,picture,x,y\na,other.png,3,4\na,else.png,3,4\nb,wide_0,here,4\n,wide_0,4,4\n";
    let (small, ran) = looked("fixations", "looks.csv", table, "");
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    let said = ran.stderr;
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    assert_eq!(rejected.lines().count(), 5, "{rejected}");
    assert!(said.contains("no picture is called ... (2 rows)") && said.contains("no observer (1 row)"), "{said}");
}

#[test]
fn lines_are_counted_alike_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let table = ["observer,picture,x,y", "a,wide_0,bad,1", "a,wide_0,5,5", "a,wide_1,bad,5", ""].join(end);
        let (small, ran) = looked("fixations", "looks.csv", table, "");
        ran.success();
        let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
        let lines: Vec<&str> = rejected.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
        assert_eq!(lines, ["2", "4"], "{end:?}");
    }
}

#[test]
fn the_error_of_the_tracker_adds_to_the_blur() {
    let (small, ran) =
        looked("fixations", "looks.csv", "observer,picture,x,y\na,wide_0,9,9\n", "tracker_error = { value = 4.0 }");
    ran.success();
    let index = Table::read(&small.path("results/tiny/human/index.csv")).unwrap();
    assert!(index.iter().all(|row| row.number("blur_sd").unwrap() == Some(5.0)));
    let map = Map::read_npy(&index.iter().next().unwrap().file("file").unwrap()).unwrap().to_f64();
    let spread: f64 = map.indexed_iter().map(|((_, column), p)| p * (column as f64 + 0.5 - 9.0).powi(2)).sum();
    assert!(spread > 12.0, "wider than the blur alone: {spread}");
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A mask of 10 x 10 px painted with a value.
fn square(value: u8) -> Vec<u8> {
    let inside = |x: u32, y: u32| (10..20).contains(&x) && (10..20).contains(&y);
    png(GrayImage::from_fn(SHAPE.1 as u32, SHAPE.0 as u32, |x, y| Luma([if inside(x, y) { value } else { 0 }])))
}

#[test]
fn masks_of_any_kind_are_painted_and_empty_ones_refused() {
    let masked = |mask: &[u8], more: &str| {
        let small = Small::new();
        small.human(&format!("[human]\nsource = \"masks\"\nfiles = [\"masks\"]\n{more}\n"));
        for who in ["ann", "bob"] {
            small.write(&format!("experiments/tiny/masks/{who}/wide_0.png"), mask);
        }
        let ran = small.ran("human experiments/tiny");
        (small, ran)
    };
    let strokes = RgbaImage::from_fn(SHAPE.1 as u32, SHAPE.0 as u32, |x, y| {
        Rgba([200, 0, 0, if (10..20).contains(&x) && (10..20).contains(&y) { 255 } else { 0 }])
    });
    for mask in [square(1), square(255), square(90), png(strokes)] {
        let (small, ran) = masked(&mask, "");
        ran.success();
        let index = Table::read(&small.path("results/tiny/human/index.csv")).unwrap();
        for row in index.iter() {
            let map = Map::read_npy(&row.file("file").unwrap()).unwrap().to_f64();
            assert_eq!(map.sum(), 100.0, "the square and nothing else");
        }
    }
    let (_, ran) = masked(&square(0), "");
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("largest value is 0 of 255") && ran.stderr.contains("wide_0.png"), "{}", ran.stderr);
    let labels = GrayImage::from_fn(SHAPE.1 as u32, SHAPE.0 as u32, |x, _| Luma([[0, 1, 2, 255][x as usize / 12]]));
    let (_, ran) = masked(&png(labels.clone()), "");
    assert!(
        ran.status == Some(1) && ran.stderr.contains("0, 1, 2, 255") && ran.stderr.contains("`labels`"),
        "{}",
        ran.stderr
    );
    for (chosen, share) in [("2", 1.0), ("[1, 2]", 2.0), ("\"all\"", 3.0)] {
        let (small, ran) = masked(&png(labels.clone()), &format!("labels = {chosen}"));
        ran.success();
        let index = Table::read(&small.path("results/tiny/human/index.csv")).unwrap();
        let map = Map::read_npy(&index.iter().next().unwrap().file("file").unwrap()).unwrap();
        assert_eq!(map.to_f64().sum(), share * 480.0, "{chosen}");
    }
}

#[test]
fn regions_are_painted_by_the_same_rule() {
    let region = |value: u8| {
        let small = Small::new();
        small.human(&settings("fixations", "looks.csv", "").replace("3.0", "2.0"));
        small.edit("value = 3.0, unit", "value = 2.0, unit");
        small.write("experiments/tiny/looks.csv", "observer,picture,x,y\na,wide_0,12,12\n");
        small.write("experiments/tiny/region.png", square(value));
        small.edit("folder = \"pictures\"", "folder = \"pictures\"\nregion = \"region.png\"");
        let ran = small.ran("human experiments/tiny");
        (small, ran)
    };
    for value in [1, 255] {
        let (small, ran) = region(value);
        ran.success();
        let found = Map::read_npy(&small.path("results/tiny/human/region.npy")).unwrap();
        assert_eq!(found.to_f64().sum(), 100.0);
    }
    let (_, ran) = region(0);
    assert!(ran.status == Some(1) && ran.stderr.contains("nothing is painted"), "{}", ran.stderr);
}

#[test]
fn broken_files_of_every_format_are_read_or_refused_and_no_row_is_lost() {
    let known = Known { pictures: vec!["wide_0.png".into(), "tall_0.png".into()], ..Known::default() };
    let columns = LookColumns::default();
    let places = Some(Places { order: Order::XY, width: Some(48.0), ..Places::default() });
    let mut state = 7u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound.max(1)
    };
    let tokens: [&[u8]; 14] =
        [b"\"", b",", b"\t", b"\n", b"\r", b"[", b"]", b"{", b"}", b"null", b"-1", b"1e999", b"nan", b"\xff\xfe"];
    for (name, file, content, _) in EXAMPLES {
        for _ in 0..300 {
            let mut bytes = content.as_bytes().to_vec();
            for _ in 0..=below(4) {
                let at = below(bytes.len() + 1);
                let end = (at + below(30)).min(bytes.len());
                match below(4) {
                    0 => bytes.truncate(at.max(10)),
                    1 => drop(bytes.drain(at..end)),
                    2 => drop(bytes.splice(at..at, tokens[below(tokens.len())].iter().copied())),
                    _ => {
                        let copied = bytes[at..end].to_vec();
                        let to = below(bytes.len() + 1);
                        bytes.splice(to..to, copied);
                    }
                }
            }
            let reading = LookTable {
                columns: &columns,
                shape: SHAPE,
                resized: false,
                places,
                y: None,
                timed: below(2) == 0,
                drop_first: below(2) == 0,
                clicks: below(2) == 0,
                person: "x",
            };
            let Ok(text) = Text::of(std::path::Path::new(file), bytes) else { continue };
            match read_looks(&text, &known, reading) {
                Err(error) => assert!(error.to_string().len() < 6000, "{name}: {error}"),
                Ok(looks) => {
                    let taken: usize = looks.of.values().map(Vec::len).sum();
                    assert!(taken + looks.first + looks.early <= looks.rows.1, "{name}");
                    let all = looks.of.values().flatten();
                    assert!(all.into_iter().all(|look| look.x.is_finite() && look.y.is_finite() && look.weight >= 0.0));
                }
            }
        }
    }
}
