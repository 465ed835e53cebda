use super::placing::LOOKS;
use super::*;
use crate::place::{Origin, Shape};

const SHAPE: Shape = (60, 80);

/// An entry with a number, at x.
pub(super) fn entry(order: f64, x: f64) -> Entry {
    Entry {
        line: order as u64,
        observer: "o".into(),
        picture: "a.jpg".into(),
        trial: None,
        run: 0,
        order: Some(order),
        place: Ok((x, 1.0)),
        duration: Err(String::new()),
        start: None,
        time: None,
        frame: None,
    }
}

fn read(content: &str, places: Option<Places>, timed: bool, drop_first: bool) -> Result<Looks> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("looks.csv");
    std::fs::write(&path, content).unwrap();
    let known = Known { pictures: vec!["a.jpg".into(), "b.jpg".into()], ..Known::default() };
    let columns = LookColumns::default();
    let reading = LookTable {
        columns: &columns,
        shape: SHAPE,
        resized: false,
        places,
        y: None,
        timed,
        drop_first,
        clicks: false,
        person: "looks",
    };
    read_looks(&Text::read(&path)?, &known, reading)
}

fn places(looks: &Looks, picture: &str, observer: &str) -> Vec<(f64, f64, f64)> {
    looks.of[&(picture.to_owned(), observer.to_owned())].iter().map(|l| (l.x, l.y, l.weight)).collect()
}

const TABLE: &str = "picture,observer,order,x,y,duration\na.jpg,1,2,10,20,300\na.jpg,1,1,40.5,30,100\n\
                     folder/a,2,1,80,60,50\nb.jpg,1,1,-1,5,50\nc.jpg,1,1,5,5,50\nb.jpg,,1,5,5,50\nb.jpg,2,1,,5,50\n";

#[test]
fn looks_come_in_their_order_and_every_other_row_is_listed() {
    let looks = read(TABLE, None, true, false).unwrap();
    assert_eq!(places(&looks, "a.jpg", "1"), [(40.5, 30.0, 100.0), (10.0, 20.0, 300.0)]);
    assert_eq!(places(&looks, "a.jpg", "2"), [(80.0, 60.0, 50.0)], "the last edge belongs to the picture");
    let rejected: Vec<(u64, &str)> = looks.rejected.iter().map(|one| (one.line, one.reason.as_str())).collect();
    assert_eq!(
        rejected,
        [
            (5, "\"-1, 5\" lies outside the picture"),
            (6, "no picture is called \"c.jpg\""),
            (7, "no observer"),
            (8, "x is \"\", not a number"),
        ]
    );
    assert_eq!(places(&read(TABLE, None, false, false).unwrap(), "a.jpg", "1")[1].2, 1.0);
}

#[test]
fn the_first_look_is_that_of_the_lowest_order_also_where_it_lies_outside() {
    let looks = read(TABLE, None, false, true).unwrap();
    assert_eq!(places(&looks, "a.jpg", "1"), [(10.0, 20.0, 1.0)]);
    assert_eq!((looks.first, looks.of.len()), (4, 1));
    let without_order = read(&TABLE.replace("order", "count"), None, false, true).unwrap();
    assert_eq!(places(&without_order, "a.jpg", "1"), [(40.5, 30.0, 1.0)], "the first line of the file goes");
}

#[test]
fn coordinates_of_a_screen_are_brought_to_the_picture() {
    // A picture of 800 x 600 with its corner at (100, 50) of the screen, here 80 x 60.
    let frame = Places { origin: Some(Origin::Corner([100.0, 50.0])), width: Some(800.0), ..LOOKS };
    let looks = read("picture;observer;x;y\na.jpg;1;500,0;350\na.jpg;1;99;350\n", Some(frame), false, false).unwrap();
    assert_eq!(places(&looks, "a.jpg", "1"), [(40.0, 30.0, 1.0)]);
    assert_eq!(looks.rejected.len(), 1);
}

#[test]
fn a_missing_column_is_named_with_the_others() {
    let error = read("picture,observer,x,row\n", None, false, false).unwrap_err().to_string();
    assert!(error.contains("no column called y") && error.contains("picture, observer, x, row"), "{error}");
    let error = read("picture,observer,x,y\n", None, true, false).unwrap_err().to_string();
    assert!(error.contains("no column called duration"), "{error}");
}
