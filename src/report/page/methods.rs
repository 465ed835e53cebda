//! How everything was computed: the rows of the tables of the code that this experiment used.

use crate::attribution::COUNTERPARTS;
use crate::attribution::METHODS;
use crate::experiment::Explained;
use crate::report::data::Data;
use crate::report::escape::escape;
use crate::report::number::{short, two};
use crate::score::{BASELINES, CEILINGS, ESTIMANDS, METRICS, NULLS};
use crate::stats::quantile::median;

use super::table::HtmlTable;

/// The section on methods.
pub(super) fn section(data: &Data) -> String {
    let parts = if data.saliency.is_empty() {
        vec![maps(data)]
    } else {
        vec![maps(data), saliency(data), metrics(data), ceilings(), estimands(), nulls(), baselines(data)]
    };
    format!("<section id=\"methods\">\n<h2>Methods</h2>\n{}</section>\n", parts.concat())
}

fn maps(data: &Data) -> String {
    let file = &data.material.file;
    if let Some(human) = &file.human {
        return super::looked::methods(data, human);
    }
    let size = |column: &str| {
        data.people
            .index
            .iter()
            .find_map(|row| row.text("kind").filter(|k| *k == "smoothed").and(row.number(column).ok()?))
    };
    let lengths = match (size("bubble_sd"), size("smoothing_sd"), size("blur_sd")) {
        (Some(bubble), Some(smoothing), Some(blur)) => format!(
            " The standard deviation of a bubble is {} px, that of the smoothing {} px; together the human map shows what people \
             looked for through a blur of {} px, to which every sharper network map is brought before it is compared.",
            short(bubble),
            short(smoothing),
            short(blur)
        ),
        _ => String::new(),
    };
    format!(
        "<p>Human maps are classification images of the Bubbles method (Gosselin &amp; Schyns 2001): bubble centres weighted by \
         the residual answers of each observer, summed over observers and smoothed; z is that sum over its exact standard \
         deviation under permutation within observers (Chauvin et al. 2005).{lengths} Maps are in {} coordinates. Scores follow \
         Kar, Kornblith &amp; Fedorenko (2022): human noise and noise between weight seeds are two ceilings, and intervals \
         resample pictures, observers and seeds together.</p>\n",
        file.coordinates.name()
    )
}

fn saliency(data: &Data) -> String {
    let columns = [
        ("method", false),
        ("what it computes", false),
        ("parameters here", false),
        ("own blur, px", true),
        ("own reliability", true),
        ("source", false),
    ];
    let mut table = HtmlTable::new(&columns);
    for name in data.methods() {
        let own = data.material.file.attribution.method(name);
        let row = METHODS.iter().find(|method| method.name == own);
        let groups = data.saliency.iter().filter(|group| group.method == name);
        let blurs: Vec<f64> = groups.clone().flat_map(|group| group.maps.iter().map(|map| map.blur_sd)).collect();
        let reliabilities: Vec<f64> = groups.clone().flat_map(|group| group.reliabilities.iter().copied()).collect();
        let mut used: Vec<&str> = Vec::new();
        let mut layers: Vec<String> = Vec::new();
        for group in groups {
            used.extend(group.parameters.iter().map(String::as_str));
            layers.extend(group.layers.iter().map(|layer| format!("{}: {layer}", group.model)));
        }
        let mut parameters = parameters(&used);
        layers.sort_unstable();
        layers.dedup();
        parameters.extend((!layers.is_empty()).then(|| format!("layer {}", layers.join(", "))));
        let explained = row.map_or(&[][..], |row| row.parameters).iter();
        let meaning: Vec<String> = explained.map(|p| format!("{}: {}", p.name, p.description)).collect();
        table.row(vec![
            escape(name),
            escape(row.map_or("maps made elsewhere", |row| row.description)),
            format!("<span title=\"{}\">{}</span>", escape(&meaning.join("; ")), escape(&parameters.join("; "))),
            median(&blurs).map(short).unwrap_or_default(),
            median(&reliabilities).map(two).unwrap_or_default(),
            escape(row.map_or("", |row| row.source)),
        ]);
    }
    format!(
        "<h3>Saliency maps</h3>\n<p>Explained: {}. Maps are raw and signed.</p>\n{}<p class=\"note\">Own blur: standard deviation of the Gaussian that describes how far a method spreads what it \
         finds (median over maps); a map that is blurrier than the human map cannot be sharpened, and its scores may suffer from it. Own reliability: median over maps of the split-half reliability of the method's own \
         random samples, of one orientation where pictures were shown mirrored too; empty where a method has no chance in it.</p>\n",
        match &data.material.file.attribution.explained {
            Explained::Margin => "the margin of the right class over the best other class".to_owned(),
            other => escape(&format!("{other} of the right class")),
        },
        table.html()
    )
}

