fn main() {
    ;;
    let x;
    let y: u8 = 1;
    let Some(z) = opt else { return };
    #[cfg(test)] let w = 2;
    fn nested() {}
    struct Local;
    use a::b;
    macro_call! { braces }
    macro_call!(parens);
    macro_call![brackets].len();
    if a { b } else { c }
    match x { 1 => {} _ => () }
    unsafe { d() }.e();
    { 1 } - 1;
    while let Some(i) = it.next() { continue }
    'outer: for (i, j) in pairs { break 'outer; }
    x
}
