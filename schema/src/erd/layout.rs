//! Where the boxes of a diagram stand: in layers from left to right, parents before children.
//!
//! A small version of what Sugiyama, Tagawa and Toda described in 1981: a reference that passes a layer
//! takes a lane in it, and each layer is put into the order of its neighbours' mean. Whole numbers and
//! stable sorting make the same diagram look the same everywhere.

use super::{Diagram, Entity, Link};

/// The height of a box's heading.
pub const HEADING: i32 = 28;
/// The height of a column in a box.
pub const ROW: i32 = 20;
/// The width of a character of the (monospaced) font.
pub const CHARACTER: i32 = 8;
/// White space around the diagram and inside of boxes.
pub const MARGIN: i32 = 12;
/// The width of the place for `PK` and its like.
pub const MARKS: i32 = 6 * CHARACTER;
const GAP_BETWEEN_LAYERS: i32 = 110;
const GAP_IN_LAYER: i32 = 28;
const LANE: i32 = 12;
const SWEEPS: usize = 4;

/// A box, or the whole picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// The places of everything.
#[derive(Debug)]
pub struct Layout {
    pub width: i32,
    pub height: i32,
    /// One for each entity.
    pub boxes: Vec<Rectangle>,
    /// One for each link: points from parent to child, two for each gap that it crosses.
    pub lines: Vec<Vec<(i32, i32)>>,
}

/// What stands in a layer: an entity, or the lane of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Entity(usize),
    Lane(usize),
}

/// What an item needs, in the units of the picture.
fn size(diagram: &Diagram, item: Item) -> (i32, i32) {
    match item {
        Item::Entity(entity) => box_size(&diagram.entities[entity]),
        Item::Lane(_) => (0, LANE),
    }
}

fn box_size(entity: &Entity) -> (i32, i32) {
    let names = entity.attributes.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let kinds = entity.attributes.iter().map(|one| super::svg::kind(one).len()).max().unwrap_or(0);
    let columns = MARKS + (names + kinds + 2) as i32 * CHARACTER;
    let heading = (entity.name.len() + 1) as i32 * CHARACTER;
    (columns.max(heading) + 2 * MARGIN, HEADING + entity.attributes.len() as i32 * ROW + 6)
}

/// Finds the places.
pub fn of(diagram: &Diagram) -> Layout {
    let levels = levels(diagram);
    let layers = ordered(diagram, &levels);
    let mut boxes = vec![Rectangle { x: 0, y: 0, width: 0, height: 0 }; diagram.entities.len()];
    let heights: Vec<i32> = layers.iter().map(|layer| height(diagram, layer)).collect();
    let tallest = heights.iter().copied().max().unwrap_or(0);
    let mut lanes: Vec<Vec<(i32, i32, i32)>> = vec![Vec::new(); diagram.links.len()];
    let mut x = MARGIN;
    for (layer, height) in layers.iter().zip(heights) {
        let width = layer.iter().map(|item| size(diagram, *item).0).max().unwrap_or(0);
        let mut y = MARGIN + (tallest - height) / 2;
        for item in layer {
            let height = size(diagram, *item).1;
            match *item {
                Item::Entity(entity) => boxes[entity] = Rectangle { x, y, width, height },
                Item::Lane(link) => lanes[link].push((x, x + width, y + height / 2)),
            }
            y += height + GAP_IN_LAYER;
        }
        x += width + GAP_BETWEEN_LAYERS;
    }
    let line = |(link, lanes): (&Link, &Vec<(i32, i32, i32)>)| {
        let (parent, child) = (boxes[link.parent.0], boxes[link.child.0]);
        let mut points = vec![(parent.x + parent.width, row(parent, link.parent.1))];
        points.extend(lanes.iter().flat_map(|(left, right, y)| [(*left, *y), (*right, *y)]));
        points.push((child.x, row(child, link.child.1)));
        points
    };
    let lines = diagram.links.iter().zip(&lanes).map(line).collect();
    Layout { width: x - GAP_BETWEEN_LAYERS + MARGIN, height: tallest + 2 * MARGIN, boxes, lines }
}

/// The middle of a column's row.
pub fn row(place: Rectangle, column: usize) -> i32 {
    place.y + HEADING + column as i32 * ROW + ROW / 2
}

/// One more than that of the farthest parent; parents are declared before children.
fn levels(diagram: &Diagram) -> Vec<usize> {
    let mut levels = vec![0; diagram.entities.len()];
    for entity in 0..levels.len() {
        let parents = diagram.links.iter().filter(|link| link.child.0 == entity);
        levels[entity] = parents.map(|link| levels[link.parent.0] + 1).max().unwrap_or(0);
    }
    levels
}

fn height(diagram: &Diagram, layer: &[Item]) -> i32 {
    let items: i32 = layer.iter().map(|item| size(diagram, *item).1).sum();
    items + GAP_IN_LAYER * (layer.len() as i32 - 1)
}

fn ordered(diagram: &Diagram, levels: &[usize]) -> Vec<Vec<Item>> {
    let count = levels.iter().copied().max().map_or(0, |deepest| deepest + 1);
    let mut layers: Vec<Vec<Item>> = vec![Vec::new(); count];
    for (entity, level) in levels.iter().enumerate() {
        layers[*level].push(Item::Entity(entity));
    }
    // The neighbours of an item in the layer before and in the layer after it.
    let mut joints: Vec<(Item, Item)> = Vec::new();
    for (index, link) in diagram.links.iter().enumerate() {
        let mut before = Item::Entity(link.parent.0);
        for layer in &mut layers[levels[link.parent.0] + 1..levels[link.child.0]] {
            layer.push(Item::Lane(index));
            joints.push((before, Item::Lane(index)));
            before = Item::Lane(index);
        }
        joints.push((before, Item::Entity(link.child.0)));
    }
    for _ in 0..SWEEPS {
        for at in 1..count {
            let (before, after) = layers.split_at_mut(at);
            sort(&mut after[0], &before[at - 1], |item, other| joints.contains(&(other, item)));
        }
        for at in (1..count).rev() {
            let (before, after) = layers.split_at_mut(at);
            sort(&mut before[at - 1], &after[0], |item, other| joints.contains(&(item, other)));
        }
    }
    layers
}

/// Sorts a layer by the mean place of each item's neighbours; one without any stays about where it is.
fn sort(layer: &mut [Item], other: &[Item], joined: impl Fn(Item, Item) -> bool) {
    const SCALE: usize = 1000;
    let mut keyed: Vec<(usize, Item)> = Vec::new();
    for (at, item) in layer.iter().enumerate() {
        let places: Vec<usize> =
            (0..other.len()).filter(|place| joined(*item, other[*place])).collect();
        let mean = match places.len() {
            0 => at * SCALE,
            count => places.iter().sum::<usize>() * SCALE / count,
        };
        keyed.push((mean, *item));
    }
    keyed.sort_by_key(|(mean, _)| *mean);
    for (slot, (_, item)) in layer.iter_mut().zip(keyed) {
        *slot = item;
    }
}
