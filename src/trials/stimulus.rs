//! What a platform calls the file that it showed: a path, a URL, or a piece of HTML around one.

use std::borrow::Cow;

use super::value::entries;

/// The file name in a text: `t1.png` of `https://host/a/t1.png?v=2`, of `img\t1.png`, of `<img src="a/t1.png">`, of `t%31.png`.
pub fn name(text: &str) -> Cow<'_, str> {
    let text = sources(text).first().copied().unwrap_or(text);
    let path = text.split(['?', '#']).next().unwrap_or(text).trim();
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if file.contains('%') { decoded(file) } else { Cow::Borrowed(file) }
}

/// True if a stimulus is a picture: a file, or HTML around one.
pub fn is_picture(text: &str) -> bool {
    let name = name(text);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "tif" | "tiff" | "bmp" | "svg"))
}

/// The number of bubbles in `t0001_n020.png`, and the id of the trial that it was rendered for.
pub fn rendered(file: &str) -> (&str, Option<usize>) {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    match stem.rsplit_once('_') {
        Some((id, "whole")) => (id, Some(0)),
        Some((id, count)) => {
            match count.strip_prefix('n').filter(|count| count.len() < 7).and_then(|count| count.parse().ok()) {
                Some(count) => (id, Some(count)),
                None => (stem, None),
            }
        }
        None => (stem, None),
    }
}

/// The files in a text, each once: every `src` of HTML, every entry of a list; one where it is neither.
pub fn names(text: &str) -> Vec<Cow<'_, str>> {
    let mut parts = sources(text);
    if parts.len() < 2 {
        parts = entries(text);
    }
    if parts.len() < 2 {
        parts = text.split([',', ';', '|']).map(str::trim).collect();
    }
    if parts.len() < 2 || !parts.iter().all(|part| is_picture(part)) {
        // The one entry of a list, or the text itself.
        parts = Some(entries(text)).filter(|entries| entries.len() == 1).unwrap_or_else(|| vec![text]);
    }
    let mut names: Vec<Cow<str>> = Vec::new();
    for name in parts.into_iter().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What every `src` of HTML names.
fn sources(text: &str) -> Vec<&str> {
    let Some((_, html)) = text.split_once('<') else { return Vec::new() };
    html.match_indices("src").filter_map(|(at, found)| quoted(html.get(at + found.len()..)?)).collect()
}

/// The text in quotes behind an equals sign.
fn quoted(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|one| matches!(one, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

/// Percent-encoded UTF-8 as text; as it is where it is none.
fn decoded(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        found.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(found).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_however_it_was_addressed() {
        for text in [
            "face 1.png",
            "stimuli/face 1.png",
            "C:\\exp\\stimuli\\face 1.png",
            "https://host/x/face%201.png?v=3#top",
            "<img src=\"stimuli/face 1.png\" width=\"3\">",
            "<img alt='' src = 'a/face%201.png'/>",
        ] {
            assert_eq!(name(text), "face 1.png", "{text}");
        }
        assert_eq!((name("100%.png"), name("<p>hello</p>").as_ref()), (Cow::Borrowed("100%.png"), "p>"));
    }

    #[test]
    fn every_picture_of_a_stimulus_is_named_once() {
        for text in [
            "<div><img src='img/a.png'><img src=\"img/b.png\"></div>",
            "Which one? <img src='a.png'> or <img src='b.png'>",
            "['img/a.png', 'img/b.png']",
            "[\"a.png\",\"b.png\"]",
            "a.png; b.png",
        ] {
            assert_eq!(names(text), ["a.png", "b.png"], "{text}");
        }
        for text in ["<img src='x/a.png'><img src='y/a.png'>", "a.png", "['a.png']"] {
            assert_eq!(names(text), ["a.png"], "{text}");
        }
        assert_eq!(names("face, happy.png"), ["face, happy.png"]);
    }

    #[test]
    fn rendered_files_name_their_trial_and_number() {
        assert_eq!(rendered("t0001_n020.png"), ("t0001", Some(20)));
        assert_eq!(rendered("t0003_whole.png"), ("t0003", Some(0)));
        assert_eq!((rendered("face_a.png"), rendered("a")), (("face_a", None), ("a", None)));
    }
}
