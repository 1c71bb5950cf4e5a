m! { let x = 1; y(); fn z() {} z } m! { ; ; } m! { let } m! { #[a] x; } m! { /// doc
 struct S; }
