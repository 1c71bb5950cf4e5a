package rustpro

/*
#include <rustpro/rustpro.h>
#include <stdlib.h>
*/
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// Rule is one rule of the review: what `rustpro explain` prints.
type Rule struct {
	ID         string // such as "safety/undocumented-unsafe"
	Area       string // such as "safety"
	Title      string // a few words
	Why        string // why it matters, in sentences
	Bad        string // where it fires: on lines that end in a comment with `~`; several files are each below "--- PATH"
	Good       string // where it does not
	Doubt      string // of a likely rule: what may make it wrong
	Lint       string // the lint of rustc or clippy whose `#[allow]` silences it; may be empty
	Severity   Severity
	Verdict    Verdict
	OptIn      bool     // runs only where rustpro.toml or ReviewOptions ask for it by its id
	References []string // where the language or its documentation says so
}

func goRule(index C.size_t) Rule {
	plain := C.rp_rule_at(index)
	rule := Rule{
		ID:       goString(plain.id),
		Area:     goString(plain.area),
		Title:    goString(plain.title),
		Why:      goString(plain.why),
		Bad:      goString(plain.bad),
		Good:     goString(plain.good),
		Doubt:    goString(plain.doubt),
		Lint:     goString(plain.lint),
		Severity: Severity(plain.severity),
		Verdict:  Verdict(plain.verdict),
		OptIn:    plain.opt_in != 0,
	}
	for i := C.size_t(0); i < plain.reference_count; i++ {
		rule.References = append(rule.References, goString(C.rp_rule_reference(index, i)))
	}
	return rule
}

// Rules returns all rules, in order of areas.
func Rules() []Rule {
	count := C.rp_rule_count()
	rules := make([]Rule, 0, int(count))
	for index := C.size_t(0); index < count; index++ {
		rules = append(rules, goRule(index))
	}
	return rules
}

// FindRule returns the rule with an id, and whether there is one.
func FindRule(id string) (Rule, bool) {
	text, length := cText(id)
	index := C.rp_rule_find(text, length)
	runtime.KeepAlive(id)
	if index >= C.rp_rule_count() {
		return Rule{}, false
	}
	return goRule(index), true
}

// ReviewOptions says what is chosen for one review, on top of rustpro.toml; the zero value chooses nothing.
type ReviewOptions struct {
	MinSeverity       Severity // what is less severe is left out; 0 for what rustpro.toml says
	Only              []string // rules and areas: only these run
	Deny              []string // rules and areas: their findings are errors
	Off               []string // rules and areas that do not run
	Baseline          string   // what Report.Baseline returned: the findings in it are left out, and counted by Hidden
	AdvisoryDB        string   // a folder: a clone of the RustSec advisory database
	Target            string   // as rustc names it; empty for x86_64-unknown-linux-gnu
	Features          []string
	AllFeatures       bool
	NoDefaultFeatures bool
	CargoHome         string // absolute: where cargo keeps sources of dependencies; empty: they are not looked for
	CacheFolder       string // absolute: where interfaces of dependencies are kept; empty: nowhere
	WholeTree         bool   // packages that only run at build time are read, too: Report.Packages
}

// ReviewWith reviews as Review does, with choices. A rule, an area or a target that does not exist is an error.
func (w *Workspace) ReviewWith(options ReviewOptions) (*Report, error) {
	plain := C.rp_review_options{min_severity: C.uint32_t(options.MinSeverity)}
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	for _, field := range []struct {
		to   *C.rp_string
		text string
	}{
		{&plain.only, strings.Join(options.Only, ",")},
		{&plain.deny, strings.Join(options.Deny, ",")},
		{&plain.off, strings.Join(options.Off, ",")},
		{&plain.baseline, options.Baseline},
		{&plain.advisory_db, options.AdvisoryDB},
		{&plain.target, options.Target},
		{&plain.features, strings.Join(options.Features, ",")},
		{&plain.cargo_home, options.CargoHome},
		{&plain.cache_folder, options.CacheFolder},
	} {
		// C may not be given a pointer to memory that holds a pointer of Go.
		copied := C.CString(field.text)
		defer C.free(unsafe.Pointer(copied))
		*field.to = C.rp_string{data: copied, length: C.size_t(len(field.text))}
	}
	if options.AllFeatures {
		plain.all_features = 1
	}
	if options.NoDefaultFeatures {
		plain.no_default_features = 1
	}
	plain.whole_tree = cBool(options.WholeTree)
	var made *C.rp_report
	var err error = errClosed
	w.read(func(workspace *C.rp_workspace) {
		var failure *C.rp_error
		status := C.rp_workspace_review_with(workspace, &plain, &made, &failure)
		err = w.progress.result(takeError(status, failure))
	})
	if err != nil {
		return nil, err
	}
	return newReport(made), nil
}

