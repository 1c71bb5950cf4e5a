// The macros of alloc; the attributes are explained in std_macros_core.rs.

#[macro_export]
macro_rules! vec {
    () => ($crate::vec::Vec::new());
    ($element:expr; $count:expr) => ($crate::vec::from_elem($element, $count));
    ($($element:expr),+ $(,)?) => (
        $crate::boxed::box_assume_init_into_vec_unsafe(
            $crate::intrinsics::write_box_via_move($crate::boxed::Box::new_uninit(), [$($element),+])
        )
    );
}

#[macro_export]
macro_rules! format {
    ($($all:tt)*) => {
        $crate::__export::must_use({
            $crate::fmt::format($crate::__export::format_args!($($all)*))
        })
    }
}
