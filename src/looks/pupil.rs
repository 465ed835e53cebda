//! Pupil Labs: fixations on a surface, by Pupil Player (Core) and by the Marker Mapper or Reference Image Mapper of Pupil Cloud.
//!
//! `fixations_on_surface_NAME.csv` of Pupil Player has one row for each frame of the scene camera, and its `norm_pos_x`,
//! `norm_pos_y` are shares of the surface from its lower left corner, y upwards (Pupil docs, surface coordinates). Pupil Cloud
//! gives one row for each fixation: shares of the surface from its upper left corner, or px of the reference image. The surface is
//! the picture: it has the picture's name, in the file's name or in the only picture that there is. Fixations of the scene camera,
//! which belong to no picture, are refused unless [human] says where the picture lies.

use super::columns::has_all;
use super::layout::{self, Coordinates, Layout, NOWHERE, PICTURE};
use super::placing::{SHARES, SHARES_UP};
use super::{Context, Frame, LookFormat, Recording, Rows};
use crate::error::{Error, Result};
use crate::trials::Text;

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "pupil",
    description: "fixations on a surface or a reference image, of Pupil Player and Pupil Cloud (Core, Invisible, Neon)",
    recognised_by: "norm_pos_x and on_surf, or fixation x [normalized], or fixation x [px]",
    named: true,
    detect: |text| {
        has_all(&text.header, &["normposx", "normposy"])
            || has_all(&text.header, &["fixationid", "fixationxnormalized"])
            || has_all(&text.header, &["fixationid", "fixationxpx"])
    },
    read,
};

const LAYOUT: Layout = Layout {
    observer: &[
        "observer",
        "participant",
        "participantid",
        "participantname",
        "recordingname",
        "wearer",
        "wearername",
        "recordingid",
    ],
    picture: PICTURE,
    trial: &[],
    session: &["sectionid"],
    coordinates: &[
        Coordinates { x: "normposx", y: "normposy", frame: Frame::Stated(SHARES_UP), rectangle: NOWHERE },
        Coordinates {
            x: "fixationxnormalized",
            y: "fixationynormalized",
            frame: Frame::Stated(SHARES),
            rectangle: NOWHERE,
        },
        Coordinates { x: "fixationxpx", y: "fixationypx", frame: Frame::Picture, rectangle: NOWHERE },
    ],
    order: &["fixationid"],
    duration: &[("durationms", 1.0), ("duration", 1.0)],
    start: &[],
    time: &[],
    event: &[],
    valid: &["onsurf", "fixationdetectedonsurface", "fixationdetectedinreferenceimage"],
    rows: Rows::Samples,
    throughout: false,
    one_person: true,
};

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let on_image = has_all(&text.header, &["fixationdetectedinreferenceimage"]);
    let on_surface = has_all(&text.header, &["onsurf"]) || has_all(&text.header, &["fixationxnormalized"]);
    let of_scene = !on_image && !on_surface;
    if of_scene && !context.placed {
        return Err(Error::invalid("these fixations are places in the scene camera, which belong to no picture")
            .at(text.path.display())
            .hint("export them on a surface or a reference image that is the picture: fixations_on_surface_NAME.csv"));
    }
    let named =
        text.has(&[context.columns.picture.as_str()]) || PICTURE.iter().any(|name| has_all(&text.header, &[name]));
    if !named && context.picture.is_none() {
        return Err(Error::invalid("this file is about a surface, and no picture is called after it")
            .at(text.path.display())
            .hint("name the surface, or the file, as the picture: fixations_on_surface_NAME.csv"));
    }
    let mut recording = layout::read(text, context, &LAYOUT)?;
    if of_scene {
        recording.warnings.push(
            "this looks like fixations in the scene camera, which belong to no picture; they are read as [human] says"
                .to_owned(),
        );
    }
    Ok(recording)
}
