//! Event exports of SMI BeGaze: one row for each event, px of the stimulus, `-` where there is nothing.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER, PICTURE, TRIAL};
use super::{Frame, LookFormat, Rows};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "smi",
    description: "event statistics of SMI BeGaze; fixations (visual intakes) are taken",
    recognised_by: "Fixation Position X and Event Duration",
    detect: |text| {
        has_all(&text.header, &["fixationpositionxpx", "eventdurationms"])
            || has_all(&text.header, &["fixationpositionx", "eventduration"])
    },
    read: |text, context| layout::read(text, context, &LAYOUT),
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
