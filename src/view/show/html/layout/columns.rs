//! How far right the items of each rank are: as near as they can be to the middle of what they are connected with,
//! in their order and with room between them. Turns up and down alternate; the last goes down, so that chains are
//! straight.

use super::order::are_connected;
use super::ranks::Edge;
use super::{GAP, Item};

const TURNS: usize = 9;

/// The middle of each item, rank by rank; the leftmost edge is 0.
pub fn centers(
    layers: &[Vec<Item>],
    edges: &[Edge],
    width: impl Fn(&Item) -> i32,
) -> Vec<Vec<i32>> {
    let half = |item: &Item| f64::from(width(item)) / 2.0;
    let offsets: Vec<Vec<f64>> = layers.iter().map(|layer| offsets(layer, half)).collect();
    let mut centers: Vec<Vec<f64>> = offsets.clone();
    for centers in &mut centers {
        let middle = centers.last().copied().unwrap_or(0.0) / 2.0;
        centers.iter_mut().for_each(|center| *center -= middle);
    }
    for turn in 0..TURNS {
        for step in 1..layers.len() {
            let (at, near) = match turn % 2 {
                0 => (step, step - 1),
                _ => (layers.len() - 1 - step, layers.len() - step),
            };
            let wanted = wanted(layers, &centers, at, near, edges);
            centers[at] = nearest(&wanted, &offsets[at]);
        }
    }
    let all = layers.iter().zip(&centers);
    let edges = all.flat_map(|(layer, centers)| {
        let both = layer.iter().zip(centers);
        both.map(|(item, center)| center - half(item))
    });
    let left = edges.fold(f64::INFINITY, f64::min);
    let rounded = |center: &f64| (center - left).ceil() as i32;
    let layers = centers.iter().map(|layer| layer.iter().map(rounded));
    layers.map(Iterator::collect).collect()
}

/// The least distance of each item from the first.
fn offsets(layer: &[Item], half: impl Fn(&Item) -> f64) -> Vec<f64> {
    let mut offsets = Vec::new();
    let mut at = 0.0;
    for (number, item) in layer.iter().enumerate() {
        if number > 0 {
            at += half(&layer[number - 1]) + f64::from(GAP) + half(item);
        }
        offsets.push(at);
    }
    offsets
}

/// Where each item of a rank would be, below or above what it is connected with in another, if it had the rank for itself.
fn wanted(
    layers: &[Vec<Item>],
    centers: &[Vec<f64>],
    at: usize,
    near: usize,
    edges: &[Edge],
) -> Vec<f64> {
    let items = layers[at].iter().zip(&centers[at]);
    let wanted = items.map(|(item, center)| {
        let others = layers[near].iter().zip(&centers[near]);
        let others = others.filter(|(other, _)| are_connected(item, other, edges));
        let places: Vec<f64> = others.map(|(_, place)| *place).collect();
        match places.len() {
            0 => *center,
            count => places.iter().sum::<f64>() / count as f64,
        }
    });
    wanted.collect()
}

/// The places nearest to those wanted (least squares) that keep the order and the distances: the method of pooling
/// adjacent violators, of what is left of the places without the distances.
fn nearest(wanted: &[f64], offsets: &[f64]) -> Vec<f64> {
    // Runs of items that touch: the sum of their places, and how many they are.
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(offsets) {
        let mut run = (wanted - offset, 1);
        while let Some(before) = runs.pop() {
            if before.0 / before.1 as f64 <= run.0 / run.1 as f64 {
                runs.push(before);
                break;
            }
            run = (before.0 + run.0, before.1 + run.1);
        }
        runs.push(run);
    }
    let places = runs
        .iter()
        .flat_map(|(sum, count)| std::iter::repeat_n(sum / *count as f64, *count));
    places
        .zip(offsets)
        .map(|(place, offset)| place + offset)
        .collect()
}
