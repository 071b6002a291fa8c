//! What is decided about columns.

use super::*;

/// Words of texts, each on as many lines as it stands here; `=` in front makes a spreadsheet's number.
fn words(texts: &[&str]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for text in texts {
        let (text, sort) = match text.strip_prefix('=') {
            Some(number) => (number, Sort::Number),
            None => (*text, Sort::Text),
        };
        match words.iter_mut().find(|word| word.text == text && word.sort == sort) {
            Some(word) => word.count += 1,
            None => words.push(Word { text: text.to_owned(), sort, count: 1 }),
        }
    }
    words
}

/// The type in short, as a contract would say it.
fn kind(name: &str, texts: &[&str]) -> String {
    let formats = |word: &str, formats: &[String]| match formats {
        [] => word.to_owned(),
        formats => format!("{word} {}", formats.join(" | ")),
    };
    let group =
        |group: Option<char>| group.map(|group| format!(" group {group:?}")).unwrap_or_default();
    match decide(name, &words(texts), None).kind {
        Kind::Text => "string".to_owned(),
        Kind::Integer { group: by } => format!("integer{}", group(by)),
        Kind::Number { decimal, group: by, scale } => {
            let scale = scale.map(|scale| format!(" scale {scale}")).unwrap_or_default();
            format!("number {decimal}{}{scale}", group(by))
        }
        Kind::Boolean { words: None } => "boolean".to_owned(),
        Kind::Boolean { words: Some((yes, no)) } => format!("boolean {yes}/{no}"),
        Kind::Date(of) => formats("date", &of),
        Kind::Time(of) => formats("time", &of),
        Kind::Datetime(of) => formats("datetime", &of),
    }
}

fn check(cases: &[(&str, &[&str], &str)]) {
    for (name, texts, expected) in cases {
        assert_eq!(kind(name, texts), *expected, "{name}: {texts:?}");
    }
}

#[test]
fn digits_that_are_no_quantities_stay_text() {
    check(&[
        ("n", &["1", "2", "-3"], "integer"),
        ("n", &["=1", "=2"], "integer"),
        ("n", &["=1", "2"], "integer"),
        ("n", &["007", "123"], "string"),
        ("n", &["0", "10"], "integer"),
        ("n", &["123456789012345"], "integer"),
        ("n", &["1234567890123456", "1"], "string"),
        ("n", &["=1234567890123456"], "string"),
        ("phone", &["5551234", "5554321"], "string"),
        ("tel_2", &["=600123123"], "string"),
        ("n", &["+34600123123"], "string"),
        ("zip", &["19196", "8014"], "string"),
        ("codigo_postal", &["28001"], "string"),
        ("isbn", &["9783161484100"], "string"),
        ("n", &["1", "two"], "string"),
        ("n", &["=1", "two"], "string"),
        ("n", &["1e5"], "string"),
        ("n", &["12%"], "string"),
    ]);
}

#[test]
fn a_zip_code_is_padded_where_some_lost_zeros() {
    let pad = |texts: &[&str]| decide("zip", &words(texts), None).pad;
    assert_eq!(pad(&["19196", "8014", "55427"]), Some(5));
    assert_eq!(pad(&["=19196", "=8014", "=55427"]), Some(5));
    assert_eq!(pad(&["1234", "8014", "55427"]), None, "most have four digits");
    assert_eq!(pad(&["12345-6789", "8014"]), None);
    assert_eq!(pad(&["SW1A", "8014"]), None);
}

#[test]
fn separators_are_told_by_what_only_one_of_them_can_be() {
    check(&[
        ("n", &["1.5", "2"], "number ."),
        ("n", &["1,5", "2"], "number ,"),
        ("n", &["1,234.50", "7"], "number . group ','"),
        ("n", &["1.234,50"], "number , group '.'"),
        ("n", &["1.234.567"], "integer group '.'"),
        ("n", &["1,234,567", "1,234"], "integer group ','"),
        ("n", &["1 234,5"], "number , group ' '"),
        ("n", &["1 234", "12"], "integer group ' '"),
        ("n", &["1'234.5"], "number . group '\\''"),
        ("n", &["0.123", "0.456"], "number ."),
        ("n", &["1.0", "2.0"], "number ."),
        ("n", &["1.234"], "string"),
        ("n", &["1,234", "12,345"], "string"),
        ("n", &["1.234", "1.23"], "number ."),
        ("n", &["1.5", "1,5"], "string"),
        ("n", &["1."], "string"),
        ("n", &[".5"], "string"),
        ("n", &["00.5"], "string"),
        ("n", &["=0.5", "=0.333333333333333"], "number . scale 15"),
        ("n", &["0.12345678901"], "number . scale 15"),
        ("n", &["0.12345678901234567890123456789"], "string"),
    ]);
    let words = words(&["1.234", "2.345"]);
    let open = decide("n", &words, None);
    assert!(open.wants_decimal && open.notes[0].contains("1.234"), "{open:?}");
    let told = |decimal| decide("n", &words, Some(decimal)).kind;
    assert_eq!(told(','), Kind::Integer { group: Some('.') });
    assert_eq!(told('.'), Kind::Number { decimal: '.', group: None, scale: None });
}

