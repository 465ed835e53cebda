//! Any table with one row for each look, as CSV, Parquet or an array of JSON objects, whose columns `[human.columns]` names or
//! whose names are usual.

use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER, PICTURE, TRIAL};
use super::{Frame, LookFormat, Rows};
use crate::trials::Text;

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "csv",
    description: "one row for each look, as CSV, Parquet or JSON objects, columns as [human.columns] names them or by usual names; lists of places in a cell",
    recognised_by: "columns of places",
    named: true,
    detect,
    read: |text, context| layout::read(text, context, &LAYOUT),
};

const fn px(x: &'static str, y: &'static str) -> Coordinates {
    Coordinates { x, y, frame: Frame::Picture, rectangle: NOWHERE }
}

const LAYOUT: Layout = Layout {
    observer: OBSERVER,
    picture: PICTURE,
    trial: TRIAL,
    session: &["session", "sessionid"],
    coordinates: &[
        px("x", "y"),
        px("fixx", "fixy"),
        px("fixationx", "fixationy"),
        px("xfix", "yfix"),
        px("xpx", "ypx"),
        px("xpos", "ypos"),
        px("posx", "posy"),
        px("meanx", "meany"),
        px("avgx", "avgy"),
        px("mousex", "mousey"),
        px("clickx", "clicky"),
        px("clientx", "clienty"),
        px("cursorx", "cursory"),
    ],
    order: &[
        "order",
        "fixationindex",
        "fixindex",
        "fixationnumber",
        "fixnumber",
        "fixationid",
        "fixid",
        "fixation",
        "fixationidx",
        "fixidx",
        "fixationno",
        "fixno",
        "fixationnr",
        "fixnr",
        "fixnum",
        "currentfixindex",
        "eyemovementtypeindex",
        "eventindex",
        "index",
    ],
    duration: &[
        ("duration", 1.0),
        ("durationms", 1.0),
        ("fixationduration", 1.0),
        ("fixduration", 1.0),
        ("fixationdurationms", 1.0),
        ("dur", 1.0),
        ("durations", 1.0),
        ("fixationdurations", 1.0),
    ],
    start: &[],
    time: &[],
    event: &["event", "eventtype", "category", "eyemovementtype", "gazeeventtype", "fixationlabel", "eyeevent"],
    valid: &[],
    rows: Rows::Looks,
    throughout: false,
    one_person: false,
};

/// JSON is taken for a table where its objects hold numbers called x and y.
fn detect(text: &Text) -> bool {
    !text.is_json()
        || [["\"x\"", "\"y\""], ["\"X\"", "\"Y\""]]
            .iter()
            .any(|pair| pair.iter().all(|name| text.content.contains(name)))
        || text.content.contains("\"fixations\"")
}
