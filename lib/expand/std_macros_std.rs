// The macros of std; the attributes are explained in std_macros_core.rs.

#[macro_export]
#[rustc_builtin_macro(std_panic)]
macro_rules! panic {
    ($($all:tt)*) => {};
}

#[lives_in = "panic"]
#[rustc_macro_transparency = "semiopaque"]
pub macro panic_2015 {
    () => ({ $crate::rt::begin_panic("explicit panic") }),
    ($value:expr $(,)?) => ({ $crate::rt::begin_panic($value); }),
    ("{}", $value:expr $(,)?) => ({ $crate::rt::panic_display(&$value); }),
    ($format:expr, $($rest:tt)+) => ({
        $crate::rt::panic_fmt($crate::const_format_args!($format, $($rest)+));
    }),
}

// ---- Printing ------------------------------------------------------------------------------------------------

#[macro_export]
macro_rules! print {
    ($($all:tt)*) => {{ $crate::io::_print($crate::format_args!($($all)*)); }};
}

#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($all:tt)*) => {{ $crate::io::_print($crate::format_args_nl!($($all)*)); }};
}

#[macro_export]
macro_rules! eprint {
    ($($all:tt)*) => {{ $crate::io::_eprint($crate::format_args!($($all)*)); }};
}

#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($all:tt)*) => {{ $crate::io::_eprint($crate::format_args_nl!($($all)*)); }};
}

#[macro_export]
macro_rules! dbg {
    () => { $crate::eprintln!("[{}:{}:{}]", $crate::file!(), $crate::line!(), $crate::column!()) };
    ($value:expr $(,)?) => {
        match $value {
            tmp => {
                $crate::eprintln!("[{}:{}:{}] {} = {:#?}",
                    $crate::file!(), $crate::line!(), $crate::column!(), $crate::stringify!($value),
                    &&tmp as &dyn $crate::fmt::Debug,
                );
                tmp
            }
        }
    };
    ($($value:expr),+ $(,)?) => { ($($crate::dbg!($value)),+,) };
}

// ---- Collections and errors ----------------------------------------------------------------------------------

#[macro_export]
macro_rules! repetition_utils {
    (@count $($item:tt),*) => {{ [$($crate::repetition_utils!(@replace $item => ())),*].len() }};
    (@replace $from:tt => $to:tt) => { $to }
}

#[macro_export]
macro_rules! hash_map {
    () => {{ $crate::collections::HashMap::new() }};
    ($( $key:expr => $value:expr ),* $(,)?) => {{
        let mut map = $crate::collections::HashMap::with_capacity(
            const { $crate::repetition_utils!(@count $($key),*) }
        );
        $( map.insert($key, $value); )*
        map
    }}
}

#[lives_in = "io::error"]
#[rustc_macro_transparency = "semiopaque"]
pub macro const_error($kind:expr, $message:expr $(,)?) {
    $crate::hint::must_use($crate::io::Error::from_static_message(
        const { &$crate::io::SimpleMessage { kind: $kind, message: $message } },
    ))
}

// ---- Thread locals -------------------------------------------------------------------------------------------

// One variable at a time, each as the targets do it that have #[thread_local].
#[macro_export]
macro_rules! thread_local {
    () => {};

    ($(#[$attr:meta])* $vis:vis static $name:ident: $type:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis const $name: $crate::thread::LocalKey<$type> = {
            const __RUST_STD_INTERNAL_INIT: $type = $init;

            unsafe {
                $crate::thread::LocalKey::new(const {
                    if $crate::mem::needs_drop::<$type>() {
                        |_| {
                            #[thread_local]
                            static __RUST_STD_INTERNAL_VAL: $crate::thread::local_impl::EagerStorage<$type>
                                = $crate::thread::local_impl::EagerStorage::new(__RUST_STD_INTERNAL_INIT);
                            __RUST_STD_INTERNAL_VAL.get()
                        }
                    } else {
                        |_| {
                            #[thread_local]
                            static __RUST_STD_INTERNAL_VAL: $type = __RUST_STD_INTERNAL_INIT;
                            &__RUST_STD_INTERNAL_VAL
                        }
                    }
                })
            }
        };
        $($crate::thread_local!($($rest)*);)?
    };

    ($(#[$attr:meta])* $vis:vis static $name:ident: $type:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis const $name: $crate::thread::LocalKey<$type> = {
            #[inline]
            fn __rust_std_internal_init_fn() -> $type {
                $init
            }

            unsafe {
                $crate::thread::LocalKey::new(const {
                    if $crate::mem::needs_drop::<$type>() {
                        |__rust_std_internal_init| {
                            #[thread_local]
                            static __RUST_STD_INTERNAL_VAL: $crate::thread::local_impl::LazyStorage<$type, ()>
                                = $crate::thread::local_impl::LazyStorage::new();
                            __RUST_STD_INTERNAL_VAL.get_or_init(__rust_std_internal_init, __rust_std_internal_init_fn)
                        }
                    } else {
                        |__rust_std_internal_init| {
                            #[thread_local]
                            static __RUST_STD_INTERNAL_VAL: $crate::thread::local_impl::LazyStorage<$type, !>
                                = $crate::thread::local_impl::LazyStorage::new();
                            __RUST_STD_INTERNAL_VAL.get_or_init(__rust_std_internal_init, __rust_std_internal_init_fn)
                        }
                    }
                })
            }
        };
        $($crate::thread_local!($($rest)*);)?
    };
}
