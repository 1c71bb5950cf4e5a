fn f() { m!(a + b); m!(a, b, c,); m!(x.0.1, y >>= 2, &&z); m!(); m!(if a { b } else { c }); m!(S { a: 1 }, |x| x); m!(a b); m!(, ,); m!(1 +); m!((a]); }
