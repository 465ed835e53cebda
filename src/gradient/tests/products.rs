//! Contractions.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::einsum::EinSum;

use super::check::{Row, constant, distinct, wire};

fn contraction(expression: &str) -> TractResult<EinSum> {
    Ok(EinSum::new(expression.parse()?, f32::datum_type()))
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![];
    let cases: &[(&str, &[&[usize]])] = &[
        ("ij,jk->ik", &[&[2, 3], &[3, 4]]),
        ("ij,kj->ik", &[&[2, 3], &[4, 3]]),
        ("bij,bjk->bik", &[&[2, 2, 3], &[2, 3, 2]]),
        ("bhqd,bhkd->bhqk", &[&[1, 2, 3, 2], &[1, 2, 4, 2]]),
        ("bij,bjk->bik", &[&[1, 2, 3], &[2, 3, 2]]),
        ("bij,jk->bik", &[&[2, 2, 3], &[3, 2]]),
        ("ijp,jk->ik", &[&[2, 3, 3], &[3, 2]]),
        ("ijp,jk->ik", &[&[2, 3, 1], &[3, 2]]),
        ("ipj,jkq->ik", &[&[2, 2, 3], &[3, 2, 4]]),
        ("i,j->ij", &[&[3], &[4]]),
        ("ij,ij->i", &[&[2, 3], &[2, 3]]),
        ("ij,jk,kl->il", &[&[2, 3], &[3, 2], &[2, 4]]),
        ("ok,nkhw->nohw", &[&[3, 2], &[1, 2, 2, 3]]),
        ("mk,nk->nm", &[&[2, 3], &[4, 3]]),
    ];
    for &(expression, shapes) in cases {
        let operands: Vec<_> = shapes.iter().map(|shape| distinct(shape, -1.0, 1.5)).collect();
        rows.push(Row::new("EinSum", expression, operands.clone(), 1.0, move |graph, x| {
            wire(graph, contraction(expression)?, x)
        }));
        for slot in 0..operands.len() {
            let operands = operands.clone();
            let what = format!("{expression}, all but operand {slot} constant");
            rows.push(Row::new("EinSum", what, vec![operands[slot].clone()], 1.0, move |graph, x| {
                let mut inputs = vec![];
                for (at, operand) in operands.iter().enumerate() {
                    inputs.push(if at == slot { x[0] } else { constant(graph, operand.clone())? });
                }
                wire(graph, contraction(expression)?, &inputs)
            }));
        }
    }
    for expression in ["ij,kj->ik", "ij,jk->ik", "ij,ij->j", "ij,kj->jki"] {
        let x = distinct(&[3, 3], -1.0, 1.5);
        rows.push(Row::new("EinSum", format!("{expression} of one tensor"), vec![x], 1.0, move |graph, x| {
            wire(graph, contraction(expression)?, &[x[0], x[0]])
        }));
    }
    for expression in ["ij->ji", "ij->i", "ij->"] {
        rows.push(Row::new("EinSum", expression, vec![distinct(&[2, 3], -1.0, 1.5)], 1.0, move |graph, x| {
            wire(graph, contraction(expression)?, x)
        }));
    }
    rows
}
