use proptest::prelude::*;

use super::*;

fn sized(sizes: &[(i32, i32)]) -> Vec<Size> {
    let sizes = sizes.iter();
    sizes
        .map(|(width, height)| Size {
            width: *width,
            height: *height,
        })
        .collect()
}

#[test]
fn a_chain_is_straight_and_its_branches_stand_side_by_side() {
    let sizes = sized(&[(240, 80); 4]);
    let placed = place(&sizes, &[(0, 1), (1, 2), (1, 3)]);
    let places: Vec<String> = placed
        .boxes
        .iter()
        .map(|it| format!("{} {}", it.x, it.y))
        .collect();
    insta::assert_snapshot!(places.join(", "), @"132 0, 132 128, 0 256, 264 256");
    assert_eq!((placed.width, placed.height), (504, 3 * 80 + 2 * TURN));
}

#[test]
fn what_nothing_connects_stands_beside_it() {
    let placed = place(&sized(&[(240, 80); 5]), &[(0, 1)]);
    let places: Vec<String> = placed
        .boxes
        .iter()
        .map(|it| format!("{} {}", it.x, it.y))
        .collect();
    insta::assert_snapshot!(places.join(", "), @"0 0, 0 128, 280 0, 560 0, 0 248");
}

#[test]
fn a_circle_has_one_line_that_leads_up() {
    let placed = place(&sized(&[(240, 80); 3]), &[(0, 1), (1, 2), (2, 0), (1, 1)]);
    let up = placed.lines.iter().filter(|line| line.is_upward);
    let up: Vec<_> = up.map(|line| (line.from, line.to)).collect();
    assert_eq!((up, placed.lines.len()), (vec![(2, 0)], 3));
}

/// Boxes, and edges between any of them.
fn graphs() -> impl Strategy<Value = (Vec<Size>, Vec<(usize, usize)>)> {
    let size = (20..700_i32, 20..300_i32).prop_map(|(width, height)| Size { width, height });
    prop::collection::vec(size, 1..14).prop_flat_map(|sizes| {
        let count = sizes.len();
        let edges = prop::collection::vec((0..count, 0..count), 0..2 * count);
        (Just(sizes), edges)
    })
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    let apart = one.x + one.width <= other.x
        || other.x + other.width <= one.x
        || one.y + one.height <= other.y
        || other.y + other.height <= one.y;
    !apart
}

proptest! {
    #[test]
    fn nothing_overlaps_and_lines_end_at_boxes((sizes, edges) in graphs()) {
        let placed = place(&sizes, &edges);
        for (at, (rect, size)) in placed.boxes.iter().zip(&sizes).enumerate() {
            prop_assert_eq!((rect.width, rect.height), (size.width, size.height));
            prop_assert!(rect.x >= 0 && rect.y >= 0);
            prop_assert!(rect.x + rect.width <= placed.width && rect.y + rect.height <= placed.height);
            for other in &placed.boxes[at + 1..] {
                prop_assert!(!overlap(rect, other), "{rect:?} {other:?}");
            }
        }
        let mut drawn: Vec<_> = placed.lines.iter().map(|line| (line.from, line.to)).collect();
        let mut asked: Vec<_> = edges.iter().copied().filter(|(from, to)| from != to).collect();
        drawn.sort_unstable();
        asked.sort_unstable();
        asked.dedup();
        prop_assert_eq!(drawn, asked);
        for line in &placed.lines {
            check_line(line, &placed.boxes)?;
        }
    }
}

/// A line leaves its upper box at the lower edge, reaches the lower one at the upper edge, and crosses none.
fn check_line(line: &Line, boxes: &[Rect]) -> Result<(), TestCaseError> {
    let (upper, lower) = match line.is_upward {
        true => (boxes[line.to], boxes[line.from]),
        false => (boxes[line.from], boxes[line.to]),
    };
    let (first, last) = (line.stops[0], line.stops[line.stops.len() - 1]);
    let middle = |rect: &Rect| rect.x + rect.width / 2;
    prop_assert_eq!(
        (first.x, first.top),
        (middle(&upper), upper.y + upper.height)
    );
    prop_assert_eq!((last.x, last.bottom), (middle(&lower), lower.y));
    let straight = line
        .stops
        .iter()
        .map(|stop| (stop.x, stop.x, stop.top, stop.bottom));
    let curved = line.stops.windows(2).map(|pair| {
        let (one, next) = (pair[0], pair[1]);
        (one.x.min(next.x), one.x.max(next.x), one.bottom, next.top)
    });
    for (left, right, top, bottom) in straight.chain(curved) {
        prop_assert!(top <= bottom);
        let room = Rect {
            x: left,
            y: top,
            width: right - left + 1,
            height: bottom - top,
        };
        for rect in boxes {
            prop_assert!(bottom == top || !overlap(&room, rect), "{line:?} {rect:?}");
        }
    }
    Ok(())
}
