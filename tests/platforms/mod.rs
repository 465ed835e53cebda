//! Files of every platform, each holding the same three answers of participant 7: t0001 is right and the file says wrong, t0002
//! was not answered, t0003 shows the whole picture. Written for these tests.

#![allow(dead_code)]

use bubblescope::bubbles::Centre;
use bubblescope::experiment::{Columns, Import};
use bubblescope::trials::{Known, Plan, Role, Trial, Trials};

/// Three trials of two classes; the third shows the whole picture.
pub fn known() -> Known {
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
        noise: None,
        plan: Some(Plan {
            trials: rows.into_iter().map(|trial| (trial.id.clone(), trial)).collect(),
            keys: [(
                "p001".to_owned(),
                [("f", "male"), ("j", "female")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            )]
            .into(),
            bubbles: Some(2),
        }),
        ..Known::default()
    }
}

pub const PSYCHOPY: &str = "\u{feff}thisRow.t,notes,trials.thisRepN,trials.thisN,image,trial_id,role,n_bubbles,instr.keys,instr.rt,\
key_resp.keys,key_resp.corr,key_resp.rt,participant,participant,psychopyVersion,\n\
1.2,,,,,,,,space,3.2,,,,7,,2024.2.4,\n\
5.9,,0,0,stimuli/t0001_n003.png,t0001,main,3,,,f,0,0.5,7,,2024.2.4,\n\
8.1,,0,1,stimuli/t0002_n002.png,t0002,main,2,,,None,0,,7,,2024.2.4,\n\
9.1,,0,2,stimuli/t0003_whole.png,t0003,catch,0,space,1.0,\"['j']\",1,[0.25],7,,2024.2.4,\n\
,,,,,,,,,,,,,7,,2024.2.4,\n";

pub const GORILLA: &str = "\u{feff}Event Index,Participant Public ID,Participant Private ID,Trial Number,Zone Type,Reaction Time,Response,\
Attempt,Correct,Incorrect,Timed Out,image,trial_id,n_bubbles\n\
1,x,7,BEGIN TASK,,,,,,,,,,\n\
2,x,7,1,fixation,500.0,,,0,1,,t0001_n003.png,t0001,3\n\
3,x,7,1,response_keyboard,500.00000000000006,f,1,0,1,,t0001_n003.png,t0001,3\n\
4,x,7,2,response_keyboard,3000.1,,1,0,1,1,t0002_n002.png,t0002,2\n\
5,x,7,3,response_keyboard,250,J,1,1,0,,t0003_whole.png,t0003,0\n\
6,x,7,3,response_keyboard,900,j,2,1,0,,t0003_whole.png,t0003,0\n\
END OF FILE\n";

pub const GORILLA_2: &str = "Participant Private ID\tTrial Number\tResponse Type\tComponent Name\tReaction Time\tAbsolute Reaction Time\t\
Response\tCorrect\tSpreadsheet: trial_id\tSpreadsheet: image\n\
7\t1\tinfo\tscreen\t\t\t\t\tt0001\tt0001_n003.png\n\
7\t1\tresponse\tkeyboard\t1\t500\tmale\t0\tt0001\tt0001_n003.png\n\
7\t2\tTimedOut\tkeyboard\t1\t3000\t\t0\tt0002\tt0002_n002.png\n\
7\t3\tResponse\tkeyboard\t1\t250\tj\t1\tt0003\tt0003_whole.png\n\
END OF FILE\n";

pub const JSPSYCH: &str = "\"participant\",\"trial_type\",\"time_elapsed\",\"trial_id\",\"n_bubbles\",\"centres\",\"key\",\"response\",\
\"correct\",\"rt\",\"keys\"\r\n\
\"7\",\"preload\",\"3\",\"\",\"\",\"\",\"\",\"null\",\"\",\"\",\"\"\r\n\
\"7\",\"canvas\",\"9\",\"t0001\",\"3\",\"0:1 1:1 2:1\",\"f\",\"male\",\"false\",\"500\",\"f=male j=female\"\r\n\
\"7\",\"canvas\",\"12\",\"t0002\",\"2\",\"0:2 1:2\",\"null\",\"null\",\"null\",\"null\",\"f=male j=female\"\r\n\
\"7\",\"canvas\",\"15\",\"t0003\",\"0\",\"\",\"j\",\"female\",\"true\",\"250\",\"f=male j=female\"\r\n";

