package rustpro

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

const (
	source     = "// ü\nfn add(a: u8, b: u8) -> u8 {\n    /* 𝄞 */ a + b\n}\n"
	unsafeText = "fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n"
)

func parse(t *testing.T, text string, options *ParseOptions) *Tree {
	t.Helper()
	tree, err := Parse(text, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tree.Close)
	return tree
}

func find(t *testing.T, tree *Tree, kind Kind) (found Node) {
	t.Helper()
	tree.Root().Walk(func(node Node, _ uint32) bool {
		if node.Kind() == kind {
			found = node
		}
		return found.IsNull()
	})
	if found.IsNull() {
		t.Fatalf("no %v in %q", kind, tree.Text())
	}
	return found
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if any(got) != any(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestVersions(t *testing.T) {
	check(t, "version", Version(), "0.1.0")
	check(t, "number", VersionNumber(), 1000)
	check(t, "compatible", ABICompatible(), true)
	check(t, "status", StatusIO.String(), "RP_ERROR_IO")
	check(t, "closed", StatusClosed.Error(), "closed")
	check(t, "unknown", Status(99).String(), "RP_ERROR_UNKNOWN")
}

func TestKinds(t *testing.T) {
	check(t, "name", NodeFnItem.String(), "fn_item")
	check(t, "kind", KindFromName(">>="), TokenShiftRightEq)
	check(t, "no kind", KindFromName(""), KindNone)
	check(t, "node", NodeFnItem.IsNode(), true)
	check(t, "token", TokenIdentifier.IsToken(), true)
	check(t, "trivia", TokenWhitespace.IsTrivia(), true)
	check(t, "unsafety", UnsafeFn.String(), "unsafe fn")
}

func TestTree(t *testing.T) {
	tree := parse(t, source, &ParseOptions{Name: "a.rs", Edition: 2021})
	check(t, "text", tree.Text(), source)
	check(t, "name", tree.Name(), "a.rs")
	check(t, "edition", tree.Edition(), 2021)
	check(t, "errors", len(tree.Errors()), 0)
	check(t, "lines", tree.LineCount(), 5)
	stats, err := tree.Stats()
	check(t, "stats", err, nil)
	check(t, "lines", stats.Lines, 4)
	check(t, "bytes", stats.Bytes, uint64(len(source)))
	check(t, "no nodes", stats.Nodes == 0, false)
}

func TestNodes(t *testing.T) {
	tree := parse(t, source, nil)
	root := tree.Root()
	check(t, "root", root.Kind(), NodeSourceFile)
	check(t, "above root", root.Parent(), Node{})
	function := find(t, tree, NodeFnItem)
	check(t, "parent", function.Parent(), root)
	check(t, "equal", function.Parent().Equal(root), true)
	check(t, "not equal", function.Equal(root), false)
	check(t, "null", Node{}.Equal(Node{}), true)
	name := function.ChildByField("name")
	check(t, "name", name.Text(), "add")
	check(t, "field", name.FieldName(), "name")
	check(t, "span", name.Span(), Span{9, 12})
	check(t, "no field", function.ChildByField("").IsNull(), true)
	check(t, "no child", function.Child(1000).IsNull(), true)
	children := function.Children()
	check(t, "children", len(children), int(function.ChildCount()))
	check(t, "child", children[1], function.Child(1))
	elements := function.Elements()
	check(t, "first", elements[0], function.FirstChild())
	check(t, "last", elements[len(elements)-1], function.LastChild())
	check(t, "next", elements[0].NextSibling(), elements[1])
	check(t, "previous", elements[1].PreviousSibling(), elements[0])
	check(t, "tree", name.Tree(), tree)
	check(t, "null text", Node{}.Text(), "")
}

func TestLeavesGiveTheTextBack(t *testing.T) {
	var leaves strings.Builder
	parse(t, source, nil).Root().Walk(func(node Node, _ uint32) bool {
		if !node.Kind().IsNode() {
			leaves.WriteString(node.Text())
		}
		return true
	})
	check(t, "leaves", leaves.String(), source)
}

func TestCursor(t *testing.T) {
	function := find(t, parse(t, source, nil), NodeFnItem)
	cursor := function.Cursor()
	check(t, "beside the start", cursor.NextSibling(), false)
	check(t, "above the start", cursor.Parent(), false)
	check(t, "down", cursor.FirstChild(), true)
	place := cursor
	check(t, "on", cursor.NextSibling(), true)
	check(t, "remembered", place.Node(), function.FirstChild())
	check(t, "depth", place.Depth(), 1)
	check(t, "up", cursor.Parent(), true)
	check(t, "back", cursor.Node(), function)
	for cursor.Next() {
	}
	check(t, "end", cursor.Node().IsNull(), true)
	var zero Cursor
	check(t, "zero", zero.Next(), false)
}

func TestPlaces(t *testing.T) {
	tree := parse(t, source, nil)
	offset := uint32(strings.Index(source, "a + b"))
	// The clef has four bytes and two units of UTF-16.
	check(t, "position", tree.Position(offset), Position{3, 16, 14})
	check(t, "offset", tree.Offset(3, 16), offset)
	check(t, "utf16", tree.OffsetUTF16(3, 14), offset)
	check(t, "at", tree.NodeAt(offset).Text(), "a")
	check(t, "covering", tree.NodeCovering(offset, offset+5).Text(), "a + b")
	check(t, "backwards", tree.NodeCovering(5, 4).IsNull(), true)
}

func TestNulCharactersAndEmptyText(t *testing.T) {
	text := "const A: &str = \"a\x00b\"; // \x00\n"
	tree := parse(t, text, &ParseOptions{Name: "nul\x00name"})
	check(t, "text", tree.Text(), text)
	check(t, "name", tree.Name(), "nul\x00name")
	check(t, "empty", parse(t, "", nil).Root().Text(), "")
}

func TestErrorsOfTheText(t *testing.T) {
	tree := parse(t, "fn f( {\n", &ParseOptions{Name: "broken.rs"})
	problems := tree.Errors()
	if len(problems) == 0 || problems[0].Message == "" {
		t.Fatalf("got %v", problems)
	}
	text, err := tree.RenderErrors(RenderOptions{})
	check(t, "render", err, nil)
	check(t, "name in text", strings.Contains(text, "broken.rs"), true)
	text, err = tree.RenderErrors(RenderOptions{Format: FormatJSON})
	check(t, "render", err, nil)
	var list []any
	check(t, "json", json.Unmarshal([]byte(text), &list), nil)
	check(t, "json errors", len(list), len(problems))
	text, err = tree.Render(RenderOptions{Width: 80})
	check(t, "render tree", err, nil)
	check(t, "tree", strings.HasPrefix(text, "source_file"), true)
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		text    string
		options *ParseOptions
		status  Status
	}{
		{"\xff", nil, StatusInvalidUTF8},
		{"", &ParseOptions{Edition: 1999}, StatusInvalidArgument},
		{strings.Repeat(source, 1000), &ParseOptions{MemoryLimit: 1000}, StatusLimit},
	} {
		tree, err := Parse(c.text, c.options)
		var failure *Error
		if tree != nil || !errors.Is(err, c.status) || !errors.As(err, &failure) || failure.Message == "" {
			t.Errorf("%v: got %v, %v", c.status, tree, err)
		}
	}
	_, err := Review("/no/such/folder")
	check(t, "missing", errors.Is(err, StatusNotFound), true)
	check(t, "words", strings.Contains(err.Error(), "/no/such/folder"), true)
	_, err = parse(t, "", nil).Render(RenderOptions{Format: 99})
	check(t, "format", errors.Is(err, StatusInvalidArgument), true)
}

func TestClosed(t *testing.T) {
	tree, err := Parse(source, nil)
	check(t, "parse", err, nil)
	root := tree.Root()
	tree.Close()
	tree.Close()
	check(t, "text", root.Text(), "")
	check(t, "root", tree.Root().IsNull(), true)
	_, err = tree.Stats()
	check(t, "stats", errors.Is(err, StatusClosed), true)
	_, err = tree.Render(RenderOptions{})
	check(t, "render", errors.Is(err, StatusClosed), true)

	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	workspace.Close()
	_, err = workspace.Review()
	check(t, "review", errors.Is(err, StatusClosed), true)
	check(t, "set", errors.Is(workspace.SetFile("a.rs", ""), StatusClosed), true)
	cancellation, err := NewCancellation()
	check(t, "cancellation", err, nil)
	cancellation.Close()
	cancellation.Request()
	_, err = Parse("", &ParseOptions{Cancellation: cancellation})
	check(t, "closed token", errors.Is(err, StatusClosed), true)
}

func TestClosingWhileOthersRead(t *testing.T) {
	for i := 0; i < 50; i++ {
		tree, err := Parse(source, nil)
		check(t, "parse", err, nil)
		var group sync.WaitGroup
		for j := 0; j < 4; j++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for tree.Text() != "" {
					tree.Root().Walk(func(node Node, _ uint32) bool { return node.Text() != "\xff" })
				}
			}()
		}
		time.Sleep(time.Millisecond)
		tree.Close()
		group.Wait()
	}
}

