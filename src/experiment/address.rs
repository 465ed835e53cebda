//! Addresses that people's answers are sent to: https, or http to the same computer.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Why data cannot be sent to an address; `Ok` where they can, as far as the address itself says.
pub(super) fn check(address: &str) -> Result<(), String> {
    if address.trim().is_empty() {
        return Err("it is empty".into());
    }
    if let Some(odd) = address.chars().find(|c| c.is_whitespace() || c.is_control() || "\"'<>\\^`{|}".contains(*c)) {
        return Err(format!("an address holds no {odd:?}"));
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return Err("it does not begin with https://".into());
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.contains('@') {
        return Err("it holds a name or password, which everybody who opens the page could read".into());
    }
    let (host, port) = parts(authority);
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err(format!("{:?} is not a port", port.unwrap_or_default()));
    }
    if !is_host(host) {
        return Err(if host.is_empty() { "it names no host".into() } else { format!("{host:?} is not a host") });
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        "http" => Err(format!("http to {host} sends answers unencrypted")),
        _ => Err(format!("{scheme:?} is not https")),
    }
}

/// Host and port of what stands between `//` and the path.
fn parts(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    // A last part of digits makes an address of numbers, which has four of them.
    let is_numeric = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    host.split('.').all(is_label) && (!is_numeric || host.parse::<Ipv4Addr>().is_ok())
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let inner = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || inner.parse::<Ipv4Addr>().is_ok_and(|number| number.is_loopback())
        || inner.parse::<Ipv6Addr>().is_ok_and(|number| number.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_over_https_or_to_the_same_computer() {
        for address in [
            "https://example.org",
            "https://example.org/save.php?study=3#top",
            "HTTPS://Example.org:8443/a",
            "https://pipe.jspsych.org/api/data/",
            "https://bücher.example/save",
            "https://192.0.2.7/save",
            "https://[2001:db8::1]:8443/save",
            "https://server/save",
            "http://localhost:8000/save",
            "http://LOCALHOST/save",
            "http://study.localhost/",
            "http://127.0.0.1:8801/",
            "http://127.8.8.8/",
            "http://[::1]:9000/save",
        ] {
            assert_eq!(check(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn every_other_address_is_refused_with_its_reason() {
        for (address, reason) in [
            ("", "is empty"),
            ("   ", "is empty"),
            ("javascript:alert(1)", "does not begin with https://"),
            ("data:text/plain,x", "does not begin with https://"),
            ("htps:/typo", "does not begin with https://"),
            ("example.org", "does not begin with https://"),
            ("/save.php", "does not begin with https://"),
            ("//example.org/save", "does not begin with https://"),
            ("https:/example.org", "does not begin with https://"),
            ("htps://example.org", "\"htps\" is not https"),
            ("ftp://example.org", "\"ftp\" is not https"),
            ("javascript://example.org/%0aalert(1)", "is not https"),
            ("file:///etc/passwd", "names no host"),
            ("http://example.org/save", "unencrypted"),
            ("http://localhost.example.org/save", "unencrypted"),
            ("http://128.0.0.1/", "unencrypted"),
            ("http://[2001:db8::1]/", "unencrypted"),
            ("https://", "names no host"),
            ("https:///save", "names no host"),
            ("https://:8080/", "names no host"),
            ("https://exam ple.org", "holds no ' '"),
            (" https://example.org", "holds no ' '"),
            ("https://example.org/\nsave", "holds no '\\n'"),
            ("https://example.org\\save", "holds no '\\\\'"),
            ("https://me:secret@example.org/", "name or password"),
            ("http://localhost@example.org/", "name or password"),
            ("https://example..org/", "is not a host"),
            ("https://-example.org/", "is not a host"),
            ("https://300.1.1.1/", "is not a host"),
            ("https://[::g]/", "is not a host"),
            ("https://example.org:99999/", "is not a port"),
            ("https://example.org:/", "is not a port"),
            ("https://example.org:x/", "is not a port"),
        ] {
            let refused = check(address);
            assert!(refused.as_ref().is_err_and(|why| why.contains(reason)), "{address:?}: {refused:?}");
        }
    }
}
