//! Tests by the theory of random fields: of pixels and clusters of Gaussian fields (Chauvin et al. 2005), of fields of
//! finitely many bubbles, and of a search over widths of smoothing (Chamandy et al. 2008).

use super::{Inference, Needs, Question, Verdict, clusters};
use crate::stats::random_field::Field;
use crate::stats::tilted::{Cumulants, Search};

pub(super) const PIXEL: Inference = Inference {
    name: "random_field",
    description: "pixels above the expected largest z of a Gaussian field, or of as many independent pixels if that is lower",
    source: "Worsley et al. 1996, Human Brain Mapping 4:58; Chauvin et al. 2005, Journal of Vision 5(9):1",
    needs: Needs::Nothing,
    judge: |question| {
        let field = question.smoothness()?.field;
        Ok(pixels(question, field.peak_threshold(question.settings.alpha / question.tails), |z| {
            field.peak_probability(z)
        }))
    },
};

pub(super) const CLUSTER: Inference = Inference {
    name: "random_field_cluster",
    description: "clusters larger than expected of a Gaussian field",
    source: "Chauvin et al. 2005, Journal of Vision 5(9):1, Eq. 8 without its misprinted root of 2 pi",
    needs: Needs::Nothing,
    judge: |question| {
        let field = question.smoothness()?.field;
        wide_enough(&field)?;
        let above = question.settings.cluster_threshold;
        let threshold = field.cluster_threshold(above, question.settings.alpha / question.tails);
        Ok(extents(question, threshold, |size| field.cluster_probability(above, size)))
    },
};

pub(super) const TILTED: Inference = Inference {
    name: "tilted",
    description: "pixels above the expected largest z of a field of as many bubbles as there were",
    source: "Chamandy, Worsley, Taylor & Gosselin 2008, Annals of Statistics 36:2471",
    needs: Needs::Nothing,
    judge: |question| {
        let (search, cumulants) = tilted(question)?;
        let threshold = search.peak_threshold(cumulants, question.settings.alpha / question.tails);
        Ok(pixels(question, threshold, |z| search.peak_probability(cumulants, z)))
    },
};

pub(super) const TILTED_CLUSTER: Inference = Inference {
    name: "tilted_cluster",
    description: "clusters larger than expected of a field of as many bubbles as there were",
    source: "Chamandy, Worsley, Taylor & Gosselin 2008, Annals of Statistics 36:2471",
    needs: Needs::Nothing,
    judge: |question| {
        let (search, cumulants) = tilted(question)?;
        wide_enough(&question.smoothness()?.field)?;
        let above = question.settings.cluster_threshold;
        let threshold = search.cluster_threshold(cumulants, above, question.settings.alpha / question.tails);
        Ok(extents(question, threshold, |size| search.cluster_probability(cumulants, above, size)))
    },
};

pub(super) const SCALE_SPACE: Inference = Inference {
    name: "scale_space",
    description: "pixels above the expected largest z over a range of widths of smoothing",
    source: "Chamandy, Worsley, Taylor & Gosselin 2008; Taylor & Worsley 2007, Annals of Statistics 36:1",
    needs: Needs::Scales,
    judge: |question| {
        let field = plane(question.smoothness()?.field)?;
        let scales = question.scales.ok_or(
            "it needs a map of bubble centres at several widths, which contrasts and maps of masks or noise have not",
        )?;
        let search = Search::scale_space(field.volumes, scales.widths[0], scales.widths[1]);
        let threshold = search.peak_threshold(&scales.cumulants, question.settings.alpha / question.tails);
        let over_scales = Question { z: &scales.largest, ..*question };
        Ok(pixels(&over_scales, threshold, |z| search.peak_probability(&scales.cumulants, z)))
    },
};

fn tilted<'a>(question: &'a Question) -> Result<(Search, &'a Cumulants), String> {
    let smoothness = question.smoothness()?;
    let field = plane(smoothness.field)?;
    if !smoothness.cumulants.are_known() {
        return Err("the map is not made of bubbles, and this theory is of them".to_owned());
    }
    Ok((Search::space(field.volumes, field.width), &smoothness.cumulants))
}

/// The field, unless it is a line.
fn plane(field: Field) -> Result<Field, String> {
    if field.dimension() == 2 {
        Ok(field)
    } else {
        Err("it is for maps of a plane, and this one is of a line".to_owned())
    }
}

/// Refuses regions in which there is no room for a cluster.
fn wide_enough(field: &Field) -> Result<(), String> {
    let resel = field.resel();
    if resel <= 0.0 {
        return Err("the map is not smoothed, and theory needs a smooth one".to_owned());
    }
    if field.pixels >= resel {
        return Ok(());
    }
    Err(format!(
        "the region has {} px, less than one resel ({resel:.1} px), and theory says nothing of clusters in it",
        field.pixels
    ))
}

fn pixels(question: &Question, threshold: f64, chance: impl Fn(f64) -> f64) -> Verdict {
    let statistic = question.peak();
    Verdict {
        threshold: Some(threshold),
        unit: "z",
        statistic,
        p: (question.tails * chance(statistic)).min(1.0),
        significant: question.pixels(question.z, |z| z > threshold),
        clusters: Vec::new(),
    }
}

fn extents(question: &Question, threshold: f64, chance: impl Fn(f64) -> f64) -> Verdict {
    let p = |size: f64| (question.tails * chance(size)).min(1.0);
    clusters::judge(question, Some(threshold), "px", |cluster| cluster.size as f64, p, |size| size > threshold)
}
