//! Percentiles, means over replications, and their 95 % intervals.

use crate::json::{Json, object};

/// Student's t for a two-sided 95 % interval, by degrees of freedom 1…30 (then the normal's value).
const T95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// A mean over replications, with the half width of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the interval's width.
    pub half: f64,
}

impl Estimate {
    /// From one value per replication.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let t = T95.get(values.len() - 2).copied().unwrap_or(1.96);
        Self { mean, half: t * (variance / n).sqrt() }
    }

    /// As JSON: mean and half.
    pub fn json(self) -> Json {
        object([("mean", Json::Number(self.mean)), ("half", Json::Number(self.half))])
    }
}

/// The p-quantile (0…1) of the values; they get sorted.
pub fn quantile(values: &mut [f64], p: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let k = ((values.len() as f64 * p).ceil() as usize).clamp(1, values.len()) - 1;
    *values.select_nth_unstable_by(k, f64::total_cmp).1
}

/// Percentiles 50, 95 and 99 of each replication, as estimates.
pub fn percentiles(replications: &mut [Vec<f64>]) -> Json {
    let mut estimate = |p| {
        Estimate::of(&replications.iter_mut().map(|r| quantile(r, p)).collect::<Vec<_>>()).json()
    };
    object([("p50", estimate(0.5)), ("p95", estimate(0.95)), ("p99", estimate(0.99))])
}
