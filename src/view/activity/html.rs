//! The report as one HTML file: what is counted goes in as data, and the page's scripts draw it.

use serde::Serialize;

use crate::activity::facets::Facets;
use crate::activity::report::Report;
use crate::view::page::{BASE, Page, embedded};

const BODY: &str = include_str!("page/body.html");

const STYLES: [&str; 4] = [
    BASE,
    include_str!("page/style.css"),
    include_str!("page/timeline.css"),
    include_str!("page/tables.css"),
];

/// In the order in which they need each other, in a block of their own that keeps their names from the page.
const SCRIPTS: [&str; 10] = [
    "\"use strict\";\n{",
    include_str!("page/text.js"),
    include_str!("page/cells.js"),
    include_str!("page/events.js"),
    include_str!("page/tables.js"),
    include_str!("page/facets.js"),
    include_str!("page/sections.js"),
    include_str!("page/timeline.js"),
    include_str!("page/main.js"),
    "}",
];

/// How long the data may be, in bytes, so that the page stays below 3 MB.
const MOST: usize = 2_700_000;

/// How many rows lists may have: as many as the data leave room for.
const ROWS: [usize; 6] = [1000, 500, 200, 100, 50, 20];

/// What the page's scripts read.
#[derive(Serialize)]
struct Data<'r> {
    #[serde(flatten)]
    report: &'r Report,
    facets: &'r Option<Facets>,
}

impl Data<'_> {
    /// # Panics
    /// Never: texts, numbers, lists and maps by name can be written as JSON.
    fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written as JSON")
    }
}

/// A file that shows the report; with facets, its tables can be filtered.
/// Where all of it would be too long, layers of combinations are left out, then rows.
pub fn html(mut report: Report, mut facets: Option<Facets>) -> String {
    if let Some(facets) = &mut facets {
        facets.shorten(MOST / 2);
    }
    let fits = ROWS.into_iter().find_map(|rows| {
        report.shorten(rows);
        let data = Data {
            report: &report,
            facets: &facets,
        };
        let data = data.json();
        let fits = embedded(&data).len() <= MOST;
        (fits || rows == ROWS[ROWS.len() - 1]).then_some(data)
    });
    let page = Page {
        title: "CloudTrail activity",
        styles: &STYLES,
        body: BODY.to_owned(),
        data: fits,
        scripts: &SCRIPTS,
    };
    page.html()
}
