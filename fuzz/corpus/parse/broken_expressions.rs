fn f() {
    a + ; * b ; 1 2 3 ; foo(1, , 2 ; bar[ ; x. ; y.. .. z ; a < b < c ; a = = b
    S { a: , .. } ; |x ; match ; for in ; let ; &'a x ; 'a: 1 ; a ? b : c ; a <> b ; not a ; a and b
    "unterminated