pub const JSPSYCH_JSON: &str = r#"[{"trial_type": "preload", "participant": 7}]
[{"participant": 7, "trial_type": "x", "trial_id": "t0001", "n_bubbles": 3, "response": "f", "correct": false, "rt": 500},
{"participant": 7, "trial_type": "x", "trial_id": "t0002", "n_bubbles": 2, "response": null, "correct": null, "rt": null},
{"participant": 7, "trial_type": "x", "trial_id": "t0003", "stimulus": "<p>b</p>", "response": "j", "correct": true, "rt": 250}]"#;

pub const BIDS: &str = "participant_id\ttrial_id\tstim_file\tcentres\tresponse\tcorrect\tresponse_time\n\
sub-7\tt0001\ta.png\t0:1 1:1 2:1\tmale\tfalse\t0.5\n\
sub-7\tt0002\tb.png\t0:2 1:2\tn/a\tn/a\tn/a\n\
sub-7\tt0003\tb.png\tn/a\tfemale\ttrue\t0.25\n";

/// PsychoJS: no `.ran` of loops that did not run, empty keys without an answer, quoting by RFC 4180.
pub const PAVLOVIA: &str = "\u{feff}trials.thisN,trials.ran,image,trial_id,n_bubbles,key_resp.keys,key_resp.corr,key_resp.rt,participant\n\
,,,,,space,,1.0,7\n\
0,1,https://host/stimuli/t0001_n003.png?v=1,t0001,3,f,0,0.5,7\n\
1,1,https://host/stimuli/t0002_n002.png?v=1,t0002,2,,0,,7\n\
2,1,https://host/stimuli/t0003_whole.png,t0003,0,j,1,0.25,7\n";

/// Version 6: codes of keys, stimuli without a trial id, joined by the name of the stimulus.
pub const JSPSYCH_6: &str = "\"rt\",\"stimulus\",\"key_press\",\"correct\",\"trial_type\",\"trial_index\",\"time_elapsed\",\"internal_node_id\",\"subject\"\n\
\"700\",\"<p>Press F or J.</p>\",\"32\",\"\",\"html-keyboard-response\",\"0\",\"700\",\"0.0-0.0\",\"7\"\n\
\"500\",\"stimuli\\t0001_n003.png\",\"70\",\"false\",\"image-keyboard-response\",\"1\",\"1200\",\"0.0-1.0\",\"7\"\n\
\"null\",\"<img src='stimuli/t0002_n002.png' width=200>\",\"null\",\"false\",\"html-keyboard-response\",\"2\",\"4200\",\"0.0-1.1\",\"7\"\n\
\"250\",\"stimuli/t0003_whole.png\",\"74\",\"true\",\"image-keyboard-response\",\"3\",\"4450\",\"0.0-1.2\",\"7\"\n";

