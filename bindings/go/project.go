package rustpro

/*
#include <rustpro/rustpro.h>
#include <stdlib.h>
*/
import "C"

import (
	"os"
	"path/filepath"
	"runtime"
	"unsafe"
)

// NoIndex is the index of nothing: of a package that is missing, of a crate that was not read.
const NoIndex = -1

func goIndex(index C.size_t) int {
	if index == ^C.size_t(0) {
		return NoIndex
	}
	return int(index)
}

// PackageOrigin is where the sources of a package were found.
type PackageOrigin int

const (
	OriginMember   PackageOrigin = C.RP_ORIGIN_MEMBER
	OriginPath     PackageOrigin = C.RP_ORIGIN_PATH
	OriginVendored PackageOrigin = C.RP_ORIGIN_VENDORED
	OriginRegistry PackageOrigin = C.RP_ORIGIN_REGISTRY
	OriginGit      PackageOrigin = C.RP_ORIGIN_GIT
	OriginNamed    PackageOrigin = C.RP_ORIGIN_NAMED
	// OriginMissing means nowhere: all names of its crates are unknown.
	OriginMissing PackageOrigin = C.RP_ORIGIN_MISSING
	// OriginMadeUp means that there is no manifest: a file by itself.
	OriginMadeUp PackageOrigin = C.RP_ORIGIN_MADE_UP
)

// DependencyKind is when a dependency is needed.
type DependencyKind int

const (
	DependencyNormal DependencyKind = C.RP_DEPENDENCY_NORMAL
	DependencyDev    DependencyKind = C.RP_DEPENDENCY_DEV
	DependencyBuild  DependencyKind = C.RP_DEPENDENCY_BUILD
)

// CrateKind is the kind of a target.
type CrateKind int

const (
	CrateLib         CrateKind = C.RP_CRATE_LIB
	CrateBin         CrateKind = C.RP_CRATE_BIN
	CrateExample     CrateKind = C.RP_CRATE_EXAMPLE
	CrateTest        CrateKind = C.RP_CRATE_TEST
	CrateBench       CrateKind = C.RP_CRATE_BENCH
	CrateBuildScript CrateKind = C.RP_CRATE_BUILD_SCRIPT
	CrateSysroot     CrateKind = C.RP_CRATE_SYSROOT
)

// CrateState is how much of a crate is known.
type CrateState int

const (
	CrateRead      CrateState = C.RP_CRATE_READ
	CrateInterface CrateState = C.RP_CRATE_INTERFACE // its definitions without bodies and places
	CrateUnread    CrateState = C.RP_CRATE_UNREAD    // nothing
)

// DefinitionKind is the kind of a definition.
type DefinitionKind int

const (
	DefinitionModule         DefinitionKind = C.RP_DEFINITION_MODULE
	DefinitionStruct         DefinitionKind = C.RP_DEFINITION_STRUCT
	DefinitionUnion          DefinitionKind = C.RP_DEFINITION_UNION
	DefinitionEnum           DefinitionKind = C.RP_DEFINITION_ENUM
	DefinitionVariant        DefinitionKind = C.RP_DEFINITION_VARIANT
	DefinitionTrait          DefinitionKind = C.RP_DEFINITION_TRAIT
	DefinitionTraitAlias     DefinitionKind = C.RP_DEFINITION_TRAIT_ALIAS
	DefinitionTypeAlias      DefinitionKind = C.RP_DEFINITION_TYPE_ALIAS
	DefinitionForeignType    DefinitionKind = C.RP_DEFINITION_FOREIGN_TYPE
	DefinitionFunction       DefinitionKind = C.RP_DEFINITION_FUNCTION
	DefinitionConst          DefinitionKind = C.RP_DEFINITION_CONST
	DefinitionStatic         DefinitionKind = C.RP_DEFINITION_STATIC
	DefinitionMacro          DefinitionKind = C.RP_DEFINITION_MACRO
	DefinitionImpl           DefinitionKind = C.RP_DEFINITION_IMPL
	DefinitionExternBlock    DefinitionKind = C.RP_DEFINITION_EXTERN_BLOCK
	DefinitionAssocFunction  DefinitionKind = C.RP_DEFINITION_ASSOC_FUNCTION
	DefinitionAssocConst     DefinitionKind = C.RP_DEFINITION_ASSOC_CONST
	DefinitionAssocType      DefinitionKind = C.RP_DEFINITION_ASSOC_TYPE
	DefinitionField          DefinitionKind = C.RP_DEFINITION_FIELD
	DefinitionGlobalAsm      DefinitionKind = C.RP_DEFINITION_GLOBAL_ASM
	DefinitionAnonymousConst DefinitionKind = C.RP_DEFINITION_ANONYMOUS_CONST
)

