//! Reports of SR Research Data Viewer: one row for each fixation, or for each sample. Places are px of the screen, and a point
//! stands for what is missing.
//!
//! `CURRENT_FIX_START` counts from the start of the trial or the interest period, which need not be the picture's onset, so that
//! it is no onset here. The variable that names the picture is the experimenter's.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER, PICTURE, TRIAL};
use super::placing::LOOKS;
use super::{Frame, LookFormat, Rows};

/// The row of fixation reports.
pub(super) const REPORT: LookFormat = LookFormat {
    name: "eyelink",
    description: "fixation report of EyeLink Data Viewer; px of the screen",
    recognised_by: "CURRENT_FIX_X and CURRENT_FIX_Y",
    named: true,
    detect: |text| has_all(&text.header, &["currentfixx", "currentfixy"]),
    read: |text, context| layout::read(text, context, &FIXATIONS),
};

/// The row of sample reports.
pub(super) const SAMPLES: LookFormat = LookFormat {
    name: "eyelink_samples",
    description: "sample report of EyeLink Data Viewer; samples of one fixation become one look, others are left out",
    recognised_by: "RIGHT_GAZE_X, LEFT_GAZE_X or AVERAGE_GAZE_X, and RIGHT_FIX_INDEX or LEFT_FIX_INDEX",
    named: true,
    detect: |text| {
        let has = |names: &[&str]| names.iter().any(|name| has_all(&text.header, &[name]));
        has(&["rightgazex", "leftgazex", "averagegazex"]) && has(&["rightfixindex", "leftfixindex"])
    },
    read: |text, context| layout::read(text, context, &GAZE),
};

const fn screen(x: &'static str, y: &'static str) -> Coordinates {
    Coordinates { x, y, frame: Frame::Screen(LOOKS), rectangle: NOWHERE }
}

const FIXATIONS: Layout = Layout {
    observer: OBSERVER,
    picture: PICTURE,
    trial: TRIAL,
    session: &["session", "sessionname"],
    coordinates: &[screen("currentfixx", "currentfixy")],
    order: &["currentfixindex"],
    duration: &[("currentfixduration", 1.0)],
    start: &[],
    time: &[],
    event: &[],
    valid: &[],
    rows: Rows::Looks,
    throughout: false,
    one_person: false,
};

const GAZE: Layout = Layout {
    coordinates: &[
        screen("averagegazex", "averagegazey"),
        screen("rightgazex", "rightgazey"),
        screen("leftgazex", "leftgazey"),
    ],
    order: &["rightfixindex", "leftfixindex"],
    duration: &[],
    time: &[("timestamp", 1.0), ("sampleindex", 1.0)],
    rows: Rows::Samples,
    ..FIXATIONS
};