#[test]
fn days_are_days_only_in_one_way() {
    check(&[
        ("d", &["2024-01-31"], "date"),
        ("d", &["31/01/2024", "01/02/2024"], "date %d/%m/%Y"),
        ("d", &["01/31/2024", "01/02/2024"], "date %m/%d/%Y"),
        ("d", &["01/02/2024", "03/04/2024"], "string"),
        ("d", &["31/01/2024", "01/31/2024"], "string"),
        ("d", &["1.2.2024"], "date %d.%m.%Y"),
        ("d", &["3 May 2024", "12 Dec 2023"], "date %d %B %Y"),
        ("d", &["May 3, 2024"], "date %B %d, %Y"),
        ("d", &["13/02/99"], "date %d/%m/%y"),
        ("d", &["01/02/03"], "string"),
        ("d", &["2024-02-30"], "string"),
        ("d", &["20240131"], "integer"),
        ("date", &["20240131", "20240201"], "date %Y%m%d"),
        ("date", &["=20240131"], "date %Y%m%d"),
        ("birth_date", &["20240131", "12345678"], "integer"),
        ("d", &["2024-01-31", "later"], "string"),
    ]);
    let note = &decide("d", &words(&["01/02/2024"]), None).notes[0];
    assert!(note.contains("%d/%m/%Y") && note.contains("%m/%d/%Y"), "{note}");
}

#[test]
fn times_and_moments() {
    check(&[
        ("t", &["10:30:00"], "time"),
        ("t", &["10:30", "9:05"], "time %H:%M"),
        ("t", &["10:30 PM"], "time %I:%M %p"),
        ("t", &["25:30"], "string"),
        ("t", &["10:30:60"], "string"),
        ("m", &["2024-01-31T10:30:00"], "datetime"),
        ("m", &["2024-01-31 10:30:00"], "datetime %Y-%m-%d %H:%M:%S"),
        ("m", &["2024-01-31 10:30:00.5", "2024-01-31 10:30:00"], "datetime %Y-%m-%d %H:%M:%S%.f"),
        ("m", &["31/01/2024 10:30"], "datetime %d/%m/%Y %H:%M"),
        (
            "m",
            &["2024-01-31 10:30:00", "2024-01-31 10:30"],
            "datetime %Y-%m-%d %H:%M:%S%.f | %Y-%m-%d %H:%M",
        ),
        ("m", &["3 May 2024 10:30"], "datetime %d %B %Y %H:%M"),
        ("m", &["2024-01-31T10:30:00Z"], "datetime %Y-%m-%dT%H:%M:%SZ"),
        ("m", &["2024-01-31T10:30:00+02:00"], "string"),
        ("m", &["01/02/2024 10:30"], "string"),
        ("m", &["2024-01-31 ñ:ñ"], "string"),
    ]);
    let note = &decide("m", &words(&["2024-01-31T10:30:00+02:00"]), None).notes[0];
    assert!(note.contains("time zone"), "{note}");
}

#[test]
fn yes_and_no() {
    check(&[
        ("b", &["yes", "no"], "boolean"),
        ("b", &["TRUE", "FALSE"], "boolean"),
        ("b", &["true"], "boolean"),
        ("b", &["Sí", "No"], "boolean"),
        ("b", &["x", "X"], "boolean"),
        ("b", &["x"], "string"),
        ("b", &["Ja", "nein"], "boolean ja/nein"),
        ("b", &["no"], "string"),
        ("b", &["y"], "string"),
        ("b", &["N", "S"], "string"),
        ("b", &["0", "1"], "integer"),
        ("is_open", &["0", "1"], "boolean"),
        ("b", &["yes", "no", "maybe"], "string"),
    ]);
}

#[test]
fn words_for_unknown() {
    let missing = |texts: &[&str]| decide("n", &words(texts), None).missing;
    let cases: &[(&[&str], &str, &[&str])] = &[
        (&["1", "N/A", "2"], "integer", &["N/A"]),
        (&["1.5", "-", "null"], "number .", &["-", "null"]),
        (&["2024-01-31", "unknown"], "date", &["unknown"]),
        (&["one", "None", "n/a"], "string", &["n/a"]),
        (&["N/A"], "string", &[]),
        (&["1", "n/a", "two"], "string", &["n/a"]),
    ];
    for (texts, expected, words) in cases {
        assert_eq!(kind("n", texts), *expected, "{texts:?}");
        assert_eq!(missing(texts), *words, "{texts:?}");
    }
}

#[test]
fn cells_of_a_spreadsheet_are_what_they_are() {
    let of = |sorts: &[(Sort, &str)]| {
        let word =
            |(sort, text): &(Sort, &str)| Word { text: (*text).to_owned(), sort: *sort, count: 1 };
        decide("c", &sorts.iter().map(word).collect::<Vec<_>>(), None)
    };
    let day = (Sort::Day, "2024-01-31T00:00:00");
    let moment = (Sort::Moment, "2024-01-31T10:30:00");
    assert_eq!(of(&[day]).kind, Kind::Date(vec![]));
    assert_eq!(of(&[day, moment]).kind, Kind::Datetime(vec![]));
    assert_eq!(of(&[day, (Sort::Text, "2024-02-01")]).kind, Kind::Date(vec![]));
    assert_eq!(of(&[day, (Sort::Text, "soon")]).kind, Kind::Text);
    assert_eq!(of(&[day, (Sort::Text, "n/a")]).kind, Kind::Date(vec![]));
    assert_eq!(of(&[(Sort::Time, "10:30:00")]).kind, Kind::Time(vec![]));
    assert_eq!(of(&[(Sort::Boolean, "TRUE")]).kind, Kind::Boolean { words: None });
    assert_eq!(of(&[(Sort::Boolean, "TRUE"), (Sort::Number, "1")]).kind, Kind::Text);
    let broken = of(&[(Sort::Number, "1"), (Sort::Broken, "#N/A")]);
    assert_eq!(broken.kind, Kind::Integer { group: None });
    assert!(broken.notes[0].contains("1 cells hold errors"));
    assert!(of(&[]).notes[0].contains("blank"));
}
