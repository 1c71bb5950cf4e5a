async fn a() -> u8 { b().await }
fn c() { let f = async { 1 }; let g = async move |x| x; let h = async || {}; }
async unsafe fn d() {}
trait T { async fn m(&self); fn n() -> impl Future<Output = ()> + Send; }
fn e() -> impl AsyncFn(u8) -> u8 { async |x| x }
