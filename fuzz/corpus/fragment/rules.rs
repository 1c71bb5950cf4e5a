macro_rules! r { ($a:expr, $($b:tt)*) => { $a $(.$b)* }; (@x $c:ty) => [ { $c } ]; } macro m($x:ident) { $x }
#[attr(a = 1, b(c), "d")] fn f() { g!{ h!( i![ j ] ) } }
