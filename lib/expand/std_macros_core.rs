// The macros of core, as this library expands them: each gives what rustc 1.96 gives for the same call.
//
// Attributes that say more than Rust does:
//   #[lives_in = "panic"]            the module of the crate that holds the macro; at the root without it
//   #[rustc_builtin_macro]           implemented by the library (find_builtin_macro, find_builtin_derive or
//   #[rustc_builtin_macro(name)]     find_builtin_attribute of that name, or of the macro's own)
//   #[rustc_macro_transparency = ..] as rustc reads it; `macro` items are opaque without it
// Where else a macro can be named is said by the `use` items of the crate itself.

// ---- Panics --------------------------------------------------------------------------------------------------

#[macro_export]
#[rustc_builtin_macro(core_panic)]
macro_rules! panic {
    ($($arg:tt)*) => {};
}

#[lives_in = "panic"]
#[rustc_macro_transparency = "semiopaque"]
pub macro panic_2015 {
    () => ($crate::panicking::panic("explicit panic")),
    ($text:literal $(,)?) => ($crate::panicking::panic($text)),
    ($value:expr $(,)?) => ({ $crate::panicking::panic_str_2015($value); }),
    ("{}", $value:expr $(,)?) => ({ $crate::panicking::panic_display(&$value); }),
    ($format:expr, $($rest:tt)+) => ({
        $crate::panicking::panic_fmt($crate::const_format_args!($format, $($rest)+));
    }),
}

#[lives_in = "panic"]
#[rustc_macro_transparency = "semiopaque"]
pub macro panic_2021 {
    () => ($crate::panicking::panic("explicit panic")),
    ("{}", $value:expr $(,)?) => ({ $crate::panicking::panic_display(&$value); }),
    ($($all:tt)+) => ({ $crate::panicking::panic_fmt($crate::const_format_args!($($all)+)); }),
}

#[macro_export]
#[rustc_builtin_macro(unreachable)]
macro_rules! unreachable {
    ($($arg:tt)*) => {};
}

#[lives_in = "panic"]
#[rustc_macro_transparency = "semiopaque"]
pub macro unreachable_2015 {
    () => ($crate::panicking::panic("internal error: entered unreachable code")),
    ($value:expr $(,)?) => ({ $crate::panicking::unreachable_display(&$value); }),
    ($format:expr, $($rest:tt)*) => (
        $crate::panic!($crate::concat!("internal error: entered unreachable code: ", $format), $($rest)*)
    ),
}

#[lives_in = "panic"]
#[rustc_macro_transparency = "semiopaque"]
pub macro unreachable_2021 {
    () => ($crate::panicking::panic("internal error: entered unreachable code")),
    ($($all:tt)+) => (
        $crate::panic!("internal error: entered unreachable code: {}", $crate::format_args!($($all)+))
    ),
}

#[lives_in = "panic"]
pub macro const_panic {
    ($at_compile_time:literal, $at_run_time:literal, $($name:ident : $type:ty = $value:expr),* $(,)?) => {{
        #[rustc_allow_const_fn_unstable(const_eval_select)]
        #[inline(always)]
        #[track_caller]
        const fn do_panic($($name: $type),*) -> ! {
            $crate::intrinsics::const_eval_select!(
                @capture { $($name: $type = $name),* } -> !:
                if const #[track_caller] {
                    $crate::panic!($at_compile_time)
                } else #[track_caller] {
                    $crate::panic!($at_run_time)
                }
            )
        }

        do_panic($($value),*)
    }},
    ($at_compile_time:literal, $at_run_time:literal, $($name:ident : $type:ty),* $(,)?) => {
        $crate::panic::const_panic!($at_compile_time, $at_run_time, $($name: $type = $name),*)
    },
}

#[lives_in = "panic"]
pub macro const_assert {
    ($holds:expr, $at_compile_time:literal, $at_run_time:literal, $($rest:tt)*) => {{
        if !($holds) {
            $crate::panic::const_panic!($at_compile_time, $at_run_time, $($rest)*)
        }
    }}
}

