use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn file(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// An area of 10 x 10 px of the first value, one of the second, and so on, on a ground of 0.
fn areas(values: &[u8]) -> GrayImage {
    GrayImage::from_fn(40, 12, |x, y| {
        Luma([if y < 10 { values.get(x as usize / 10).copied().unwrap_or(0) } else { 0 }])
    })
}

/// A PNG as it is packed, with a palette.
fn packed(kind: png::ColorType, depth: png::BitDepth, palette: &[u8], rows: &[Vec<u8>], columns: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, columns, rows.len() as u32);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    if !palette.is_empty() {
        encoder.set_palette(palette.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&rows.concat()).unwrap();
    writer.finish().unwrap();
    bytes
}

fn count(bytes: &[u8], labels: Option<Labels>) -> std::result::Result<usize, String> {
    let painted = Painted::of(bytes, labels.as_ref(), None);
    painted.map(|painted| painted.pixels.iter().filter(|one| **one).count()).map_err(|error| error.to_string())
}

#[test]
fn zero_and_one_other_value_is_painted_whatever_the_value() {
    for value in [1, 7, 128, 200, 255] {
        assert_eq!(count(&file(areas(&[value])), None), Ok(100), "{value}");
    }
    let sixteen = image::ImageBuffer::<Luma<u16>, _>::from_fn(20, 10, |x, _| Luma([u16::from(x < 3)]));
    assert_eq!(count(&file(sixteen), None), Ok(30));
    let red = RgbImage::from_fn(20, 10, |x, _| Rgb([if x < 3 { 90 } else { 0 }, 0, 0]));
    assert_eq!(count(&file(red), None), Ok(30));
    let bits = packed(png::ColorType::Grayscale, png::BitDepth::One, &[], &vec![vec![0b1110_0000, 0]; 5], 16);
    assert_eq!(count(&bits, None), Ok(15));
}

#[test]
fn a_mask_of_nothing_is_an_error_with_its_largest_value() {
    let empty = count(&file(areas(&[])), None).unwrap_err();
    assert!(empty.contains("nothing is painted") && empty.contains("largest value is 0 of 255"), "{empty}");
    let clear = RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 0]));
    assert!(count(&file(clear), None).unwrap_err().contains("opacity 0 of 1"));
    let faint = GrayImage::from_fn(120, 10, |x, _| Luma([x as u8]));
    assert!(count(&file(faint), None).unwrap_err().contains("119 of 255"), "shades without any above half");
}

#[test]
fn labels_are_all_painted_or_those_that_are_asked_for() {
    let labels = file(areas(&[1, 2, 3]));
    assert_eq!(count(&labels, None), Ok(300));
    assert_eq!(count(&labels, Some(Labels::One(2))), Ok(100));
    assert_eq!(count(&labels, Some(Labels::Of(vec![1, 3]))), Ok(200));
    assert_eq!(count(&labels, Some(Labels::All(All::All))), Ok(300));
    let error = count(&labels, Some(Labels::One(9))).unwrap_err();
    assert!(error.contains("label 9") && error.contains("0, 1, 2, 3"), "{error}");
}

#[test]
fn labels_beside_a_bright_value_are_refused_until_they_are_named() {
    for values in [&[1, 2, 255][..], &[60, 130, 200], &[200, 100]] {
        let error = count(&file(areas(values)), None).unwrap_err();
        assert!(error.contains("which of them are painted is unknown"), "{values:?}: {error}");
        assert_eq!(count(&file(areas(values)), Some(Labels::Of(vec![values[1].into()]))), Ok(100));
    }
}

#[test]
fn one_value_everywhere_is_painted_where_it_is_bright() {
    let flat = |value: u8| count(&file(GrayImage::from_pixel(12, 10, Luma([value]))), None);
    assert_eq!(flat(255), Ok(120));
    assert!(flat(51).unwrap_err().contains("which of them are painted is unknown"));
}

