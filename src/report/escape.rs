//! The one place where text from files becomes safe inside HTML and SVG.

/// Escapes text for an element or a quoted attribute; characters that XML forbids become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\r' | '\t' => safe.push(character),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            control if control.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn scripts_and_quotes_lose_their_meaning_and_words_keep_theirs() {
        assert_eq!(escape("<script>alert('1')</script>"), "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
        assert_eq!(escape("\" onload=\"x & y"), "&quot; onload=&quot;x &amp; y");
        assert_eq!(escape("a\0b\u{1b}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(escape("Ünal, 観察者 √2"), "Ünal, 観察者 √2");
    }
}
