//! Files written by numpy, scipy, tifffile and Pillow (tests/data/make_maps.py).

use std::path::{Path, PathBuf};

use ndarray::Array2;

use super::*;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/maps").join(name)
}

fn named(variable: Option<&str>, channels: Option<&str>) -> Reading {
    Reading { variable: variable.map(str::to_owned), channels: channels.map(str::to_owned) }
}

fn said(name: &str, reading: &Reading) -> String {
    Map::read(&path(name), reading).unwrap_err().to_string()
}

/// The values that the script writes, less an offset, times a factor.
fn expected(offset: f32, factor: f32) -> Array2<f32> {
    Array2::from_shape_fn((4, 5), |(row, column)| (10.0 * row as f32 + column as f32 - offset) * factor)
}

#[test]
fn what_other_programs_write_is_read_value_by_value() -> Result<()> {
    let cases = [
        ("half_columns_first.npy", 7.5, 1.0),
        ("double_big_endian.npy", 7.5, 1.0),
        ("short.npy", 0.0, 1.0),
        ("format_2.npy", 7.5, 1.0),
        ("compressed.mat", 7.5, 1.0),
        ("plain.mat", 7.5, 1.0),
        ("integers.mat", 0.0, 1.0),
        ("float_lzw.tiff", 7.5, 1.0),
        ("float_predicted.tiff", 7.5, 1.0),
        ("double_big_endian.tiff", 7.5, 1.0),
        ("short_deflate.tiff", 0.0, 1.0),
        ("long_signed.tiff", 7.0, 1.0),
        ("byte_packed.tiff", 0.0, 1.0),
        ("big.tiff", 7.5, 1.0),
        ("sixteen.png", 0.0, 1.0 / 65535.0),
        ("eight.png", 0.0, 1.0 / 255.0),
        ("grey_in_colour.png", 0.0, 1.0 / 255.0),
    ];
    for (name, offset, factor) in cases {
        let found = Map::read(&path(name), &Reading::default())?;
        let expected = expected(offset, factor);
        assert_eq!(found.shape(), (4, 5), "{name}");
        assert!(found.values().iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-7), "{name}: {found:?}");
    }
    Ok(())
}

#[test]
fn one_of_several_arrays_is_read_by_its_name_and_none_by_guess() -> Result<()> {
    let second = Map::read(&path("several.mat"), &named(Some("second"), None))?;
    assert_eq!(*second.values(), expected(7.5, 1.0));
    assert_eq!(*Map::read(&path("several.mat"), &named(Some("first"), None))?.values(), expected(0.0, 1.0));
    assert!(said("several.mat", &Reading::default()).contains("2 numeric arrays: first, second"));
    assert!(said("several.mat", &named(Some("note"), None)).contains("first, second"));
    assert!(said("complex.mat", &Reading::default()).contains("complex"));
    assert!(said("text.mat", &Reading::default()).contains("no numeric array"));
    Ok(())
}

#[test]
fn channels_are_joined_as_asked_wherever_they_are_stored() -> Result<()> {
    for name in ["channels_first.npy", "channels.mat", "colour.tiff"] {
        let joined = |how: &str| Map::read(&path(name), &named(None, Some(how)));
        assert_eq!(*joined("sum")?.values(), expected(7.5, -1.0), "{name}");
        assert_eq!(*joined("abs_max")?.values(), expected(7.5, 2.0).mapv(f32::abs), "{name}");
        assert!(said(name, &Reading::default()).contains("channels that differ"), "{name}");
        assert!(said(name, &named(None, Some("median"))).contains("median"), "{name}");
    }
    Ok(())
}

#[test]
fn cut_files_are_errors_and_never_maps() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["compressed.mat", "plain.mat", "several.mat", "float_lzw.tiff", "eight.png", "format_2.npy"] {
        let bytes = std::fs::read(path(name)).unwrap();
        // The last bytes of a PNG or a MATLAB file may be padding or an end mark.
        for length in (0..bytes.len().saturating_sub(16)).step_by(3) {
            let cut = folder.path().join("cut");
            std::fs::write(&cut, &bytes[..length]).unwrap();
            assert!(Map::read(&cut, &named(Some("second"), None)).is_err(), "{name} cut to {length} bytes");
        }
    }
    assert!(said("pages.tiff", &Reading::default()).contains("more than one page"));
}

#[test]
fn an_infinite_pixel_is_named() {
    let error = Map::new(ndarray::array![[0.0, f32::INFINITY]]).unwrap_err();
    assert!(error.what.contains("row 0, column 1"), "{error}");
}
