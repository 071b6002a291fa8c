//! The parts of an Office Open XML workbook (ECMA-376, part 2): which one holds a sheet.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::read::ReadError;

/// Calls `see` for each element of a part, until it gives `false`.
pub fn elements(
    part: impl Read,
    mut see: impl FnMut(&BytesStart<'_>) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    let mut depth = 0_u64;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        match event {
            Ok(Event::Start(ref element) | Event::Empty(ref element)) => {
                depth += u64::from(matches!(event, Ok(Event::Start(_))));
                if !see(element)? {
                    return Ok(());
                }
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) if depth > 0 => {
                return Err(ReadError::Damaged("a part of it was cut short".to_owned()));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(ReadError::Damaged(error.to_string())),
        }
    }
}

/// An attribute by its local name.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|text| text.into_owned())
}

/// The archive at `path`.
pub fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, ReadError> {
    ZipArchive::new(BufReader::new(File::open(path)?))
        .map_err(|error| ReadError::Damaged(error.to_string()))
}

/// The name of the part that holds the sheet called `sheet`.
pub fn of_sheet(
    archive: &mut ZipArchive<BufReader<File>>,
    sheet: &str,
) -> Result<String, ReadError> {
    let mut id = None;
    elements(part(archive, "xl/workbook.xml")?, |element| {
        if element.local_name().as_ref() == "sheet"
            && attribute(element, "name").as_deref() == Some(sheet)
        {
            id = attribute(element, "id");
        }
        Ok(id.is_none())
    })?;
    related(archive, "xl/_rels/workbook.xml.rels", id, sheet)
}

/// The name of the part that relation `id` leads to: the one of the sheet called `sheet`.
pub fn related(
    archive: &mut ZipArchive<BufReader<File>>,
    relations: &str,
    id: Option<String>,
    sheet: &str,
) -> Result<String, ReadError> {
    let missing = || ReadError::Damaged(format!("the sheet {sheet} has no part"));
    let id = id.ok_or_else(missing)?;
    let mut target = None;
    elements(part(archive, relations)?, |element| {
        if attribute(element, "Id").as_ref() == Some(&id) {
            target = attribute(element, "Target");
        }
        Ok(target.is_none())
    })?;
    let target = target.ok_or_else(missing)?;
    Ok(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// A part, by its name.
pub fn part<'a>(
    archive: &'a mut ZipArchive<BufReader<File>>,
    name: &str,
) -> Result<impl Read + 'a, ReadError> {
    archive.by_name(name).map_err(|error| ReadError::Damaged(format!("{name}: {error}")))
}
