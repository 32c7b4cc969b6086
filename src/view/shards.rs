//! How many shards a data stream needs, and what of them is used.

use serde_json::{Value, json};

use super::table::table;
use crate::stack::central::shards::{Load, Use};
use crate::words::{counted, thousands};

/// The number, and a table of what is needed and provided.
pub fn text(load: &Load, width: Option<usize>) -> String {
    let shards = load.shards();
    let rows = load.uses().map(|one| {
        let [needed, provided] = [one.needed, provided(&one, shards)].map(thousands);
        [one.what.to_owned(), needed, provided, one.unit.to_owned()]
    });
    let uses = table(["", "NEEDED", "PROVIDED", ""], rows, width);
    let number = counted(usize::try_from(shards).unwrap_or(usize::MAX), "shard");
    format!("{number}: ctadmin create central --shards {shards}\n\n{uses}")
}

/// The same for programs.
pub fn json(load: &Load) -> Value {
    let shards = load.shards();
    let uses = load.uses().map(|one| {
        json!({
            "what": one.what,
            "unit": one.unit,
            "needed": one.needed,
            "provided": provided(&one, shards),
        })
    });
    json!({ "shards": shards, "uses": uses })
}

fn provided(one: &Use, shards: u64) -> u64 {
    one.of_shard.saturating_mul(shards)
}
