//! The files that are checked in are those that the program makes.

use std::error::Error;
use std::fs;
use std::path::Path;
use tolva_samples::standard;

#[test]
fn checked_in_files_equal_what_the_program_makes() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for made in standard::write_all(folder.path())? {
        let name = made.strip_prefix(folder.path())?;
        assert!(
            fs::read(&made)? == fs::read(here.join(name))?,
            "{} is out of date: cargo run -p tolva-samples -- all",
            name.display()
        );
    }
    Ok(())
}

#[test]
fn no_file_is_checked_in_that_the_program_does_not_make() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    standard::write_all(folder.path())?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["relationships", "employees"] {
        for file in fs::read_dir(here.join(name))? {
            let file = Path::new(name).join(file?.file_name());
            assert!(folder.path().join(&file).exists(), "{}", file.display());
        }
    }
    Ok(())
}
