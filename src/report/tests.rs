//! The whole report on small folders made here.

use std::path::Path;

use ndarray::{Array2, Array3};
use tempfile::TempDir;

use super::*;
use crate::map::Map;
use crate::picture::Picture;
use crate::table::Table;

const SHAPE: (usize, usize) = (24, 32);
const EVIL: &str = "<script>alert(\"1\")</script>'&";

fn file(title: &str, simulated: bool, models: bool) -> File {
    let simulation = "[simulation]\ntemplate = \"t\"\nsensitivity = 1.0\n";
    let model = "[[model]]\nname = \"net\"\nfile = \"net{seed}.onnx\"\nvaried = \"<b>all</b>\"\n[model.input]\nchannels = \"grey\"\n\
                 [model.output]\nclasses = [\"a\", \"b\"]\n";
    let text = format!(
        "title = {title:?}\nseed = 1\ncompare = [\"task\", \"picture\"]\ncoordinates = \"picture\"\n\
         [pictures]\nfolder = \"p\"\n[[pictures.class]]\nname = \"a\"\nfiles = \"a*\"\n[[pictures.class]]\nname = \"b\"\nfiles = \"b*\"\n\
         [bubbles]\nsize = {{ value = 3.0 }}\n{}{}",
        if simulated { simulation } else { "" },
        if models { model } else { "" }
    );
    toml::from_str(&text).unwrap()
}

fn field(phase: f64) -> Array2<f64> {
    Array2::from_shape_fn(SHAPE, |(r, c)| 5.0 * ((r as f64 / 5.0 + phase).sin() + (c as f64 / 7.0).cos()))
}

