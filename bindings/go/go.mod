module rustpro.dev/go/rustpro

go 1.19
