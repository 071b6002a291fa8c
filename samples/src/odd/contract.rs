//! Contracts for odd files: one of items, and variations of it.

/// A contract that is put together from lines.
#[derive(Debug, Clone)]
pub struct Contract {
    source: Vec<String>,
    fields: Vec<String>,
}

/// Items with a code, a name and an amount: what a file has unless it says otherwise.
pub fn items() -> Contract {
    Contract {
        source: Vec::new(),
        fields: [
            r#"name = "code",   required = true, maxLength = 40"#,
            r#"name = "name""#,
            r#"name = "amount", type = "number""#,
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

/// A code and one field of every type.
pub fn types() -> Contract {
    let mut contract = items();
    contract.fields.truncate(1);
    contract
        .field(r#"name = "word""#)
        .field(r#"name = "whole",  type = "integer""#)
        .field(r#"name = "exact",  type = "number""#)
        .field(r#"name = "flag",   type = "boolean""#)
        .field(r#"name = "day",    type = "date""#)
        .field(r#"name = "clock",  type = "time""#)
        .field(r#"name = "moment", type = "datetime""#)
}

impl Contract {
    /// With one more line for the source.
    pub fn source(mut self, line: &str) -> Self {
        self.source.push(line.to_owned());
        self
    }

    /// With one more field.
    pub fn field(mut self, line: &str) -> Self {
        self.fields.push(line.to_owned());
        self
    }

    /// With the field that has the same name said otherwise.
    pub fn instead(mut self, line: &str) -> Self {
        let name = |line: &str| line.split('"').nth(1).map(str::to_owned);
        for field in &mut self.fields {
            if name(field) == name(line) {
                line.clone_into(field);
            }
        }
        self
    }

    /// Without the last fields.
    pub fn only(mut self, count: usize) -> Self {
        self.fields.truncate(count);
        self
    }

    /// The name of the last field.
    pub fn last_name(&self) -> &str {
        self.fields.last().and_then(|field| field.split('"').nth(1)).unwrap_or_default()
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let source: String = self.source.iter().map(|line| format!("{line}\n")).collect();
        let fields: String =
            self.fields.iter().map(|field| format!("  {{ {field} }},\n")).collect();
        format!(
            "version = 1\nname    = \"odd\"\nfiles   = [\"*\"]\n\n[[source]]\nname = \"lines\"\n\
             {source}fields = [\n{fields}]\n\n[[table]]\nname = \"item\"\nfrom = \"lines\"\n\
             key  = [\"code\"]\n"
        )
    }
}
