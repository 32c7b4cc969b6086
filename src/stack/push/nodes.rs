//! The graph: which resources the stack keeps or deletes, and which needs which.

use super::context::Context;
use crate::stack::After;
use crate::stack::graph::{At, Graph, Intent, Node};

impl Context<'_> {
    /// Adds what should exist.
    pub fn keep(&self, graph: &mut Graph, intent: Intent) {
        let group = self.delivery.keep(graph, intent, self.exists()).group;
        let own_group = graph.add(Node::new(self.own_log_group(), intent));
        let logs = self.log_streams().into_iter();
        let logs: Vec<_> = logs
            .map(|stream| graph.add(Node::new(stream, intent).needs([own_group])))
            .collect();
        let bucket = match self.is_others_bucket() {
            true => Node::read(self.bucket()),
            false => Node::new(self.bucket(), intent),
        };
        let bucket = graph.add(bucket);
        let role = graph.add(Node::new(self.firehose_role(), intent));
        let stream = Node::new(self.stream(), intent);
        let function = self.keep_function(graph, intent);
        let stream = graph.add(stream.needs(logs).needs([bucket, role]).needs(function));
        let role = graph.add(Node::new(self.logs_role(), intent));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs(group).needs([stream, role]));
    }

    /// Adds the function, if one transforms the records.
    fn keep_function(&self, graph: &mut Graph, intent: Intent) -> Option<At> {
        if !self.is_by_lambda() {
            return None;
        }
        let group = graph.add(Node::new(self.function_log_group(), intent));
        let role = graph.add(Node::new(self.function_role(), intent));
        Some(graph.add(Node::new(self.function(), intent).needs([group, role])))
    }

    /// Adds what is deleted: the filter first, then the stream. What the trail delivers stays as long as others read it,
    /// and the backup bucket stays.
    pub fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        let is_shared = !self.other_users().is_empty();
        let trail_role = (!is_shared).then(|| self.delivery.delete(graph));
        let own_group = graph.add(Node::new(self.own_log_group(), intent));
        let firehose_role = graph.add(Node::new(self.firehose_role(), intent));
        let function_group = graph.add(Node::new(self.function_log_group(), intent));
        let function_role = graph.add(Node::new(self.function_role(), intent));
        let function = Node::new(self.function(), intent).needs([function_group, function_role]);
        let function = graph.add(function);
        let stream = Node::new(self.stream(), intent);
        let stream = graph.add(stream.needs([own_group, firehose_role, function]));
        let logs_role = graph.add(Node::new(self.logs_role(), intent));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs([stream, logs_role]));
        if let Some(role) = trail_role {
            // Its policy says where all of it is, so it is deleted last.
            graph.all_need(role);
        }
    }

    /// What exists once the plan was carried out.
    pub fn after(&self) -> After {
        let region = &self.delivery.region;
        let endpoint = self.options.endpoint.clone();
        let found = self.splunk().map(|splunk| splunk.endpoint.clone());
        let endpoint = endpoint.or(found).unwrap_or_default();
        After {
            exists: vec![
                ("group", format!("{} in {region}", self.delivery.group)),
                ("stream", format!("{} to {endpoint}", self.name())),
                ("bucket", format!("{} for what fails", self.bucket().name)),
            ],
            next: vec!["show push".to_owned()],
        }
    }
}
