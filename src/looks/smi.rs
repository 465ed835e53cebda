//! Exports of SMI BeGaze: event statistics with one row for each event, or raw data with one for each sample; px of the stimulus, `-`
//! where there is nothing.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER, PICTURE, TRIAL};
use super::{Frame, LookFormat, Rows};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "smi",
    description: "event statistics of SMI BeGaze; fixations (visual intakes) are taken",
    recognised_by: "Fixation Position X and Event Duration",
    named: true,
    detect: |text| {
        has_all(&text.header, &["fixationpositionxpx", "eventdurationms"])
            || has_all(&text.header, &["fixationpositionx", "eventduration"])
    },
    read: |text, context| layout::read(text, context, &LAYOUT),
};

/// The row of raw data.
pub(super) const SAMPLES: LookFormat = LookFormat {
    name: "smi_samples",
    description: "raw data of SMI BeGaze; samples of one fixation (visual intake) become one look",
    recognised_by: "Point of Regard Right X (Left X), and Category Right (Category Left)",
    named: true,
    detect: |text| {
        let has = |names: &[&str]| names.iter().any(|name| has_all(&text.header, &[name]));
        has(&["pointofregardrightxpx", "pointofregardleftxpx"]) && has(GAZE.event)
    },
    read: |text, context| layout::read(text, context, &GAZE),
};

const GAZE: Layout = Layout {
    coordinates: &[
        Coordinates {
            x: "pointofregardrightxpx",
            y: "pointofregardrightypx",
            frame: Frame::Picture,
            rectangle: NOWHERE,
        },
        Coordinates { x: "pointofregardleftxpx", y: "pointofregardleftypx", frame: Frame::Picture, rectangle: NOWHERE },
    ],
    order: &["indexright", "indexleft", "indexbinocular"],
    duration: &[],
    start: &[],
    time: &[("recordingtimems", 1.0)],
    event: &["categoryright", "categoryleft", "categorybinocular"],
    rows: Rows::Samples,
    ..LAYOUT
};

const LAYOUT: Layout = Layout {
    observer: OBSERVER,
    picture: PICTURE,
    trial: TRIAL,
    session: &[],
    coordinates: &[
        Coordinates { x: "fixationpositionxpx", y: "fixationpositionypx", frame: Frame::Picture, rectangle: NOWHERE },
        Coordinates { x: "fixationpositionx", y: "fixationpositiony", frame: Frame::Picture, rectangle: NOWHERE },
    ],
    order: &["index", "eventnumber"],
    duration: &[("eventdurationms", 1.0), ("eventduration", 1.0)],
    start: &[("eventstarttrialtimems", 1.0)],
    time: &[],
    event: &["eventtype", "category"],
    valid: &[],
    rows: Rows::Looks,
    throughout: false,
    one_person: false,
};
