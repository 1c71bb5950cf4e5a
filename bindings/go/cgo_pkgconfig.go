//go:build !rustpro_flags

package rustpro

// #cgo pkg-config: rustpro
import "C"
