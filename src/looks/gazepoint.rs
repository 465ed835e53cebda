//! Exports of Gazepoint Analysis (`..._fixations.csv`, `..._all_gaze.csv`): the fixation point of gaze in shares of the screen.
//!
//! FPOGX and FPOGY run from 0 at the upper left of the screen to 1 at its lower right, FPOGS and FPOGD are seconds, FPOGID numbers
//! fixations and FPOGV is 0 where there is none (Gazepoint API). A file is one person, whom its name names.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER};
use super::placing::SHARES;
use super::{Frame, LookFormat, Rows};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "gazepoint",
    description: "fixations or all gaze of Gazepoint Analysis; shares of the screen",
    recognised_by: "FPOGX and FPOGY",
    named: true,
    detect: |text| has_all(&text.header, &["fpogx", "fpogy"]),
    read: |text, context| layout::read(text, context, &LAYOUT),
};

const LAYOUT: Layout = Layout {
    observer: OBSERVER,
    picture: &["medianame", "mediaid", "picture", "image"],
    trial: &[],
    session: &[],
    coordinates: &[Coordinates { x: "fpogx", y: "fpogy", frame: Frame::Screen(SHARES), rectangle: NOWHERE }],
    order: &["fpogid"],
    duration: &[("fpogd", 1000.0)],
    start: &[],
    time: &[],
    event: &[],
    valid: &["fpogv"],
    rows: Rows::Samples,
    throughout: true,
    one_person: true,
};
