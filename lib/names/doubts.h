// What is not certain about the definitions of a crate, because a fact that only a build script knows decides about it
// or because something could not be seen. Found once, when a crate has been collected; part of its facts, so that a
// crate that is read from facts is doubted as its sources are.
#pragma once

#include "names/analysis.h"

namespace rp {

// Fills CrateDefs::doubts, doubtful_names and impls_unseen. Everything else of the crate is there, and so are the
// crates it can reach in `analysis`; its own place there may be empty. Throws std::bad_alloc.
void find_doubts(CrateDefs* crate, const Analysis& analysis);

// The scope in which the names stand that a node defines: of the module or macro call around it.
uint32_t scope_of_place(const CrateDefs& crate, SourceId source, NodeId node);

}  // namespace rp