#[test]
fn edges_between_painted_and_not_are_halved() {
    // A disc with smooth edges, in grey and as a stroke on transparency.
    let shade = |x: u32, y: u32| {
        let distance = ((x as f32 - 20.0).powi(2) + (y as f32 - 20.0).powi(2)).sqrt();
        ((12.5 - distance).clamp(0.0, 1.0) * 255.0) as u8
    };
    let inside = (0..41u32).flat_map(|x| (0..41u32).map(move |y| (x, y))).filter(|(x, y)| shade(*x, *y) > 127).count();
    assert_eq!(count(&file(GrayImage::from_fn(41, 41, |x, y| Luma([shade(x, y)]))), None), Ok(inside));
    let stroke = |strongest: u32| {
        let opacity = move |x, y| (u32::from(shade(x, y)) * strongest / 255) as u8;
        count(&file(RgbaImage::from_fn(41, 41, move |x, y| Rgba([0, 0, 0, opacity(x, y)]))), None).unwrap()
    };
    assert!(stroke(255).abs_diff(inside) < inside / 8, "{} {inside}", stroke(255));
    assert!(stroke(80).abs_diff(stroke(255)) < 10, "a thin brush paints as well");
    let jpeg = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        GrayImage::from_fn(41, 41, |x, y| Luma([shade(x, y)])).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    };
    assert!(count(&jpeg, None).unwrap().abs_diff(inside) < 20);
}

#[test]
fn opacity_that_is_the_same_everywhere_says_nothing() {
    for opacity in [255, 100] {
        let flat = RgbaImage::from_fn(20, 10, |x, _| Rgba([if x < 3 { 255 } else { 0 }, 0, 0, opacity]));
        assert_eq!(count(&file(flat), None), Ok(30), "{opacity}");
    }
}

#[test]
fn palettes_are_read_by_number_where_they_begin_with_black_and_by_colour_elsewhere() {
    let rows: Vec<Vec<u8>> = (0..10).map(|_| (0..20).map(|x| [0, 8, 15, 255][x / 5]).collect()).collect();
    // Colours of the VOC, of which 8 is darker than half.
    let mut voc = vec![0; 768];
    voc[24..27].copy_from_slice(&[64, 0, 0]);
    voc[45..48].copy_from_slice(&[192, 128, 128]);
    voc[765..768].copy_from_slice(&[224, 224, 192]);
    let mask = packed(png::ColorType::Indexed, png::BitDepth::Eight, &voc, &rows, 20);
    assert_eq!(count(&mask, None), Ok(150));
    assert_eq!(count(&mask, Some(Labels::One(15))), Ok(50));
    let rows: Vec<Vec<u8>> = (0..10).map(|_| (0..20).map(|x| u8::from(x > 4)).collect()).collect();
    let inverse = packed(png::ColorType::Indexed, png::BitDepth::Eight, &[255, 255, 255, 0, 0, 0], &rows, 20);
    assert_eq!(count(&inverse, None), Ok(50), "0 is white, and painted");
}

#[test]
fn paint_on_white_and_on_a_photograph_is_refused() {
    let white = RgbImage::from_fn(20, 10, |x, _| if x < 3 { Rgb([255, 0, 0]) } else { Rgb([255, 255, 255]) });
    assert!(count(&file(white), None).unwrap_err().contains("no black"));
    let photograph = RgbImage::from_fn(100, 100, |x, y| Rgb([x as u8, y as u8, (x * y % 251) as u8]));
    assert!(count(&file(photograph), None).unwrap_err().contains("what is painted cannot be seen"));
}

#[test]
fn arrays_hold_zero_and_one_shades_or_labels() {
    let npy = |values: Vec<f32>| {
        crate::map::Map::new(Array2::from_shape_vec((2, values.len() / 2), values).unwrap()).unwrap().to_npy()
    };
    assert_eq!(count(&npy(vec![0.0, 1.0, 0.0, 1.0]), None), Ok(2));
    assert_eq!(count(&npy(vec![0.0, 0.2, 0.8, 1.0]), None), Ok(2));
    assert_eq!(count(&npy(vec![0.0, 20.0, 200.0, 255.0]), None), Ok(2), "shades of bytes, not all above one half");
    assert!(count(&npy(vec![-1.0, 0.0, 0.5, 1.0]), None).unwrap_err().contains("run from -1 to 1"));
}
