fn f() {
    let a = 1 + 2 * 3 - 4 / 5 % 6 << 7 >> 8 & 9 | 10 ^ 11;
    let b = !a == 3 && -a != 4 || *p < 5 && q >= 6 as i64;
    x = 1; x += 1; x -= 1; x *= 2; x /= 2; x %= 2; x <<= 1; x >>= 1; x &= 1; x |= 1; x ^= 1;
    let t = (1, "two", 3.0,); let u = (1); let v = ();
    let arr = [1, 2, 3]; let rep = [0u8; 16]; let idx = arr[0][1..2];
    t.0.1 .2; obj.field.method::<u8>(1)?.next().await?;
    let r = 1..2; let r = ..=3; let r = 4..; let r = ..; for i in (0..10).rev() {}
    &x; &mut y; &raw const z; &raw mut w; **d;
    let c = |a, &b: &u8, (c, d)| -> u8 { a }; let m = move || async move { 1 };
    let s = S { a, b: 2, ..Default::default() }; let e = E::V {};
    <Vec<u8> as IntoIterator>::into_iter(v); <[u8]>::len(&x); Vec::<u8>::new();
    let big = a < b as usize; let fnp = f as fn(u8) -> u8;
    return; break 'outer 5; continue; yield_value;
    if let Some(x) = y && x > 3 { 1 } else if z { 2 } else { 3 };
    unsafe { *p } ; const { 1 + 1 } ; loop { break; } ; 'l: { break 'l 1 }
}
