package rustpro

/*
#include <rustpro/rustpro.h>
#include <stdlib.h>
*/
import "C"

import (
	"strings"
	"unsafe"
)

// APIKind is what an item of an interface is.
type APIKind int

const (
	APIModule      APIKind = C.RP_API_MODULE
	APIStruct      APIKind = C.RP_API_STRUCT
	APIUnion       APIKind = C.RP_API_UNION
	APIEnum        APIKind = C.RP_API_ENUM
	APIVariant     APIKind = C.RP_API_VARIANT
	APITrait       APIKind = C.RP_API_TRAIT
	APITraitAlias  APIKind = C.RP_API_TRAIT_ALIAS
	APITypeAlias   APIKind = C.RP_API_TYPE_ALIAS
	APIForeignType APIKind = C.RP_API_FOREIGN_TYPE
	APIFunction    APIKind = C.RP_API_FUNCTION
	APIConst       APIKind = C.RP_API_CONST
	APIStatic      APIKind = C.RP_API_STATIC
	APIMacro       APIKind = C.RP_API_MACRO
	APIDerive      APIKind = C.RP_API_DERIVE
	APIAttribute   APIKind = C.RP_API_ATTRIBUTE
	APIField       APIKind = C.RP_API_FIELD
	APIMethod      APIKind = C.RP_API_METHOD // an associated function, of a type or a trait
	APIAssocConst  APIKind = C.RP_API_ASSOC_CONST
	APIAssocType   APIKind = C.RP_API_ASSOC_TYPE
	APIReexport    APIKind = C.RP_API_REEXPORT // of something of another crate
)

// String returns the name of the kind, such as "struct"; empty for a number that is none.
func (k APIKind) String() string { return goString(C.rp_api_kind_name(C.rp_api_kind(k))) }

// SemverLevel is how large a step of the version a change asks for.
type SemverLevel int

const (
	SemverMajor SemverLevel = C.RP_SEMVER_MAJOR
	// SemverPossibly breaks only unusual uses, and asks for no major step.
	SemverPossibly SemverLevel = C.RP_SEMVER_POSSIBLY
	SemverMinor    SemverLevel = C.RP_SEMVER_MINOR
)

// APIItem is something that users of a library can name.
type APIItem struct {
	Kind          APIKind
	Path          string // through re-exports, the shortest
	Signature     string
	Condition     string // the cfg conditions on it and around it; empty for none
	File          string
	Start         Position
	Parent        int // of a field, variant, method...: the index of its type or trait; -1 for none
	Deprecated    bool
	NonExhaustive bool
	MustUse       bool
	Hidden        bool
	HasDefault    bool // of an item of a trait
}

// APIImpl is an impl of a trait that users can see.
type APIImpl struct {
	TraitName  string
	TypeName   string
	Item       int // the index of the type; -1 when it is not one of this interface
	IsNegative bool
}

// APIChange is one change between two versions.
type APIChange struct {
	Rule      string
	Level     SemverLevel
	Verdict   Verdict
	Path      string
	Message   string
	OldText   string
	NewText   string
	Note      string // what could make a likely verdict wrong
	Reference string
	OldFile   string
	OldStart  Position
	NewFile   string
	NewStart  Position
}

// APIOptions says which library is read, and how it is built. The zero value and nil mean the package in the
// workspace's folder with all features but those that authors name as no part of what they promise.
type APIOptions struct {
	Features          []string
	AllFeatures       bool
	NoDefaultFeatures bool
	Package           string
	Target            string
	CargoHome         string // an absolute folder where sources of dependencies are looked for; empty: nowhere
}

// PublicAPI is the public interface of one version of one library. Immutable and independent of its workspace.
type PublicAPI struct {
	handle *handle
}

// PublicAPI reads the library of a workspace whose folder has a Cargo.toml.
func (w *Workspace) PublicAPI(options *APIOptions) (*PublicAPI, error) {
	if options == nil {
		options = &APIOptions{}
	}
	// C may not be given a pointer to memory that holds a pointer of Go.
	var texts [4]C.rp_string
	for i, text := range []string{strings.Join(options.Features, ","), options.Package, options.Target, options.CargoHome} {
		copied := C.CString(text)
		defer C.free(unsafe.Pointer(copied))
		texts[i] = C.rp_string{data: copied, length: C.size_t(len(text))}
	}
	plain := C.rp_api_options{features: texts[0], target: texts[2], cargo_home: texts[3]}
	plain._package = texts[1]
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	if options.AllFeatures {
		plain.all_features = 1
	}
	if options.NoDefaultFeatures {
		plain.no_default_features = 1
	}
	var made *C.rp_api
	var err error = errClosed
	w.read(func(workspace *C.rp_workspace) {
		var failure *C.rp_error
		status := C.rp_workspace_public_api(workspace, &plain, &made, &failure)
		err = takeError(status, failure)
	})
	if err != nil {
		return nil, err
	}
	return &PublicAPI{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_api_free((*C.rp_api)(pointer))
	})}, nil
}

// Close frees the interface; what was taken out of it stays.
func (a *PublicAPI) Close() { a.handle.close() }

func (a *PublicAPI) use(call func(*C.rp_api)) bool {
	pointer, ok := a.handle.acquire()
	if !ok {
		return false
	}
	defer a.handle.release()
	call((*C.rp_api)(pointer))
	return true
}

// Crate returns the name of the crate.
func (a *PublicAPI) Crate() (name string) {
	a.use(func(api *C.rp_api) { name = goString(C.rp_api_crate(api)) })
	return name
}