// String returns the name of the kind, such as "associated function"; empty for a number that is none.
func (k DefinitionKind) String() string {
	return goString(C.rp_definition_kind_name(C.rp_definition_kind(k)))
}

// Visibility is who may name a definition.
type Visibility int

const (
	VisibilityPublic Visibility = C.RP_VISIBILITY_PUBLIC
	VisibilityCrate  Visibility = C.RP_VISIBILITY_CRATE
	VisibilityModule Visibility = C.RP_VISIBILITY_MODULE
)

// Answer is what a question about a name came to.
type Answer int

const (
	AnswerFound      Answer = C.RP_ANSWER_FOUND
	AnswerLocal      Answer = C.RP_ANSWER_LOCAL // a variable, parameter, label, lifetime or generic parameter
	AnswerBuiltIn    Answer = C.RP_ANSWER_BUILT_IN
	AnswerNotAName   Answer = C.RP_ANSWER_NOT_A_NAME
	AnswerUnknown    Answer = C.RP_ANSWER_UNKNOWN    // it depends on types, or on something that could not be seen
	AnswerUnresolved Answer = C.RP_ANSWER_UNRESOLVED // rustc would report that there is no such thing
	AnswerNoFile     Answer = C.RP_ANSWER_NO_FILE
)

// String returns the name of the answer; empty for a number that is none.
func (a Answer) String() string { return goString(C.rp_answer_name(C.rp_answer(a))) }

// ReferenceKind is how sure a reference is.
type ReferenceKind int

const (
	ReferenceDefinition ReferenceKind = C.RP_REFERENCE_DEFINITION
	ReferenceUse        ReferenceKind = C.RP_REFERENCE_USE
	ReferencePossible   ReferenceKind = C.RP_REFERENCE_POSSIBLE // the same name, and what it means there is not known
)

// ExpansionState is what became of a macro call.
type ExpansionState int

const (
	ExpansionExpanded   ExpansionState = C.RP_EXPANSION_EXPANDED
	ExpansionModelled   ExpansionState = C.RP_EXPANSION_MODELLED
	ExpansionOpaque     ExpansionState = C.RP_EXPANSION_OPAQUE
	ExpansionUnresolved ExpansionState = C.RP_EXPANSION_UNRESOLVED
	ExpansionFailed     ExpansionState = C.RP_EXPANSION_FAILED
)

// MacroUseKind is how a macro is used.
type MacroUseKind int

const (
	MacroUseCall      MacroUseKind = C.RP_MACRO_USE_CALL
	MacroUseDerive    MacroUseKind = C.RP_MACRO_USE_DERIVE
	MacroUseAttribute MacroUseKind = C.RP_MACRO_USE_ATTRIBUTE
)

// GapKind is a kind of part that could not be seen.
type GapKind int

const (
	GapMissingPackage  GapKind = C.RP_GAP_MISSING_PACKAGE
	GapUnreadableFile  GapKind = C.RP_GAP_UNREADABLE_FILE
	GapOpaqueMacro     GapKind = C.RP_GAP_OPAQUE_MACRO
	GapUnresolvedMacro GapKind = C.RP_GAP_UNRESOLVED_MACRO
	GapFailedMacro     GapKind = C.RP_GAP_FAILED_MACRO
	GapUnknownStd      GapKind = C.RP_GAP_UNKNOWN_STD
	GapLimit           GapKind = C.RP_GAP_LIMIT
)

// String returns the name of the kind, such as "missing package"; empty for a number that is none.
func (k GapKind) String() string { return goString(C.rp_gap_kind_name(C.rp_gap_kind(k))) }

// ProblemKind is what a problem is about.
type ProblemKind int

const (
	ProblemManifest ProblemKind = C.RP_PROBLEM_MANIFEST
	ProblemGraph    ProblemKind = C.RP_PROBLEM_GRAPH
	ProblemName     ProblemKind = C.RP_PROBLEM_NAME
)

