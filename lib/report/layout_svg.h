// A layout as a picture: bytes to scale, a row for each cache line, padding hatched, niches and tags marked. A field of
// a type with fields opens by a click and closes by another, without scripts: it works in a notebook.
#pragma once

#include <string>

#include "layout/type_view.h"

namespace rp {

// SVG 1.1 with its own style; views[0] is drawn, the others are what is inside.
std::string render_layout_svg(const layout::TypeViews& types);

}  // namespace rp
