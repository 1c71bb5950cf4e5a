//! A crate for tests that open a folder.
mod broken;

/// # Safety
/// `p` must point to a byte.
pub unsafe fn read(p: *const u8) -> u8 {
    // SAFETY: the caller promises it.
    unsafe { *p }
}
