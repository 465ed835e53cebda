//! What a platform calls the file that it showed: a path, a URL, or a piece of HTML around one.

use std::borrow::Cow;

/// The file name in a text: `t1.png` of `https://host/a/t1.png?v=2`, of `img\t1.png`, of `<img src="a/t1.png">`, of `t%31.png`.
pub fn name(text: &str) -> Cow<'_, str> {
    let text = source(text).unwrap_or(text);
    let path = text.split(['?', '#']).next().unwrap_or(text).trim();
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if file.contains('%') { decoded(file) } else { Cow::Borrowed(file) }
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

/// What the first `src` of HTML names.
fn source(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('<')?;
    let rest = inside.get(inside.find("src")? + 3..)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|one| matches!(one, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

/// What every `src` of HTML names, in order; none where the text is no HTML.
pub fn sources(text: &str) -> impl Iterator<Item = &str> {
    let html = if text.trim_start().starts_with('<') { text } else { "" };
    html.split("<img").skip(1).filter_map(|rest| {
        let rest = rest.get(rest.find("src")? + 3..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|one| matches!(one, '"' | '\''))?;
        rest.get(1..)?.split(quote).next()
    })
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
    fn rendered_files_name_their_trial_and_number() {
        assert_eq!(rendered("t0001_n020.png"), ("t0001", Some(20)));
        assert_eq!(rendered("t0003_whole.png"), ("t0003", Some(0)));
        assert_eq!((rendered("face_a.png"), rendered("a")), (("face_a", None), ("a", None)));
    }
}