/// JATOS: a line a person, the second of whom closed the window.
pub const JATOS: &str = r#"[{"trial_type":"preload","time_elapsed":3,"participant":7},{"trial_type":"image-keyboard-response","time_elapsed":9,"participant":7,"trial_id":"t0001","n_bubbles":3,"response":"f","correct":false,"rt":500},{"trial_type":"image-keyboard-response","time_elapsed":12,"participant":7,"trial_id":"t0002","n_bubbles":2,"response":null,"correct":null,"rt":null},{"trial_type":"image-keyboard-response","time_elapsed":15,"participant":7,"trial_id":"t0003","response":"j","correct":true,"rt":250}]
[{"trial_type":"preload","time_elapsed":3,"participant":8},
"#;

/// Qualtrics: two lines below the header, a session in a cell.
pub const QUALTRICS: &str = "StartDate,ResponseId,jspsych\n\
Start Date,Response ID,jspsych\n\
\"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"jspsych\"\"}\"\n\
2024-01-02 10:00:00,7,\"[{\"\"trial_type\"\":\"\"x\"\",\"\"time_elapsed\"\":9,\"\"trial_id\"\":\"\"t0001\"\",\"\"n_bubbles\"\":3,\"\"response\"\":\"\"f\"\",\"\"correct\"\":false,\"\"rt\"\":500},\
{\"\"trial_type\"\":\"\"x\"\",\"\"time_elapsed\"\":12,\"\"trial_id\"\":\"\"t0002\"\",\"\"response\"\":null,\"\"rt\"\":null},\
{\"\"trial_type\"\":\"\"x\"\",\"\"time_elapsed\"\":15,\"\"trial_id\"\":\"\"t0003\"\",\"\"response\"\":\"\"j\"\",\"\"rt\"\":250}]\"\n";

/// The same with the session in two cells, cut inside a name, the second of which stands first.
pub fn in_pieces() -> String {
    let (head, session) = QUALTRICS.split_once("7,\"").unwrap();
    let (first, second) = session.trim_end().trim_end_matches('"').split_once("elapsed").unwrap();
    let head = head
        .replace(",jspsych\n", ",jspsych-10,jspsych-9\n")
        .replace("\"\"jspsych\"\"}\"\n", "\"\"jspsych-10\"\"}\",x\n");
    format!("{head}7,\"elapsed{second}\",\"{first}\"\n")
}

/// A fixation has the parameters of its trial too.
pub const LABJS: &str = "sender,sender_type,sender_id,timestamp,meta,response,response_action,correct,duration,ended_on,participant,trial_id,n_bubbles,note\r\n\
,,,2024,\"{\"\"labjs_version\"\":\"\"20.2.4\"\"}\",,,,,,7,,,\r\n\
Fixation,canvas.Screen,0_0,2024,,,,,500.1,timeout,7,t0001,3,\r\n\
Face,canvas.Screen,0_1,2024,,f,keypress(f),false,500,response,7,t0001,3,'=1+1\r\n\
Fixation,canvas.Screen,1_0,2024,,,,,500.1,timeout,7,t0002,2,\r\n\
Face,canvas.Screen,1_1,2024,,,,false,3000,timeout,7,t0002,2,\r\n\
Face,canvas.Screen,2_1,2024,,j,keypress(j),true,250,response,7,t0003,0,\r\n";

pub const LABJS_JSON: &str = r#"[{"sender":"Start","ended_on":"response","duration":900,"participant":"7","response":"ok"},
{"sender":"Fixation","ended_on":"timeout","duration":500,"participant":"7","trial_id":"t0001"},
{"sender":"Face","ended_on":"response","duration":500,"participant":"7","trial_id":"t0001","n_bubbles":3,"response":"f","correct":false},
{"sender":"Face","ended_on":"timeout","duration":3000,"participant":"7","trial_id":"t0002","n_bubbles":2,"correct":false},
{"sender":"Face","ended_on":"response","duration":250,"participant":"7","trial_id":"t0003","response":"j","correct":true}]"#;

pub const OPENSESAME: &str = "\"correct\",\"count_trial\",\"image\",\"note\",\"opensesame_version\",\"practice\",\"response\",\"response_time\",\"subject_nr\",\"trial_id\"\n\
\"0\",\"0\",\"t0001_n003.png\",\"says \\\"hi\\\", twice\",\"4.0.5\",\"no\",\"f\",\"500\",\"7\",\"t0001\"\n\
\"0\",\"1\",\"t0002_n002.png\",\"NA\",\"4.0.5\",\"no\",\"None\",\"3000\",\"7\",\"t0002\"\n\
\"1\",\"2\",\"t0003_whole.png\",\"\\\"\",\"4.0.5\",\"no\",\"j\",\"250\",\"7\",\"t0003\"\n";

pub const OSWEB: &str = r#"{"context":{"browser":{"name":"x"}},"data":[
{"subject_nr":7,"count_trial":0,"trial_id":"t0001","n_bubbles":3,"response":"f","correct":0,"response_time":500},
{"subject_nr":7,"count_trial":1,"trial_id":"t0002","n_bubbles":2,"response":"None","correct":0,"response_time":3000},
{"subject_nr":7,"count_trial":2,"trial_id":"t0003","response":"j","correct":1,"response_time":250}]}
"#;