fn pictures() -> Vec<Listed> {
    let one = |at: usize| {
        let values = Array3::from_shape_fn((SHAPE.0, SHAPE.1, 1), |(r, c, _)| ((r + c + at) % 9) as f32 / 9.0);
        let class = if at < 3 { "a" } else { "b" }.to_owned();
        let name = if at == 0 { EVIL.to_owned() } else { format!("{class}{at}.png") };
        Listed { name, class, path: "unused".into(), picture: Picture::new(values).unwrap() }
    };
    (0..6).map(one).collect()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn table(folder: &Path, name: &str, columns: &str, rows: &[Vec<String>]) {
    let mut table = Table::new(&columns.split(',').collect::<Vec<_>>());
    table.rows = rows.to_vec();
    put(folder, name, &table.to_csv().unwrap());
}

fn cells(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn human(folder: &Path, observers: usize, simulated: bool) {
    let mut index = Vec::new();
    for (unit, picture) in [("task", ""), ("picture", EVIL), ("picture", "b4.png")] {
        for (kind, phase) in [("smoothed", 0.0), ("z", 0.1)] {
            let name = format!("{unit}-{}-{kind}.npy", index.len());
            put(folder, &format!("human/{name}"), &Map::from_f64(&field(phase)).unwrap().to_npy());
            let simulated = if simulated { "true" } else { "false" };
            index.push(cells(&[&name, unit, picture, "", kind, "100", "3", "3", "4.2", "picture", simulated]));
        }
        for observer in 0..observers {
            let own = format!("o{observer}");
            index.push(cells(&[
                "task-0-smoothed.npy",
                unit,
                picture,
                &own,
                "smoothed",
                "50",
                "3",
                "3",
                "4.2",
                "picture",
                "false",
            ]));
        }
    }
    table(
        folder,
        "human/index.csv",
        "file,unit,picture,observer,kind,trials,bubble_sd,smoothing_sd,blur_sd,coordinates,simulated",
        &index,
    );
    let region = Array2::from_shape_fn(SHAPE, |(r, _)| if r > 3 { 1.0 } else { 0.0 });
    put(folder, "human/region.npy", &Map::from_f64(&region).unwrap().to_npy());
    let reliability = if observers > 1 { "0.6" } else { "" };
    let value = |unit: &str, quantity: &str, value: &str| cells(&[unit, "", quantity, value]);
    let summary = [
        value("", "dropped_without_answer", "3"),
        value("task", "maximum_z", "9"),
        value("task", "threshold_permutation", "4"),
        value("task", "mean_z", "0.02"),
        value("task", "naive_mean_z", "2.5"),
        value("task", "reliability_observers", reliability),
    ];
    table(folder, "human/summary.csv", "unit,picture,quantity,value", &summary);
    let people: Vec<Vec<String>> = (0..observers)
        .map(|at| cells(&[if at == 0 { EVIL } else { "o1" }, "50", "0.75", "12.5", "600", "false"]))
        .collect();
    table(
        folder,
        "human/observers.csv",
        "observer,trials,accuracy,mean_bubbles,median_response_time_ms,simulated",
        &people,
    );
    table(
        folder,
        "rejected.csv",
        "file,line,reason",
        &[cells(&["d.csv", "2", "\"<x>\" is not a number"]), cells(&["d.csv", "9", "\"y\" is not a number"])],
    );
}

fn model(folder: &Path, raw: &str) {
    let mut rows = Vec::new();
    for (at, picture) in [EVIL, "b4.png"].into_iter().enumerate() {
        let name = format!("m{at}.npy");
        put(folder, &format!("model/net/rise/seed0/{name}"), &Map::from_f64(&field(at as f64)).unwrap().to_npy());
        rows.push(cells(&[&name, picture, "net", "rise", "0", "masks=5 grid=7", "1", "0.8"]));
    }
    table(
        folder,
        "model/net/rise/seed0/index.csv",
        "file,picture,model,method,seed,parameters,blur_sd,reliability",
        &rows,
    );
    table(
        folder,
        "model/net/rise/seed0/count.csv",
        "count,accuracy,target,reached",
        &[cells(&["90", "0.5", "0.75", "false"])],
    );
    let accuracy = [cells(&["net", "0", "net0.onnx", "00", "6", "3", "0.5", "0.5"])];
    table(
        folder,
        "model/net/network-seed0.csv",
        "model,seed,file,network_sha256,pictures,right,accuracy,chance",
        &accuracy,
    );
    let mut scores = Vec::new();
    for unit in ["task", "picture"] {
        for (model, method, raw) in [("net", "rise", raw), ("baseline", "centre_gaussian", "0.3")] {
            let mut add = |quantity: &str, value: &str, low: &str, high: &str, undefined: &str| {
                let rest = ["2", "2", "1", "0", "1"];
                let first = [unit, model, method, "pearson", quantity, value, low, high, undefined];
                scores.push(cells(&[&first[..], &rest[..]].concat()));
            };
            add("raw", raw, if raw.is_empty() { "" } else { "0.1" }, if raw.is_empty() { "" } else { "2.5" }, "");
            add("human_ceiling", "0.6", "-0.2", "0.9", "");
            add("seed_ceiling", "", "", "", "undefined, because there is <one> weight seed");
            add("ratio", "1.2", "0.4", "2", "");
        }
    }
    let columns = "unit,model,method,metric,quantity,value,low,high,undefined,pictures,observers,seeds,left_out_human,left_out_model";
    table(folder, "scores.csv", columns, &scores);
}

fn report(folder: &Path, file: &File) -> Vec<(String, Vec<u8>)> {
    make(&Material { results: folder, record: "title = \"<i>\"", file, pictures: &pictures() }).unwrap()
}

fn text<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a str {
    let (_, bytes) = files.iter().find(|(known, _)| known == name).unwrap();
    std::str::from_utf8(bytes).unwrap()
}

fn complete() -> (TempDir, File) {
    let folder = tempfile::tempdir().unwrap();
    human(folder.path(), 2, true);
    model(folder.path(), "0.45");
    put(folder.path(), "design/pictures/t.png", &pictures()[1].picture.to_png().unwrap());
    table(folder.path(), "design/pictures/index.csv", "file,bubbles,mirrored", &[cells(&["t.png", "7", "true"])]);
    (folder, file(EVIL, true, true))
}

/// Every element is closed in its turn, every attribute is quoted once, and nothing else looks like a tag.
fn assert_well_formed(markup: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in markup.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("unclosed tag {piece:.80}"));
        assert!(!text.contains('>'), "stray > in {text:.80}");
        if tag.starts_with('!') {
            continue;
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag:.80}");
        let name = tag.trim_matches('/').split_whitespace().next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn every_figure_is_drawn_well_formed_and_with_a_png_twice_its_size() {
    let (folder, file) = complete();
    let files = report(folder.path(), &file);
    assert_eq!(files.len(), 1 + 2 * FIGURES.len(), "{:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for figure in FIGURES {
        let svg = text(&files, &format!("figures/{}.svg", figure.name));
        assert_well_formed(svg);
        assert!(svg.matches('<').count() > 10, "{} is empty", figure.name);
        let (_, png) = files.iter().find(|(name, _)| *name == format!("figures/{}.png", figure.name)).unwrap();
        let bitmap = image::load_from_memory(png).unwrap().into_rgb8();
        assert_eq!(bitmap.width(), 2000, "{}", figure.name);
        let marked = bitmap.pixels().filter(|pixel| pixel.0 != [255, 255, 255]).count();
        assert!(marked > 2000, "{}: {marked} pixels", figure.name);
    }
}

#[test]
fn the_page_is_well_formed_self_contained_and_escapes_what_files_say() {
    let (folder, file) = complete();
    let files = report(folder.path(), &file);
    let page = text(&files, "report.html");
    assert_well_formed(&page.replace(include_str!("page/style.css"), ""));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;"));
    for (raw, safe) in [("<b>all", "&lt;b&gt;all"), ("<i>", "&lt;i&gt;"), ("<one>", "&lt;one&gt;")] {
        assert!(!page.contains(raw) && page.contains(safe), "{raw}");
    }
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http:") && !outside.contains("https:") && !outside.contains("url("));
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let (folder, file) = complete();
    assert_eq!(report(folder.path(), &file), report(folder.path(), &file));
}

#[test]
fn the_page_says_what_a_reader_must_know() {
    let (folder, file) = complete();
    let files = report(folder.path(), &file);
    let page = text(&files, "report.html");
    for claim in [
        "SIMULATED OBSERVERS",
        "comes close: centre_gaussian, 0.30 [0.10, 2.50]",
        "has one weight seed",
        "net is not above chance",
        "did not reach the target accuracy",
        "are above 1",
        "2 rows of the trial files were rejected",
        "rows rejected: … is not a number",
        "the mean z of the region went from 2.50 to 0.02",
        "1 network map left out",
    ] {
        assert!(page.contains(claim), "{claim}");
    }
}

#[test]
fn scores_with_fixations_show_what_other_observers_reach_and_the_index() {
    let (folder, file) = complete();
    let path = folder.path().join("scores.csv");
    let mut scores = std::fs::read_to_string(&path).unwrap();
    for (quantity, value) in [
        ("raw", "1.25,1,1.5,"),
        ("human_leave_one_out", "2.75,2,3,"),
        ("chance", "0.5,,,"),
        ("index", ",,,undefined, because <x>"),
    ] {
        let value = value.replace("undefined, because <x>", "\"undefined, because <x>\"");
        scores += &format!("picture,net,rise,nss,{quantity},{value},2,2,1,0,0\n");
    }
    std::fs::write(&path, scores).unwrap();
    let files = report(folder.path(), &file);
    let page = text(&files, "report.html");
    assert_well_formed(&page.replace(include_str!("page/style.css"), ""));
    let part = page.split("unit picture, metric nss").nth(1).unwrap().split("</details>").next().unwrap();
    let cells: Vec<&str> = part.split("<td").skip(1).collect();
    assert!(cells[2].contains("1.25") && cells[4].contains("2.75") && cells[6].contains("undefined"), "{part}");
    assert!(part.contains("because &lt;x&gt;") && !part.contains("NaN"));
}

#[test]
fn undefined_scores_are_said_to_be_undefined() {
    let folder = tempfile::tempdir().unwrap();
    human(folder.path(), 1, false);
    model(folder.path(), "");
    let files = report(folder.path(), &file("One", false, true));
    let page = text(&files, "report.html");
    assert!(page.contains("No score has a value") && page.contains("There is one observer"));
    assert!(!page.contains("SIMULATED OBSERVERS") && !page.contains("NaN") && !page.contains("inf"));
    assert!(text(&files, "figures/scores_task.svg").contains("undefined"));
    assert!(!files.iter().any(|(name, _)| name.starts_with("figures/reliability")), "one observer has no reliability");
}

#[test]
fn an_experiment_without_networks_has_a_report_of_its_people() {
    let folder = tempfile::tempdir().unwrap();
    human(folder.path(), 2, false);
    let files = report(folder.path(), &file("People", false, false));
    let page = text(&files, "report.html");
    assert_well_formed(&page.replace(include_str!("page/style.css"), ""));
    assert!(page.contains("There is no network in this experiment") && !page.contains("id=\"scores\""));
    assert!(!files.iter().any(|(name, _)| name.contains("scores")));
    let files = report(folder.path(), &file("People", false, true));
    assert!(text(&files, "report.html").contains("scores.csv is missing"));
}

#[test]
fn the_table_of_figures_has_unique_names_and_text_in_every_row() {
    for (at, figure) in FIGURES.iter().enumerate() {
        assert!(FIGURES[..at].iter().all(|other| other.name != figure.name));
        assert!(
            crate::results::is_safe_name(figure.name) && !figure.title.is_empty() && figure.description.ends_with('.')
        );
    }
}

#[test]
fn what_was_judged_is_a_mean_over_pictures_with_an_interval_or_its_reasons() {
    let (folder, mut file) = complete();
    let mut rows = Vec::new();
    let mut add = |method: &str, picture: &str, metric: &str, quantity: &str, layers: &str, value: &str| {
        let undefined = if value.is_empty() { "no <value>" } else { "" };
        let of = if layers.is_empty() { "" } else { "2" };
        rows.push(cells(&["net", "0", method, picture, metric, quantity, layers, of, value, undefined]));
    };
    for (picture, value) in [(EVIL, "0.2"), ("a1.png", "0.4"), ("a2.png", "")] {
        add("rise", picture, "deletion", "area", "", value);
        add("control_edges", picture, "deletion", "area", "", "0.5");
        add("rise", picture, "randomisation", "signed", "1", "0.25");
        add("rise", picture, "randomisation", "absolute", "2", "");
    }
    let columns = "model,seed,method,picture,metric,quantity,layers,of_layers,value,undefined";
    table(folder.path(), "faithfulness.csv", columns, &rows);
    let page = |file: &File| text(&report(folder.path(), file), "report.html").to_owned();
    assert!(!page(&file).contains("id=\"faithfulness\""), "the experiment does not ask for it");
    file.faithfulness.metrics = vec!["deletion".to_owned(), "randomisation".to_owned()];
    let page = page(&file);
    assert_well_formed(&page.replace(include_str!("page/style.css"), ""));
    let part = page.split("id=\"faithfulness\"").nth(1).unwrap().split("</section>").next().unwrap();
    for claim in [
        "0.30 <span class=\"limits\">[\u{2212}0.97, 1.57]",
        "undefined for 1 map: no &lt;value&gt;",
        "1 of 2",
        "area: lower is better",
    ] {
        assert!(part.contains(claim), "{claim}: {part}");
    }
    assert!(part.find("rise").unwrap() < part.find("control_edges").unwrap(), "controls come last");
}

#[test]
fn the_verdict_on_baselines_follows_the_corrected_p() {
    let said = |p: &str| {
        let (folder, file) = complete();
        let row = |model: &str, method: &str, quantity: &str, [value, low, high, p]: [&str; 4]| {
            let baseline = if p.is_empty() { "" } else { "centre_gaussian" };
            cells(&[
                "task", model, method, "pearson", quantity, value, low, high, p, baseline, "", "2", "2", "1", "0", "0",
            ])
        };
        let columns = "unit,model,method,metric,quantity,value,low,high,p_holm,baseline,undefined,pictures,observers,seeds,left_out_human,left_out_model";
        let rows = [
            row("net", "rise", "raw", ["0.9", "0.8", "0.95", ""]),
            row("net", "rise", "over_baseline", ["0.1", "0.01", "0.2", p]),
            row("baseline", "centre_gaussian", "raw", ["0.8", "0.7", "0.85", ""]),
        ];
        table(folder.path(), "scores.csv", columns, &rows);
        text(&report(folder.path(), &file), "report.html").to_owned()
    };
    let (doubtful, clear, unknown) = (said("0.25"), said("0.0002"), said(""));
    let difference = "the difference on the same resamples is 0.10 [0.01, 0.20]";
    assert!(clear.contains("No baseline does as well"));
    assert!(clear.contains(&format!("{difference}, p below .001, corrected over all models and methods (Holm)")));
    assert!(doubtful.contains(&format!("{difference}, p = 0.25, corrected")) && doubtful.contains("comes close"));
    for page in [doubtful, unknown] {
        assert!(!page.contains("No baseline does as well") && page.contains("need not come from"));
    }
}

#[test]
fn a_table_that_scrolls_is_reached_by_keyboard_and_a_folded_one_is_printed() {
    let (folder, file) = complete();
    let files = report(folder.path(), &file);
    let page = text(&files, "report.html");
    let (style, body) = page.split_once("</style>").unwrap();
    let boxes: Vec<&str> = body.split("<div class=\"wide\"").skip(1).collect();
    assert!(boxes.len() > 5);
    for one in boxes {
        assert!(one.starts_with(" tabindex=\"0\" role=\"region\" aria-label=\"table"), "{one:.80}");
    }
    let print = style.split_once("@media print").unwrap().1;
    assert!(print.contains("::details-content { content-visibility: visible") && print.contains("overflow: visible"));
}
