// Findings that are known: a team adopts reviews on an old code base by writing down what there is, and sees from then
// on only what is new.
//
// A baseline is a text: a first line with its version, then for each kind of finding in a file a line of rule, path,
// fingerprint and how many there are, with tabs between them, sorted. The fingerprint is a hash of the line of source
// (white space at its ends left out) and of the message, so that code above may come and go.
#pragma once

#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

std::string write_baseline(const ReviewResult& result);
// Empty when the text is one; else what is wrong with it.
std::string check_baseline(std::string_view baseline);
// Takes the findings out that a baseline has, and counts them in result->hidden. Syntax errors stay.
void apply_baseline(std::string_view baseline, ReviewResult* result);

}  // namespace rp
