// What an rp_report holds, and places as the public headers have them.
#pragma once

#include <utility>

#include "abi/abi.h"
#include "review/result.h"

struct rp_report {
  explicit rp_report(rp::ReviewResult the_result) : result(std::move(the_result)) {}
  const rp::ReviewResult result;
};

namespace rp::abi {

inline constexpr rp_place kNoPlace = {kEmptyString, {0, 0}, {0, 0, 0}, {0, 0, 0}, kEmptyString};

inline rp_position to_public(const LineColumn& at) { return {at.line, at.column_bytes, at.column_utf16}; }

inline rp_place place_of(const ReviewResult& result, const Place& place) {
  return {to_public(result.texts.view(result.files[place.file].path)),
          {place.span.start, place.span.end},
          to_public(place.start),
          to_public(place.end),
          to_public(result.texts.view(place.label))};
}

}  // namespace rp::abi
