// Stands in until the built-in macros are written.
#include "expand/builtin.h"
#include "expand/macro_rules.h"
namespace rp {
[[gnu::weak]] const BuiltinMacro* find_builtin_macro(std::string_view){return nullptr;}
[[gnu::weak]] const BuiltinAttribute* find_builtin_attribute(std::string_view){return nullptr;}
[[gnu::weak]] const ProcMacroModel* find_proc_macro_model(std::string_view, std::string_view){return nullptr;}
}
