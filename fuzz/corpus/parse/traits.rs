pub unsafe auto trait Marker {}
trait Shape<T = Self>: Sized + for<'a> Fn(&'a u8) + ?Copy where T: Clone {
    const SIDES: u32 = 3;
    const NAME: &'static str;
    type Item<'a>: Iterator<Item = u8> + 'a where Self: 'a;
    fn area(&self) -> f64;
    fn scale(self: Box<Self>, by: f64) -> Self { *self }
    fn by_mut(&'static mut self);
    default_macro!();
}
impl<T> Shape for Vec<T> where T: Shape { type Item<'a> = Iter<'a>; const NAME: &'static str = "v"; fn area(&self) -> f64 { 0.0 } }
impl !Send for Unit {}
unsafe impl<#[may_dangle] T> Drop for Holder<T> { fn drop(&mut self) {} }
impl dyn Shape + Send { pub fn id(&self) {} }
default impl<T> Marker for T {}
trait Alias = Clone + Send where u8: Copy;
