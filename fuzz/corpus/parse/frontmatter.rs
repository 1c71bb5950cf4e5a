---cargo
[dependencies]
---
fn main() {}
