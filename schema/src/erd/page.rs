//! A page of documentation about the tables of one dataset.

use super::{Attribute, Diagram, mermaid};

/// Writes the page. The picture is expected beside it, as `<dataset>.svg`.
pub fn write(diagram: &Diagram) -> String {
    let name = &diagram.name;
    let mut page = format!(
        "<!-- Written by `tolva schema erd {name} --format markdown`. -->\n\n# Tables of {name}\n\n\
         {}\n\n![The tables of {name} and how they refer to one another]({name}.svg)\n",
        one_line(&diagram.title)
    );
    for (at, entity) in diagram.entities.iter().enumerate() {
        page.push_str(&format!(
            "\n## {}\n\n| column | type | | |\n|---|---|---|---|\n",
            entity.name
        ));
        for (column, attribute) in entity.attributes.iter().enumerate() {
            page.push_str(&row(diagram, (at, column), attribute));
        }
    }
    if !diagram.links.is_empty() {
        page.push_str("\n## References\n\n");
        for link in &diagram.links {
            page.push_str(&format!("- {}\n", diagram.in_words(link)));
        }
    }
    page.push_str(&format!("\n## As Mermaid\n\n```mermaid\n{}```\n", mermaid::write(diagram)));
    page
}

fn row(diagram: &Diagram, place: (usize, usize), attribute: &Attribute) -> String {
    let parent = diagram.links.iter().find(|link| link.child == place).map(|link| {
        let parent = &diagram.entities[link.parent.0];
        format!(" → `{}.{}`", parent.name, parent.attributes[link.parent.1].name)
    });
    format!(
        "| `{}` | {}{} | {} | {} |\n",
        attribute.name,
        attribute.kind,
        if attribute.nullable { ", may be unknown" } else { "" },
        attribute.marks.join(", "),
        parent.unwrap_or_default().trim_start(),
    )
}

/// A title may have line ends; a paragraph must not begin anything else.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