/// The last frame is of the block, as E-Prime writes it after its trials.
pub const EPRIME: &str = "*** Header Start ***\r\nVersionPersist: 1\r\nLevelName: Session\r\nLevelName: Trial\r\nExperiment: faces\r\nSubject: 7\r\nStudioVersion: 2.0.10\r\n*** Header End ***\r\n\
\tLevel: 3\r\n\t*** LogFrame Start ***\r\n\tProcedure: TrialProc\r\n\ttrial_id: t0001\r\n\tn_bubbles: 3\r\n\tStim.RT: 500\r\n\tStim.RESP: f\r\n\tStim.ACC: 0\r\n\t*** LogFrame End ***\r\n\
\tLevel: 3\r\n\t*** LogFrame Start ***\r\n\tProcedure: TrialProc\r\n\ttrial_id: t0002\r\n\tn_bubbles: 2\r\n\tStim.RT: 0\r\n\tStim.RESP: \r\n\tStim.ACC: 0\r\n\t*** LogFrame End ***\r\n\
\tLevel: 3\r\n\t*** LogFrame Start ***\r\n\tProcedure: TrialProc\r\n\ttrial_id: t0003\r\n\tStim.RT: 250\r\n\tStim.RESP: j\r\n\tStim.ACC: 1\r\n\t*** LogFrame End ***\r\n\
Level: 2\r\n*** LogFrame Start ***\r\nProcedure: BlockProc\r\nTrialList.Cycle: 1\r\n*** LogFrame End ***\r\n";

pub const EPRIME_EXPORT: &str = "C:\\data\\faces.emrg\r\n\
ExperimentName\tSubject\tBlockList.Cycle\tProcedure[Trial]\tStim.ACC[Trial]\tStim.RESP[Trial]\tStim.RT[Trial]\ttrial_id\tn_bubbles\r\n\
faces\t7\t1\tTrialProc\t0\tf\t500\tt0001\t3\r\n\
faces\t7\t1\tTrialProc\t0\t\t0\tt0002\t2\r\n\
faces\t7\t1\tTrialProc\t1\tj\t250\tt0003\t\r\n";

pub const BIDS_EVENTS: &str = "onset\tduration\ttrial_type\tparticipant_id\ttrial_id\tstim_file\tn_bubbles\tresponse\tcorrect\tresponse_time\n\
0.1\t0.5\tfixation\tsub-7\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n\
0.6\t2\tface\tsub-7\tt0001\timages/t0001_n003.png\t3\tmale\tfalse\t0.5\n\
3.6\t2\tface\tsub-7\tt0002\timages/t0002_n002.png\t2\tn/a\tn/a\tn/a\n\
6.6\t2\tface\tsub-7\tt0003\timages/t0003_whole.png\t0\tfemale\ttrue\t0.25\n";

/// What bubblescope itself writes.
pub const CANONICAL: &str = "trial_id,role,repeats,observer,block,trial,picture,mirrored,bubbles,response,correct,response_time_ms,simulated,session,centres\n\
t0001,main,,7,1,1,a.png,false,3,male,false,500,false,,0:1 1:1 2:1\n\
t0002,main,,7,1,2,b.png,false,2,,,,false,,0:2 1:2\n\
t0003,catch,,7,1,3,b.png,false,0,female,true,250,false,,\n";

/// A table of somebody's own: names for `[import.columns]`, semicolons, decimal commas, seconds.
pub const OWN: &str = "vp;bild;antwort;richtig;rz;id\n\
7;a.png;male;0;0,5;t0001\n\
7;b.png;;;;t0002\n\
7;b.png;female;1;0,25;t0003\n";

/// What `OWN` calls its columns.
pub fn own_columns() -> Columns {
    let name = |text: &str| Some(text.to_owned());
    Columns {
        observer: name("vp"),
        picture: name("bild"),
        response: name("antwort"),
        correct: name("richtig"),
        response_time: name("rz"),
        trial_id: name("id"),
        ..Columns::default()
    }
}

/// One person, one block of two trials in a picture of 4 x 6: 0 is male; the second was not answered, and mirrored.
pub const RECORS: &str = r#"{"subjectInformation":{"SubjectID":"MMC"},"block":{"independentVariables":{"gender_face1":[0,1],"face1_nb":[18,56],"right_left_flip":[0,1],"nb_bubbles":[2,1]},"dependentVariables":{"response":[120,0],"RT":[0.75,0],"accuracy":[1,0]},"X":{"i":[[1,8],24]}}}"#;
pub const RECORS_AS_TABLE: &str = "observer,block,trial,picture,mirrored,response,correct,response_time,centres\n\
MMC,1,1,Male_018.png,0,120,1,0.75,0:0 3:1\n\
MMC,1,2,Female_056.png,1,,,,3:5\n";