// FileState is what became of a file of the workspace.
type FileState int

const (
	FilePlaced   FileState = C.RP_FILE_PLACED
	FileInactive FileState = C.RP_FILE_INACTIVE
	FileNoTarget FileState = C.RP_FILE_NO_TARGET
	FileUnread   FileState = C.RP_FILE_UNREAD
)

// GraphFormat is how a graph is rendered.
type GraphFormat int

const (
	GraphText GraphFormat = C.RP_GRAPH_TEXT
	GraphJSON GraphFormat = C.RP_GRAPH_JSON
	GraphDot  GraphFormat = C.RP_GRAPH_DOT
	GraphSVG  GraphFormat = C.RP_GRAPH_SVG
)

// CargoWorkspace is one workspace of cargo, or the crates made up for files that no manifest knows.
type CargoWorkspace struct {
	Manifest     string
	Target       string
	MadeUp       bool
	FirstPackage int // its packages and crates are [first, first + count) of the project's
	PackageCount int
	FirstCrate   int
	CrateCount   int
}

// PackageEdge is why one package depends on another.
type PackageEdge struct {
	Package    int
	Name       string
	Kind       DependencyKind
	IsOptional bool
	IsActive   bool
	Platform   string
}

// Package is one package of a workspace or of what it depends on.
type Package struct {
	Workspace      int
	Name           string
	Version        string
	Source         string
	Checksum       string
	Origin         PackageOrigin
	MissingReason  string
	Folder         string
	Manifest       string
	HasBuildScript bool
	IsProcMacro    bool
	BuiltForTarget bool
	BuiltForHost   bool
	Features       []string
	BuildFeatures  []string
	Dependencies   []PackageEdge
}

// CrateDependency is a name in the extern prelude of a crate.
type CrateDependency struct {
	Name    string
	Crate   int // NoIndex when it is missing: all names in it are unknown
	Package int
}

// CfgFact is one fact that cfg conditions are asked against.
type CfgFact struct {
	Key      string
	Value    string
	HasValue bool
}

// Crate is what rustc is called with once.
type Crate struct {
	Name            string
	Workspace       int
	Package         int // NoIndex for the standard library
	Kind            CrateKind
	State           CrateState
	Edition         uint32
	IsLocal         bool
	IsProcMacro     bool
	ForHost         bool
	IsTest          bool
	Root            string
	Dependencies    []CrateDependency
	Facts           []CfgFact
	DefinitionCount int
}

// SourceFile is a Rust file of the workspace.
type SourceFile struct {
	Path   string
	State  FileState
	Crates []int // those it is part of, the one that sees the most of it first
}

// Gap is a part that could not be seen. What depends on it is unknown.
type Gap struct {
	Kind    GapKind
	Crate   int // NoIndex: of the workspace
	Place   Place
	Name    string
	Message string
}

// Problem is something wrong with the project.
type Problem struct {
	Kind    ProblemKind
	Code    string
	Crate   int
	Place   Place
	Message string
}

// Reference is a place where a name is written.
type Reference struct {
	Kind  ReferenceKind
	Place Place
}

// ExpansionToken is one token of an expansion and where it comes from.
type ExpansionToken struct {
	Span       Span
	Written    Place
	IsMadeUp   bool
	Definition Place // its path is empty when the token does not come from the macro's definition
}

// Expansion is what one macro call, derive or attribute became.
type Expansion struct {
	State  ExpansionState
	Kind   MacroUseKind
	Macro  Definition // zero when it was not found
	Call   Place
	Reason string
	Text   string
	Tokens []ExpansionToken
}

// Definition is a definition of a crate. The zero value is none.
type Definition struct {
	project *Project
	crate   C.uint32_t
	id      C.uint32_t
}

// DefinitionInfo is what is known of a definition.
type DefinitionInfo struct {
	Kind       DefinitionKind
	Flags      uint32
	Visibility Visibility
	Name       string
	Parent     Definition
	VisibleIn  Definition
	Place      Place // its path is empty when no source is there
	NamePlace  Place
	Docs       Span
	ChildCount int
}

// Lookup is what a name at a place stands for.
type Lookup struct {
	Answer      Answer
	Definition  Definition
	Use         Place
	Declaration Place
}

