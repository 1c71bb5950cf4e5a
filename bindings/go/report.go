package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

import "unsafe"

// Verdict is how sure a finding is.
type Verdict int

const (
	// VerdictProven means that a compiler or the language reference would agree.
	VerdictProven Verdict = C.RP_VERDICT_PROVEN
	// VerdictLikely means that an expert would raise it; a note says why it may be wrong.
	VerdictLikely Verdict = C.RP_VERDICT_LIKELY
)

// Severity is how bad a finding is.
type Severity int

const (
	SeverityError   Severity = C.RP_SEVERITY_ERROR
	SeverityWarning Severity = C.RP_SEVERITY_WARNING
	SeverityAdvice  Severity = C.RP_SEVERITY_ADVICE
)

// Place is a place in a file, with what is to be said about it.
type Place struct {
	Path  string
	Span  Span
	Start Position
	End   Position
	Label string // may be empty
}

func goPlace(place C.rp_place) Place {
	return Place{
		Path:  goString(place.path),
		Span:  goSpan(place.span),
		Start: goPosition(place.start),
		End:   goPosition(place.end),
		Label: goString(place.label),
	}
}

// Finding is one thing that the review has to say.
type Finding struct {
	Rule     string // such as "safety/undocumented-unsafe"
	Area     string // such as "safety"
	Verdict  Verdict
	Severity Severity
	Message  string
	Primary  Place
	Related  []Place
	Notes    []string
	Edits    []Edit // what would mend it, all of it or nothing; often none
}

// UnsafeKind is a kind of unsafety.
type UnsafeKind int

const (
	UnsafeFn          UnsafeKind = C.RP_UNSAFE_FN
	UnsafeBlock       UnsafeKind = C.RP_UNSAFE_BLOCK
	UnsafeImpl        UnsafeKind = C.RP_UNSAFE_IMPL
	UnsafeTrait       UnsafeKind = C.RP_UNSAFE_TRAIT
	UnsafeAttribute   UnsafeKind = C.RP_UNSAFE_ATTRIBUTE
	UnsafeExternBlock UnsafeKind = C.RP_UNSAFE_EXTERN_BLOCK
	UnsafeStaticMut   UnsafeKind = C.RP_UNSAFE_STATIC_MUT
)

// String returns the name of the kind, such as "unsafe fn"; empty for a number that is none.
func (k UnsafeKind) String() string { return goString(C.rp_unsafe_kind_name(C.rp_unsafe_kind(k))) }

// SafetyDocs is how a use of unsafety is justified in the text.
type SafetyDocs int

const (
	SafetyNone    SafetyDocs = C.RP_SAFETY_NONE
	SafetyComment SafetyDocs = C.RP_SAFETY_COMMENT // a `SAFETY:` comment
	SafetySection SafetyDocs = C.RP_SAFETY_SECTION // a `# Safety` section in the documentation
)

// UnsafeUse is one use of unsafety.
type UnsafeUse struct {
	Kind     UnsafeKind
	Docs     SafetyDocs
	IsPublic bool   // written `pub` without a restriction; false for blocks
	Name     string // of the item, or of the item around a block; may be empty
	Place    Place
}

// FunctionSize is one of the longest functions.
type FunctionSize struct {
	Name      string // with the types and modules around it in its file
	Place     Place
	Lines     uint32
	CodeLines uint32
	Nesting   uint32 // deepest nesting of blocks in the body, 1 for the body itself
}

// MacroGap is a macro call, a macro definition or an attribute with `unsafe` among its tokens, into which the review did
// not see.
type MacroGap struct {
	Name         string // of the macro called or defined, or of the attribute
	IsDefinition bool
	UnsafeCount  uint32 // unsafe code among the tokens: keywords, extern blocks, `static mut`, unsafe attributes
	Place        Place
}

// Metrics are sizes over all files that were read; those that were not are counted in FilesUnread alone.
type Metrics struct {
	MaxNesting       uint32
	Files            uint64
	FilesUnread      uint64
	FilesWithErrors  uint64
	Bytes            uint64
	Lines            uint64
	CodeLines        uint64
	CommentLines     uint64
	BlankLines       uint64
	Items            uint64
	Functions        uint64
	MacroCalls       uint64
	MacroDefinitions uint64
	UnsafeUses       uint64
	UnsafeUnseen     uint64 // unsafe code inside macros, which UnsafeUses does not include
}

// Report holds the findings, figures and gaps of one review. Immutable and independent of its workspace.
type Report struct {
	handle *handle
}

func newReport(made *C.rp_report) *Report {
	return &Report{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_report_free((*C.rp_report)(pointer))
	})}
}

// Close frees the report; what was taken out of it stays.
func (r *Report) Close() { r.handle.close() }

