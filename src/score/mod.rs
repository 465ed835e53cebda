//! Scores.

/// A row of the table of metrics.
pub struct Metric {
    /// Name.
    pub name: &'static str,
}
/// Every metric.
pub static METRICS: &[Metric] = &[];
