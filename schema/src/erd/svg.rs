//! A diagram as a picture that needs nothing else: no script, no font, no other file.

use super::layout::{self, CHARACTER, HEADING, Layout, MARGIN, MARKS, ROW, Rectangle};
use super::{Attribute, Diagram, Entity, Link};

/// The straight ends of a line, where its crow's feet stand.
const STUB: i32 = 20;

/// Light first: what does not know the media query (or the scheme) shows that.
const STYLE: &str = "\
  text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 13px }
  .name { font-weight: bold }
  .line, .foot { stroke-width: 1.5 }
  .loose { stroke-dasharray: 5 4 }
  text { fill: #1f2328 }
  .faint { fill: #57606a }
  .paper { fill: #ffffff }
  .box { fill: #f6f8fa; stroke: #57606a }
  .heading { fill: #dbe7f5; stroke: #57606a }
  .line { fill: none; stroke: #57606a }
  .foot { fill: #ffffff; stroke: #57606a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .faint { fill: #9da7b3 }
    .paper { fill: #0d1117 }
    .box { fill: #161b22; stroke: #9da7b3 }
    .heading { fill: #1f3350; stroke: #9da7b3 }
    .line { stroke: #9da7b3 }
    .foot { fill: #0d1117; stroke: #9da7b3 }
  }
";

/// Draws the diagram.
pub fn write(diagram: &Diagram) -> String {
    let layout = layout::of(diagram);
    let Layout { width, height, .. } = layout;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n<style>\n{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
        escape(&format!("Tables of {}: {}", diagram.name, diagram.title)),
        escape(&description(diagram)),
    );
    for (link, points) in diagram.links.iter().zip(&layout.lines) {
        svg.push_str(&format!("<g>\n<title>{}</title>\n", escape(&diagram.in_words(link))));
        svg.push_str(&line(link, points));
        svg.push_str("</g>\n");
    }
    for (entity, place) in diagram.entities.iter().zip(&layout.boxes) {
        svg.push_str(&self::entity(entity, *place));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The type as it stands in a box.
pub(super) fn kind(attribute: &Attribute) -> String {
    format!("{}{}", attribute.kind, if attribute.nullable { " null" } else { "" })
}

fn description(diagram: &Diagram) -> String {
    let tables: Vec<&str> = diagram.entities.iter().map(|entity| entity.name.as_str()).collect();
    let mut sentences = vec![format!("The tables are {}.", tables.join(", "))];
    sentences.extend(diagram.links.iter().map(|link| format!("{}.", diagram.in_words(link))));
    sentences.join(" ")
}

fn entity(entity: &Entity, place: Rectangle) -> String {
    let Rectangle { x, y, width, height } = place;
    let left = x + MARGIN;
    let mut svg = format!(
        "<g>\n<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>\n\
         <rect class=\"heading\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEADING}\"/>\n\
         <text class=\"name\" x=\"{left}\" y=\"{}\">{}</text>\n",
        y + HEADING - 9,
        entity.name,
    );
    let names = entity.attributes.iter().map(|attribute| attribute.name.len()).max().unwrap_or(0);
    for (at, attribute) in entity.attributes.iter().enumerate() {
        let base = layout::row(place, at) + ROW / 4;
        svg.push_str(&format!(
            "<text class=\"faint\" x=\"{left}\" y=\"{base}\">{}</text>\
             <text x=\"{}\" y=\"{base}\">{}</text>\
             <text class=\"faint\" x=\"{}\" y=\"{base}\">{}</text>\n",
            attribute.marks.join(","),
            left + MARKS,
            attribute.name,
            left + MARKS + (names as i32 + 2) * CHARACTER,
            kind(attribute),
        ));
    }
    svg.push_str("</g>\n");
    svg
}

fn line(link: &Link, points: &[(i32, i32)]) -> String {
    let (mut path, mut end) = (String::new(), (0, 0));
    for gap in points.chunks_exact(2) {
        let [(x1, y1), (x2, y2)] = [gap[0], gap[1]];
        let middle = (x1 + x2) / 2;
        let (from, to) = (x1 + STUB, x2 - STUB);
        path.push_str(&if path.is_empty() { format!("M{x1} {y1}") } else { format!(" H{x1}") });
        path.push_str(&format!(" H{from} C{middle} {y1} {middle} {y2} {to} {y2} H{x2}"));
        end = (x2, y2);
    }
    let loose = if link.identifying { "" } else { " loose" };
    let start = points.first().copied().unwrap_or_default();
    format!(
        "<path class=\"line{loose}\" d=\"{path}\"/>\n{}{}",
        parent_end(start, link.optional),
        child_end(end, link.single)
    )
}

/// One bar and a second one or a circle: exactly one, or at most one.
fn parent_end((x, y): (i32, i32), optional: bool) -> String {
    let (top, bottom) = (y - 6, y + 6);
    let first = format!("<path class=\"line\" d=\"M{0} {top} V{bottom}", x + 6);
    if optional {
        format!("{first}\"/>\n<circle class=\"foot\" cx=\"{}\" cy=\"{y}\" r=\"4\"/>\n", x + 13)
    } else {
        format!("{first} M{0} {top} V{bottom}\"/>\n", x + 11)
    }
}

/// A circle and a bar or a crow's foot: at most one, or any number.
fn child_end((x, y): (i32, i32), single: bool) -> String {
    let (top, bottom) = (y - 6, y + 6);
    let mark = if single {
        format!("M{} {top} V{bottom}", x - 6)
    } else {
        format!("M{x} {top} L{0} {y} L{x} {bottom}", x - 10)
    };
    let circle = if single { x - 13 } else { x - 14 };
    format!(
        "<path class=\"line\" d=\"{mark}\"/>\n\
         <circle class=\"foot\" cx=\"{circle}\" cy=\"{y}\" r=\"4\"/>\n"
    )
}

/// Text for XML, which cannot hold most control characters in any spelling.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            control if control.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
