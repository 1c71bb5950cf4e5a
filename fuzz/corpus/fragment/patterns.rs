m!(Some(x) | None); m!(1..=2); m!(ref mut a @ [b, ..]); m!(&S { x, .. }); m!(_); m!(|a); m!(a if b);
