// Review_crate reviews a crate and prints what was found, the figures, and what could not be read.
//
// usage: review_crate PATH
package main

import (
	"fmt"
	"os"

	"rustpro.dev/go/rustpro"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: review_crate PATH")
		os.Exit(2)
	}
	findings, err := review(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	if findings > 0 {
		os.Exit(1)
	}
}

func review(path string) (int, error) {
	report, err := rustpro.Review(path)
	if err != nil {
		return 0, err
	}
	defer report.Close()

	findings := report.Findings()
	for _, finding := range findings {
		place := finding.Primary
		fmt.Printf("%s:%d:%d: %s [%s]\n", place.Path, place.Start.Line, place.Start.ColumnBytes, finding.Message, finding.Rule)
		for _, note := range finding.Notes {
			fmt.Printf("    %s\n", note)
		}
	}

	metrics, err := report.Metrics()
	if err != nil {
		return 0, err
	}
	documented := 0
	for _, use := range report.UnsafeUses() {
		if use.Docs != rustpro.SafetyNone {
			documented++
		}
	}
	fmt.Printf("%d files, %d lines of code, %d functions\n", metrics.Files, metrics.CodeLines, metrics.Functions)
	fmt.Printf("%d uses of unsafety, %d of them with a reason\n", metrics.UnsafeUses, documented)
	for i, function := range report.LongestFunctions() {
		if i == 3 {
			break
		}
		fmt.Printf("%5d lines: %s (%s:%d)\n", function.Lines, function.Name, function.Place.Path, function.Place.Start.Line)
	}
	for _, unread := range report.Unread() {
		fmt.Printf("not read: %s: %s\n", unread.Path, unread.Reason)
	}
	return len(findings), nil
}
