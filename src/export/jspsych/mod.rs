//! A browser experiment: a folder that any static server can serve, made with jsPsych (de Leeuw 2015, Behavior Research
//! Methods 47:1), which composes its stimuli itself, so that the number of bubbles adapts to the observer.
//!
//! `settings.json` and `participants/<id>.json` hold the design, `pictures/` the pictures as shown, and for Bubbles in bands
//! what masks mix, as 16-bit integers. The scripts are files of their own in `page/`.

mod libraries;

use serde::Serialize;

use super::{Export, Material, Write};
use crate::adaptive::Goal;
use crate::bubbles::{Centre, Combine, Light, Prepared};
use crate::error::{Error, Result};
use crate::experiment::Listed;
use crate::parameter::Values;
use crate::results::{Scratch, hash, safe_name};
use crate::trials::Trial;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "jspsych",
    description: "a browser experiment that composes its stimuli and adapts the number of bubbles; data as CSV",
    next: "run `npm install` once in {}, serve the folder with any web server, and open it with ?participant=1",
    has_pages: true,
    write: Write::Plan(write),
};

/// Integers of a layer are its values times this.
const UNIT: f32 = 16_384.0;

/// Files that are the same in every experiment.
const FILES: &[(&str, &str)] = &[
    ("package.json", include_str!("page/package.json")),
    ("package-lock.json", include_str!("page/package-lock.json")),
    ("scripts/adaptive.js", include_str!("page/adaptive.js")),
    ("scripts/apertures.js", include_str!("page/apertures.js")),
    ("scripts/experiment.js", include_str!("page/experiment.js")),
    ("scripts/fourier.js", include_str!("page/fourier.js")),
    ("scripts/handover.js", include_str!("page/handover.js")),
    ("scripts/pages.js", include_str!("page/pages.js")),
    ("scripts/pictures.js", include_str!("page/pictures.js")),
    ("scripts/session.js", include_str!("page/session.js")),
    ("scripts/style.css", include_str!("page/style.css")),
    ("scripts/viewing.js", include_str!("page/viewing.js")),
];

/// `settings.json`.
#[derive(Serialize)]
struct Settings<'a> {
    name: &'a str,
    title: &'a str,
    version: &'static str,
    design: String,
    classes: &'a [String],
    cover: Cover<'a>,
    count: Count,
    fixation: f64,
    duration: Option<f64>,
    post: Option<&'a str>,
    degrees: Option<f64>,
    /// Fields of `[export]` whose page is still to be written.
    unfinished: Vec<&'static str>,
    participants: Vec<Listing>,
    pictures: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Cover<'a> {
    kind: &'a str,
    shape: (usize, usize),
    combine: Combine,
    background: f64,
    light: Light,
    planes: Vec<Plane>,
    range: [f64; 2],
}

#[derive(Serialize)]
struct Plane {
    shape: (usize, usize),
    sd: f64,
}

#[derive(Serialize)]
struct Count {
    start: usize,
    procedure: Option<&'static str>,
    goal: Option<Goal>,
    parameters: Option<Values>,
}

#[derive(Serialize)]
struct Listing {
    id: String,
    file: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    id: &'a str,
    keys: &'a [String],
    trials: Vec<Presentation<'a>>,
}

#[derive(Serialize)]
struct Presentation<'a> {
    id: &'a str,
    block: &'a str,
    number: u32,
    role: &'static str,
    picture: &'a str,
    class: usize,
    mirrored: bool,
    repeats: Option<&'a str>,
    centres: Vec<usize>,
}

