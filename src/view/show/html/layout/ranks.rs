//! Which boxes are connected, and how far down each is.

use super::{GAP, Line, Size, WIDEST};

/// A line between two boxes of different ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub upper: usize,
    pub lower: usize,
    /// Whether it leads from the lower one to the upper one.
    pub is_upward: bool,
}

impl Edge {
    /// The line without its places.
    pub fn line(&self) -> Line {
        let (from, to) = match self.is_upward {
            true => (self.lower, self.upper),
            false => (self.upper, self.lower),
        };
        Line {
            from,
            to,
            stops: Vec::new(),
            is_upward: self.is_upward,
        }
    }
}

/// The edges, each once and none from a box to itself, turned so that they make no circle.
pub fn edges(count: usize, pairs: &[(usize, usize)]) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for (from, to) in pairs.iter().copied() {
        let known = edges.iter().any(|edge| {
            let line = edge.line();
            (line.from, line.to) == (from, to)
        });
        if known || from == to || from >= count || to >= count {
            continue;
        }
        let is_upward = reaches(&edges, to, from);
        let (upper, lower) = if is_upward { (to, from) } else { (from, to) };
        edges.push(Edge {
            upper,
            lower,
            is_upward,
        });
    }
    edges
}

/// Whether one box is below another.
fn reaches(edges: &[Edge], from: usize, to: usize) -> bool {
    let (mut seen, mut left) = (vec![from], vec![from]);
    while let Some(at) = left.pop() {
        for edge in edges.iter().filter(|edge| edge.upper == at) {
            if edge.lower == to {
                return true;
            }
            if !seen.contains(&edge.lower) {
                seen.push(edge.lower);
                left.push(edge.lower);
            }
        }
    }
    false
}

/// The boxes by what connects them, in the order of the first of each part.
pub fn parts(count: usize, edges: &[Edge]) -> Vec<Vec<usize>> {
    let mut part: Vec<usize> = (0..count).collect();
    for edge in edges {
        let (one, other) = (part[edge.upper], part[edge.lower]);
        let (first, second) = (one.min(other), one.max(other));
        for it in part.iter_mut().filter(|it| **it == second) {
            *it = first;
        }
    }
    let parts = (0..count).map(|first| {
        let same = (0..count).filter(|at| part[*at] == first);
        same.collect::<Vec<usize>>()
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// By number of the box, how far down it is: below all that leads to it, and just above what it leads to if nothing
/// leads to it. A rank that is too wide becomes two.
pub fn ranks(sizes: &[Size], part: &[usize], edges: &[Edge]) -> Vec<usize> {
    let mut ranks = vec![0; sizes.len()];
    // No path has more edges than there are boxes.
    for _ in part {
        for edge in edges {
            ranks[edge.lower] = ranks[edge.lower].max(ranks[edge.upper] + 1);
        }
    }
    for number in part {
        let below = edges.iter().filter(|edge| edge.upper == *number);
        let below = below.map(|edge| ranks[edge.lower]).min();
        let is_first = edges.iter().all(|edge| edge.lower != *number);
        if let Some(below) = below.filter(|_| is_first) {
            ranks[*number] = below - 1;
        }
    }
    split(sizes, part, &mut ranks);
    ranks
}

/// Moves what has no room in a rank to one of its own below.
fn split(sizes: &[Size], part: &[usize], ranks: &mut [usize]) {
    let mut rank = 0;
    while part.iter().any(|number| ranks[*number] >= rank) {
        let mut width = 0;
        let mut moved = Vec::new();
        for number in part.iter().filter(|number| ranks[**number] == rank) {
            let wider = width + sizes[*number].width;
            match width > 0 && wider > WIDEST {
                true => moved.push(*number),
                false => width = wider + GAP,
            }
        }
        rank += 1;
        if !moved.is_empty() {
            for number in part {
                if ranks[*number] >= rank {
                    ranks[*number] += 1;
                }
            }
            moved.iter().for_each(|number| ranks[*number] = rank);
        }
    }
}
