//! `tolva schema erd`: diagrams.

use tolva_loader::catalog::ContractFile;
use tolva_schema::erd::{Diagram, mermaid, page, svg};

use super::chosen;
use crate::args::ErdFormat;
use crate::exit::Exit;

/// Runs the verb.
pub fn run(
    files: &[ContractFile],
    format: ErdFormat,
    dataset: Option<&str>,
) -> miette::Result<Exit> {
    let outlines: Vec<_> =
        chosen(files, dataset)?.into_iter().map(|file| file.contract.outline(&file.file)).collect();
    let diagram = Diagram::of(&outlines);
    print!(
        "{}",
        match format {
            ErdFormat::Mermaid => mermaid::write(&diagram),
            ErdFormat::Svg => svg::write(&diagram),
            ErdFormat::Markdown => page::write(&diagram),
        }
    );
    Ok(Exit::Done)
}
