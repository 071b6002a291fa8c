//! Line ends, blank lines, ragged lines, quotes that go wrong, and files with next to nothing.

use super::Folder;
use super::contract::items;

pub fn files() -> Folder {
    let mut folder = Folder::new("lines");
    ends(&mut folder);
    ragged(&mut folder);
    quotes(&mut folder);
    extremes(&mut folder);
    folder
}

fn ends(to: &mut Folder) {
    let text = |end: &str| ["code,name,amount", "a,one,1", "b,two,2", ""].join(end);
    to.file("crlf.csv", text("\r\n"));
    to.file("lone_cr.csv", text("\r"));
    to.file("mixed_ends.csv", "code,name,amount\r\na,one,1\nb,two,2\rc,three,3\r\n");
    to.file("mixed_ends_wrong_value.csv", "code,name,amount\r\na,one,1\nb,two,2\rc,three,x\r\n");
    to.file("no_final_end.csv", text("\n").trim_end());
    to.file("many_final_ends.csv", format!("{}\n\n\r\n\n", text("\n")));
    to.file("crcrlf.csv", text("\r\r\n"));
    to.file("breaks_in_quotes.csv", "code,name,amount\na,\"o\nn\r\ne\r!\",1\nb,\"\n\",2\n");
    to.file("line_separators_are_text.csv", "code,name,amount\na,o\u{2028}n\u{85}e\u{b}\u{c},1\n");
    to.file("control_z_at_the_end.csv", "code,name,amount\na,one,1\n\u{1a}");
    to.file("blank_lines.csv", "\n\ncode,name,amount\n\na,one,1\n\n\nb,two,2\n\n");
    to.file("blank_lines_of_commas.csv", "code,name,amount\n,,\na,one,1\n,,\n,,,,\nb,two,2\n");
    to.file("blank_lines_of_spaces.csv", "code,name,amount\n   \na,one,1\n\t\nb,two,2\n");
}

fn ragged(to: &mut Folder) {
    to.file("short_lines.csv", "code,name,amount\na\nb,two\nc,three,3\n");
    to.file("long_line.csv", "code,name,amount\na,one,1,extra\nb,two,2\n");
    to.file("trailing_commas.csv", "code,name,amount,,\na,one,1,,\nb,two,2,,\n");
    to.file("trailing_comma_of_lines.csv", "code,name,amount\na,one,1,\nb,two,2,\n");
    to.file("trailing_comma_of_the_header.csv", "code,name,amount,\na,one,1\nb,two,2\n");
    to.file("leading_comma.csv", ",code,name,amount\n,a,one,1\n,b,two,2\n");
    to.file("spaces_around.csv", "code , name , amount\na , one , 1 \nb,  two,\t2\n");
    let trimmed = items()
        .instead(r#"name = "code", required = true, maxLength = 40, transforms = ["trim"]"#)
        .instead(r#"name = "name", transforms = ["trim", "collapse"]"#);
    to.with("spaces_trimmed.csv", trimmed, "code,name,amount\n a ,\u{a0}one \u{3000} two ,1\n");
    let kept = items().instead(r#"name = "name", missingValues = ["NULL"], transforms = ["trim"]"#);
    to.with(
        "empty_is_not_unknown.csv",
        kept,
        "code,name,amount\na,  ,1\nb,NULL,2\nc,,3\nd,\"\",4\n",
    );
    to.file("same_line_twice.csv", "code,name,amount\na,one,1\na,one,1\nb,two,2\n");
    to.file("same_key_twice.csv", "code,name,amount\na,one,1\na,uno,1\nb,two,2\n");
    to.file("no_key.csv", "code,name,amount\n,one,1\nb,two,2\n");
    to.file("two_tables_in_one_file.csv", "code,name,amount\na,one,1\n\nplace,town\nx,Burgos\n");
}

fn quotes(to: &mut Folder) {
    to.file("quote_in_the_middle.csv", "code,name,amount\na,5\" pipe,1\nb,the \"best\" one,2\n");
    to.file("quote_in_the_middle_and_comma.csv", "code,name,amount\na,the \"x, y\",1\nb,two,2\n");
    to.file("text_after_a_quote.csv", "code,name,amount\na,\"one\" two,1\nb,\"two\"  ,2\n");
    to.file("space_before_a_quote.csv", "code,name,amount\na, \"one\",1\nb, \"x, y\",2\n");
    to.file("quote_not_doubled.csv", "code,name,amount\na,\"say \"hi\" now\",1\nb,two,2\n");
    to.file("quote_never_closed.csv", "code,name,amount\na,one,1\nb,\"two,2\nc,three,3\n");
    to.file("quote_never_closed_at_the_end.csv", "code,name,amount\na,one,1\nb,two,\"");
    to.file("only_quotes.csv", "code,name,amount\na,\"\"\"\",1\nb,\"\"\"\"\"\",2\n");
    to.file("curly_quotes_are_text.csv", "code,name,amount\na,“one”,1\nb,«two»,2\n");
    to.file("zeros_kept_by_a_formula.csv", "code,name,amount\na,=\"007\",1\n");
}

fn extremes(to: &mut Folder) {
    to.file("empty.csv", "");
    to.file("empty.tsv", "");
    to.file("only_a_mark.csv", "\u{feff}");
    to.file("only_a_header.csv", "code,name,amount\n");
    to.file("only_blank_lines.csv", "\n\r\n\n");
    to.file("only_spaces.csv", "   ");
    to.file("only_a_quote.csv", "\"");
    to.file("only_blank_values.csv", "code,name,amount\n,,\n,,\n");
    to.file("only_a_line_without_header.csv", "a,one,1\n");
    to.file("long_text.csv", format!("code,name,amount\na,{},1\n", "ñ".repeat(40_000)));
    to.file("long_key.csv", format!("code,name,amount\n{},one,1\nb,two,2\n", "k".repeat(41)));
    let numbers: Vec<String> = (1..=3_000).map(|at| format!("c{at}")).collect();
    let wide = format!("code,{},amount\na{},1\n", numbers.join(","), ",".repeat(3_000));
    to.with("many_columns.csv", items().source("extra = \"ignore\""), wide);
    let prose = "This is no table. It is a letter, that somebody wrote to somebody else.\n\
                 Dear Ana,\nthe figures will follow tomorrow; I hope that is well with you.\nEva\n";
    to.file("a_letter.txt", prose);
}
