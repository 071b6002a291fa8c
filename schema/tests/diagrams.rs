//! Diagrams show what contracts say, and those in `docs/erd/` are up to date.

use std::path::{Path, PathBuf};

use quick_xml::events::{BytesStart, Event};
use tolva_schema::contract::Contract;
use tolva_schema::erd::{Diagram, mermaid, page, svg};

const SHOP: &str = r#"
version = 1
name    = "shop"
title   = "Orders & <customers>,\u0007 since 2001"
files   = ["shop*.csv"]

[[source]]
name = "lines"
fields = [
  { name = "country",  required = true, maxLength = 2 },
  { name = "customer", type = "integer" },
  { name = "tax_no",   unique = true },
  { name = "order_no", type = "integer", required = true },
  { name = "day",      type = "date" },
  { name = "pk",       type = "number", required = true },
]

[[table]]
name    = "country"
from    = "lines"
key     = ["country"]
columns = ["country"]

[[table]]
name       = "customer"
from       = "lines"
id         = "id"
key        = ["customer"]
columns    = ["customer", "tax_no"]

[[table]]
name       = "order"
from       = "lines"
id         = "id"
key        = ["order_no"]
columns    = ["order_no", "day"]
references = { customer_id = "customer" }

[[table]]
name       = "order_line"
from       = "lines"
key        = ["order_id", "pk"]
columns    = ["pk", "country"]
references = { order_id = "order", country = "country" }

[[table]]
name       = "bill"
from       = "lines"
key        = ["order_id"]
references = { order_id = "order" }
"#;

fn diagram(text: &str) -> Diagram {
    Diagram::of(&[Contract::parse("a.toml", text).expect("valid").outline("a.toml")])
}

#[test]
fn the_diagrams_in_the_docs_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    for dataset in ["employees", "relationships"] {
        let diagram = diagram(&read(root.join(format!("datasets/{dataset}.toml"))));
        for (format, extension, expected) in
            [("svg", "svg", svg::write(&diagram)), ("markdown", "md", page::write(&diagram))]
        {
            let path = format!("docs/erd/{dataset}.{extension}");
            assert!(
                read(root.join(&path)) == expected,
                "{path} is out of date: tolva schema erd {dataset} --format {format} > {path}"
            );
        }
    }
}

#[test]
fn every_dataset_has_a_diagram_in_the_docs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for entry in std::fs::read_dir(root.join("datasets")).expect("there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(root.join(format!("docs/erd/{name}.svg")).exists(), "no diagram of {name}");
        }
    }
}

#[test]
fn mermaid_tells_keys_and_how_many() {
    let text = mermaid::write(&diagram(SHOP));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(lines[0], "erDiagram");
    for expected in [
        // A surrogate key leaves the natural one unique; a field may be unique by itself.
        "bigint id PK",
        "bigint customer UK",
        "text tax_no UK \"null\"",
        "date day \"null\"",
        "varchar(2) country FK",
        // Mermaid would take the name for a mark.
        "numeric pk_ PK",
        "bigint order_id PK, FK",
        // Part of the key or not; required or not; alone in the key or not.
        "\"order\" ||--o{ \"order_line\" : \"order_id\"",
        "\"country\" ||..o{ \"order_line\" : \"country\"",
        "\"customer\" |o..o{ \"order\" : \"customer_id\"",
        "\"order\" ||--o| \"bill\" : \"order_id\"",
    ] {
        assert!(lines.contains(&expected), "`{expected}` is not in\n{text}");
    }
    assert!(!text.contains("_hash"), "columns of Tolva's own are nobody's business");
}

/// Everything of a picture that the tests look at.
#[derive(Default)]
struct Picture {
    boxes: Vec<[i32; 4]>,
    size: [i32; 2],
    title: String,
    lines: Vec<String>,
}

fn number(element: &BytesStart, name: &str) -> i32 {
    let value = element.try_get_attribute(name).expect("well-formed").expect("an attribute");
    value.value.parse().expect("a number")
}

