//! Delimiters, quotes, comments, headers and ends, sniffed and declared.

use super::Folder;
use super::contract::items;

pub fn files() -> Folder {
    let mut folder = Folder::new("dialect");
    delimiters(&mut folder);
    quotes(&mut folder);
    headers(&mut folder);
    ends(&mut folder);
    folder
}

fn delimiters(to: &mut Folder) {
    to.file("comma.csv", "code,name,amount\na,one,1\nb,two,2.5\n");
    to.file("semicolon.csv", "code;name;amount\na;one;1\nb;two, and more;2.5\n");
    to.file("tab.tsv", "code\tname\tamount\na\tone, two; three\t1\nb\ttwo\t2.5\n");
    to.file("tab_in_txt.txt", "code\tname\tamount\na\tone\t1\nb\ttwo\t2.5\n");
    to.file("tab_in_csv.csv", "code\tname\tamount\na\tone\t1\nb\ttwo\t2.5\n");
    to.file("pipe.txt", "code|name|amount\na|one|1\nb|two, or 2; three|2.5\n");
    to.file(
        "comma_among_quoted_semicolons.csv",
        "code,name,amount\na,\"x;y;z;x;y;z\",1\nb,\"x;y;z;x;y;z\",2\nc,\"x;y\",3\n",
    );
    to.file(
        "semicolon_among_commas.csv",
        "code;name;amount\na;Ruiz, Ana, Dr., Madrid;1\nb;Gil, Eva, Dr., Burgos;2\n",
    );
    let comma = items().instead(r#"name = "amount", type = "number", decimalChar = ",""#);
    to.with("decimal_comma.csv", comma, "code;name;amount\na;one;1,5\nb;two;2,25\nc;three;-0,1\n");
    let comma = items().source("decimalChar = \",\"\ngroupChar = \".\"");
    to.with(
        "decimal_comma_of_the_source.csv",
        comma,
        "code;name;amount\na;one;1.234.567,5\nb;two;12,25\nc;three;1.5\n",
    );
    to.with(
        "decimal_comma_in_quotes.csv",
        items().source("decimalChar = \",\""),
        "code,name,amount\na,one,\"1,5\"\nb,two,\"2,25\"\n",
    );
    to.with(
        "declared_semicolon.csv",
        items().source("delimiter = \";\""),
        "code;name;amount\na;x,y,z;1\n",
    );
    to.with(
        "declared_colon.txt",
        items().source("delimiter = \":\""),
        "code:name:amount\na:one, two:1\nb:two;2:2\n",
    );
    to.with(
        "declared_caret.txt",
        items().source("delimiter = \"^\""),
        "code^name^amount\na^one^1\n",
    );
    to.with(
        "declared_comma_file_has_semicolons.csv",
        items().source("delimiter = \",\""),
        "code;name;amount\na;one;1\n",
    );
    to.with("one_column.csv", items().only(1), "code\na\nb\n");
    to.with("one_column_with_commas.csv", items().only(1), "code\n\"a,b\"\n\"c;d\"\n");
    to.file("excel_says_which.csv", "sep=;\ncode;name;amount\na;one;1\n");
}

fn quotes(to: &mut Folder) {
    to.file(
        "quoted.csv",
        "\"code\",\"name\",\"amount\"\r\n\"a\",\"one, \"\"two\"\"\",\"1\"\r\n\"b\",\"\",\"2\"\r\n",
    );
    to.with(
        "single_quotes.csv",
        items().source("quote = \"'\""),
        "code,name,amount\na,'one, two',1\nb,'it''s',2\nc,\"three\",3\n",
    );
    to.with(
        "no_quotes.csv",
        items().source("quote = \"none\""),
        "code,name,amount\na,\"5\" pipe,1\nb,\"two\",2\nc,\"three,3\n",
    );
    to.with(
        "escape.csv",
        items().source("escape = \"\\\\\""),
        "code,name,amount\na,\"say \\\"hi\\\", you\",1\nb,\"back\\\\slash\",2\n",
    );
    to.file("backslash_is_text.csv", "code,name,amount\na,C:\\dir\\,1\nb,\"D:\\\",2\n");
    to.with(
        "comments.csv",
        items().source("comment = \"#\""),
        "# made by a machine, on Monday\ncode,name,amount\na,one,1\n#b,two,2\nc,# three,3\n",
    );
    to.file("no_comments.csv", "code,name,amount\n#1,one,1\n#2,two,2\n");
}

fn headers(to: &mut Folder) {
    let preamble = "Stock of items\nmade on 2024-01-31 by Ana\n\n";
    to.file("preamble.csv", format!("{preamble}code,name,amount\na,one,1\nb,two,2\n"));
    to.file(
        "preamble_with_commas.csv",
        "Items, prices, and more, of 2024\nBurgos, Spain, Europe\ncode;name;amount\na;one;1\nb;two;2\n",
    );
    to.with(
        "preamble_skipped.csv",
        items().source("skip_rows = 3"),
        "code,name,amount\nx,not this,0\n\ncode,name,amount\na,one,1\n",
    );
    to.with(
        "header_in_row_three.csv",
        items().source("header = 3"),
        "code,name,amount\nx,not this,0\ncode,name,amount\na,one,1\n",
    );
    let two = |last: u32| {
        items()
            .source(&format!("header = [{}, {last}]", last - 1))
            .instead(r#"name = "code", header = "item code", required = true, maxLength = 40"#)
            .instead(r#"name = "name", header = "item name""#)
            .instead(r#"name = "amount", header = "price net", type = "number""#)
            .field(r#"name = "gross", header = "price gross", type = "number""#)
    };
    to.with(
        "header_of_two_rows.csv",
        two(2),
        "item,,price,\ncode,name,net,gross\na,one,1,1.21\nb,two,2,2.42\n",
    );
    to.with(
        "header_of_two_rows_after_a_title.csv",
        two(3),
        "Prices of items,,,\nitem,,price,\ncode,name,net,gross\na,one,1,1.21\n",
    );
    to.with("no_header.csv", items().source("header = \"none\""), "a,one,1\nb,two,2\n");
    to.file("header_in_other_case.csv", " Code ,NAME,\" amount\"\na,one,1\n");
    to.file("header_in_other_order.csv", "amount,code,name\n1,a,one\n");
    let broken =
        items().instead(r#"name = "code", header = "the code", required = true, maxLength = 40"#);
    to.with("header_with_a_line_break.csv", broken.clone(), "\"the\ncode\",name,amount\na,one,1\n");
    to.with("header_with_nbsp.csv", broken, "the\u{a0}code,name,\u{a0}amount\u{a0}\na,one,1\n");
    to.file("header_with_a_mark_in_quotes.csv", "\u{feff}\"code\",\"name\",\"amount\"\na,one,1\n");
    to.file("header_twice.csv", "code,name,amount,name\na,one,1,uno\n");
    to.file("header_of_nobody_twice.csv", "code,name,amount,note,note\na,one,1,x,y\n");
    to.file("header_missing.csv", "kode,name,amount\na,one,1\n");
    to.file("header_optional_missing.csv", "code,name\na,one\n");
    to.file("header_blank_in_between.csv", "code,,name,amount\na,,one,1\nb,,two,2\n");
    to.file("header_blank_over_values.csv", "code,,name,amount\na,x,one,1\nb,,two,2\n");
    to.file("header_repeated.csv", "code,name,amount\na,one,1\ncode,name,amount\nb,two,2\n");
    to.with(
        "extra_column_refused.csv",
        items().source("extra = \"refuse\""),
        "code,name,amount,note\na,one,1,x\n",
    );
}

fn ends(to: &mut Folder) {
    let lines = "code,name,amount\na,one,1\nb,two,2\n";
    to.with(
        "stop.csv",
        items().source("stop = \"Total*\""),
        format!("{lines}Total,,3\nc,three,3\n"),
    );
    to.with(
        "stop_in_other_case.csv",
        items().source("stop = \"total*\""),
        format!("{lines}TOTAL GENERAL,,3\n"),
    );
    to.with(
        "stop_in_a_later_column.csv",
        items().source("stop = \"Total*\""),
        format!("{lines},Total,3\n"),
    );
    to.with(
        "stop_at_a_blank_line.csv",
        items().source("stop = \"\""),
        format!("{lines}\nnotes of the author,,\n"),
    );
    to.with(
        "stop_list.csv",
        items().source("stop = [\"Sum\", \"Average*\"]"),
        format!("{lines}Average of all,,1.5\nSum,,3\n"),
    );
    to.with(
        "stop_is_not_found.csv",
        items().source("stop = \"Total*\""),
        format!("{lines}Subtotal,,3\n"),
    );
    to.file("totals_are_lines_unless_declared.csv", format!("{lines}Total,,3\n"));
}
