//! A million trials of 20 bubbles, from one CSV: read and joined, and written as Parquet.
//!
//! `cargo bench --bench import`; `ROWS=100000` for a smaller file.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write;

use bubblescope::experiment::Import;
use bubblescope::trials::{Known, collect};
use criterion::{Criterion, criterion_group, criterion_main};

/// Trials of observers with 2,000 each, on 300 pictures of 256 px; every number by a linear congruential generator.
fn table(rows: usize) -> String {
    let mut state = 1_u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut text =
        String::from("observer,session,block,trial,picture,mirrored,response,correct,response_time,centres\n");
    for at in 0..rows {
        let (observer, trial) = (at / 2000, at % 2000 + 1);
        write!(text, "p{observer:03},1,{},{trial},faces/face_{:03}.png,", trial / 200, at % 300).unwrap();
        write!(text, "{},{},{},0.{:03},", next(2), ["male", "female"][next(2) as usize], next(2), next(1000)).unwrap();
        let centres: Vec<String> = (0..20).map(|_| format!("{}:{}", next(256), next(256))).collect();
        writeln!(text, "{}", centres.join(" ")).unwrap();
    }
    text
}

fn import(criterion: &mut Criterion) {
    let rows = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trials.csv");
    std::fs::write(&path, table(rows)).unwrap();
    let pictures: Vec<String> = (0..300).map(|at| format!("face_{at:03}.png")).collect();
    let class = |(at, name): (usize, &String)| (name.clone(), ["male", "female"][at % 2].to_owned());
    let known = Known {
        class: pictures.iter().enumerate().map(class).collect(),
        pictures,
        planes: vec![(256, 256)],
        noise: None,
        judged: true,
        plan: None,
    };
    let read = || collect(std::slice::from_ref(&path), &Import::default(), &known, |_, _, _| ()).unwrap().trials;
    let trials = read();
    assert_eq!(trials.rows.len(), rows);
    let mut group = criterion.benchmark_group(format!("{rows} trials of 20 bubbles"));
    group.sample_size(10);
    group.bench_function("read and join", |bencher| bencher.iter(read));
    group.bench_function("write as Parquet", |bencher| {
        bencher.iter(|| (trials.to_parquet().unwrap(), trials.centres_to_parquet().unwrap()))
    });
    group.finish();
}

criterion_group!(benches, import);
criterion_main!(benches);
