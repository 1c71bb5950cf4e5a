// The end of a report in text: figures, the inventory of unsafety, and what was not seen.
#pragma once

#include "report/style.h"
#include "review/result.h"

namespace rp {

void write_summary(const ReviewResult& result, Styled& out);

}  // namespace rp
