fn empty() {}
pub const unsafe extern "C" fn all<'a, T, const N: usize>(mut a: T, (b, c): (u8, u8), &d: &i32, _: ()) -> impl Iterator<Item = &'a T> + 'a where T: Copy + 'static, for<'b> &'b T: Sized { loop {} }
async fn wait(x: impl Future<Output = u8>) -> u8 { x.await }
extern "C" fn callback(data: *mut core::ffi::c_void, code: i32) -> ! { panic!() }
fn generic<F>(f: F) -> <F as FnOnce(u8)>::Output where F: FnOnce(u8) -> u8 { f(1) }
fn patterns([first, .., last]: [u8; 4], Point { x, y: Some(y), .. }: Point) {}
fn variadic_like(args: fn(u8, ...) -> u8) {}
