fn f() { a::<b<c<d>>>(); a < b; (a < b, c > (d)); let x: A<B<C>>= y; if x as usize < y {} ; a::<{ 1 }, -1, 'a', "s", true>(); }
impl<A: B<C = D<E>>, const F: bool> G<A, F> for H<{ F }> where for<'x> A: 'x + I<'x>, [A; 3]: J<K>, {}
fn g<T>(x: impl Fn(T) -> T) -> Option<<T as U>::V> { x::<>::y }
