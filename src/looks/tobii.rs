//! Exports of Tobii Pro Lab and Tobii Studio: one row for each sample (or event), with the fixation that it belongs to.
//!
//! Places stand in the media's own coordinates as shares (MCSnorm) or px (MCSpx), or in px of the screen beside the media's place
//! on it. Shares are taken first, then the screen with the recorded rectangle, then px of the media.

use super::columns::{Names, has_all};
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER};
use super::placing::{LOOKS, SHARES};
use super::{Frame, LookFormat, Rows};
use crate::trials::Text;

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "tobii",
    description: "export of Tobii Pro Lab or Tobii Studio, samples or events; samples of one fixation become one look",
    recognised_by: "Eye movement type (GazeEventType, FixationIndex) and Fixation point X (FixationPointX, GazePointX)",
    named: true,
    detect,
    read: |text, context| layout::read(text, context, &LAYOUT),
};

fn detect(text: &Text) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| has_all(&text.header, &[name]));
    has(&["eyemovementtype", "gazeeventtype", "fixationindex"]) && LAYOUT.coordinates.iter().any(|one| has(&[one.x]))
}

const MEDIA: [Names; 4] = [
    &["presentedmediapositionxdacspx", "presentedmediapositionxrcspx", "presentedmediapositionx", "mediaposxadcspx"],
    &["presentedmediapositionydacspx", "presentedmediapositionyrcspx", "presentedmediapositiony", "mediaposyadcspx"],
    &["presentedmediawidth", "presentedmediawidthpx", "mediawidth"],
    &["presentedmediaheight", "presentedmediaheightpx", "mediaheight"],
];

const fn at(x: &'static str, y: &'static str, frame: Frame, rectangle: [Names; 4]) -> Coordinates {
    Coordinates { x, y, frame, rectangle }
}

const fn shares(x: &'static str, y: &'static str) -> Coordinates {
    at(x, y, Frame::Stated(SHARES), NOWHERE)
}

const fn screen(x: &'static str, y: &'static str) -> Coordinates {
    at(x, y, Frame::Screen(LOOKS), MEDIA)
}

const fn media(x: &'static str, y: &'static str) -> Coordinates {
    at(x, y, Frame::Picture, NOWHERE)
}

const LAYOUT: Layout = Layout {
    observer: OBSERVER,
    picture: &["presentedstimulusname", "presentedmedianame", "medianame", "stimuliname"],
    trial: &[],
    session: &["recordingname"],
    coordinates: &[
        shares("fixationpointxmcsnorm", "fixationpointymcsnorm"),
        screen("fixationpointx", "fixationpointy"),
        screen("fixationpointxadcspx", "fixationpointyadcspx"),
        screen("fixationpointxdacspx", "fixationpointydacspx"),
        media("fixationpointxmcspx", "fixationpointymcspx"),
        media("mappedfixationpointx", "mappedfixationpointy"),
        shares("gazepointxmcsnorm", "gazepointymcsnorm"),
        screen("gazepointx", "gazepointy"),
        screen("gazepointxadcspx", "gazepointyadcspx"),
        screen("gazepointxdacspx", "gazepointydacspx"),
        media("gazepointxmcspx", "gazepointymcspx"),
    ],
    order: &["eyemovementtypeindex", "fixationindex"],
    duration: &[
        ("gazeeventduration", 1.0),
        ("gazeeventdurationms", 1.0),
        ("eyemovementeventduration", 1.0),
        ("eyemovementeventdurationms", 1.0),
        ("fixationduration", 1.0),
    ],
    start: &[],
    time: &[
        ("recordingtimestampms", 1.0),
        ("recordingtimestamp", 1.0),
        // Two signs are in use for micro.
        ("recordingtimestamp\u{b5}s", 1e-3),
        ("recordingtimestamp\u{3bc}s", 1e-3),
        ("timestamp", 1.0),
    ],
    event: &["eyemovementtype", "gazeeventtype"],
    valid: &[],
    rows: Rows::Samples,
    throughout: true,
    one_person: false,
};
