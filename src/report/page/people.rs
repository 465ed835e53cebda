//! The people: how many, how well, what was dropped, and the statistics of their maps.

use crate::experiment::Unit;
use crate::report::data::{Data, Observer};
use crate::report::escape::escape;
use crate::report::number::{count, interval, percent, plural, short, two};
use crate::stats::quantile::median;

use super::table::{HtmlTable, or_dash};

/// Why trials cannot be used: the quantity of `summary.csv`, in words.
const DROPPED: [(&str, &str); 3] = [
    ("dropped_without_answer", "without an answer that is right or wrong"),
    ("dropped_without_bubble", "without a bubble"),
    ("dropped_without_variance", "of observers whose answers do not vary"),
];

/// The section on people.
pub(super) fn section(data: &Data) -> String {
    if let Some(human) = &data.material.file.human {
        return super::looked::section(data, human);
    }
    let parts = [
        overview(data),
        nuisances(data),
        statistics(data),
        information(data),
        reliabilities(data),
        single_pictures(data),
        observers(data),
    ];
    format!("<section id=\"people\">\n<h2>People</h2>\n{}</section>\n", parts.concat())
}

fn overview(data: &Data) -> String {
    let observers: Vec<&Observer> = data.people.answering().collect();
    let collect = |of: fn(&Observer) -> Option<f64>| observers.iter().filter_map(|one| of(one)).collect::<Vec<f64>>();
    let trials = collect(|observer| Some(observer.trials));
    let accuracy = collect(|observer| observer.accuracy);
    let mut table = HtmlTable::new(&[("", false), ("", false)]);
    let mut add = |what: &str, value: String| table.row(vec![what.to_owned(), value]);
    let kind = if super::is_simulated(data) { "simulated observers" } else { "observers" };
    add(kind, count(observers.len() as f64));
    let silent = data.people.silent().count();
    if silent > 0 {
        add(&format!("{kind} without an answer"), count(silent as f64));
    }
    add("trials", format!("{}{}", count(trials.iter().sum()), range(&trials, count, " an observer")));
    add(
        "right answers",
        or_dash(mean(&accuracy).map(|value| format!("{}{}", percent(value), range(&accuracy, percent, "")))),
    );
    let bubbles = collect(|observer| observer.bubbles);
    if !of_noise(data) {
        add(
            "bubbles a trial",
            or_dash(mean(&bubbles).map(|value| format!("{}{}", short(value), range(&bubbles, short, "")))),
        );
    }
    let times = collect(|observer| observer.response_time);
    let middle = median(&times).map(|value| format!("{} ms{}", count(value), range(&times, count, " ms")));
    add("median response time", or_dash(middle));
    for (quantity, words) in DROPPED {
        if let Some(number) = data.people.value("", "", quantity) {
            add(&format!("trials dropped {words}"), count(number));
        }
    }
    for (reason, number) in &data.people.rejected {
        add(&format!("rows rejected: {}", escape(reason)), count(*number as f64));
    }
    table.html()
}

/// True if noise was added to the pictures, and no bubbles were shown.
fn of_noise(data: &Data) -> bool {
    data.material.file.noise.is_some() || data.material.file.classification.noise.is_some()
}

