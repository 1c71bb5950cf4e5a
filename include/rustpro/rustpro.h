/* rustpro.h - the whole public interface of librustpro.
 *
 * Conventions, the same for every function:
 *   - A handle is made by rp_x_new, rp_x_open or rp_x_parse and ended by rp_x_free, which accepts NULL.
 *   - A call that can fail returns rp_status. Its results come through parameters named out_..., which are set to
 *     NULL or zero on failure; its last parameter is `rp_error **error`, which may be NULL.
 *   - Property getters cannot fail: for a NULL handle or an index out of range they return zero, an empty string or a
 *     null node.
 *   - Text goes in as pointer and length in bytes and need not end in NUL; NULL is allowed when the length is 0.
 *     Text comes out as rp_string: UTF-8, also NUL-terminated, owned by the handle it came from and valid until that
 *     handle is freed.
 *   - Offsets and lengths are bytes unless a name says otherwise. Lines and columns count from 1.
 *   - Handles are independent of each other. Any number of threads may read one handle at once through const
 *     pointers; a call that takes a non-const handle needs it to itself. Nothing depends on which thread calls.
 *   - The library prints nothing, installs no signal handlers, never exits and keeps no global state.
 */
#ifndef RUSTPRO_RUSTPRO_H
#define RUSTPRO_RUSTPRO_H

#include "base.h"
#include "kinds.h"
#include "tree.h"
#include "workspace.h"
#include "report.h"
#include "rules.h"
#include "fixes.h"
#include "project.h"
#include "layout.h"
#include "api.h"

#endif
