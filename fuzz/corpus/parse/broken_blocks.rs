fn a( {
fn b() { let x = ; let = 3 }
struct S { a: , b u8 c: u8
impl { fn x( }
enum E { A( , B }
fn c() { if { } else while match { => , 1 => } }
use a::{b, ::c
) ] }
fn after() {}
