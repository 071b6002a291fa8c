//! A diagram as Mermaid's `erDiagram` (<https://mermaid.js.org/syntax/entityRelationshipDiagram.html>).

use super::{Attribute, Diagram, Link};

/// Writes the diagram, with a line end after the last line.
pub fn write(diagram: &Diagram) -> String {
    let mut text = String::from("erDiagram\n");
    for entity in &diagram.entities {
        text.push_str(&format!("    \"{}\" {{\n", entity.name));
        for attribute in &entity.attributes {
            text.push_str(&format!("        {}\n", self::attribute(attribute)));
        }
        text.push_str("    }\n");
    }
    for link in &diagram.links {
        text.push_str(&format!(
            "    \"{}\" {} \"{}\" : \"{}\"\n",
            diagram.entities[link.parent.0].name,
            line(link),
            diagram.entities[link.child.0].name,
            diagram.entities[link.child.0].attributes[link.child.1].name,
        ));
    }
    text
}

fn attribute(attribute: &Attribute) -> String {
    let mut text = format!("{} {}", attribute.kind, column(&attribute.name));
    if !attribute.marks.is_empty() {
        text.push_str(&format!(" {}", attribute.marks.join(", ")));
    }
    if attribute.nullable {
        text.push_str(" \"null\"");
    }
    text
}

/// Mermaid takes these names for marks, in whatever case, and columns cannot be quoted.
fn column(name: &str) -> String {
    match name {
        "pk" | "fk" | "uk" => format!("{name}_"),
        _ => name.to_owned(),
    }
}

fn line(link: &Link) -> String {
    let parent = if link.optional { "|o" } else { "||" };
    let child = if link.single { "o|" } else { "o{" };
    format!("{parent}{}{child}", if link.identifying { "--" } else { ".." })
}
