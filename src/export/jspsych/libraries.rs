//! What the page is made with: jsPsych and its plugins, from the folder of npm or from a content network.

/// A file of an npm package.
struct Library {
    package: &'static str,
    version: &'static str,
    file: &'static str,
    /// What the file must hash to when it comes from elsewhere (Subresource Integrity).
    sha384: &'static str,
}

const STYLE: Library = Library {
    package: "jspsych",
    version: "8.3.0",
    file: "css/jspsych.css",
    sha384: "+gGUkbtw2BJWSroKW2jzIEXGe7KxdycJ0Bo+CqzpIOSBHOYEHHRWETaV+v2mpdWX",
};

/// In the order of loading; `package.json` names the same versions.
const SCRIPTS: &[Library] = &[
    Library {
        package: "jspsych",
        version: "8.3.0",
        file: "dist/index.browser.min.js",
        sha384: "PPMNzYQfqrWFhrOxhpwxXmKK+LDH//fBCLsvA/JIRHOfiuOcZ2j8wJhqo87V4R4B",
    },
    Library {
        package: "@jspsych/plugin-call-function",
        version: "2.1.0",
        file: "dist/index.browser.min.js",
        sha384: "BVr1nz/RHTxhTNYxljuPzwi9lv13rxrwuPOjJPeL1zMaK37Oww0PnTeg972NuR9O",
    },
    Library {
        package: "@jspsych/plugin-canvas-keyboard-response",
        version: "2.2.0",
        file: "dist/index.browser.min.js",
        sha384: "OUnb/8yCXQyNXsN8RFE3iHmgPkv5C9Yte7u7PDi+qvjqlk2cC0Skf6NC7UZp5TYX",
    },
    Library {
        package: "@jspsych/plugin-fullscreen",
        version: "2.1.0",
        file: "dist/index.browser.min.js",
        sha384: "JQEV9wMXFDbTpp1eYJSU9G7uQeyZcLGabno5ZHQJGytUBG19mTZ+ZBV5dsm7m6Mf",
    },
    Library {
        package: "@jspsych/plugin-html-button-response",
        version: "2.1.0",
        file: "dist/index.browser.min.js",
        sha384: "tPGtXEC8xEbInWvarnxvJ3fyzeXwRDS0QjGUts+TGQ9I8OCxiqsv9lxTS3mEN6um",
    },
    Library {
        package: "@jspsych/plugin-html-keyboard-response",
        version: "2.2.0",
        file: "dist/index.browser.min.js",
        sha384: "nazmsslHjLyP2P00IhO151BuH6B/BV+Qtzc3l1h4kFvS9nRP7TuLknK45FN6VzZi",
    },
    Library {
        package: "@jspsych/plugin-virtual-chinrest",
        version: "3.1.0",
        file: "dist/index.browser.min.js",
        sha384: "5ydHDiinI8s/5e4XsUa9BFojC1jXRzPLCU8R5eBZ49kHLCLv4+d3cwZiV0npNnSZ",
    },
];

/// The lines of `index.html` that load them.
pub(super) fn html(from_network: bool) -> String {
    let address = |library: &Library| {
        let Library { package, version, file, sha384 } = library;
        if from_network {
            format!(
                "https://cdn.jsdelivr.net/npm/{package}@{version}/{file}\" integrity=\"sha384-{sha384}\" crossorigin=\"anonymous"
            )
        } else {
            format!("node_modules/{package}/{file}")
        }
    };
    let scripts = SCRIPTS.iter().map(|library| format!("    <script defer src=\"{}\"></script>", address(library)));
    let style = format!("    <link rel=\"stylesheet\" href=\"{}\" />", address(&STYLE));
    scripts.chain([style]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_are_those_of_the_lock_file() {
        let lock = include_str!("page/package-lock.json");
        let packages = include_str!("page/package.json");
        for library in SCRIPTS.iter().chain([&STYLE]) {
            assert!(
                packages.contains(&format!("\"{}\": \"{}\"", library.package, library.version)),
                "{}",
                library.package
            );
            assert!(lock.contains(&format!(
                "\"node_modules/{}\": {{\n      \"version\": \"{}\"",
                library.package, library.version
            )));
        }
        assert!(!lock.contains("resolved"), "addresses of downloads are those of whoever made the file");
        assert_eq!(html(true).matches("integrity=\"sha384-").count(), SCRIPTS.len() + 1);
    }
}