// NamedSource is a folder in which a package may be found besides the places where cargo looks.
type NamedSource struct {
	Package string // empty for a folder of several packages
	Folder  string
}

// ProjectOptions says what to build, and where dependencies are; the zero value and nil mean the defaults.
type ProjectOptions struct {
	Target            string
	Features          []string
	AllFeatures       bool
	NoDefaultFeatures bool
	TestCfg           bool
	CargoHome         string // empty: DefaultCargoHome(); "-": nothing is looked for there
	Sources           []NamedSource
	CacheFolder       string
	StdSources        string
}

// DefaultCargoHome returns cargo's home as the environment names it, when it is there; else an empty text.
func DefaultCargoHome() string {
	folder := os.Getenv("CARGO_HOME")
	if folder == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		folder = filepath.Join(home, ".cargo")
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return ""
	}
	return folder
}

// Project is all cargo workspaces that the files of a workspace belong to. Immutable; it does not depend on the workspace.
type Project struct {
	handle *handle
}

// cStrings holds copies of texts in memory of C, for structs that point to texts.
type cStrings struct{ kept []unsafe.Pointer }

func (s *cStrings) text(text string) C.rp_string {
	if text == "" {
		return C.rp_string{}
	}
	copied := C.CBytes([]byte(text))
	s.kept = append(s.kept, copied)
	return C.rp_string{data: (*C.char)(copied), length: C.size_t(len(text))}
}

func (s *cStrings) array(size uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	made := C.malloc(C.size_t(size))
	s.kept = append(s.kept, made)
	return made
}

func (s *cStrings) free() {
	for _, pointer := range s.kept {
		C.free(pointer)
	}
}

// Project reads manifests, lock files and sources, expands macros and resolves names.
func (w *Workspace) Project(options *ProjectOptions) (*Project, error) {
	if options == nil {
		options = &ProjectOptions{}
	}
	var texts cStrings
	defer texts.free()
	var plain C.rp_project_options
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	plain.all_features = cBool(options.AllFeatures)
	plain.no_default_features = cBool(options.NoDefaultFeatures)
	plain.test_cfg = cBool(options.TestCfg)
	plain.target = texts.text(options.Target)
	if count := len(options.Features); count > 0 {
		array := texts.array(uintptr(count) * unsafe.Sizeof(C.rp_string{}))
		for index, feature := range options.Features {
			unsafe.Slice((*C.rp_string)(array), count)[index] = texts.text(feature)
		}
		plain.features = (*C.rp_string)(array)
		plain.feature_count = C.size_t(count)
	}
	home := options.CargoHome
	if home == "" {
		home = DefaultCargoHome()
	}
	if home != "-" {
		plain.cargo_home = texts.text(home)
	}
	if count := len(options.Sources); count > 0 {
		array := texts.array(uintptr(count) * unsafe.Sizeof(C.rp_named_source{}))
		for index, source := range options.Sources {
			unsafe.Slice((*C.rp_named_source)(array), count)[index] = C.rp_named_source{
				_package: texts.text(source.Package), folder: texts.text(source.Folder),
			}
		}
		plain.sources = (*C.rp_named_source)(array)
		plain.source_count = C.size_t(count)
	}
	plain.cache_folder = texts.text(options.CacheFolder)
	plain.std_sources = texts.text(options.StdSources)
	var made *C.rp_project
	var err error = errClosed
	w.read(func(workspace *C.rp_workspace) {
		var failure *C.rp_error
		status := C.rp_project_open(workspace, &plain, &made, &failure)
		err = takeError(status, failure)
	})
	if err != nil {
		return nil, err
	}
	return &Project{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_project_free((*C.rp_project)(pointer))
	})}, nil
}

func cBool(value bool) C.int {
	if value {
		return 1
	}
	return 0
}

// Close frees the project; what was taken out of it stays, but for definitions.
func (p *Project) Close() { p.handle.close() }

func (p *Project) use(call func(*C.rp_project)) bool {
	pointer, ok := p.handle.acquire()
	if !ok {
		return false
	}
	defer p.handle.release()
	call((*C.rp_project)(pointer))
	return true
}

func (p *Project) definition(plain C.rp_definition) Definition {
	if C.rp_definition_is_null(plain) != 0 {
		return Definition{}
	}
	return Definition{p, plain.crate, plain.id}
}

