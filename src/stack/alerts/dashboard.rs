//! The dashboard: the alarms' state on top, below it a graph a metric, four in a row.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.

use serde_json::{Value, json};

use super::Names;

/// The grid has 24 columns.
const COLUMNS: usize = 24;
const GRAPHS_IN_A_ROW: usize = 4;
const GRAPH_HEIGHT: usize = 5;

/// One graph on the dashboard.
#[derive(Clone, Debug)]
pub struct Widget {
    /// The alert's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its period, in seconds.
    pub period: i32,
}

/// The body of the dashboard.
pub fn body(names: &Names<'_>, graphs: &[Widget]) -> Value {
    let rows = graphs.len().div_ceil(8);
    let state_height = 1 + rows;
    let arns = graphs
        .iter()
        .map(|graph| names.alarm_arn(&names.alert(&graph.name)));
    let state = json!({
        "type": "alarm", "x": 0, "y": 0, "width": COLUMNS, "height": state_height,
        "properties": {"title": "Alarms", "alarms": arns.collect::<Vec<_>>()},
    });
    let width = COLUMNS / GRAPHS_IN_A_ROW;
    let graphs = graphs.iter().enumerate().map(|(at, graph)| {
        json!({
            "type": "metric",
            "x": at % GRAPHS_IN_A_ROW * width,
            "y": state_height + at / GRAPHS_IN_A_ROW * GRAPH_HEIGHT,
            "width": width,
            "height": GRAPH_HEIGHT,
            "properties": {
                "title": graph.title,
                "region": names.region,
                "view": "timeSeries",
                "stacked": false,
                "stat": "Sum",
                "period": graph.period,
                "metrics": [[names.namespace(), graph.name]],
            },
        })
    });
    let widgets: Vec<Value> = std::iter::once(state).chain(graphs).collect();
    json!({ "widgets": widgets })
}
