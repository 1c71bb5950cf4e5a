'a 'static '_ 'r#fn 'ab' 'a'b 'a'a 'é '1 'a.b 'r#a' '' ' '
