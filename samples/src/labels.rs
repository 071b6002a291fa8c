//! Labels of the axes: the Spanish alphabet, counted as spreadsheets count their columns.

const ALPHABET: [char; 27] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'Ñ', 'O', 'P', 'Q', 'R',
    'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
];

/// The number whose label is `Ñ` where the alphabet is complete. From here on the axes disagree.
pub const N_TILDE: u32 = 15;

/// The label of a row, which is also the label in the list of people: `A` … `N`, `Ñ`, `O` … `Z`,
/// `AA` … `AN`, `AÑ`, `AO` …
pub fn row(number: u32) -> String {
    let letters = ALPHABET.len() as u32;
    let mut label = Vec::new();
    let mut rest = number;
    while rest > 0 {
        let digit = (rest - 1) % letters;
        label.push(ALPHABET[digit as usize]);
        rest = (rest - 1) / letters;
    }
    label.iter().rev().collect()
}

/// The label of a column. Whoever typed this axis left `Ñ` out, so all that follow are shifted by
/// one: number 15 is `O` here, and `AÑ` stands at 41 instead of 42.
pub fn column(number: u32) -> String {
    row(if number < N_TILDE { number } else { number + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_the_spanish_alphabet() {
        let labels = [1, 14, 15, 16, 27, 28, 41, 42, 43, 50, 756, 757].map(row);
        assert_eq!(labels, ["A", "N", "Ñ", "O", "Z", "AA", "AN", "AÑ", "AO", "AV", "ZZ", "AAA"]);
    }

    #[test]
    fn columns_agree_until_the_letter_they_lack() {
        for number in 1..N_TILDE {
            assert_eq!(row(number), column(number));
        }
        for number in N_TILDE..2000 {
            assert_ne!(row(number), column(number));
            assert_ne!(column(number), "Ñ");
        }
        assert_eq!(column(41), "AÑ");
    }
}
