//! Where boxes and the lines between them are: a layered layout, from top to bottom.
//!
//! What is connected is laid out together, in five small steps: [ranks], room for lines that pass a rank, the order
//! within a rank, the columns, the rows. Lines leave a box at the middle of its lower edge, reach one at the middle of
//! its upper edge, and cross a rank only through a gap that is kept for them, so that no line crosses a box. The parts
//! then stand side by side or below each other. Nothing here knows what the boxes are about; all units are pixels.

mod columns;
mod order;
mod ranks;

use ranks::Edge;

/// Between boxes side by side.
const GAP: i32 = 24;
/// Between ranks, for lines to turn.
const TURN: i32 = 48;
/// Between parts that nothing connects.
const APART: i32 = 40;
/// The width at which boxes no longer stand side by side; one that is wider alone stays as it is.
pub const WIDEST: i32 = 960;

/// The size of a box.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub width: i32,
    pub height: i32,
}

/// A box in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// A line between two boxes: straight down at each stop, and from stop to stop in a curve.
#[derive(Clone, Debug)]
pub struct Line {
    pub from: usize,
    pub to: usize,
    /// From top to bottom.
    pub stops: Vec<Stop>,
    /// Whether the line leads from its last stop to its first: up, against the others, in a circle.
    pub is_upward: bool,
}

/// A piece of a line that leads straight down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub x: i32,
    pub top: i32,
    pub bottom: i32,
}

/// Boxes and lines in their places.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// In the order of their sizes.
    pub boxes: Vec<Rect>,
    pub lines: Vec<Line>,
    pub width: i32,
    pub height: i32,
}

/// Places boxes of these sizes. Lines from a box to itself, and those to boxes that there are not, are left out.
pub fn place(sizes: &[Size], edges: &[(usize, usize)]) -> Placed {
    let mut placed = Placed {
        boxes: vec![Rect::default(); sizes.len()],
        ..Placed::default()
    };
    let edges = ranks::edges(sizes.len(), edges);
    let (mut x, mut y, mut row) = (0, 0, 0);
    let mut parts = ranks::parts(sizes.len(), &edges);
    // The largest first; what stands alone fills the last rows.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    for part in parts {
        let drawn = Part::new(sizes, &part, &edges);
        if x > 0 && x + drawn.width > WIDEST {
            (x, y, row) = (0, y + row + APART, 0);
        }
        drawn.copy(&part, (x, y), &mut placed);
        placed.width = placed.width.max(x + drawn.width);
        x += drawn.width + APART;
        row = row.max(drawn.height);
    }
    placed.height = y + row;
    placed
}

/// What is connected, in places of its own.
struct Part {
    boxes: Vec<Rect>,
    lines: Vec<Line>,
    width: i32,
    height: i32,
}

/// What takes room in a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// A box, by its number.
    Box(usize),
    /// A line that passes, by its number.
    Line(usize),
}

impl Part {
    fn new(sizes: &[Size], part: &[usize], edges: &[Edge]) -> Self {
        let edges = edges.iter().filter(|edge| part.contains(&edge.upper));
        let edges: Vec<Edge> = edges.copied().collect();
        let ranks = ranks::ranks(sizes, part, &edges);
        let mut layers = layers(part, &ranks, &edges);
        order::sort(&mut layers, &edges);
        let width = |item: &Item| match item {
            Item::Box(number) => sizes[*number].width,
            Item::Line(_) => 0,
        };
        let columns = columns::centers(&layers, &edges, width);
        let mut placed = Self {
            boxes: vec![Rect::default(); sizes.len()],
            lines: edges.iter().map(Edge::line).collect(),
            width: 0,
            height: 0,
        };
        for (layer, centers) in layers.iter().zip(&columns) {
            placed.add(sizes, layer, centers, &edges);
        }
        placed.height -= TURN;
        placed
    }

    /// Adds a rank below the others.
    fn add(&mut self, sizes: &[Size], layer: &[Item], centers: &[i32], edges: &[Edge]) {
        let top = self.height;
        let heights = layer.iter().map(|item| match item {
            Item::Box(number) => sizes[*number].height,
            Item::Line(_) => 0,
        });
        let bottom = top + heights.max().unwrap_or(0);
        for (item, x) in layer.iter().zip(centers) {
            let x = *x;
            match item {
                Item::Line(line) => {
                    self.width = self.width.max(x);
                    self.lines[*line].stops.push(Stop { x, top, bottom });
                }
                Item::Box(number) => {
                    let Size { width, height } = sizes[*number];
                    self.boxes[*number] = Rect {
                        x: x - width / 2,
                        y: top,
                        width,
                        height,
                    };
                    self.width = self.width.max(x - width / 2 + width);
                    for (line, edge) in self.lines.iter_mut().zip(edges) {
                        if edge.lower == *number {
                            line.stops.push(Stop {
                                x,
                                top,
                                bottom: top,
                            });
                        }
                        if edge.upper == *number {
                            let top = top + height;
                            line.stops.push(Stop { x, top, bottom });
                        }
                    }
                }
            }
        }
        self.height = bottom + TURN;
    }

    fn copy(&self, part: &[usize], (right, down): (i32, i32), to: &mut Placed) {
        for number in part {
            let place = self.boxes[*number];
            to.boxes[*number] = Rect {
                x: place.x + right,
                y: place.y + down,
                ..place
            };
        }
        let moved = self.lines.iter().map(|line| {
            let stops = line.stops.iter().map(|stop| Stop {
                x: stop.x + right,
                top: stop.top + down,
                bottom: stop.bottom + down,
            });
            Line {
                stops: stops.collect(),
                ..line.clone()
            }
        });
        to.lines.extend(moved);
    }
}

/// The ranks with what takes room in each: its boxes, and the lines that pass it.
fn layers(part: &[usize], ranks: &[usize], edges: &[Edge]) -> Vec<Vec<Item>> {
    let last = part.iter().map(|number| ranks[*number]).max();
    let mut layers = vec![Vec::new(); last.map_or(0, |last| last + 1)];
    for number in part {
        layers[ranks[*number]].push(Item::Box(*number));
    }
    for (line, edge) in edges.iter().enumerate() {
        for layer in &mut layers[ranks[edge.upper] + 1..ranks[edge.lower]] {
            layer.push(Item::Line(line));
        }
    }
    layers
}

#[cfg(test)]
mod tests;
