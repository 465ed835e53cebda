//! Every file of every platform, broken in thousands of ways: nothing panics, errors stay short, and no row is lost.
//!
//! `fuzz/` holds the same for cargo fuzz, which learns from coverage; this runs with the other tests. MUTATIONS sets how many.
//! `FUZZ_CORPUS=fuzz/corpus cargo test --test fuzz_corpus seed` writes the files for cargo fuzz to begin with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod platforms;

use std::path::Path;

use bubblescope::experiment::Import;
use bubblescope::trials::{FORMATS, Known, explained, read_bytes};
use platforms::*;

/// Steele, Lea & Flood 2014 (SplitMix64): the same mutations on every machine.
struct Generator(u64);

impl Generator {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

/// What platforms and accidents put into files.
const TOKENS: [&[u8]; 30] = [
    b"\"",
    b"\"\"",
    b"\\\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\r",
    b"\n",
    b"\r\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"NA",
    b"None",
    b"-1",
    b"1e999",
    b"0,5",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x00",
    b"\xe9",
    b"t0001",
    b"centres",
    b"999999999999999999999",
    b"END OF FILE",
    b"<img src='",
    b"%zz",
];

fn mutated(generator: &mut Generator, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=generator.below(4) {
        let at = generator.below(bytes.len() + 1);
        let end = (at + generator.below(40)).min(bytes.len());
        match generator.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let copied = bytes[at..end].to_vec();
                let to = generator.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            3 | 4 => {
                let token = TOKENS[generator.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            5 if at < bytes.len() => bytes[at] = generator.below(256) as u8,
            6 if at < bytes.len() => bytes[at] ^= 1 << generator.below(8),
            _ => {
                let from = generator.below(other.len());
                let until = (from + generator.below(200)).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
        }
    }
    bytes
}

fn check(bytes: &[u8], import: &Import, known: &Known, what: &str) {
    match read_bytes(Path::new("sub-1_x.csv"), bytes.to_vec(), import, known) {
        Err(error) => assert!(error.to_string().len() < 12_000, "{what}: {error}"),
        Ok((format, imported)) => {
            assert!(explained(Path::new("x"), format, &imported).len() < 60_000, "{what}");
            let told = imported.trials.len() + imported.left_out.len() + imported.rejected.len();
            assert!(
                format.name == "bubbleview" || told == imported.reading.rows,
                "{what}: {told} of {}",
                imported.reading.rows
            );
            assert!(imported.rejected.iter().all(|row| row.line > 0 && row.reason.len() < 2000), "{what}");
        }
    }
}

/// Format, what is special, bytes.
fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut seeds = files();
    seeds.extend(others().into_iter().map(|(name, what, text, _)| (name, what, text.as_bytes().to_vec())));
    seeds
}

#[test]
fn every_format_has_a_seed() {
    let folder = std::env::var_os("FUZZ_CORPUS");
    for format in FORMATS {
        let own: Vec<_> = seeds().into_iter().filter(|(name, ..)| *name == format.name).collect();
        assert!(!own.is_empty(), "{}: tests/platforms has no file of this format", format.name);
        let Some(folder) = folder.as_ref().map(|folder| Path::new(folder).join(format.name)) else { continue };
        std::fs::create_dir_all(&folder).unwrap();
        for (_, what, bytes) in own {
            std::fs::write(folder.join(what), bytes).unwrap();
        }
    }
}

#[test]
fn no_broken_file_makes_the_import_panic_or_lose_a_row() {
    let mutations: usize = std::env::var("MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(2000);
    let seeds = seeds();
    let (design, nothing) = (known(), Known { planes: Vec::new(), ..nothing() });
    let mut generator = Generator(20_260_101);
    for (at, (name, what, seed)) in seeds.iter().enumerate() {
        // The reader of Parquet, polars, asks for all memory where lengths inside are altered: such files are only cut.
        let parquet = *what == "Parquet";
        for count in 0..if parquet { mutations / 10 } else { mutations } {
            let other = &seeds[generator.below(seeds.len())].2;
            let bytes = if parquet {
                seed[..generator.below(seed.len())].to_vec()
            } else {
                mutated(&mut generator, seed, other)
            };
            if !parquet && bytes.starts_with(b"PAR1") {
                continue;
            }
            let forced = Import { format: Some((*name).to_owned()), height: Some(4), ..settings() };
            let import = if count % 2 == 0 { settings() } else { forced };
            let known = if count % 4 < 2 { &design } else { &nothing };
            let label = format!("seed {at} ({name}, {what}), mutation {count}");
            let found = std::panic::catch_unwind(|| check(&bytes, &import, known, &label));
            if found.is_err() {
                let path = std::env::temp_dir().join("bubblescope-broken-file");
                std::fs::write(&path, &bytes).unwrap();
                panic!("{label}: the file is {}", path.display());
            }
        }
    }
}
