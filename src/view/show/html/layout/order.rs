//! The order within ranks, so that lines cross rarely: each item goes to the mean place of what it is connected with, in
//! turns down and up.

use super::Item;
use super::ranks::Edge;

const TURNS: usize = 4;

/// Sorts the items of each rank.
pub fn sort(layers: &mut [Vec<Item>], edges: &[Edge]) {
    for _ in 0..TURNS {
        for at in 1..layers.len() {
            let (above, below) = layers.split_at_mut(at);
            by_neighbours(&mut below[0], &above[at - 1], edges);
        }
        for at in (1..layers.len()).rev() {
            let (above, below) = layers.split_at_mut(at);
            by_neighbours(&mut above[at - 1], &below[0], edges);
        }
    }
}

fn by_neighbours(layer: &mut [Item], others: &[Item], edges: &[Edge]) {
    let (own, count) = (layer.to_vec(), layer.len());
    let place = |item: &Item| {
        let near = others.iter().enumerate();
        let near = near.filter(|(_, other)| are_connected(item, other, edges));
        let near: Vec<usize> = near.map(|(at, _)| at).collect();
        let at = own.iter().position(|it| it == item).unwrap_or(0);
        match near.len() {
            // On the scale of the others, as far along as it is among its own.
            0 => (at * others.len()) as f64 / count as f64,
            number => near.iter().sum::<usize>() as f64 / number as f64,
        }
    };
    layer.sort_by(|one, other| place(one).total_cmp(&place(other)));
}

/// Whether a line leads from one to the other, of items in neighbouring ranks.
pub fn are_connected(one: &Item, other: &Item, edges: &[Edge]) -> bool {
    match (one, other) {
        (Item::Line(one), Item::Line(other)) => one == other,
        (Item::Line(line), Item::Box(number)) | (Item::Box(number), Item::Line(line)) => {
            let edge = edges[*line];
            edge.upper == *number || edge.lower == *number
        }
        (Item::Box(one), Item::Box(other)) => {
            let pair = |edge: &Edge| (edge.upper, edge.lower);
            let mut pairs = edges.iter().map(pair);
            pairs.any(|pair| pair == (*one, *other) || pair == (*other, *one))
        }
    }
}