// Workspaces returns cargo's workspaces, in order of their manifests.
func (p *Project) Workspaces() (found []CargoWorkspace) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_workspace_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_workspace(project, index)
			found = append(found, CargoWorkspace{
				Manifest: goString(plain.manifest), Target: goString(plain.target), MadeUp: plain.made_up != 0,
				FirstPackage: int(plain.first_package), PackageCount: int(plain.package_count),
				FirstCrate: int(plain.first_crate), CrateCount: int(plain.crate_count),
			})
		}
	})
	return found
}

// Packages returns the packages of all workspaces.
func (p *Project) Packages() (found []Package) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_package_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_package(project, index)
			each := Package{
				Workspace: int(plain.workspace), Name: goString(plain.name), Version: goString(plain.version),
				Source: goString(plain.source), Checksum: goString(plain.checksum), Origin: PackageOrigin(plain.origin),
				MissingReason: goString(plain.missing_reason), Folder: goString(plain.folder),
				Manifest: goString(plain.manifest), HasBuildScript: plain.has_build_script != 0,
				IsProcMacro: plain.is_proc_macro != 0, BuiltForTarget: plain.built_for_target != 0,
				BuiltForHost: plain.built_for_host != 0,
			}
			for i := C.size_t(0); i < plain.feature_count; i++ {
				each.Features = append(each.Features, goString(C.rp_project_package_feature(project, index, i)))
			}
			for i := C.size_t(0); i < plain.build_feature_count; i++ {
				each.BuildFeatures = append(each.BuildFeatures, goString(C.rp_project_package_build_feature(project, index, i)))
			}
			for i := C.size_t(0); i < plain.dependency_count; i++ {
				edge := C.rp_project_package_dependency(project, index, i)
				each.Dependencies = append(each.Dependencies, PackageEdge{
					Package: goIndex(edge._package), Name: goString(edge.name), Kind: DependencyKind(edge.kind),
					IsOptional: edge.is_optional != 0, IsActive: edge.is_active != 0, Platform: goString(edge.platform),
				})
			}
			found = append(found, each)
		}
	})
	return found
}

// Crates returns the crates of all workspaces, the standard library's at the end of each.
func (p *Project) Crates() (found []Crate) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_crate_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_crate(project, index)
			each := Crate{
				Name: goString(plain.name), Workspace: int(plain.workspace), Package: goIndex(plain._package),
				Kind: CrateKind(plain.kind), State: CrateState(plain.state), Edition: uint32(plain.edition),
				IsLocal: plain.is_local != 0, IsProcMacro: plain.is_proc_macro != 0, ForHost: plain.for_host != 0,
				IsTest: plain.is_test != 0, Root: goString(plain.root), DefinitionCount: int(plain.definition_count),
			}
			for i := C.size_t(0); i < plain.dependency_count; i++ {
				dependency := C.rp_project_crate_dependency(project, index, i)
				each.Dependencies = append(each.Dependencies, CrateDependency{
					goString(dependency.name), goIndex(dependency.crate), goIndex(dependency._package),
				})
			}
			for i := C.size_t(0); i < plain.fact_count; i++ {
				fact := C.rp_project_crate_fact(project, index, i)
				each.Facts = append(each.Facts, CfgFact{goString(fact.key), goString(fact.value), fact.has_value != 0})
			}
			found = append(found, each)
		}
	})
	return found
}

// Files returns the Rust files of the workspace, and which crates each is part of.
func (p *Project) Files() (found []SourceFile) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_file_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_file(project, index)
			each := SourceFile{Path: goString(plain.path), State: FileState(plain.state)}
			for i := C.size_t(0); i < plain.crate_count; i++ {
				each.Crates = append(each.Crates, goIndex(C.rp_project_file_crate(project, index, i)))
			}
			found = append(found, each)
		}
	})
	return found
}

// Gaps returns what could not be seen.
func (p *Project) Gaps() (found []Gap) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_gap_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_gap(project, index)
			found = append(found, Gap{
				GapKind(plain.kind), goIndex(plain.crate), goPlace(plain.place), goString(plain.name), goString(plain.message),
			})
		}
	})
	return found
}