#[lives_in = "intrinsics"]
pub(crate) macro const_eval_select {
    (
        @capture$([$($generics:tt)*])? { $($name:ident : $type:ty = $value:expr),* $(,)? } $( -> $result:ty )? :
        if const $(#[$const_attr:meta])* $in_const:block
        else $(#[$runtime_attr:meta])* $otherwise:block
    ) => {{
        #[inline]
        $(#[$runtime_attr])*
        fn runtime$(<$($generics)*>)?($($name: $type),*) $( -> $result )? {
            $otherwise
        }

        #[inline]
        $(#[$const_attr])*
        const fn compiletime$(<$($generics)*>)?($($name: $type),*) $( -> $result )? {
            $(let _ = $name;)*

            $in_const
        }

        const_eval_select(($($value,)*), compiletime, runtime)
    }},
    (
        @capture$([$($generics:tt)*])? { $($name:ident : $type:ty),* $(,)? } $( -> $result:ty )? :
        if const $(#[$const_attr:meta])* $in_const:block
        else $(#[$runtime_attr:meta])* $otherwise:block
    ) => {
        $crate::intrinsics::const_eval_select!(
            @capture$([$($generics)*])? { $($name : $type = $name),* } $(-> $result)? :
            if const $(#[$const_attr])* $in_const
            else $(#[$runtime_attr])* $otherwise
        )
    },
}

#[macro_export]
macro_rules! unimplemented {
    () => { $crate::panicking::panic("not implemented") };
    ($($all:tt)+) => { $crate::panic!("not implemented: {}", $crate::format_args!($($all)+)) };
}

#[macro_export]
macro_rules! todo {
    () => { $crate::panicking::panic("not yet implemented") };
    ($($all:tt)+) => { $crate::panic!("not yet implemented: {}", $crate::format_args!($($all)+)) };
}

// ---- Assertions ----------------------------------------------------------------------------------------------

#[macro_export]
#[rustc_builtin_macro]
macro_rules! assert {
    ($holds:expr $(,)?) => {};
    ($holds:expr, $($rest:tt)+) => {};
}

#[macro_export]
macro_rules! assert_eq {
    ($left:expr, $right:expr $(,)?) => {
        match (&$left, &$right) {
            (left_val, right_val) => {
                if !(*left_val == *right_val) {
                    let kind = $crate::panicking::AssertKind::Eq;
                    $crate::panicking::assert_failed(kind, &*left_val, &*right_val, $crate::option::Option::None);
                }
            }
        }
    };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&$left, &$right) {
            (left_val, right_val) => {
                if !(*left_val == *right_val) {
                    let kind = $crate::panicking::AssertKind::Eq;
                    $crate::panicking::assert_failed(kind, &*left_val, &*right_val,
                        $crate::option::Option::Some($crate::format_args!($($message)+)));
                }
            }
        }
    };
}

#[macro_export]
macro_rules! assert_ne {
    ($left:expr, $right:expr $(,)?) => {
        match (&$left, &$right) {
            (left_val, right_val) => {
                if *left_val == *right_val {
                    let kind = $crate::panicking::AssertKind::Ne;
                    $crate::panicking::assert_failed(kind, &*left_val, &*right_val, $crate::option::Option::None);
                }
            }
        }
    };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&($left), &($right)) {
            (left_val, right_val) => {
                if *left_val == *right_val {
                    let kind = $crate::panicking::AssertKind::Ne;
                    $crate::panicking::assert_failed(kind, &*left_val, &*right_val,
                        $crate::option::Option::Some($crate::format_args!($($message)+)));
                }
            }
        }
    };
}

#[lives_in = "macros"]
#[rustc_macro_transparency = "semiopaque"]
pub macro assert_matches {
    ($value:expr, $(|)? $( $pattern:pat_param )|+ $( if $guard:expr )? $(,)?) => {{
        match $value {
            $( $pattern )|+ $( if $guard )? => {}
            ref left_val => {
                $crate::panicking::assert_matches_failed(
                    left_val,
                    $crate::stringify!($($pattern)|+ $(if $guard)?),
                    $crate::option::Option::None
                );
            }
        }
    }},
    ($value:expr, $(|)? $( $pattern:pat_param )|+ $( if $guard:expr )?, $($message:tt)+) => {{
        match $value {
            $( $pattern )|+ $( if $guard )? => {}
            ref left_val => {
                $crate::panicking::assert_matches_failed(
                    left_val,
                    $crate::stringify!($($pattern)|+ $(if $guard)?),
                    $crate::option::Option::Some($crate::format_args!($($message)+))
                );
            }
        }
    }},
}

#[macro_export]
macro_rules! debug_assert {
    ($($all:tt)*) => { if $crate::cfg!(debug_assertions) { $crate::assert!($($all)*); } };
}

#[macro_export]
macro_rules! debug_assert_eq {
    ($($all:tt)*) => { if $crate::cfg!(debug_assertions) { $crate::assert_eq!($($all)*); } };
}

#[macro_export]
macro_rules! debug_assert_ne {
    ($($all:tt)*) => { if $crate::cfg!(debug_assertions) { $crate::assert_ne!($($all)*); } };
}

#[lives_in = "macros"]
#[rustc_macro_transparency = "semiopaque"]
pub macro debug_assert_matches($($all:tt)*) {
    if $crate::cfg!(debug_assertions) { $crate::assert_matches!($($all)*); }
}

#[macro_export]
macro_rules! assert_unsafe_precondition {
    ($kind:ident, $message:expr, ($($name:ident: $type:ty = $value:expr),* $(,)?) => $holds:expr $(,)?) => {
        {
            #[rustc_no_mir_inline]
            #[inline]
            #[rustc_nounwind]
            #[track_caller]
            const fn precondition_check($($name: $type),*) {
                if !$holds {
                    let msg = concat!("unsafe precondition(s) violated: ", $message,
                        "\n\nThis indicates a bug in the program. \
                        This Undefined Behavior check is optional, and cannot be relied on for safety.");
                    ::core::panicking::panic_nounwind_fmt(::core::fmt::Arguments::from_str(msg), false);
                }
            }

            if ::core::ub_checks::$kind() {
                precondition_check($($value,)*);
            }
        }
    };
}

// ---- Control flow --------------------------------------------------------------------------------------------

#[macro_export]
macro_rules! matches {
    ($value:expr, $pattern:pat $(if $guard:expr)? $(,)?) => {
        #[allow(non_exhaustive_omitted_patterns)]
        match $value {
            $pattern $(if $guard)? => true,
            _ => false
        }
    };
}

#[macro_export]
#[deprecated(since = "1.39.0", note = "use the `?` operator instead")]
macro_rules! r#try {
    ($value:expr $(,)?) => {
        match $value {
            $crate::result::Result::Ok(val) => val,
            $crate::result::Result::Err(err) => {
                return $crate::result::Result::Err($crate::convert::From::from(err));
            }
        }
    };
}

#[lives_in = "task::ready"]
#[rustc_macro_transparency = "semiopaque"]
pub macro ready($value:expr) {
    match $value {
        $crate::task::Poll::Ready(t) => t,
        $crate::task::Poll::Pending => {
            return $crate::task::Poll::Pending;
        }
    }
}

#[lives_in = "future::join"]
pub macro join($($future:expr),+ $(,)?) {
    join_internal! {
        current_position: []
        futures_and_positions: []
        munching: [ $($future)+ ]
    }
}

#[lives_in = "future::join"]
macro join_internal {
    (
        current_position: [ $($place:tt)* ]
        futures_and_positions: [ $($done:tt)* ]
        munching: [ $first:tt $($rest:tt)* ]
    ) => (
        join_internal! {
            current_position: [ $($place)* _ ]
            futures_and_positions: [ $($done)* $first ( $($place)* ) ]
            munching: [ $($rest)* ]
        }
    ),
    (
        current_position: $_:tt
        futures_and_positions: [ $( $future:tt ( $($place:tt)* ) )* ]
        munching: []
    ) => (
        match ( $( MaybeDone::Future($future), )* ) { futures => async {
            let mut futures = futures;
            let mut futures = unsafe { Pin::new_unchecked(&mut futures) };
            poll_fn(move |cx| {
                let mut done = true;
                $(
                    let fut = unsafe {
                        futures.as_mut().map_unchecked_mut(|it| {
                            let ( $($place,)* fut, .. ) = it;
                            fut
                        })
                    };
                    done &= fut.poll(cx).is_ready();
                )*
                if !done {
                    return Poll::Pending;
                }
                let futures = unsafe {
                    futures.as_mut().get_unchecked_mut()
                };
                Poll::Ready(
                    ($(
                        {
                            let ( $($place,)* fut, .. ) = &mut *futures;
                            fut.take_output().unwrap()
                        }
                    ),*)
                )
            }).await
        }}
    ),
}

#[lives_in = "iter::sources::generator"]
#[rustc_builtin_macro]
pub macro iter($($all:tt)*) {}

// ---- Writing and formatting ----------------------------------------------------------------------------------

#[macro_export]
macro_rules! write {
    ($target:expr, $($rest:tt)*) => { $target.write_fmt($crate::format_args!($($rest)*)) };
    ($($all:tt)*) => {
        compile_error!("requires a destination and format arguments, like `write!(dest, \"format string\", args...)`")
    };
}

#[macro_export]
macro_rules! writeln {
    ($target:expr $(,)?) => { $crate::write!($target, "\n") };
    ($target:expr, $($rest:tt)*) => { $target.write_fmt($crate::format_args_nl!($($rest)*)) };
    ($($all:tt)*) => {
        compile_error!("requires a destination and format arguments, like `writeln!(dest, \"format string\", args...)`")
    };
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! format_args {
    ($format:expr) => {};
    ($format:expr, $($rest:tt)*) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! const_format_args {
    ($format:expr) => {};
    ($format:expr, $($rest:tt)*) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! format_args_nl {
    ($format:expr) => {};
    ($format:expr, $($rest:tt)*) => {};
}

// ---- Text, configuration and place ---------------------------------------------------------------------------

#[macro_export]
#[rustc_builtin_macro]
macro_rules! compile_error {
    ($message:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! env {
    ($name:expr $(,)?) => {};
    ($name:expr, $message:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! option_env {
    ($name:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! concat_bytes {
    ($($part:literal),+ $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! concat {
    ($($part:expr),* $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! line {
    () => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! column {
    () => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! file {
    () => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! stringify {
    ($($all:tt)*) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! include_str {
    ($path:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! include_bytes {
    ($path:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! module_path {
    () => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! cfg {
    ($($condition:tt)*) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! include {
    ($path:expr $(,)?) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! log_syntax {
    ($($all:tt)*) => {};
}

#[macro_export]
#[rustc_builtin_macro]
macro_rules! trace_macros {
    (true) => {};
    (false) => {};
}

#[lives_in = "macros"]
#[rustc_builtin_macro]
pub macro cfg_select($($all:tt)*) {}

// ---- Attributes ----------------------------------------------------------------------------------------------

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro autodiff_forward($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro autodiff_reverse($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro derive($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro derive_const($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro test($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro bench($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro test_case($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro global_allocator($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro contracts_ensures($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro contracts_requires($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro alloc_error_handler($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro cfg_accessible($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro cfg_eval($($all:tt)*) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro define_opaque($($all:tt)*) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro eii($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro unsafe_eii($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro eii_declaration($item:item) {}

// ---- Derives -------------------------------------------------------------------------------------------------

#[lives_in = "clone"]
#[rustc_builtin_macro]
pub macro Clone($item:item) {}

#[lives_in = "marker"]
#[rustc_builtin_macro]
pub macro Copy($item:item) {}

#[lives_in = "marker"]
#[rustc_builtin_macro]
pub macro ConstParamTy($item:item) {}

#[lives_in = "marker"]
#[rustc_builtin_macro(CoercePointee, attributes(pointee))]
pub macro CoercePointee($item:item) {}

#[lives_in = "fmt::macros"]
#[rustc_builtin_macro]
pub macro Debug($item:item) {}

#[lives_in = "default"]
#[rustc_builtin_macro(Default, attributes(default))]
pub macro Default($item:item) {}

#[lives_in = "hash::macros"]
#[rustc_builtin_macro]
pub macro Hash($item:item) {}

#[lives_in = "cmp"]
#[rustc_builtin_macro]
pub macro PartialEq($item:item) {}

#[lives_in = "cmp"]
#[rustc_builtin_macro]
pub macro Eq($item:item) {}

#[lives_in = "cmp"]
#[rustc_builtin_macro]
pub macro PartialOrd($item:item) {}

#[lives_in = "cmp"]
#[rustc_builtin_macro]
pub macro Ord($item:item) {}

#[lives_in = "macros::builtin"]
#[rustc_builtin_macro]
pub macro From($item:item) {}

// ---- Places, types and patterns ------------------------------------------------------------------------------

#[lives_in = "ptr"]
#[rustc_macro_transparency = "semiopaque"]
pub macro addr_of($place:expr) { &raw const $place }

#[lives_in = "ptr"]
#[rustc_macro_transparency = "semiopaque"]
pub macro addr_of_mut($place:expr) { &raw mut $place }

#[lives_in = "pin"]
#[rustc_macro_transparency = "semiopaque"]
pub macro pin($value:expr $(,)?) {
    {
        super let mut pinned = $value;
        unsafe { $crate::pin::Pin::new_unchecked(&mut pinned) }
    }
}

#[lives_in = "mem"]
pub macro offset_of($Container:ty, $($fields:expr)+ $(,)?) {
    const { builtin # offset_of($Container, $($fields)+) }
}

#[lives_in = "field"]
pub macro field_of($Container:ty, $($fields:expr)+ $(,)?) {
    builtin # field_of($Container, $($fields)+)
}

#[lives_in = "macros::builtin"]
pub macro type_ascribe($value:expr, $type:ty) { builtin # type_ascribe($value, $type) }

#[lives_in = "macros::builtin"]
pub macro deref($pattern:pat) { builtin # deref($pattern) }

#[lives_in = "unsafe_binder"]
pub macro unwrap_binder {
    ($value:expr) => { builtin # unwrap_binder($value) },
    ($value:expr ; $type:ty) => { builtin # unwrap_binder($value, $type) },
}

#[lives_in = "unsafe_binder"]
pub macro wrap_binder {
    ($value:expr) => { builtin # wrap_binder($value) },
    ($value:expr ; $type:ty) => { builtin # wrap_binder($value, $type) },
}

#[macro_export]
#[rustc_builtin_macro(pattern_type)]
macro_rules! pattern_type {
    ($($all:tt)*) => {};
}

// ---- Assembly ------------------------------------------------------------------------------------------------

#[lives_in = "arch"]
#[rustc_builtin_macro]
pub macro asm($($all:tt)*) {}

#[lives_in = "arch"]
#[rustc_builtin_macro]
pub macro naked_asm($($all:tt)*) {}

#[lives_in = "arch"]
#[rustc_builtin_macro]
pub macro global_asm($($all:tt)*) {}

// ---- Byte strings (internal, exported by name) ---------------------------------------------------------------

#[macro_export]
macro_rules! impl_partial_eq {
    ($a:ty, $b:ty) => {
        impl PartialEq<$b> for $a {
            #[inline]
            fn eq(&self, other: &$b) -> bool {
                let other: &[u8] = other.as_ref();
                PartialEq::eq(self.as_bytes(), other)
            }
        }

        impl PartialEq<$a> for $b {
            #[inline]
            fn eq(&self, other: &$a) -> bool {
                let this: &[u8] = self.as_ref();
                PartialEq::eq(this, other.as_bytes())
            }
        }
    };
}

#[macro_export]
macro_rules! impl_partial_eq_ord {
    ($a:ty, $b:ty) => {
        $crate::bstr::impl_partial_eq!($a, $b);

        #[unstable(feature = "bstr", issue = "134915")]
        impl PartialOrd<$b> for $a {
            #[inline]
            fn partial_cmp(&self, other: &$b) -> Option<Ordering> {
                let other: &[u8] = other.as_ref();
                PartialOrd::partial_cmp(self.as_bytes(), other)
            }
        }

        #[unstable(feature = "bstr", issue = "134915")]
        impl PartialOrd<$a> for $b {
            #[inline]
            fn partial_cmp(&self, other: &$a) -> Option<Ordering> {
                let this: &[u8] = self.as_ref();
                PartialOrd::partial_cmp(this, other.as_bytes())
            }
        }
    };
}

#[macro_export]
macro_rules! impl_partial_eq_n {
    ($a:ty, $b:ty) => {
        #[unstable(feature = "bstr", issue = "134915")]
        impl<const N: usize> PartialEq<$b> for $a {
            #[inline]
            fn eq(&self, other: &$b) -> bool {
                let other: &[u8] = other.as_ref();
                PartialEq::eq(self.as_bytes(), other)
            }
        }

        #[unstable(feature = "bstr", issue = "134915")]
        impl<const N: usize> PartialEq<$a> for $b {
            #[inline]
            fn eq(&self, other: &$a) -> bool {
                let this: &[u8] = self.as_ref();
                PartialEq::eq(this, other.as_bytes())
            }
        }
    };
}