func (r *Report) use(call func(*C.rp_report)) bool {
	pointer, ok := r.handle.acquire()
	if !ok {
		return false
	}
	defer r.handle.release()
	call((*C.rp_report)(pointer))
	return true
}

// Findings returns what the review has to say, sorted by path, place and rule.
func (r *Report) Findings() (findings []Finding) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_finding_count(report)
		findings = make([]Finding, 0, int(count))
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_report_finding(report, index)
			finding := Finding{
				Rule:     goString(plain.rule),
				Area:     goString(plain.area),
				Verdict:  Verdict(plain.verdict),
				Severity: Severity(plain.severity),
				Message:  goString(plain.message),
				Primary:  goPlace(plain.primary),
			}
			for i := C.size_t(0); i < plain.related_count; i++ {
				finding.Related = append(finding.Related, goPlace(C.rp_report_related(report, index, i)))
			}
			for i := C.size_t(0); i < plain.note_count; i++ {
				finding.Notes = append(finding.Notes, goString(C.rp_report_note(report, index, i)))
			}
			edits := C.rp_report_edit_count(report, index)
			for i := C.size_t(0); i < edits; i++ {
				finding.Edits = append(finding.Edits, goEdit(C.rp_report_edit(report, index, i)))
			}
			findings = append(findings, finding)
		}
	})
	return findings
}

// UnsafeUses returns every use of unsafety in the files that were read, in order of path and place.
func (r *Report) UnsafeUses() (uses []UnsafeUse) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_unsafe_count(report)
		uses = make([]UnsafeUse, 0, int(count))
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_report_unsafe(report, index)
			uses = append(uses, UnsafeUse{
				Kind:     UnsafeKind(plain.kind),
				Docs:     SafetyDocs(plain.docs),
				IsPublic: plain.is_public != 0,
				Name:     goString(plain.name),
				Place:    goPlace(plain.place),
			})
		}
	})
	return uses
}

// LongestFunctions returns at most 20 functions, longest first.
func (r *Report) LongestFunctions() (functions []FunctionSize) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_longest_function_count(report)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_report_longest_function(report, index)
			functions = append(functions, FunctionSize{
				Name:      goString(plain.name),
				Place:     goPlace(plain.place),
				Lines:     uint32(plain.lines),
				CodeLines: uint32(plain.code_lines),
				Nesting:   uint32(plain.nesting),
			})
		}
	})
	return functions
}

// MacroGaps returns the macros with unsafety inside that is in no other figure, in order of path and place.
func (r *Report) MacroGaps() (gaps []MacroGap) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_macro_gap_count(report)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_report_macro_gap(report, index)
			gaps = append(gaps, MacroGap{
				Name:         goString(plain.name),
				IsDefinition: plain.is_definition != 0,
				UnsafeCount:  uint32(plain.unsafe_count),
				Place:        goPlace(plain.place),
			})
		}
	})
	return gaps
}

// Unread returns the files and folders that were found and not read: nothing is known of them.
func (r *Report) Unread() (unread []Unread) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_unread_count(report)
		for index := C.size_t(0); index < count; index++ {
			unread = append(unread, goUnread(C.rp_report_unread(report, index)))
		}
	})
	return unread
}

// Metrics returns sizes over all files that were read.
func (r *Report) Metrics() (Metrics, error) {
	var plain C.rp_metrics
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	var err error = errClosed
	r.use(func(report *C.rp_report) {
		var failure *C.rp_error
		status := C.rp_report_get_metrics(report, &plain, &failure)
		err = takeError(status, failure)
	})
	if err != nil {
		return Metrics{}, err
	}
	return Metrics{
		MaxNesting:       uint32(plain.max_nesting),
		Files:            uint64(plain.files),
		FilesUnread:      uint64(plain.files_unread),
		FilesWithErrors:  uint64(plain.files_with_errors),
		Bytes:            uint64(plain.bytes),
		Lines:            uint64(plain.lines),
		CodeLines:        uint64(plain.code_lines),
		CommentLines:     uint64(plain.comment_lines),
		BlankLines:       uint64(plain.blank_lines),
		Items:            uint64(plain.items),
		Functions:        uint64(plain.functions),
		MacroCalls:       uint64(plain.macro_calls),
		MacroDefinitions: uint64(plain.macro_definitions),
		UnsafeUses:       uint64(plain.unsafe_uses),
		UnsafeUnseen:     uint64(plain.unsafe_unseen),
	}, nil
}

// Render returns the report as text or as JSON.
func (r *Report) Render(options RenderOptions) (text string, err error) {
	err = errClosed
	r.use(func(report *C.rp_report) {
		text, err = render(options, func(o *C.rp_render_options, b **C.rp_buffer, e **C.rp_error) C.rp_status {
			return C.rp_report_render(report, o, b, e)
		})
	})
	return text, err
}