// Baseline writes the findings down, for ReviewOptions.Baseline: those that are there now are known from then on,
// wherever they move in their file.
func (r *Report) Baseline() (text string, err error) {
	err = errClosed
	r.use(func(report *C.rp_report) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_report_baseline(report, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

// HiddenFindings counts findings that a report leaves out.
type HiddenFindings struct {
	Suppressed uint64 // by comments `// rustpro: allow(rule) reason`
	Baseline   uint64 // by ReviewOptions.Baseline
}

// Hidden returns how many findings are left out.
func (r *Report) Hidden() (hidden HiddenFindings) {
	r.use(func(report *C.rp_report) {
		plain := C.rp_report_hidden(report)
		hidden = HiddenFindings{uint64(plain.suppressed), uint64(plain.baseline)}
	})
	return hidden
}

// ReviewGapKind is why a review could not see something.
type ReviewGapKind int

const (
	// ReviewGapMissingPackage is a dependency whose sources are nowhere.
	ReviewGapMissingPackage ReviewGapKind = C.RP_REVIEW_GAP_MISSING_PACKAGE
	// ReviewGapUnreadableFile is a module whose file is missing or may not be read.
	ReviewGapUnreadableFile ReviewGapKind = C.RP_REVIEW_GAP_UNREADABLE_FILE
	// ReviewGapOpaqueMacro is a procedural macro that is not modelled.
	ReviewGapOpaqueMacro ReviewGapKind = C.RP_REVIEW_GAP_OPAQUE_MACRO
	// ReviewGapUnresolvedMacro is a macro that was not found.
	ReviewGapUnresolvedMacro ReviewGapKind = C.RP_REVIEW_GAP_UNRESOLVED_MACRO
	// ReviewGapFailedMacro is a macro call that could not be expanded.
	ReviewGapFailedMacro ReviewGapKind = C.RP_REVIEW_GAP_FAILED_MACRO
	// ReviewGapUnknownStd means that the standard library is not described for the target.
	ReviewGapUnknownStd ReviewGapKind = C.RP_REVIEW_GAP_UNKNOWN_STD
	// ReviewGapLimit means that a limit was met.
	ReviewGapLimit ReviewGapKind = C.RP_REVIEW_GAP_LIMIT
	// ReviewGapInactiveFile is a file that the target and the features leave out.
	ReviewGapInactiveFile ReviewGapKind = C.RP_REVIEW_GAP_INACTIVE_FILE
	// ReviewGapNotRust is a file that no target leads to and that does not parse: it is not reviewed.
	ReviewGapNotRust ReviewGapKind = C.RP_REVIEW_GAP_NOT_RUST
)

// String returns the name of the kind, such as "missing package"; empty for a number that is none.
func (k ReviewGapKind) String() string {
	return goString(C.rp_review_gap_kind_name(C.rp_review_gap_kind(k)))
}

// ReviewGap is something that could not be seen: what depends on it is unknown, and rules are silent there.
type ReviewGap struct {
	Kind    ReviewGapKind
	Count   uint32 // how often; the place is the first
	Name    string // of the package, the macro or the file
	Message string // why
	Path    string // may be empty
	At      Position
}

// Gaps returns what could not be seen, one of each kind and name, in that order.
func (r *Report) Gaps() (gaps []ReviewGap) {
	r.use(func(report *C.rp_report) {
		count := C.rp_report_gap_count(report)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_report_gap(report, index)
			gaps = append(gaps, ReviewGap{
				Kind:    ReviewGapKind(plain.kind),
				Count:   uint32(plain.count),
				Name:    goString(plain.name),
				Message: goString(plain.message),
				Path:    goString(plain.path),
				At:      goPosition(plain.at),
			})
		}
	})
	return gaps
}