/// The information value of an image of noise, in a sentence.
fn information(data: &Data) -> String {
    let value = |reference: &str| data.people.value("task", "", &format!("information_value_{reference}"));
    let Some(trials) = value("trials") else { return String::new() };
    let patterns = value("patterns").map(two).unwrap_or_else(|| "undefined".to_owned());
    format!(
        "<p>The information value of the image is {}: so many robust standard deviations lies its norm above those of random answers \
         to the same trials. With every pattern answered once, the reference of rcicr, it is {patterns}; that one holds for a single \
         person, because the mean of many answers to a pattern is smaller than one answer. Those of single observers stand in \
         <code>human/information.csv</code>.</p>\n",
        two(trials)
    )
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// " (12 to 20)" where values differ.
fn range(values: &[f64], shown: fn(f64) -> String, unit: &str) -> String {
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    match (shown(low), shown(high)) {
        _ if values.len() < 2 => String::new(),
        (low, high) if low == high => format!(" ({low}{unit} each)").replace("an observer each", "each"),
        (low, high) => format!(" ({low} to {high}{unit})"),
    }
}

/// What the removal of nuisances changed, in a sentence.
fn nuisances(data: &Data) -> String {
    let value = |quantity: &str| data.people.value("task", "", quantity);
    let pair = |plain: &str, naive: &str| value(naive).zip(value(plain));
    let mut changes = Vec::new();
    if let Some((naive, plain)) = pair("mean_z", "naive_mean_z") {
        changes.push(format!("the mean z of the region went from {} to {}", two(naive), two(plain)));
    }
    if let Some((naive, plain)) = pair("share_above_random_field", "naive_share_above_random_field") {
        changes.push(format!(
            "the share of pixels above the random field threshold from {} to {}",
            percent(naive),
            percent(plain)
        ));
    }
    if let Some((naive, plain)) = pair("reliability_observers", "naive_reliability_observers") {
        changes.push(format!("the reliability over observers from {} to {}", two(naive), two(plain)));
    }
    if changes.is_empty() {
        return String::new();
    }
    let removed = &data.material.file.classification.nuisances;
    if removed.is_empty() {
        return "<p>No nuisance was removed from the answers.</p>\n".to_owned();
    }
    let words: Vec<&str> = removed
        .iter()
        .map(|nuisance| match nuisance {
            crate::experiment::Nuisance::BubbleCount => "the number of bubbles",
            crate::experiment::Nuisance::Block => "the block",
            crate::experiment::Nuisance::Picture => "the difficulty of the picture",
        })
        .collect();
    format!("<p>With {} removed from the answers, {}.</p>\n", listed(&words), listed(&changes))
}

/// "a, b and c".
fn listed<T: AsRef<str>>(parts: &[T]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// Statistics of the maps of whole units.
fn statistics(data: &Data) -> String {
    let columns = [
        ("unit", false),
        ("peak z", true),
        ("p of the peak", true),
        ("threshold, permutation", true),
        ("threshold, random field", true),
        ("pixels above", true),
    ];
    let mut table = HtmlTable::new(&columns);
    for unit in &data.material.file.compare {
        let value = |quantity: &str| data.people.value(unit.name(), "", quantity);
        let above = value("share_above_permutation").zip(value("share_above_random_field"));
        table.row(vec![
            unit.name().to_owned(),
            or_dash(value("maximum_z").map(short)),
            or_dash(value("p_maximum").map(short)),
            or_dash(value("threshold_permutation").map(short)),
            or_dash(value("threshold_random_field").map(short)),
            or_dash(above.map(|(permutation, field)| format!("{} / {}", percent(permutation), percent(field)))),
        ]);
    }
    let alpha = data.material.file.classification.alpha;
    format!(
        "{}<p class=\"note\">Thresholds hold for the maximum over the region (family-wise {}): by {} permutations of the answers within \
         observers, and by random field theory as a check; pixels above are given for both.</p>\n",
        table.html(),
        short(alpha),
        count(data.material.file.classification.permutations as f64)
    )
}

/// How reliable the maps are, over trials and over observers.
fn reliabilities(data: &Data) -> String {
    let columns = [
        ("unit", false),
        ("over", false),
        ("reliability", true),
        ("95 % interval", true),
        ("random halves", true),
        ("lengthened", true),
        ("needed for 0.5", true),
        ("needed for 0.8", true),
    ];
    let mut table = HtmlTable::new(&columns);
    for unit in &data.material.file.compare {
        for over in ["trials", "observers"] {
            let value = |quantity: String| data.people.value(unit.name(), "", &quantity);
            let Some(reliability) = value(format!("reliability_{over}")) else { continue };
            let limits = value(format!("reliability_{over}_low")).zip(value(format!("reliability_{over}_high")));
            let needed = |quantity: &str| match value(format!("{over}_for_reliability_{quantity}")) {
                Some(n) => count(n.ceil().max(1.0)),
                None => "undefined".to_owned(),
            };
            table.row(vec![
                unit.name().to_owned(),
                over.to_owned(),
                two(reliability),
                or_dash(limits.map(interval)),
                or_dash(value(format!("halves_{over}")).map(two)),
                or_dash(value(format!("halves_{over}_lengthened")).map(two)),
                needed("half"),
                needed("0.8"),
            ]);
        }
    }
    let answering = data.people.answering().count();
    let few = match answering {
        1 | 2 => " An interval over observers takes three of them.",
        _ => "",
    };
    format!(
        "{}<p class=\"note\">Reliabilities are means over all splits in half, lengthened to the whole, in closed form; beside them the \
         mean correlation of random halves, lengthened by Spearman and Brown, or by Horst where halves are unequal. What is needed is \
         undefined where a reliability is not above zero; an interval that holds zero says that it may be zero.{few}</p>\n",
        table.html()
    )
}

fn single_pictures(data: &Data) -> String {
    let pictures = data.people.pictures();
    if !data.material.file.compare.contains(&Unit::Picture) || pictures.is_empty() {
        return String::new();
    }
    let columns = [
        ("picture", false),
        ("trials", true),
        ("observers", true),
        ("peak z", true),
        ("p of the peak", true),
        ("threshold", true),
        ("pixels above", true),
    ];
    let mut table = HtmlTable::new(&columns);
    let mut passing = 0;
    for picture in &pictures {
        let value = |quantity: &str| data.people.value("picture", picture, quantity);
        passing += usize::from(value("maximum_z").zip(value("threshold_permutation")).is_some_and(|(z, t)| z > t));
        table.row(vec![
            escape(picture),
            or_dash(value("trials").map(count)),
            or_dash(value("observers").map(count)),
            or_dash(value("maximum_z").map(short)),
            or_dash(value("p_maximum").map(short)),
            or_dash(value("threshold_permutation").map(short)),
            or_dash(value("share_above_permutation").map(percent)),
        ]);
    }
    format!(
        "<details><summary>{}, each with its own map; {passing} pass their threshold somewhere (each tested by itself; about {} would by chance)</summary>\n{}</details>\n",
        plural(pictures.len(), "picture"),
        short(pictures.len() as f64 * data.material.file.classification.alpha),
        table.html()
    )
}

fn observers(data: &Data) -> String {
    let noise = of_noise(data);
    let columns = [
        ("observer", false),
        ("trials", true),
        ("right", true),
        ("bubbles a trial", true),
        ("median response time, ms", true),
    ];
    let shown = |at: &usize| !(noise && *at == 3);
    let columns: Vec<(&str, bool)> =
        columns.into_iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, column)| column).collect();
    let mut table = HtmlTable::new(&columns);
    for observer in &data.people.observers {
        let cells = [
            escape(&observer.name),
            count(observer.trials),
            or_dash(observer.accuracy.map(percent)),
            or_dash(observer.bubbles.map(short)),
            or_dash(observer.response_time.map(count)),
        ];
        table.row(cells.into_iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, cell)| cell).collect());
    }
    format!("<details><summary>every observer</summary>\n{}</details>\n", table.html())
}
