trait A<'a, T = Self>: Clone where T: Copy { type B: Iterator<Item: Copy>; const N: usize = 1 << 3; fn f<U>(&self, u: U) -> Self::B; }
impl<'a, T: ?Sized> A<'a> for Box<T> where [u8; 3]: Sized { type B = std::vec::IntoIter<u8>; fn f<U>(&self, u: U) -> Self::B { loop {} } }
#[derive(Clone, Copy)] #[repr(u8)] enum E<const N: usize = 3> { X = 1, Y(u8), Z { a: [u16; N] } }
struct S<T: Iterator>(Option<T::Item>, dyn Fn(&u8) -> &u8 + Send, for<'b> fn(&'b T));
impl<T> Drop for S<T> where T: Iterator { fn drop(&mut self) {} }
const fn g(n: u32) -> u32 { let mut i = 0; while i < n { i += match i { 0..=3 => 1, _ => 2 }; } i }
struct R([u8; g(7) as usize], Vec<R>);
