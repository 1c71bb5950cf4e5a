/// # Safety
/// Be careful.
pub unsafe fn f(p: *const u8) -> u8 {
    // SAFETY: promised.
    unsafe { *p }
}
unsafe extern "C" { pub safe fn a(); pub unsafe fn b(x: i32, ...); static X: u8; pub safe static Y: u8; type T; }
extern "system" { fn c(); }
unsafe trait T {}
unsafe impl T for u8 {}
unsafe mod odd {}
static mut S: u8 = 0;
fn g() { unsafe { S += 1; core::arch::asm!("nop", options(nomem)) } }