// Version returns the version of the package.
func (a *PublicAPI) Version() (version string) {
	a.use(func(api *C.rp_api) { version = goString(C.rp_api_version(api)) })
	return version
}

// Items returns all items, sorted by path, members behind their type.
func (a *PublicAPI) Items() (items []APIItem) {
	a.use(func(api *C.rp_api) {
		count := C.rp_api_item_count(api)
		for i := C.size_t(0); i < count; i++ {
			item := C.rp_api_item_at(api, i)
			items = append(items, APIItem{
				Kind:          APIKind(item.kind),
				Path:          goString(item.path),
				Signature:     goString(item.signature),
				Condition:     goString(item.condition),
				File:          goString(item.file),
				Start:         goPosition(item.start),
				Parent:        goIndex(item.parent),
				Deprecated:    item.deprecated != 0,
				NonExhaustive: item.non_exhaustive != 0,
				MustUse:       item.must_use != 0,
				Hidden:        item.hidden != 0,
				HasDefault:    item.has_default != 0,
			})
		}
	})
	return items
}

// Impls returns the impls of traits that users can see.
func (a *PublicAPI) Impls() (impls []APIImpl) {
	a.use(func(api *C.rp_api) {
		count := C.rp_api_impl_count(api)
		for i := C.size_t(0); i < count; i++ {
			impl := C.rp_api_impl_at(api, i)
			impls = append(impls, APIImpl{
				goString(impl.trait_name), goString(impl.type_name), goIndex(impl.item), impl.is_negative != 0})
		}
	})
	return impls
}

// Unknown returns the paths of public modules that may hold more than could be seen.
func (a *PublicAPI) Unknown() (paths []string) {
	a.use(func(api *C.rp_api) {
		count := C.rp_api_unknown_count(api)
		for i := C.size_t(0); i < count; i++ {
			paths = append(paths, goString(C.rp_api_unknown(api, i)))
		}
	})
	return paths
}

// Render returns the interface as text or JSON.
func (a *PublicAPI) Render(options RenderOptions) (text string, err error) {
	err = errClosed
	a.use(func(api *C.rp_api) {
		text, err = render(options, func(o *C.rp_render_options, b **C.rp_buffer, e **C.rp_error) C.rp_status {
			return C.rp_api_render(api, o, b, e)
		})
	})
	return text, err
}

// Compare returns what changed from this version to a newer one, by cargo's rules.
func (a *PublicAPI) Compare(newer *PublicAPI) (*APIDiff, error) {
	var made *C.rp_api_diff
	var err error = errClosed
	a.use(func(before *C.rp_api) {
		newer.use(func(after *C.rp_api) {
			var failure *C.rp_error
			status := C.rp_api_compare(before, after, &made, &failure)
			err = takeError(status, failure)
		})
	})
	if err != nil {
		return nil, err
	}
	return &APIDiff{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_api_diff_free((*C.rp_api_diff)(pointer))
	})}, nil
}

// APIDiff is what changed between two versions of a library. Immutable.
type APIDiff struct {
	handle *handle
}

// Close frees the comparison; what was taken out of it stays.
func (d *APIDiff) Close() { d.handle.close() }

func (d *APIDiff) use(call func(*C.rp_api_diff)) bool {
	pointer, ok := d.handle.acquire()
	if !ok {
		return false
	}
	defer d.handle.release()
	call((*C.rp_api_diff)(pointer))
	return true
}

// Changes returns all changes, by level, path and rule.
func (d *APIDiff) Changes() (changes []APIChange) {
	d.use(func(diff *C.rp_api_diff) {
		count := C.rp_api_diff_change_count(diff)
		for i := C.size_t(0); i < count; i++ {
			change := C.rp_api_diff_change(diff, i)
			changes = append(changes, APIChange{
				Rule:      goString(change.rule),
				Level:     SemverLevel(change.level),
				Verdict:   Verdict(change.verdict),
				Path:      goString(change.path),
				Message:   goString(change.message),
				OldText:   goString(change.old_text),
				NewText:   goString(change.new_text),
				Note:      goString(change.note),
				Reference: goString(change.reference),
				OldFile:   goString(change.old_file),
				OldStart:  goPosition(change.old_start),
				NewFile:   goString(change.new_file),
				NewStart:  goPosition(change.new_start),
			})
		}
	})
	return changes
}

// Sufficient says whether the version made a step that is large enough; false when cargo would give users of the old
// version one that breaks them.
func (d *APIDiff) Sufficient() (sufficient bool) {
	d.use(func(diff *C.rp_api_diff) { sufficient = C.rp_api_diff_sufficient(diff) != 0 })
	return sufficient
}

// Unknown returns sentences about what could not be compared.
func (d *APIDiff) Unknown() (sentences []string) {
	d.use(func(diff *C.rp_api_diff) {
		count := C.rp_api_diff_unknown_count(diff)
		for i := C.size_t(0); i < count; i++ {
			sentences = append(sentences, goString(C.rp_api_diff_unknown(diff, i)))
		}
	})
	return sentences
}

// Render returns the comparison as text or JSON.
func (d *APIDiff) Render(options RenderOptions) (text string, err error) {
	err = errClosed
	d.use(func(diff *C.rp_api_diff) {
		text, err = render(options, func(o *C.rp_render_options, b **C.rp_buffer, e **C.rp_error) C.rp_status {
			return C.rp_api_diff_render(diff, o, b, e)
		})
	})
	return text, err
}
