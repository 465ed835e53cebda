//! Partial correlation: what two maps share beyond nuisance maps (centre bias, edge energy, contrast).
//!
//! Both maps and every nuisance map are centred; what the nuisance maps explain by least squares is taken out of both
//! (Gram-Schmidt, twice); r of what is left. With one nuisance map this is
//! (r_xy - r_xc r_yc) / √((1 - r_xc²)(1 - r_yc²)) (Yule 1907).

use super::correlation::PEARSON;
use super::field::Field;
use super::table::{Metric, Need};
use super::undefined::{Score, Undefined};
use crate::stats::correlate::dot;
use crate::stats::project::Basis;

pub(super) const PARTIAL: Metric = Metric {
    name: "partial",
    description: "correlation of what nuisance maps (centre bias, edges, contrast) leave of both maps",
    source: "Yule 1907",
    needs: &[Need::Other, Need::Nuisance],
    transform: None,
    score: |inputs| partial(inputs.map, inputs.other()?, inputs.nuisance()?),
    ..PEARSON
};

/// A share of variance that is left below this is rounding.
const NOTHING_LEFT: f64 = 1e-10;

/// Correlation given the nuisance maps; undefined where they explain a map wholly.
pub fn partial(x: &Field, y: &Field, nuisance: &[Field]) -> Score {
    x.varied_pair(y)?;
    let mut columns = vec![vec![1.0; x.len()]];
    for map in nuisance {
        x.pair(map)?;
        columns.extend(map.unit().map(<[f64]>::to_vec));
    }
    let basis = Basis::new(&columns);
    let x = rest(x, &basis, Undefined::ConstantFirst)?;
    let y = rest(y, &basis, Undefined::ConstantSecond)?;
    Ok((dot(&x, &y) / (dot(&x, &x) * dot(&y, &y)).sqrt()).clamp(-1.0, 1.0))
}

fn rest(field: &Field, basis: &Basis, constant: Undefined) -> Result<Vec<f64>, Undefined> {
    let mut rest = field.unit().ok_or(constant)?.to_vec();
    basis.remove(&mut rest);
    basis.remove(&mut rest);
    if dot(&rest, &rest) < NOTHING_LEFT { Err(Undefined::Explained) } else { Ok(rest) }
}

#[cfg(test)]
mod tests {
    use super::super::correlation::pearson;
    use super::*;
    use crate::seed::Seed;
    use ndarray::Array2;
    use rand::RngExt;

    #[test]
    fn one_nuisance_map_gives_the_formula_and_a_copy_of_it_changes_nothing() {
        let mut generator = Seed(4).stream("partial", 0);
        let mut draw = || Field::whole(&Array2::from_shape_fn((8, 6), |_| generator.random::<f64>())).unwrap();
        let (x, y, c) = (draw(), draw(), draw());
        let (xy, xc, yc) = (pearson(&x, &y).unwrap(), pearson(&x, &c).unwrap(), pearson(&y, &c).unwrap());
        let expected = (xy - xc * yc) / ((1.0 - xc * xc) * (1.0 - yc * yc)).sqrt();
        let copy = c.map(|value| 5.0 - 2.0 * value).unwrap();
        let maps = [c, copy];
        assert!((partial(&x, &y, &maps[..1]).unwrap() - expected).abs() < 1e-12);
        assert!((partial(&x, &y, &maps).unwrap() - expected).abs() < 1e-12);
        assert!((expected - xy).abs() > 1e-4);
        assert!((partial(&x, &y, &[]).unwrap() - xy).abs() < 1e-12);
        assert_eq!(partial(&x, &maps[0], &maps), Err(Undefined::Explained));
    }
}
