"a" "\n\r\t\\\0\'\"" "\x7f\u{1F980}\u{_1_}" "line \
   continued" b"bytes\xff" c"c string\u{e9}" r"raw" r#"ra"w"# r##"a"#b"## br"x" br#"y"# cr"z" cr##"w"## "suffix"u8 'a' '\'' '\u{41}' b'a' b'\xff' '' 'ab' '\' 'x'suffix
