// Makes views of types (type_view.h) from their layouts.
#pragma once

#include "layout/layouts.h"
#include "layout/type_view.h"

namespace rp::layout {

TypeView view_of(Layouts& layouts, TypeId type, ParamEnvId env = ParamEnvId(0));
// With its own parameters.
TypeView view_of_definition(Layouts& layouts, DefRef def);
// With the types of its fields, theirs, and so on, at most `limit` of them.
TypeViews expand(Layouts& layouts, TypeView root, ParamEnvId env = ParamEnvId(0), size_t limit = 2000);

}  // namespace rp::layout
