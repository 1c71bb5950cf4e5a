m!(Vec<Vec<u8>>); m!(&'a mut dyn Fn(u8) -> u8); m!([u8; 3]); m!(impl A + 'b); m!(<T as U>::V>>=); m!(fn(..));
