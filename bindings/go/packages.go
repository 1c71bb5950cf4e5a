package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

// PackageRole is what a package is for.
type PackageRole int

const (
	// PackageOwn is a package in the folder under review.
	PackageOwn PackageRole = C.RP_PACKAGE_OWN
	// PackageProgram is one whose code is in what the own packages build.
	PackageProgram PackageRole = C.RP_PACKAGE_PROGRAM
	// PackageBuildTime is a procedural macro, a build script, or what one of them needs.
	PackageBuildTime PackageRole = C.RP_PACKAGE_BUILD_TIME
	// PackageTests is one that only tests, examples and benchmarks of the own packages need.
	PackageTests PackageRole = C.RP_PACKAGE_TESTS
)

// String returns the name of the role, such as "build time"; empty for a number that is none.
func (r PackageRole) String() string {
	return goString(C.rp_package_role_name(C.rp_package_role(r)))
}

// UnsafeLevel is what a package says of unsafe code itself.
type UnsafeLevel int

const (
	// UnsafeLevelNone means that it says nothing.
	UnsafeLevelNone UnsafeLevel = C.RP_UNSAFE_LEVEL_NONE
	// UnsafeLevelDeny is #![deny(unsafe_code)].
	UnsafeLevelDeny UnsafeLevel = C.RP_UNSAFE_LEVEL_DENY
	// UnsafeLevelForbid is #![forbid(unsafe_code)].
	UnsafeLevelForbid UnsafeLevel = C.RP_UNSAFE_LEVEL_FORBID
)

// UnsafeMacro is a macro that brings unsafe code into a package.
type UnsafeMacro struct {
	Path        string
	Calls       uint32 // whose output has some of it
	UnsafeCount uint32 // in all these calls together
	IsForeign   bool   // another package defines it
}

// ReviewedPackage is a package that the reviewed ones are made of. The numbers mean nothing where it was not read.
type ReviewedPackage struct {
	Name           string
	Version        string
	Features       string // that are enabled, with commas between them
	Role           PackageRole
	WasRead        bool
	Reason         string // why it was not read
	Level          UnsafeLevel
	HasBuildScript bool
	IsProcMacro    bool
	// Written counts uses of unsafety in its files, by kind; kinds that it has none of are not there.
	Written map[UnsafeKind]uint32
	// Expanded counts those that definitions of macros bring, once for each call.
	Expanded            map[UnsafeKind]uint32
	Macros              []UnsafeMacro // that Expanded comes from
	InactiveUnsafe      uint32        // in parts of files that the target and the features leave out
	UnsafeInDefinitions uint32        // in definitions of macros, which are nothing until somebody calls them
	OpaqueMacros        uint32        // whose output is not known
	OpaqueUnsafe        uint32        // among the arguments of such calls
	ModelledMacros      uint32        // procedural macros that a model stands for, which says nothing of unsafety
	Files               uint32        // that were read
	MissingFiles        uint32
	InactiveFiles       uint32 // beside those that were read, and part of nothing that is built
}

// Packages returns the packages that the reviewed ones are made of, in order of role, name and version.
func (r *Report) Packages() (packages []ReviewedPackage) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_package_count(report)
		for index := C.size_t(0); index < count; index++ {
			packages = append(packages, goPackage(report, index))
		}
	})
	return packages
}

func goPackage(report *C.rp_report, index C.size_t) ReviewedPackage {
	plain := C.rp_report_package(report, index)
	counts := func(expanded C.int) map[UnsafeKind]uint32 {
		found := map[UnsafeKind]uint32{}
		for kind := UnsafeFn; kind <= UnsafeStaticMut; kind++ {
			if n := C.rp_report_package_unsafe(report, index, C.rp_unsafe_kind(kind), expanded); n != 0 {
				found[kind] = uint32(n)
			}
		}
		return found
	}
	made := ReviewedPackage{
		Name:                goString(plain.name),
		Version:             goString(plain.version),
		Features:            goString(plain.features),
		Role:                PackageRole(plain.role),
		WasRead:             plain.was_read != 0,
		Reason:              goString(plain.reason),
		Level:               UnsafeLevel(plain.level),
		HasBuildScript:      plain.has_build_script != 0,
		IsProcMacro:         plain.is_proc_macro != 0,
		Written:             counts(0),
		Expanded:            counts(1),
		InactiveUnsafe:      uint32(plain.inactive_unsafe),
		UnsafeInDefinitions: uint32(plain.unsafe_in_definitions),
		OpaqueMacros:        uint32(plain.opaque_macros),
		OpaqueUnsafe:        uint32(plain.opaque_unsafe),
		ModelledMacros:      uint32(plain.modelled_macros),
		Files:               uint32(plain.files),
		MissingFiles:        uint32(plain.missing_files),
		InactiveFiles:       uint32(plain.inactive_files),
	}
	for each := C.size_t(0); each < plain.macro_count; each++ {
		macro := C.rp_report_package_macro(report, index, each)
		made.Macros = append(made.Macros, UnsafeMacro{
			Path:        goString(macro.path),
			Calls:       uint32(macro.calls),
			UnsafeCount: uint32(macro.unsafe_count),
			IsForeign:   macro.is_foreign != 0,
		})
	}
	return made
}

// ReviewedBuild is what the packages of a report were chosen for.
type ReviewedBuild struct {
	Target   string
	Features string // in words: "default features"
}

// Build returns what Packages was made for.
func (r *Report) Build() (build ReviewedBuild) {
	r.use(func(report *C.rp_report) {
		plain := C.rp_report_build(report)
		build = ReviewedBuild{goString(plain.target), goString(plain.features)}
	})
	return build
}
