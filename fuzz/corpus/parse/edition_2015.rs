trait T { fn f(u8, &str) -> u8; fn async(self); }
fn dyn(try: u8) -> Box<T + Send> { let await = 1; async() }
mod gen {}
type A = ::std::vec::Vec<dyn>;
