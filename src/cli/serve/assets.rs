//! The files of the page, from the folder `page/`. None is read from disk when the server runs.

use crate::report::{CHART_SCRIPT, page_style};

/// Content security policy: the page may load its own files and nothing else, without scripts or styles in the markup.
/// The editor's marks are pictures in its style sheet.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page with its media type.
pub(super) struct Asset {
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Name, type and text of each file; the first is the page.
const FILES: [(&str, &str, &str); 11] = [
    ("", "text/html; charset=utf-8", include_str!("../../../page/index.html")),
    ("page.css", CSS, include_str!("../../../page/page.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../../page/icon.svg")),
    ("main.js", JAVASCRIPT, include_str!("../../../page/main.js")),
    ("engine.js", JAVASCRIPT, include_str!("../../../page/engine.js")),
    ("editor.js", JAVASCRIPT, include_str!("../../../page/editor.js")),
    ("controls.js", JAVASCRIPT, include_str!("../../../page/controls.js")),
    ("answers.js", JAVASCRIPT, include_str!("../../../page/answers.js")),
    ("drag.js", JAVASCRIPT, include_str!("../../../page/drag.js")),
    ("state.js", JAVASCRIPT, include_str!("../../../page/state.js")),
    ("codemirror.js", JAVASCRIPT, include_str!("../../../page/codemirror.js")),
];

/// Returns a file of the page by the name after the token in its address.
pub(super) fn asset(name: &str) -> Option<Asset> {
    match name {
        "report.css" => Some(Asset { kind: CSS, body: page_style().into_bytes() }),
        "charts.js" => Some(Asset { kind: JAVASCRIPT, body: CHART_SCRIPT.as_bytes().to_vec() }),
        _ => {
            let found = FILES.iter().find(|(known, ..)| *known == name);
            found.map(|&(_, kind, text)| Asset { kind, body: text.as_bytes().to_vec() })
        }
    }
}