// Problems returns what is wrong with the project.
func (p *Project) Problems() (found []Problem) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_problem_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_problem(project, index)
			found = append(found, Problem{
				ProblemKind(plain.kind), goString(plain.code), goIndex(plain.crate), goPlace(plain.place),
				goString(plain.message),
			})
		}
	})
	return found
}

// Unread returns what was found and could not be looked at.
func (p *Project) Unread() (found []Unread) {
	p.use(func(project *C.rp_project) {
		count := C.rp_project_unread_count(project)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_project_unread(project, index)
			found = append(found, Unread{goString(plain.path), goString(plain.reason)})
		}
	})
	return found
}

// Definition returns a definition of a crate by its number, the root module at 0; the zero value when out of range.
func (p *Project) Definition(crate, index int) (found Definition) {
	if crate < 0 || index < 0 {
		return found
	}
	p.use(func(project *C.rp_project) {
		found = p.definition(C.rp_project_crate_definition(project, C.size_t(crate), C.size_t(index)))
	})
	return found
}

// Find returns a definition by its path, such as "crate::module::Item".
func (p *Project) Find(path string) (found Definition, err error) {
	err = errClosed
	data, length := cText(path)
	p.use(func(project *C.rp_project) {
		var plain C.rp_definition
		var failure *C.rp_error
		status := C.rp_project_find(project, data, length, &plain, &failure)
		if err = takeError(status, failure); err == nil {
			found = p.definition(plain)
		}
	})
	runtime.KeepAlive(path)
	return found, err
}

// DefinitionAt returns what the name at a byte offset of a file stands for.
func (p *Project) DefinitionAt(path string, offset uint32) (found Lookup, err error) {
	err = errClosed
	data, length := cText(path)
	p.use(func(project *C.rp_project) {
		var plain C.rp_lookup
		plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
		var failure *C.rp_error
		status := C.rp_project_definition_at(project, data, length, C.uint32_t(offset), &plain, &failure)
		if err = takeError(status, failure); err == nil {
			found = Lookup{
				Answer(plain.answer), p.definition(plain.definition), goPlace(plain.use), goPlace(plain.declaration),
			}
		}
	})
	runtime.KeepAlive(path)
	return found, err
}

func takeReferences(status C.rp_status, made *C.rp_references, failure *C.rp_error) (Answer, []Reference, error) {
	if err := takeError(status, failure); err != nil {
		return 0, nil, err
	}
	defer C.rp_references_free(made)
	var found []Reference
	count := C.rp_references_count(made)
	for index := C.size_t(0); index < count; index++ {
		plain := C.rp_references_get(made, index)
		found = append(found, Reference{ReferenceKind(plain.kind), goPlace(plain.place)})
	}
	return Answer(C.rp_references_answer(made)), found, nil
}

// ReferencesAt returns where that is used what the name at a byte offset of a file stands for.
func (p *Project) ReferencesAt(path string, offset uint32) (answer Answer, found []Reference, err error) {
	err = errClosed
	data, length := cText(path)
	p.use(func(project *C.rp_project) {
		var made *C.rp_references
		var failure *C.rp_error
		status := C.rp_project_references_at(project, data, length, C.uint32_t(offset), &made, &failure)
		answer, found, err = takeReferences(status, made, failure)
	})
	runtime.KeepAlive(path)
	return answer, found, err
}

// ExpansionAt expands the innermost macro call, derive or attribute at a byte offset of a file; with recursive, calls in
// the result, too.
func (p *Project) ExpansionAt(path string, offset uint32, recursive bool) (found Expansion, err error) {
	err = errClosed
	data, length := cText(path)
	p.use(func(project *C.rp_project) {
		var made *C.rp_expansion
		var failure *C.rp_error
		status := C.rp_project_expansion_at(project, data, length, C.uint32_t(offset), cBool(recursive), &made, &failure)
		if err = takeError(status, failure); err != nil {
			return
		}
		defer C.rp_expansion_free(made)
		var plain C.rp_expansion_info
		plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
		status = C.rp_expansion_get_info(made, &plain, &failure)
		if err = takeError(status, failure); err != nil {
			return
		}
		found = Expansion{
			State: ExpansionState(plain.state), Kind: MacroUseKind(plain.kind), Macro: p.definition(plain.macro),
			Call: goPlace(plain.call), Reason: goString(plain.reason), Text: goString(plain.text),
		}
		for index := C.size_t(0); index < plain.token_count; index++ {
			token := C.rp_expansion_get_token(made, index)
			found.Tokens = append(found.Tokens, ExpansionToken{
				goSpan(token.span), goPlace(token.written), token.is_made_up != 0, goPlace(token.definition),
			})
		}
	})
	runtime.KeepAlive(path)
	return found, err
}

