//! Any text, from a file through the database and out of the API, unchanged.

use tolva_samples::texts::texts;

use crate::database::Backend;
use crate::house::House;

const CONTRACT: &str = r#"version = 1
name  = "texts"
files = ["texts*"]

[[source]]
name   = "lines"
fields = [
  { name = "number", type = "integer", required = true },
  { name = "text" },
]

[[table]]
name = "line"
from = "lines"
key  = ["number"]
"#;

#[test]
fn any_text_comes_out_of_the_api_as_it_stood_in_the_file() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        house.contract("texts", CONTRACT);
        // A NUL is refused by its rule, as the loader's own tests show.
        let texts: Vec<String> = texts().into_iter().filter(|text| !text.contains('\0')).collect();
        let lines = texts
            .iter()
            .enumerate()
            .map(|(at, text)| format!("{at},\"{}\"\n", text.replace('"', "\"\"")));
        let file = format!("number,text\n{}", lines.collect::<String>());
        let file = house.write("elsewhere/texts.csv", file);
        let up = house.up();
        house.drop_into_inbox(&file, "texts/texts.csv");
        up.until_newest("texts", "texts.csv", "loaded");
        let served = up.get("/rest/v1/line?select=text&order=number");
        let served: Vec<&str> = served
            .as_array()
            .expect("rows")
            .iter()
            .filter_map(|row| row["text"].as_str())
            .collect();
        assert_eq!(served.len(), texts.len(), "{backend:?}");
        for (served, text) in served.iter().zip(&texts) {
            assert_eq!(served, text, "{backend:?}");
        }
        up.stop();
    }
}