fn write(material: &Material, scratch: &Scratch) -> Result<()> {
    for (name, text) in FILES {
        scratch.write(name, text.as_bytes())?;
    }
    let index = include_str!("page/index.html").replace("{libraries}", &libraries::html(material.cdn));
    scratch.write("index.html", index.as_bytes())?;
    let own = |page: &Option<String>, blank: &str| page.clone().unwrap_or_else(|| blank.to_owned());
    let pages = &material.pages;
    scratch.write("consent.html", own(&pages.consent, include_str!("page/consent.html")).as_bytes())?;
    scratch.write("instructions.html", own(&pages.instructions, include_str!("page/instructions.html")).as_bytes())?;
    let mut sheets = String::new();
    let mut listings = Vec::new();
    for participant in material.participants {
        let own = material.trials.rows.iter().filter(|trial| trial.observer == participant.id);
        let trials = own.map(|trial| presentation(material, trial)).collect();
        let text = json(&Sheet { id: &participant.id, keys: &participant.keys, trials })?;
        let file = format!("participants/{}.json", participant.id);
        scratch.write(&file, text.as_bytes())?;
        sheets.push_str(&text);
        listings.push(Listing { id: participant.id.clone(), file });
    }
    let mut pictures = serde_json::Map::new();
    material.progress.begin("pictures", material.pictures.len());
    for listed in material.pictures {
        pictures.insert(listed.name.clone(), picture(material, listed, scratch)?);
        material.progress.step();
    }
    let settings = Settings {
        name: material.name,
        title: material.title,
        version: env!("CARGO_PKG_VERSION"),
        design: hash(sheets.as_bytes())[..16].to_owned(),
        classes: material.classes,
        cover: cover(material),
        count: count(material)?,
        fixation: material.settings.fixation,
        duration: material.settings.duration,
        post: material.settings.post.as_deref(),
        degrees: material.degrees,
        unfinished: pages.unfinished(),
        participants: listings,
        pictures,
    };
    scratch.write("settings.json", json(&settings)?.as_bytes())
}

fn cover<'a>(material: &'a Material) -> Cover<'a> {
    let cover = material.cover;
    Cover {
        kind: cover.kind.name,
        shape: cover.shape,
        combine: cover.combine,
        background: cover.background,
        light: cover.light,
        planes: cover.planes.iter().map(|plane| Plane { shape: plane.shape, sd: plane.sd }).collect(),
        range: cover.bands.range,
    }
}

fn count(material: &Material) -> Result<Count> {
    let count = &material.design.count;
    let goal = count.goal(material.classes.len(), material.cover.revealed_share());
    let procedure = goal.map(|_| count.procedure()).transpose()?;
    let parameters = goal.map(|_| count.values()).transpose()?;
    Ok(Count { start: count.start, procedure: procedure.map(|row| row.name), goal, parameters })
}

fn presentation<'a>(material: &Material, trial: &'a Trial) -> Presentation<'a> {
    let several = material.cover.planes.len() > 1;
    let place = |centre: &Centre| {
        let band = several.then_some(usize::from(centre.band));
        band.into_iter().chain([centre.row, centre.column]).collect::<Vec<_>>()
    };
    Presentation {
        id: &trial.id,
        block: &trial.block,
        number: trial.number,
        role: trial.role.name(),
        picture: &trial.picture,
        class: material.class(&trial.picture),
        mirrored: trial.mirrored,
        repeats: trial.repeats.as_deref(),
        centres: trial.centres.iter().flat_map(place).collect(),
    }
}

/// Writes a picture, and its layers where masks mix bands; what `settings.json` says of it.
fn picture(material: &Material, listed: &Listed, scratch: &Scratch) -> Result<serde_json::Value> {
    let stem = listed.name.rsplit_once('.').map_or(listed.name.as_str(), |(stem, _)| stem);
    let stem = safe_name(stem);
    let file = format!("pictures/{stem}.png");
    scratch.write(&file, &listed.picture.to_png()?)?;
    let channels = listed.picture.values().dim().2;
    let mut described = serde_json::json!({ "file": file, "channels": channels });
    if material.cover.planes.len() > 1
        && let Prepared::Layers { base, layers } = material.cover.prepare(&listed.picture)
    {
        let planes = format!("pictures/{stem}.bin");
        let integer = |value: &f32| ((value * UNIT).round() as i16).to_le_bytes();
        let bytes: Vec<u8> =
            std::iter::once(&base).chain(&layers).flat_map(|plane| plane.iter().flat_map(integer)).collect();
        scratch.write(&planes, &bytes)?;
        described["planes"] = planes.into();
        described["scale"] = (1.0 / f64::from(UNIT)).into();
    }
    Ok(described)
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| Error::internal(format!("JSON cannot be written: {cause}")))
}
