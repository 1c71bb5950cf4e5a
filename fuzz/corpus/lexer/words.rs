fn r#fn r#self self Self crate super async await dyn try gen union auto default macro_rules raw safe _ __ _a a1 prefix"x" k#yield z"s" f'a' b#x r## r#"a br" cr# été naïve 東京 Ａ ﬁ a·b ñ ñ x́
