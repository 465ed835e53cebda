//! The cubic spline through points, whose third derivative does not jump at the second and the last but one ("not a
//! knot"; de Boor 1978, A Practical Guide to Splines, chapter IV): what MATLAB's and scipy's splines are by default.

/// A cubic through every pair of neighbouring points.
#[derive(Debug, Clone)]
pub struct Spline {
    x: Vec<f64>,
    y: Vec<f64>,
    bend: Vec<f64>,
}

impl Spline {
    /// Through at least four points with x ascending; `None` with fewer, or where x does not ascend.
    pub fn new(x: &[f64], y: &[f64]) -> Option<Spline> {
        let n = x.len();
        if n < 4 || y.len() != n || x.windows(2).any(|pair| pair[1] <= pair[0]) {
            return None;
        }
        let step: Vec<f64> = x.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let slope: Vec<f64> = y.windows(2).zip(&step).map(|(pair, h)| (pair[1] - pair[0]) / h).collect();
        // Row i (1 ..= n - 2): below · M[i-1] + middle · M[i] + above · M[i+1] = right, with both ends put in.
        let inner = n - 2;
        let mut below: Vec<f64> = step[..inner].to_vec();
        let mut above: Vec<f64> = step[1..].to_vec();
        let mut middle: Vec<f64> = (0..inner).map(|i| 2.0 * (step[i] + step[i + 1])).collect();
        let mut right: Vec<f64> = (0..inner).map(|i| 6.0 * (slope[i + 1] - slope[i])).collect();
        let (first, last) = (step[0] / step[1], step[n - 2] / step[n - 3]);
        middle[0] += step[0] * (1.0 + first);
        above[0] -= step[0] * first;
        middle[inner - 1] += step[n - 2] * (1.0 + last);
        below[inner - 1] -= step[n - 2] * last;
        for i in 1..inner {
            let factor = below[i] / middle[i - 1];
            middle[i] -= factor * above[i - 1];
            right[i] -= factor * right[i - 1];
        }
        let mut bend = vec![0.0; n];
        for i in (0..inner).rev() {
            let next = if i + 1 < inner { above[i] * bend[i + 2] } else { 0.0 };
            bend[i + 1] = (right[i] - next) / middle[i];
        }
        bend[0] = bend[1] - first * (bend[2] - bend[1]);
        bend[n - 1] = bend[n - 2] + last * (bend[n - 2] - bend[n - 3]);
        Some(Spline { x: x.to_vec(), y: y.to_vec(), bend })
    }

    /// The value at x; beyond the ends the outermost cubics go on.
    pub fn at(&self, x: f64) -> f64 {
        let i = self.x.partition_point(|own| *own <= x).clamp(1, self.x.len() - 1) - 1;
        let h = self.x[i + 1] - self.x[i];
        let (a, b) = ((self.x[i + 1] - x) / h, (x - self.x[i]) / h);
        a * self.y[i]
            + b * self.y[i + 1]
            + ((a * a * a - a) * self.bend[i] + (b * b * b - b) * self.bend[i + 1]) * h * h / 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_its_own_spline_and_points_are_met() {
        let x = [-1.0, 0.5, 1.0, 2.5, 4.0, 4.2];
        let cubic = |x: f64| 2.0 - x + 0.5 * x * x - 0.25 * x * x * x;
        let spline = Spline::new(&x, &x.map(cubic)).unwrap();
        for at in [-1.0, -0.3, 0.9, 2.2, 3.3, 4.2, 4.5] {
            assert!((spline.at(at) - cubic(at)).abs() < 1e-12, "{at} {} {}", spline.at(at), cubic(at));
        }
        // scipy.interpolate.CubicSpline([0, 1, 3, 4, 6], [1, 3, 2, 5, 4])([0.5, 2, 5])
        let spline = Spline::new(&[0.0, 1.0, 3.0, 4.0, 6.0], &[1.0, 3.0, 2.0, 5.0, 4.0]).unwrap();
        let known =
            [(0.5, 2.598290598290598), (2.0, 2.0854700854700856), (5.0, 7.393162393162393), (3.0, 2.0), (6.0, 4.0)];
        for (at, known) in known {
            assert!((spline.at(at) - known).abs() < 1e-12, "{at} {}", spline.at(at));
        }
        assert!(Spline::new(&[0.0, 1.0, 1.0, 2.0], &[0.0; 4]).is_none());
        assert!(Spline::new(&[0.0, 1.0, 2.0], &[0.0; 3]).is_none());
    }
}
