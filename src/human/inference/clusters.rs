//! Tests of clusters by permutation: the largest extent, and the largest sum of z, of permuted answers (Bullmore et al.
//! 1999, IEEE TMI 18:32; Maris & Oostenveld 2007).

use ndarray::Array2;

use super::{Inference, Needs, Question, Verdict, beyond};
use crate::human::permutation::Extreme;
use crate::stats::cluster::{Cluster, clusters};
use crate::stats::quantile::critical;

pub(super) const EXTENT: Inference = Inference {
    name: "cluster_extent",
    description: "clusters larger than the largest of permuted answers",
    source: "Bullmore et al. 1999, IEEE Transactions on Medical Imaging 18:32",
    needs: Needs::Clusters,
    judge: |question| Ok(permuted(question, |cluster| cluster.size as f64, |extreme| extreme.extent, "px")),
};

pub(super) const MASS: Inference = Inference {
    name: "cluster_mass",
    description: "clusters whose sum of z is above the largest of permuted answers",
    source: "Maris & Oostenveld 2007, Journal of Neuroscience Methods 164:177",
    needs: Needs::Clusters,
    judge: |question| Ok(permuted(question, |cluster| cluster.mass, |extreme| extreme.mass, "z px")),
};

fn permuted(question: &Question, measure: fn(&Cluster) -> f64, of: fn(&Extreme) -> f64, unit: &'static str) -> Verdict {
    let null: Vec<f64> = question.null.iter().map(of).collect();
    let threshold = critical(&null, question.settings.alpha);
    let passes = |value: f64| threshold.is_some_and(|threshold| beyond(value, threshold));
    judge(question, threshold, unit, measure, |value| question.chance(value, of), passes)
}

/// The verdict on every cluster, given the probability of its measure and whether it passes.
pub(super) fn judge(
    question: &Question,
    threshold: Option<f64>,
    unit: &'static str,
    measure: fn(&Cluster) -> f64,
    chance: impl Fn(f64) -> f64,
    passes: impl Fn(f64) -> bool,
) -> Verdict {
    let settings = &question.settings;
    let found = clusters(question.z, question.region, settings.cluster_threshold, settings.connectivity);
    let mut significant = Array2::from_elem(question.z.dim(), false);
    for cluster in found.iter().filter(|cluster| passes(measure(cluster))) {
        cluster.pixels.iter().for_each(|at| significant[*at] = true);
    }
    let statistic = found.iter().map(measure).fold(0.0, f64::max);
    let p = if found.is_empty() { 1.0 } else { chance(statistic) };
    let judged = found.into_iter().map(|cluster| {
        let p = chance(measure(&cluster));
        (cluster, p)
    });
    Verdict { threshold, unit, statistic, p, significant, clusters: judged.collect() }
}
