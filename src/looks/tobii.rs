//! Exports of Tobii Pro Lab and Tobii Studio: one row for each sample (or event), with the fixation that it belongs to.
//!
//! Places stand in the media's own coordinates as shares (MCSnorm) or px (MCSpx), or in px of the screen beside the media's place
//! on it. Shares are taken first, then the screen with the recorded rectangle, then px of the media.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER};
use super::placing::SHARES;
use super::{Frame, LookFormat, Rows};
use crate::trials::Text;

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "tobii",
    description: "export of Tobii Pro Lab or Tobii Studio, samples or events; samples of one fixation become one look",
    recognised_by: "Eye movement type (GazeEventType) and Fixation point X (FixationPointX)",
    detect,
    read: |text, context| layout::read(text, context, &LAYOUT),
};

fn detect(text: &Text) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| has_all(&text.header, &[name]));
    has(&["eyemovementtype", "gazeeventtype"])
        && has(&["fixationpointx", "fixationpointxmcspx", "fixationpointxmcsnorm", "fixationpointxadcspx"])
}

const MEDIA: [super::columns::Names; 4] = [
    &["presentedmediapositionxdacspx", "presentedmediapositionxrcspx", "presentedmediapositionx", "mediaposxadcspx"],
    &["presentedmediapositionydacspx", "presentedmediapositionyrcspx", "presentedmediapositiony", "mediaposyadcspx"],
    &["presentedmediawidth", "mediawidth"],
    &["presentedmediaheight", "mediaheight"],
];

const LAYOUT: Layout = Layout {
    observer: OBSERVER,
    picture: &["presentedstimulusname", "presentedmedianame", "medianame"],
    trial: &[],
    session: &["recordingname"],
    coordinates: &[
        Coordinates {
            x: "fixationpointxmcsnorm",
            y: "fixationpointymcsnorm",
            frame: Frame::Stated(SHARES),
            rectangle: NOWHERE,
        },
        Coordinates { x: "fixationpointx", y: "fixationpointy", frame: Frame::Screen, rectangle: MEDIA },
        Coordinates { x: "fixationpointxadcspx", y: "fixationpointyadcspx", frame: Frame::Screen, rectangle: MEDIA },
        Coordinates { x: "fixationpointxmcspx", y: "fixationpointymcspx", frame: Frame::Picture, rectangle: NOWHERE },
    ],
    order: &["eyemovementtypeindex", "fixationindex"],
    duration: &[("gazeeventduration", 1.0), ("gazeeventdurationms", 1.0), ("eyemovementeventduration", 1.0)],
    start: &[],
    time: &[("recordingtimestampms", 1.0), ("recordingtimestamp", 1.0)],
    event: &["eyemovementtype", "gazeeventtype"],
    valid: &[],
    rows: Rows::Samples,
    throughout: true,
    one_person: false,
};
