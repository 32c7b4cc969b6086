//! The dashboard: the alarms' state on top, below it a graph a metric, four in a row.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.

use serde_json::{Value, json};

use super::context::Context;
use super::resources::seconds;
use crate::alerts::Alert;
use crate::resource::dashboard::Dashboard;

/// The grid has 24 columns.
const COLUMNS: usize = 24;
const GRAPHS_IN_A_ROW: usize = 4;
const GRAPH_HEIGHT: usize = 5;

/// One graph on the dashboard.
struct Graph {
    /// The alert's name.
    name: String,
    title: String,
    /// In seconds.
    period: i32,
}

impl Context<'_> {
    /// The dashboard by its name alone, to be read or deleted.
    pub fn dashboard_probe(&self) -> Dashboard {
        let (partition, account) = (
            &self.delivery.scheme.partition,
            &self.delivery.scheme.account,
        );
        let name = self.delivery.scheme.base();
        Dashboard {
            region: self.delivery.region.clone(),
            arn: format!("arn:{partition}:cloudwatch::{account}:dashboard/{name}"),
            name,
            body: Value::Null,
        }
    }

    /// A dashboard of the alerts that are wanted, and of those that exist already, in the catalogue's order whatever is
    /// wanted.
    pub fn dashboard(&self) -> Dashboard {
        let known = self.options.catalogue.known.alerts.iter();
        let mut graphs: Vec<Graph> = known.filter_map(|alert| self.graph_of(alert)).collect();
        for alarm in self.alarms() {
            let settings = &alarm.settings;
            // By its name: what it counts may be about to be fixed.
            let name = settings.alarm_name.strip_prefix(&self.named(""));
            let name = name.unwrap_or(&settings.alarm_name);
            if !graphs.iter().any(|graph| graph.name == name) {
                graphs.push(Graph {
                    name: name.to_owned(),
                    title: Alert::title_of(&settings.alarm_description).to_owned(),
                    period: settings.period,
                });
            }
        }
        Dashboard {
            body: self.body(&graphs),
            ..self.dashboard_probe()
        }
    }

    /// The graph of an alert of the catalogue, if it is wanted or exists.
    fn graph_of(&self, alert: &Alert) -> Option<Graph> {
        let wanted = &self.options.catalogue;
        let name = self.named(&alert.name);
        let mut chosen = wanted.chosen.alerts.iter();
        let chosen = chosen.find(|other| other.name == alert.name);
        let alarm = self.alarm(&name);
        if chosen.is_none() && alarm.is_none() && self.filter(&name).is_none() {
            return None;
        }
        let given = chosen.is_some_and(|alert| wanted.is_period_given(alert));
        let kept = alarm.filter(|_| !given);
        let period = seconds(chosen.unwrap_or(alert));
        Some(Graph {
            name: alert.name.clone(),
            title: alert.title.clone(),
            period: kept.map_or(period, |alarm| alarm.settings.period),
        })
    }

    fn body(&self, graphs: &[Graph]) -> Value {
        let rows = graphs.len().div_ceil(8);
        let state_height = 1 + rows;
        let arns = graphs
            .iter()
            .map(|graph| self.delivery.alarm_arn(&self.named(&graph.name)));
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
                    "region": self.delivery.region,
                    "view": "timeSeries",
                    "stacked": false,
                    "stat": "Sum",
                    "period": graph.period,
                    "metrics": [[self.delivery.scheme.base(), graph.name]],
                },
            })
        });
        let widgets: Vec<Value> = std::iter::once(state).chain(graphs).collect();
        json!({ "widgets": widgets })
    }
}