/// Reads it as strictly as XML is read: anything that is not well-formed fails.
fn picture(text: &str) -> Picture {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut picture, mut in_title) = (Picture::default(), false);
    loop {
        let event = reader.read_event().expect("well-formed");
        match &event {
            Event::Eof => return picture,
            Event::Start(start) | Event::Empty(start) => {
                let class = start.try_get_attribute("class").expect("well-formed");
                let class = class.map(|class| class.value.into_owned());
                match (start.name().as_ref(), class.as_deref()) {
                    ("svg", _) => {
                        picture.size = ["width", "height"].map(|name| number(start, name));
                    }
                    ("rect", Some("box")) => picture
                        .boxes
                        .push(["x", "y", "width", "height"].map(|name| number(start, name))),
                    ("path", Some("line" | "line loose")) => {
                        let path = start.try_get_attribute("d").expect("well-formed");
                        picture.lines.push(path.expect("a path").value.into_owned());
                    }
                    _ => {}
                }
                in_title = picture.title.is_empty() && start.name().as_ref() == "title";
            }
            Event::End(_) => in_title = false,
            Event::Text(words) if in_title => picture.title += words,
            Event::GeneralRef(name) if in_title => picture.title += &format!("&{};", &**name),
            _ => {}
        }
    }
}

#[test]
fn the_picture_has_parents_to_the_left_and_nothing_on_top_of_anything() {
    let picture = picture(&svg::write(&diagram(SHOP)));
    let [country, customer, order, order_line, bill] = picture.boxes[..] else {
        panic!("five boxes, not {}", picture.boxes.len())
    };
    for (parent, child) in
        [(country, order_line), (customer, order), (order, order_line), (order, bill)]
    {
        assert!(parent[0] + parent[2] < child[0]);
    }
    for (at, one) in picture.boxes.iter().enumerate() {
        assert!(one[0] > 0 && one[0] + one[2] < picture.size[0]);
        assert!(one[1] > 0 && one[1] + one[3] < picture.size[1]);
        for other in &picture.boxes[at + 1..] {
            let beside = |axis: usize| {
                one[axis] + one[axis + 2] < other[axis] || other[axis] + other[axis + 2] < one[axis]
            };
            assert!(beside(0) || beside(1), "{one:?} and {other:?}");
        }
    }
    // From `country`, past the layer of `order`, to `order_line`: not through the box on its way.
    let numbers = |line: &String| -> Vec<i32> {
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
    };
    let past: Vec<i32> = picture
        .lines
        .iter()
        .map(numbers)
        .find(|line| line[0] == country[0] + country[2] && line[1] < country[1] + country[3])
        .expect("its line");
    // M x y H x C x y x y x y: the lane's height is the last of these.
    let lane = past[8];
    assert!(lane < order[1] || lane > order[1] + order[3], "{past:?} crosses {order:?}");
}

#[test]
fn the_picture_needs_nothing_else_and_says_what_it_shows() {
    let text = svg::write(&diagram(SHOP));
    let picture = picture(&text);
    assert_eq!(picture.title, "Tables of shop: Orders &amp; &lt;customers&gt;,  since 2001");
    assert!(
        text.contains("order.customer_id refers to customer.id: at most one customer for each")
    );
    assert!(text.contains("role=\"img\"") && text.contains("prefers-color-scheme: dark"));
    for foreign in ["http://", "https://", "<script", "@import", "url("] {
        let found = text.replace("http://www.w3.org/2000/svg", "").contains(foreign);
        assert!(!found, "{foreign}");
    }
}

#[test]
fn several_datasets_are_drawn_into_one_picture() {
    let [one, other] = ["a", "b"].map(|name| {
        let text = format!(
            "version = 1\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\n\
             source = [{{ name = \"s\", fields = [{{ name = \"x\" }}] }}]\n\
             table = [{{ name = \"{name}_table\", from = \"s\", key = [\"x\"] }}]\n"
        );
        Contract::parse("c.toml", &text).expect("valid").outline("c.toml")
    });
    let diagram = Diagram::of(&[one, other]);
    let text = mermaid::write(&diagram);
    assert!(text.contains("\"a_table\"") && text.contains("\"b_table\""), "{text}");
    let picture = picture(&svg::write(&diagram));
    assert_eq!((picture.boxes.len(), picture.title.as_str()), (2, "Tables of a, b: a; b"));
    // Nothing at all is a picture, too.
    assert!(svg::write(&Diagram::of(&[])).ends_with("</svg>\n"));
}
