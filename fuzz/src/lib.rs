//! What every target does with its bytes: `cargo +nightly fuzz run psychopy`, a target a format, each read in its own format and in
//! the one that the bytes have, with a design and without. `tests/fuzz_corpus.rs` holds the same for the ordinary tests.

use std::path::Path;

use bubblescope::bubbles::Centre;
use bubblescope::experiment::Import;
use bubblescope::trials::{Known, Plan, Trial, explained, read_bytes};

/// Reads bytes as a trial file of that format; nothing may panic.
pub fn read(format: &str, bytes: &[u8]) {
    // Parquet is polars' to read, and to fuzz.
    if bytes.starts_with(b"PAR1") {
        return;
    }
    let forced = Import { format: Some(format.to_owned()), height: Some(4), ..Import::default() };
    for import in [&forced, &Import::default()] {
        for known in [known(), Known::default()] {
            let path = Path::new("sub-1_x.csv");
            if let Ok((format, imported)) = read_bytes(path, bytes.to_vec(), import, &known) {
                explained(path, format, &imported);
            }
        }
    }
}

/// One planned trial on one picture.
fn known() -> Known {
    let trial = Trial {
        id: "t0001".to_owned(),
        observer: "p001".to_owned(),
        block: "1".to_owned(),
        number: 1,
        picture: "a.png".to_owned(),
        centres: vec![Centre::new(0, 1), Centre::new(1, 1)],
        ..Trial::default()
    };
    let keys = vec![("f".to_owned(), "male".to_owned())];
    Known {
        pictures: vec!["a.png".to_owned()],
        class: [("a.png".to_owned(), "male".to_owned())].into(),
        planes: vec![(4, 6)],
        noise: None,
        plan: Some(Plan {
            trials: [(trial.id.clone(), trial)].into(),
            keys: [("p001".to_owned(), keys)].into(),
            bubbles: None,
        }),
        ..Known::default()
    }
}