pub const REVERSE_CORRELATION: &str = "participant_id;stimulus;response;rt\n7;1;-1;0,61\n7;2;1;0,7\n8;1;1;1,2\n";
pub const REVERSE_CORRELATION_AS_TABLE: &str =
    "observer,trial,picture,response,response_time_ms\n7,1,1,-1,610\n7,2,2,1,700\n8,1,1,1,1200\n";

pub const BUBBLEVIEW: &str = r#"[{"image": "img/a.png", "participant": "w1", "clicks": [{"cx": 2.7, "cy": 1, "timestamp": 1200}, {"cx": 5, "cy": 3.9, "timestamp": 1900}]},
{"image": "img/b.png", "participant": "w1", "clicks": []}]"#;
pub const BUBBLEVIEW_ROWS: &str = "participant,image,cx,cy,timestamp\nw1,a.png,2.7,1,1200\nw1,a.png,5,3.9,1900\n";
pub const BUBBLEVIEW_AS_TABLE: &str = "observer,trial,picture,centres\nw1,1,a.png,1:2 3:5\nw1,2,b.png,\n";

/// UTF-16 with or without its mark, low or high byte first.
pub fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// `CANONICAL` as Parquet with its centres in a column, as text in every column.
pub fn parquet() -> Vec<u8> {
    let mut lines = CANONICAL.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let mut table = bubblescope::table::Table::new(&lines.next().unwrap());
    lines.for_each(|cells| table.push(cells.into_iter().map(str::to_owned).collect::<Vec<_>>()));
    table.to_parquet(&["trial", "bubbles", "response_time_ms"]).unwrap()
}

/// Every file that holds the three answers: format, what is special, bytes.
pub fn files() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let text = |format: &'static str, what: &'static str, text: &str| (format, what, text.as_bytes().to_vec());
    vec![
        text("csv", "canonical", CANONICAL),
        text("csv", "canonical, bars", &CANONICAL.replace(',', "|")),
        ("csv", "Parquet", parquet()),
        text("psychopy", "Builder", PSYCHOPY),
        text("psychopy", "Pavlovia", PAVLOVIA),
        text("gorilla", "Task Builder 1", GORILLA),
        text("gorilla", "Task Builder 2", GORILLA_2),
        text(
            "gorilla",
            "read and written by R",
            &GORILLA
                .lines()
                .enumerate()
                .map(|(at, line)| if at == 0 { line.replace(' ', ".") } else { line.to_owned() })
                .collect::<Vec<_>>()
                .join("\r\n"),
        ),
        text("jspsych", "exported browser experiment", JSPSYCH),
        text("jspsych", "JSON, arrays one after another", JSPSYCH_JSON),
        text("jspsych", "version 6, by stimulus", JSPSYCH_6),
        text("jspsych", "JATOS", JATOS),
        text("jspsych", "Qualtrics", QUALTRICS),
        text("jspsych", "Qualtrics, in pieces", &in_pieces()),
        text("labjs", "CSV", LABJS),
        text("labjs", "JSON", LABJS_JSON),
        text("opensesame", "CSV", OPENSESAME),
        text("opensesame", "OSWeb", OSWEB),
        ("eprime", "UTF-16, no mark", utf16(EPRIME, true, false)),
        ("eprime", "UTF-16, high byte first", utf16(EPRIME, false, true)),
        text("eprime", "UTF-8", EPRIME),
        text("eprime", "merged export", EPRIME_EXPORT),
        text("bids", "behaviour", BIDS),
        text("bids", "events", BIDS_EVENTS),
    ]
}

/// Files that stand for themselves: format, what is special, the file, and the table that holds the same.
pub fn others() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![
        ("recors", "blocks", RECORS, RECORS_AS_TABLE),
        ("reverse_correlation", "rcicr", REVERSE_CORRELATION, REVERSE_CORRELATION_AS_TABLE),
        ("bubbleview", "JSON", BUBBLEVIEW, BUBBLEVIEW_AS_TABLE),
    ]
}

/// Settings under which these are read.
pub fn settings() -> Import {
    Import::default()
}

/// The same without pictures or plan, for a table that is not part of an experiment.
pub fn nothing() -> Known {
    Known { planes: vec![(4, 6)], ..Known::default() }
}

/// The rows of trials alone.
pub fn trials(rows: Vec<Trial>) -> Trials {
    Trials { rows, simulated: false }
}