func TestFinalizers(t *testing.T) {
	freed := make(chan struct{}, 100)
	for i := 0; i < 100; i++ {
		tree, err := Parse(source, nil)
		check(t, "parse", err, nil)
		free := tree.handle.free
		tree.handle.free = func(pointer unsafe.Pointer) {
			free(pointer)
			freed <- struct{}{}
		}
		// A node alone keeps the tree.
		node := tree.Root()
		tree = nil
		runtime.GC()
		check(t, "text", node.Text(), source)
	}
	for i := 0; i < 90; i++ {
		runtime.GC()
		select {
		case <-freed:
		case <-time.After(10 * time.Second):
			t.Fatalf("only %d trees were freed", i)
		}
	}
}

func writeCrate(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for path, text := range map[string]string{
		"Cargo.toml":   "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2018\"\n",
		"src/lib.rs":   unsafeText,
		"src/other.rs": "fn g() {}\n",
		"src/bad.rs":   "\xff",
	} {
		path = filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestReview(t *testing.T) {
	report, err := Review(writeCrate(t))
	if err != nil {
		t.Fatal(err)
	}
	// Of the crate's code; the edition of its manifest is remarked on, too.
	var findings []Finding
	for _, f := range report.Findings() {
		if f.Area == "safety" {
			findings = append(findings, f)
		}
	}
	if len(findings) != 1 {
		t.Fatalf("got %v", findings)
	}
	finding := findings[0]
	check(t, "rule", finding.Rule, "safety/undocumented-unsafe")
	check(t, "area", finding.Area, "safety")
	check(t, "path", finding.Primary.Path, "src/lib.rs")
	check(t, "line", finding.Primary.Start.Line, 2)
	check(t, "verdict", finding.Verdict == VerdictProven || finding.Verdict == VerdictLikely, true)
	uses := report.UnsafeUses()
	if len(uses) != 1 || uses[0].Kind != UnsafeBlock || uses[0].Docs != SafetyNone || uses[0].Name != "f" {
		t.Errorf("got %v", uses)
	}
	metrics, err := report.Metrics()
	check(t, "metrics", err, nil)
	check(t, "files", metrics.Files, 2)
	check(t, "unread", metrics.FilesUnread, 1)
	functions := report.LongestFunctions()
	if len(functions) != 2 || functions[0].Name != "f" || functions[0].Lines != 3 {
		t.Errorf("got %v", functions)
	}
	unread := report.Unread()
	if len(unread) != 1 || unread[0].Path != "src/bad.rs" || !strings.Contains(unread[0].Reason, "UTF-8") {
		t.Errorf("got %v", unread)
	}
	text, err := report.Render(RenderOptions{Color: true})
	check(t, "render", err, nil)
	check(t, "colour", strings.Contains(text, "\x1b["), true)
	report.Close()
	check(t, "after Close", len(report.Findings()), 0)
	check(t, "copies stay", finding.Rule, "safety/undocumented-unsafe")
}

func TestProjects(t *testing.T) {
	source := "pub fn twice(n: u8) -> u8 { n * 2 }\nfn f() { twice(1); println!(\"{}\", gone::x()); }\n"
	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	manifest := "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nfast = []\n[dependencies]\ngone = \"1\"\n"
	check(t, "manifest", workspace.SetFile("Cargo.toml", manifest), nil)
	check(t, "source", workspace.SetFile("src/lib.rs", source), nil)
	_, err = workspace.Project(&ProjectOptions{Target: "no-such-target"})
	check(t, "unknown target", err != nil, true)
	project, err := workspace.Project(&ProjectOptions{Features: []string{"fast"}, CargoHome: "-"})
	check(t, "project", err, nil)
	check(t, "workspaces", project.Workspaces()[0].Manifest, "Cargo.toml")
	packages := project.Packages()
	check(t, "packages", len(packages), 2)
	check(t, "feature", packages[0].Features[0], "fast")
	check(t, "edge", packages[0].Dependencies[0].Package, 1)
	check(t, "missing", packages[1].Origin, OriginMissing)
	crate := project.Crates()[0]
	check(t, "crate", crate.Name, "a")
	check(t, "dependency", crate.Dependencies[0], CrateDependency{"gone", NoIndex, 1})
	check(t, "facts", len(crate.Facts) > 10, true)
	check(t, "file", project.Files()[0].Crates[0], 0)
	check(t, "gap", project.Gaps()[0].Kind.String(), "missing package")
	check(t, "no lock file", project.Problems()[0].Kind, ProblemGraph)
	check(t, "unread", len(project.Unread()), 0)

	twice, err := project.Find("a::twice")
	check(t, "find", err, nil)
	path, err := twice.Path()
	check(t, "path", err, nil)
	check(t, "path", path, "a::twice")
	info, err := twice.Info()
	check(t, "info", err, nil)
	check(t, "kind", info.Kind.String(), "function")
	check(t, "parent", info.Parent.Equal(project.Definition(0, 0)), true)
	check(t, "children", info.Parent.Children()[0].Equal(twice), true)
	check(t, "none", project.Definition(0, 999).IsZero(), true)
	offset := uint32(strings.Index(source, "twice(1)"))
	found, err := project.DefinitionAt("src/lib.rs", offset)
	check(t, "definition at", err, nil)
	check(t, "answer", found.Answer, AnswerFound)
	check(t, "definition", found.Definition.Equal(twice), true)
	answer, references, err := project.ReferencesAt("src/lib.rs", offset)
	check(t, "references", err, nil)
	check(t, "references", answer, AnswerFound)
	check(t, "references", len(references), 2)
	_, again, err := twice.References()
	check(t, "references", err, nil)
	check(t, "references", len(again), 2)
	nowhere, err := project.DefinitionAt("none.rs", 0)
	check(t, "no file", err, nil)
	check(t, "no file", nowhere.Answer.String(), "no file")
	expansion, err := project.ExpansionAt("src/lib.rs", uint32(strings.Index(source, "println")), true)
	check(t, "expansion", err, nil)
	check(t, "expansion", expansion.State, ExpansionExpanded)
	check(t, "tokens", len(expansion.Tokens) > 0, true)
	graph, err := project.RenderGraph(0, GraphText)
	check(t, "graph", err, nil)
	check(t, "graph", strings.Contains(graph, "gone"), true)
	symbols, err := project.RenderSymbols(0, true)
	check(t, "symbols", err, nil)
	check(t, "symbols", strings.Contains(symbols, "a::twice"), true)
	expanded, err := project.RenderExpanded(0, "")
	check(t, "expanded", err, nil)
	check(t, "expanded", strings.Contains(expanded, "pub fn twice"), true)
	project.Close()
	_, err = project.Find("a::twice")
	check(t, "after Close", err != nil, true)
}

func TestLayouts(t *testing.T) {
	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	check(t, "manifest", workspace.SetFile("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"), nil)
	check(t, "source", workspace.SetFile("src/lib.rs", "#[repr(C)]\npub struct S { a: u8, b: u64 }\npub enum E { A = -5, B = 7 }\n"), nil)
	project, err := workspace.Project(&ProjectOptions{CargoHome: "-"})
	check(t, "project", err, nil)
	layout, err := project.LayoutOf("a::S", "")
	check(t, "layout", err, nil)
	check(t, "size", layout.Size, uint64(16))
	check(t, "padding", layout.Variants[0].Fields[1].PaddingBefore, uint64(7))
	svg, err := project.RenderLayout("a::S", LayoutSVG)
	check(t, "svg", err, nil)
	check(t, "svg", strings.HasPrefix(svg, "<svg"), true)
	layouts, err := project.Layouts(0)
	check(t, "layouts", err, nil)
	check(t, "layouts", len(layouts), 2)
	check(t, "discriminant", layouts[1].Variants[0].Discriminant.Int64(), int64(-5))
	check(t, "niche", layouts[1].Niche.Available.Int64(), int64(243))
	table, err := project.RenderLayouts(0, LayoutText, LayoutBySize)
	check(t, "table", err, nil)
	check(t, "table", strings.Contains(table, "struct S"), true)
	difference, err := project.RenderLayoutDifference(0, project, 0)
	check(t, "difference", err, nil)
	check(t, "difference", strings.Contains(difference, "0 of 2 types differ"), true)
	truth, err := project.Implements("u8", "Copy")
	check(t, "implements", err, nil)
	check(t, "implements", truth, TruthYes)
	_, err = project.LayoutOf("a::None", "")
	check(t, "no such type", err != nil, true)
	project.Close()
	_, err = project.LayoutOf("a::S", "")
	check(t, "after Close", err != nil, true)
}

func TestFixes(t *testing.T) {
	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	manifest := "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
	check(t, "manifest", workspace.SetFile("Cargo.toml", manifest+"[profile.release]\nopt-level = 0\n"), nil)
	check(t, "source", workspace.SetFile("src/lib.rs", ""), nil)
	report, err := workspace.Review()
	check(t, "review", err, nil)
	findings := report.Findings()
	if len(findings) != 1 || len(findings[0].Edits) != 1 {
		t.Fatalf("got %v", findings)
	}
	edit := findings[0].Edits[0]
	check(t, "applicability", edit.Applicability, ApplicabilitySuggestion)
	check(t, "line", edit.Place.Start.Line, 7)
	none, err := workspace.MakeFixes(report, nil)
	check(t, "fixes", err, nil)
	check(t, "files", len(none.Files())+len(none.Applied()), 0)
	skipped := none.Skipped()
	if len(skipped) != 1 || skipped[0].Kind != SkipSuggestion || skipped[0].Finding != 0 {
		t.Errorf("got %v", skipped)
	}
	fixes, err := workspace.MakeFixes(report, &FixOptions{Suggestions: true})
	check(t, "fixes", err, nil)
	files := fixes.Files()
	if len(files) != 1 || len(fixes.Applied()) != 1 {
		t.Fatalf("got %v", files)
	}
	check(t, "after", files[0].After, manifest+"[profile.release]\n")
	check(t, "writable", files[0].IsWritable, false)
	whole, err := fixes.Diff()
	check(t, "diff", err, nil)
	single, err := Diff("Cargo.toml", files[0].Before, files[0].After)
	check(t, "diff", err, nil)
	check(t, "diff", whole, single)
	if !strings.Contains(whole, "\n-opt-level = 0\n") {
		t.Errorf("got %q", whole)
	}
	if fixes.WriteFile(0) == nil || fixes.WriteFile(-1) == nil {
		t.Error("a text in memory was written")
	}
	fixes.Close()
	if _, err := fixes.Diff(); err == nil {
		t.Error("closed fixes give a diff")
	}
	text, err := report.Render(RenderOptions{Format: FormatMarkdown, LinkBase: "https://e.org/"})
	check(t, "render", err, nil)
	if !strings.Contains(text, "(<https://e.org/Cargo.toml#L7>)") {
		t.Errorf("got %q", text)
	}
}

func TestRules(t *testing.T) {
	rules := Rules()
	for i, rule := range rules {
		if !strings.HasPrefix(rule.ID, rule.Area+"/") || rule.Title == "" || rule.Why == "" || rule.Bad == "" ||
			rule.Good == "" || rule.Severity == 0 || rule.Verdict == 0 {
			t.Errorf("rule %d is %+v", i, rule)
		}
		found, ok := FindRule(rule.ID)
		check(t, "found", ok, true)
		check(t, "id", found.ID, rule.ID)
		check(t, "references", len(found.References), len(rule.References))
	}
	check(t, "rules", len(rules) > 50, true)
	rule, ok := FindRule("safety/undocumented-unsafe")
	check(t, "found", ok, true)
	check(t, "area", rule.Area, "safety")
	check(t, "severity", rule.Severity, SeverityWarning)
	check(t, "references", len(rule.References) > 0 && strings.Contains(rule.References[0], "https://"), true)
	for _, id := range []string{"", "safety", "safety/none", "safety/undocumented-unsafe\x00"} {
		none, ok := FindRule(id)
		check(t, "no rule", ok, false)
		check(t, "no rule", none.ID, "")
	}
}

func TestReviewWith(t *testing.T) {
	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	defer workspace.Close()
	manifest := "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
	check(t, "manifest", workspace.SetFile("Cargo.toml", manifest+"[dependencies]\ngone = \"1\"\n[profile.release]\nopt-level = 0\n"), nil)
	check(t, "source", workspace.SetFile("src/lib.rs", unsafeText), nil)
	review := func(options ReviewOptions) (*Report, []Finding) {
		t.Helper()
		report, err := workspace.ReviewWith(options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(report.Close)
		return report, report.Findings()
	}
	areas := func(findings []Finding) map[string]int {
		counts := map[string]int{}
		for _, finding := range findings {
			counts[finding.Area]++
		}
		return counts
	}

	all, findings := review(ReviewOptions{})
	plain, err := workspace.Review()
	check(t, "review", err, nil)
	check(t, "no choice", len(findings), len(plain.Findings()))
	counts := areas(findings)
	if counts["safety"] != 1 || len(counts) < 2 {
		t.Fatalf("got %v", findings)
	}
	check(t, "nothing hidden", all.Hidden(), HiddenFindings{})
	var gone []ReviewGap
	for _, gap := range all.Gaps() {
		if gap.Kind == ReviewGapMissingPackage {
			gone = append(gone, gap)
		}
	}
	if len(gone) != 1 || !strings.HasPrefix(gone[0].Name, "gone") || gone[0].Count != 1 || gone[0].Message == "" {
		t.Errorf("got %+v", gone)
	}
	check(t, "kind", ReviewGapMissingPackage.String(), "missing package")
	check(t, "build", all.Build(), ReviewedBuild{"x86_64-unknown-linux-gnu", "default features"})
	packages := all.Packages()
	if len(packages) != 2 || packages[0].Role != PackageOwn || !packages[0].WasRead || packages[0].Written[UnsafeBlock] == 0 {
		t.Fatalf("got %+v", packages)
	}
	if packages[1].WasRead || packages[1].Reason == "" || packages[1].Name != "gone" || len(packages[1].Written) != 0 {
		t.Errorf("got %+v", packages[1])
	}
	check(t, "role", packages[1].Role.String(), "program")
	check(t, "no kind", ReviewGapKind(99).String(), "")

	_, only := review(ReviewOptions{Only: []string{"safety"}})
	check(t, "only", fmt.Sprint(areas(only)), "map[safety:1]")
	_, off := review(ReviewOptions{Off: []string{"layout", "safety/undocumented-unsafe"}})
	check(t, "off", areas(off)["safety"], 0)
	_, deny := review(ReviewOptions{Only: []string{"safety"}, Deny: []string{"layout", "safety"}, MinSeverity: SeverityError})
	check(t, "deny", len(deny), 1)
	check(t, "deny", deny[0].Severity, SeverityError)
	_, severe := review(ReviewOptions{Only: []string{"safety"}, MinSeverity: SeverityError})
	check(t, "severe", len(severe), 0)

	baseline, err := all.Baseline()
	check(t, "baseline", err, nil)
	known, left := review(ReviewOptions{Baseline: baseline})
	check(t, "known", len(left), 0)
	check(t, "known", known.Hidden(), HiddenFindings{Baseline: uint64(len(findings))})
	// What is known moves; what is new is said; what a comment allows is counted.
	check(t, "source", workspace.SetFile("src/lib.rs", "\n\n"+unsafeText+"fn g(p: *const u16) -> u16 {\n    unsafe { *p }\n}\n"+
		"fn h(p: *const u32) -> u32 {\n    // rustpro: allow(safety/undocumented-unsafe) of a test\n    unsafe { *p }\n}\n"), nil)
	known, left = review(ReviewOptions{Only: []string{"safety"}, Baseline: baseline})
	check(t, "new", len(left), 1)
	check(t, "line", left[0].Primary.Start.Line, 7)
	check(t, "hidden", known.Hidden(), HiddenFindings{Suppressed: 1, Baseline: 1})

	for _, options := range []ReviewOptions{
		{Only: []string{"no/such-rule"}},
		{Off: []string{"none"}},
		{Baseline: "none"},
		{Target: "no-such-target"},
		{CargoHome: "relative"},
		{CacheFolder: "relative"},
		{MinSeverity: 99},
		{MinSeverity: -1},
	} {
		_, err := workspace.ReviewWith(options)
		if !errors.Is(err, StatusInvalidArgument) {
			t.Errorf("%+v: got %v", options, err)
		}
	}
	_, err = workspace.ReviewWith(ReviewOptions{Features: []string{"\xff"}})
	check(t, "text", errors.Is(err, StatusInvalidUTF8), true)
	all.Close()
	_, err = all.Baseline()
	check(t, "closed", errors.Is(err, StatusClosed), true)
	check(t, "closed", len(all.Gaps()), 0)
	workspace.Close()
	_, err = workspace.ReviewWith(ReviewOptions{})
	check(t, "closed", errors.Is(err, StatusClosed), true)
}

func TestReviewGapsDependOnFeatures(t *testing.T) {
	workspace, err := NewWorkspace(nil)
	check(t, "workspace", err, nil)
	defer workspace.Close()
	check(t, "manifest", workspace.SetFile("Cargo.toml",
		"[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nfast = []\n"), nil)
	check(t, "source", workspace.SetFile("src/lib.rs", "#[cfg(feature = \"fast\")]\nmod fast;\n"), nil)
	check(t, "source", workspace.SetFile("src/fast.rs", "fn f() {}\n"), nil)
	for _, c := range []struct {
		options ReviewOptions
		left    int
	}{
		{ReviewOptions{}, 1},
		{ReviewOptions{Features: []string{"fast"}}, 0},
		{ReviewOptions{AllFeatures: true}, 0},
	} {
		report, err := workspace.ReviewWith(c.options)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, gap := range report.Gaps() {
			if gap.Kind == ReviewGapInactiveFile {
				check(t, "name", gap.Name, "src/fast.rs")
				left++
			}
		}
		check(t, fmt.Sprintf("%+v", c.options), left, c.left)
		report.Close()
	}
}

func TestMacroGaps(t *testing.T) {
	workspace := newWorkspace(t, nil)
	check(t, "set", workspace.SetFile("m.rs", "macro_rules! peek { ($p:expr) => { unsafe { *$p } }; }\n"), nil)
	report, err := workspace.Review()
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	gaps := report.MacroGaps()
	if len(gaps) != 1 || gaps[0].Name != "peek" || !gaps[0].IsDefinition || gaps[0].UnsafeCount != 1 {
		t.Errorf("got %v", gaps)
	}
	metrics, err := report.Metrics()
	check(t, "metrics", err, nil)
	check(t, "unseen", metrics.UnsafeUnseen, 1)
}

func TestWorkspace(t *testing.T) {
	workspace, err := OpenWorkspace(writeCrate(t), &WorkspaceOptions{ThreadCount: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer workspace.Close()
	check(t, "files", fmt.Sprint(workspace.Files()), "[{src/bad.rs 2018} {src/lib.rs 2018} {src/other.rs 2018}]")
	check(t, "unread", len(workspace.Unread()), 0)
	check(t, "set", workspace.SetFile("src/bad.rs", "fn h(\x00) {}\n"), nil)
	tree, err := workspace.ParseFile(0)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "overlay", tree.Text(), "fn h(\x00) {}\n")
	check(t, "remove", workspace.RemoveFile("src/bad.rs"), nil)
	_, err = workspace.ParseFile(0)
	check(t, "on disk", errors.Is(err, StatusInvalidUTF8), true)
	check(t, "remove again", errors.Is(workspace.RemoveFile("src/bad.rs"), StatusNotFound), true)
	check(t, "escape", errors.Is(workspace.SetFile("../a.rs", ""), StatusInvalidArgument), true)
	for _, index := range []int{-1, 7} {
		_, err = workspace.ParseFile(index)
		check(t, "index", errors.Is(err, StatusInvalidArgument), true)
	}
}

func newWorkspace(t *testing.T, options *WorkspaceOptions) *Workspace {
	t.Helper()
	workspace, err := NewWorkspace(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(workspace.Close)
	for i := 0; i < 3; i++ {
		check(t, "set", workspace.SetFile(fmt.Sprintf("%d.rs", i), unsafeText), nil)
	}
	return workspace
}

func TestManyGoroutines(t *testing.T) {
	workspace := newWorkspace(t, &WorkspaceOptions{
		Edition:  2021,
		Progress: func(done, total uint64, name string) error { runtime.Gosched(); return nil },
	})
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for j := 0; j < 10; j++ {
				if i == 0 {
					check(t, "set", workspace.SetFile("0.rs", unsafeText), nil)
					continue
				}
				report, err := workspace.Review()
				if err != nil {
					t.Error(err)
					return
				}
				check(t, "findings", len(report.Findings()), 3)
				check(t, "files", len(workspace.Files()), 3)
				report.Close()
			}
		}(i)
	}
	group.Wait()
}

func TestProgress(t *testing.T) {
	var calls []string
	workspace := newWorkspace(t, &WorkspaceOptions{Progress: func(done, total uint64, name string) error {
		calls = append(calls, fmt.Sprint(done, total))
		return nil
	}})
	_, err := workspace.Review()
	check(t, "review", err, nil)
	check(t, "last call", calls[len(calls)-1], "3 3")
}

func TestProgressErrorsAndPanicsComeOut(t *testing.T) {
	mine := errors.New("mine")
	workspace := newWorkspace(t, &WorkspaceOptions{Progress: func(uint64, uint64, string) error { return mine }})
	for i := 0; i < 2; i++ {
		_, err := workspace.Review()
		check(t, "cause", errors.Is(err, mine), true)
		check(t, "status", errors.Is(err, StatusCancelled), true)
	}
	workspace = newWorkspace(t, &WorkspaceOptions{Progress: func(uint64, uint64, string) error { panic("mine") }})
	func() {
		defer func() { check(t, "panic", recover(), any("mine")) }()
		_, err := workspace.Review()
		t.Error("no panic but", err)
	}()
	// The lock of the workspace was let go.
	check(t, "set", workspace.SetFile("x.rs", ""), nil)
}

func TestCancellation(t *testing.T) {
	cancellation, err := NewCancellation()
	check(t, "new", err, nil)
	workspace := newWorkspace(t, &WorkspaceOptions{Cancellation: cancellation})
	cancellation.Request()
	check(t, "requested", cancellation.Requested(), true)
	_, err = workspace.Review()
	check(t, "cancelled", errors.Is(err, StatusCancelled), true)
	cancellation.Reset()
	// The workspace holds what it was given.
	cancellation.Close()
	_, err = workspace.Review()
	check(t, "after Close", err, nil)
}

func TestCancelWithContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	cancellation, stop, err := CancelWith(ctx)
	check(t, "new", err, nil)
	defer stop()
	text := strings.Repeat(unsafeText, 20000)
	for i := 0; i < 1000; i++ {
		tree, err := Parse(text, &ParseOptions{Cancellation: cancellation})
		if err != nil {
			check(t, "cancelled", errors.Is(err, StatusCancelled), true)
			return
		}
		tree.Close()
	}
	t.Error("never cancelled")
}

func TestPublicAPI(t *testing.T) {
	no := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func(version, text string) *PublicAPI {
		workspace, err := NewWorkspace(nil)
		no(t, err)
		defer workspace.Close()
		no(t, workspace.SetFile("Cargo.toml", "[package]\nname = \"shapes\"\nversion = \""+version+"\"\nedition = \"2021\"\n"))
		no(t, workspace.SetFile("src/lib.rs", text))
		api, err := workspace.PublicAPI(&APIOptions{Features: []string{}})
		no(t, err)
		return api
	}
	before := read("1.0.0", "pub struct S { pub a: u8 }\npub fn f() {}\n")
	after := read("1.1.0", "pub struct S { pub a: u16 }\n")
	defer before.Close()
	defer after.Close()
	items := before.Items()
	if len(items) != 4 || items[2].Path != "shapes::S::a" || items[2].Kind != APIField || items[2].Parent != 1 ||
		items[0].Parent != -1 || items[2].Kind.String() != "field" {
		t.Fatalf("items are %v", items)
	}
	if before.Crate() != "shapes" || before.Version() != "1.0.0" || len(before.Unknown()) != 0 || len(before.Impls()) != 0 {
		t.Fatal("the interface is another")
	}
	diff, err := before.Compare(after)
	no(t, err)
	defer diff.Close()
	changes := diff.Changes()
	if diff.Sufficient() || len(changes) != 2 || changes[0].Rule != "semver/field-type" || changes[0].Level != SemverMajor {
		t.Fatalf("changes are %v", changes)
	}
	if len(diff.Unknown()) != 0 {
		t.Fatal("something was not compared")
	}
	text, err := diff.Render(RenderOptions{Format: FormatJSON})
	no(t, err)
	if !strings.Contains(text, "semver/item-removed") {
		t.Fatal(text)
	}
	if _, err = before.Render(RenderOptions{}); err != nil {
		t.Fatal(err)
	}
}
