//! What is wrong or doubtful in the sample files, and where it stands.

use tolva_samples::relationships::{Version, facts, standard};
use tolva_schema::finding::{Severity, column_letters};

use crate::look::texts;
use crate::world::{mission, on_every_backend, samples};

const SHEET: &str = "Matriz de adyacencia";

on_every_backend!(
    the_dirt_of_the_first_version_is_found_where_it_stands,
    |world: World| async move {
        world.contract("relationships.toml", &mission("relationships")).await;
        let dropped =
            world.drop_file("relationships", &samples().join("relationships/v1.xlsx")).await;
        assert_eq!((dropped.report.rejected, dropped.report.held), (0, 0));
        // The person who is related to themselves: number 9 in row 11, column K.
        assert_eq!(
            world.found_by(dropped.load, "diagonal").await,
            [format!("diagonal at {SHEET}!K11: 1")]
        );
        // The list follows the rows but for number 38; the columns are one ahead from number 15 on.
        let labels = world.found_by(dropped.load, "labels_agree").await;
        assert_eq!(labels.len(), 36 + 1, "{labels:?}");
        assert!(labels.contains(&format!("labels_agree at {SHEET}!B40: AK")), "{labels:?}");
        assert!(labels.contains(&format!("labels_agree at {SHEET}!Q2: O")), "{labels:?}");
        assert!(!labels.iter().any(|label| label.contains("!P2")), "{labels:?}");
        // Pairs that contradict each other: told once, at the cell that is read second.
        let contradictions = world.found_by(dropped.load, "symmetric").await;
        let expected = standard(Version::V1).contradictions();
        assert!(expected.contains(&facts::CONTRADICTION));
        assert_eq!(contradictions.len(), expected.len());
        for (from, to) in expected {
            let place = format!(" at {SHEET}!{}{}:", column_letters(from + 2), to + 2);
            assert!(contradictions.iter().any(|text| text.contains(&place)), "{place}");
        }
        let all = world.ledger.findings(dropped.load, 0, 20_000).await.expect("findings are read");
        assert!(all.iter().all(|finding| finding.severity == Severity::Warning));
        assert_eq!(dropped.report.warnings, all.len() as u64);
        let contradiction = all.iter().find(|finding| finding.place.to_string().ends_with("!C8"));
        let message = &contradiction.expect("F→A").message;
        assert_eq!(message, &format!("6→1 is 0 and 1→6 ({SHEET}!H3) is 1"));
    }
);

on_every_backend!(
    the_errors_of_the_fourth_version_are_found_where_they_stand,
    |world: World| async move {
        world.contract("relationships.toml", &mission("relationships")).await;
        let dropped =
            world.drop_file("relationships", &samples().join("relationships/v4.xlsx")).await;
        // Row of number 4, column of number 8: nobody before them is gone.
        assert_eq!(
            world.found_by(dropped.load, "type").await,
            [format!("type at {SHEET}!J6: quizás")]
        );
        let duplicates = world.found_by(dropped.load, "duplicate").await;
        assert_eq!(duplicates.len(), 1, "{duplicates:?}");
        assert!(duplicates[0].starts_with("duplicate at Personas!"), "{duplicates:?}");
        // Number 99 heads the last row and the last column, and nobody in the list has it.
        let references = world.found_by(dropped.load, "reference").await;
        assert!(references.iter().all(|text| text.ends_with(": 99")), "{references:?}");
        let workbook = standard(Version::V4);
        let (rows, columns) = (workbook.rows.len() as u32, workbook.columns.len() as u32);
        let (last_row, last_column) = (rows + 2, column_letters(columns + 2));
        let unknown: Vec<(u32, u32)> = workbook
            .cells()
            .filter(|(from, to, cell)| {
                (*from == facts::UNKNOWN || *to == facts::UNKNOWN)
                    && from != to
                    && **cell != tolva_samples::relationships::Cell::Blank
            })
            .map(|(from, to, _)| (from, to))
            .collect();
        assert_eq!(references.len(), unknown.len());
        let on_axis = |text: &&String| {
            text.contains(&format!("{last_row}: ")) || text.contains(&format!("!{last_column}"))
        };
        assert!(references.iter().all(|text| on_axis(&text)), "{references:?}");
        assert_eq!(dropped.report.rejected, unknown.len() as u64 + 1);
    }
);

on_every_backend!(
    two_lines_that_describe_a_person_differently_are_told,
    |world: World| async move {
        world.contract("employees.toml", &mission("employees")).await;
        let dropped = world.drop_file("employees", &samples().join("employees/v2.csv")).await;
        assert_eq!(world.found(dropped.load).await, ["duplicate at line 48"]);
        let findings = world.ledger.findings(dropped.load, 0, 10).await.expect("findings are read");
        let message = &findings[0].message;
        assert!(message.contains("line 45") && message.contains("employee"), "{message}");
        let cities = world.lines("employee", &["email", "city"]).await;
        assert!(texts(&cities).contains(&"irving.birchmore@example.net|Thorn Valley"));
    }
);

on_every_backend!(bad_states_are_refused_with_their_places, |world: World| async move {
    world.contract("employees.toml", &mission("employees")).await;
    let dropped = world.drop_file("employees", &samples().join("employees/v3.csv")).await;
    let mut found = world.found(dropped.load).await;
    found.retain(|text| !text.starts_with("duplicate"));
    assert_eq!(
        found,
        [
            "pattern at line 12, column 6: XYZ",
            "pattern at line 58, column 6: 1",
            "required at line 111, column 6"
        ]
    );
    assert_eq!(dropped.report.rejected, 3);
    let states = world.lines("employee", &["state"]).await;
    assert!(states.iter().all(|state| state.len() == 2));
    let zips = world.lines("employee", &["zip"]).await;
    assert!(zips.iter().all(|zip| zip.len() == 5) && zips.iter().any(|zip| zip.starts_with('0')));
});
