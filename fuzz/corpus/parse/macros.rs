#[macro_export]
macro_rules! list {
    () => { Vec::new() };
    ($($x:expr),+ $(,)?) => {{ let mut v = Vec::new(); $(v.push($x);)+ v }};
    (@inner $name:ident : $t:ty = $e:expr; $($rest:tt)*) => { $crate::list!($($rest)*) };
}
macro_rules! m2 ( ($a:lifetime $b:vis) => [ ] );
pub macro decl($x:ident) { fn $x() {} }
fn f() {
    println!("{} {:?}", a >>= b, [c, {d; e}]);
    vec![1; 3];
    std::thread_local! { static X: u8 = 1; }
    matches!(x, Some(_) | None if y);
    empty!();
    nested!(a!(b!{c![d]}));
}
item_macro! { anything @ # $ ~ 'a 'b' ' ' => <- :: }