/// "count=8 to 19; target=0.75": each parameter with the values that networks were given.
fn parameters(texts: &[&str]) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    let pairs: Vec<(&str, &str)> =
        texts.iter().flat_map(|text| text.split_whitespace()).filter_map(|pair| pair.split_once('=')).collect();
    for (name, _) in &pairs {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let shown = |name: &&str| {
        let mut values: Vec<&str> = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| *value).collect();
        values.sort_by(|a, b| a.parse::<f64>().unwrap_or(0.0).total_cmp(&b.parse::<f64>().unwrap_or(0.0)));
        values.dedup();
        match values[..] {
            [first, .., last] => format!("{name} = {first} to {last}"),
            _ => format!("{name} = {}", values.concat()),
        }
    };
    names.iter().map(shown).collect()
}

fn metrics(data: &Data) -> String {
    let mut table = HtmlTable::new(&[("metric", false), ("what it computes", false), ("source", false)]);
    for metric in METRICS.iter().filter(|metric| data.scores.iter().any(|score| score.metric == metric.name)) {
        table.row(vec![escape(metric.name), escape(metric.description), escape(metric.source)]);
    }
    format!("<h3>Metrics</h3>\n{}", table.html())
}

fn ceilings() -> String {
    let mut table = HtmlTable::new(&[("ceiling", false), ("what it is", false), ("source", false)]);
    for ceiling in CEILINGS {
        table.row(vec![escape(ceiling.name), escape(ceiling.description), escape(ceiling.source)]);
    }
    format!("<h3>Ceilings</h3>\n{}", table.html())
}

fn estimands() -> String {
    let mut table = HtmlTable::new(&[("estimand", false), ("question", false), ("estimated by", false)]);
    for row in ESTIMANDS {
        table.row(vec![escape(row.name), escape(row.description), escape(row.source)]);
    }
    format!("<h3>Estimands</h3>\n{}", table.html())
}

fn nulls() -> String {
    let mut table = HtmlTable::new(&[("null", false), ("what it is", false), ("source", false)]);
    for row in &NULLS[..2] {
        table.row(vec![escape(row.name), escape(row.description), escape(row.source)]);
    }
    format!("<h3>Nulls</h3>\n{}", table.html())
}

fn baselines(data: &Data) -> String {
    let mut table = HtmlTable::new(&[("baseline", false), ("what it is", false)]);
    for baseline in BASELINES {
        table.row(vec![escape(baseline.name), escape(baseline.description)]);
    }
    let file = data.material.file;
    let asked = |name: &str| file.model.iter().any(|model| file.counterparts_of(model).iter().any(|own| own == name));
    for counterpart in COUNTERPARTS.iter().filter(|row| asked(row.name)) {
        table.row(vec![escape(counterpart.name), escape(counterpart.description)]);
    }
    format!("<h3>Baselines</h3>\n{}", table.html())
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn parameters_that_differ_between_networks_are_a_range() {
        assert_eq!(parameters(&["count=19 target=0.75", "count=8 target=0.75"]), ["count = 8 to 19", "target = 0.75"]);
        assert!(parameters(&[]).is_empty());
    }
}
