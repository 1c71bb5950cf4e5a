m! { fn a() {} struct B { c: u8 } impl D for E {} use f::{g, h}; mod i { m!(j) } } m! { pub } m! { fn }