// RenderGraph returns the packages of one of Workspaces and who depends on whom.
func (p *Project) RenderGraph(workspace int, format GraphFormat) (text string, err error) {
	err = errClosed
	p.use(func(project *C.rp_project) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_project_render_graph(project, C.size_t(workspace), C.rp_graph_format(format), &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

// RenderSymbols returns all definitions of a crate, as text or as JSON.
func (p *Project) RenderSymbols(crate int, json bool) (text string, err error) {
	err = errClosed
	format := C.rp_format(C.RP_FORMAT_TEXT)
	if json {
		format = C.RP_FORMAT_JSON
	}
	p.use(func(project *C.rp_project) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_project_render_symbols(project, C.size_t(crate), format, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

// RenderExpanded returns a crate, or one module of it, with every macro replaced by what it became.
func (p *Project) RenderExpanded(crate int, module string) (text string, err error) {
	err = errClosed
	data, length := cText(module)
	p.use(func(project *C.rp_project) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_project_render_expanded(project, C.size_t(crate), data, length, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	runtime.KeepAlive(module)
	return text, err
}

// IsZero tells whether it is no definition.
func (d Definition) IsZero() bool { return d.project == nil }

func (d Definition) use(call func(C.rp_definition)) bool {
	if d.project == nil {
		return false
	}
	return d.project.use(func(project *C.rp_project) {
		call(C.rp_definition{project: project, crate: d.crate, id: d.id})
	})
}

// Equal tells whether both are the same definition of the same project.
func (d Definition) Equal(other Definition) bool {
	if d.project != other.project || d.project == nil {
		return d.project == other.project
	}
	equal := false
	d.project.use(func(project *C.rp_project) {
		equal = C.rp_definition_equal(C.rp_definition{project: project, crate: d.crate, id: d.id},
			C.rp_definition{project: project, crate: other.crate, id: other.id}) != 0
	})
	return equal
}

// Crate returns the index of its crate.
func (d Definition) Crate() int { return int(d.crate) }

// Info returns what is known of it.
func (d Definition) Info() (info DefinitionInfo, err error) {
	err = errClosed
	d.use(func(plain C.rp_definition) {
		var found C.rp_definition_info
		found.struct_size = C.uint32_t(unsafe.Sizeof(found))
		var failure *C.rp_error
		status := C.rp_definition_get_info(plain, &found, &failure)
		if err = takeError(status, failure); err != nil {
			return
		}
		info = DefinitionInfo{
			Kind: DefinitionKind(found.kind), Flags: uint32(found.flags), Visibility: Visibility(found.visibility),
			Name: goString(found.name), Parent: d.project.definition(found.parent),
			VisibleIn: d.project.definition(found.visible_in), Place: goPlace(found.place),
			NamePlace: goPlace(found.name_place), Docs: goSpan(found.docs), ChildCount: int(found.child_count),
		}
	})
	return info, err
}

// Path returns its path, such as "crate::module::Item".
func (d Definition) Path() (path string, err error) {
	err = errClosed
	d.use(func(plain C.rp_definition) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_definition_path(plain, &buffer, &failure)
		path, err = takeBuffer(status, buffer, failure)
	})
	return path, err
}

// Children returns the definitions that lie directly in it.
func (d Definition) Children() (found []Definition) {
	d.use(func(plain C.rp_definition) {
		for index := C.size_t(0); ; index++ {
			child := d.project.definition(C.rp_definition_child(plain, index))
			if child.IsZero() {
				return
			}
			found = append(found, child)
		}
	})
	return found
}

// References returns where it is used.
func (d Definition) References() (answer Answer, found []Reference, err error) {
	err = errClosed
	d.use(func(plain C.rp_definition) {
		var made *C.rp_references
		var failure *C.rp_error
		status := C.rp_definition_references(plain, &made, &failure)
		answer, found, err = takeReferences(status, made, failure)
	})
	return answer, found, err
}
