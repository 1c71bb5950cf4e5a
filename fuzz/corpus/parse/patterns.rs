fn f(v: V) -> u8 {
    match v {
        0 | 1 => 1,
        -5..=-1 | 2..=9 => 2,
        10.. => 3,
        ..20 => 3,
        b'a'..=b'z' => 4,
        'x' | "str" | true => 5,
        ref a => 6,
        ref mut b @ Some(_) => 7,
        mut c @ 1..=5 if c > 2 => 8,
        (x, .., y) => 9,
        [a, rest @ .., z] => 10,
        S { a, b: Some(c), mut d, ref e, 0: f, .. } => 11,
        Path::Variant(1, _) => 12,
        <T as Trait>::CONST => 13,
        &&x | &mut y => 14,
        const { 1 + 1 } => 15,
        box_pattern!(x) => 16,
        (A | B, (C)) => { 17 }
        Enum::A | Enum::B if let Some(x) = y => 18,
        _ => unreachable!(),
    }
}
