/* Calls every exported function through libffi, as ctypes would: with normal values, with NULL in each pointer, with
 * extreme values in each integer. The signatures come from the headers (generate_table.py), the addresses from the
 * library by name. */
#define _GNU_SOURCE 1
#include "abi_test.h"

#include <dlfcn.h>
#include <ffi.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PARAMETERS 8
#define FFI_TYPE_OF_SIZE (sizeof(size_t) == 8 ? &ffi_type_uint64 : &ffi_type_uint32)[0]

enum parameter_class {
  P_HANDLE, /* of the library */
  P_TEXT,   /* const char *, followed by P_LENGTH */
  P_LENGTH,
  P_INTEGER,    /* and enumerations */
  P_NODE,       /* rp_node by value */
  P_DEFINITION, /* rp_definition by value */
  P_CURSOR,
  P_OPTIONS,    /* a struct to read */
  P_OUT_STRUCT, /* a struct to fill */
  P_OUT_HANDLE,
  P_OUT_ERROR
};

struct parameter_row {
  enum parameter_class kind;
  ffi_type* type;
  const char* c_type;
  const char* name;
};
struct function_row {
  const char* name;
  ffi_type* result;
  const char* c_result;
  unsigned count;
  struct parameter_row parameters[MAX_PARAMETERS];
};
struct struct_row {
  const char* name;
  ffi_type* type;
  size_t size;
  const size_t* offsets;
  size_t count;
};
struct enum_row {
  const char* type;
  const char* label;
  uint32_t number;
  uint32_t expected;
  const char* text;
};

#include "abi_table.h"

/* ---- What calls are made with ------------------------------------------------------------------------------------ */

static char folder[] = "/tmp/rustpro-ffi-XXXXXX";
static const char kSource[] = "//! doc\npub unsafe fn f(a: Vec<Vec<u8>>) -> u8 { a[0][0] }\nmod m {}\nstruct S {\n";

static const char kManifest[] = "[package]\nname = \"shapes\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";

struct fixture {
  rp_tree* tree;
  rp_workspace* workspace;
  rp_report* report;
  rp_fixes* fixes;
  rp_api* api;
  rp_api_diff* diff;
  rp_project* project;
  rp_references* references;
  rp_expansion* expansion;
  rp_layout* layout;
  rp_layout_list* layouts;
  rp_definition definition;
  rp_buffer* buffer;
  rp_error* error;
  rp_cancellation* cancellation;
  rp_cursor cursor;
  rp_node node;
  union {
    rp_parse_options parse;
    rp_workspace_options workspace;
    rp_render_options render;
    rp_fix_options fix;
    rp_api_options api;
    rp_project_options project;
    rp_review_options review;
  } options;
  union {
    uint32_t struct_size;
    rp_tree_stats stats;
    rp_metrics metrics;
    rp_definition definition;
    rp_definition_info definition_info;
    rp_lookup lookup;
    rp_expansion_info expansion_info;
    rp_layout_info layout_info;
  } out_struct;
  void* out_handle;
  rp_error* out_error;
};

/* A project takes longer to make than everything else together: one serves all calls but those that free it. */
static struct {
  rp_project* project;
  rp_references* references;
  rp_expansion* expansion;
} shared;

static void make_project(rp_workspace* workspace, rp_project** project, rp_references** references,
                         rp_expansion** expansion) {
  static const char kCall[] = "m! {}\nmod m {}\n";
  rp_definition root;
  assert_int_equal(rp_workspace_set_file(workspace, "src/main.rs", 11, kCall, sizeof kCall - 1, NULL), RP_OK);
  assert_int_equal(rp_project_open(workspace, NULL, project, NULL), RP_OK);
  root = rp_project_crate_definition(*project, 0, 0);
  assert_false(rp_definition_is_null(root));
  assert_int_equal(rp_definition_references(root, references, NULL), RP_OK);
  assert_int_equal(rp_project_expansion_at(*project, "src/main.rs", 11, 0, 0, expansion, NULL), RP_OK);
}

static void set_up_project(const struct function_row* function, struct fixture* f) {
  if (strstr(function->name, "_free") != NULL) {
    make_project(f->workspace, &f->project, &f->references, &f->expansion);
  } else {
    if (shared.project == NULL) make_project(f->workspace, &shared.project, &shared.references, &shared.expansion);
    f->project = shared.project;
    f->references = shared.references;
    f->expansion = shared.expansion;
  }
  f->definition = rp_project_crate_definition(f->project, 0, 0);
  assert_int_equal(rp_layout_of(f->project, "(u8, u64)", 9, NULL, 0, &f->layout, NULL), RP_OK);
  assert_int_equal(rp_project_layouts(f->project, 0, &f->layouts, NULL), RP_OK);
}

static void set_up(const struct function_row* function, struct fixture* f) {
  memset(f, 0, sizeof *f);
  assert_int_equal(rp_tree_parse(kSource, sizeof kSource - 1, "a.rs", 4, NULL, &f->tree, NULL), RP_OK);
  assert_int_equal(rp_workspace_new(NULL, &f->workspace, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(f->workspace, "src/lib.rs", 10, kSource, sizeof kSource - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(f->workspace, "Cargo.toml", 10, kManifest, sizeof kManifest - 1, NULL), RP_OK);
  assert_int_equal(rp_tree_render(f->tree, NULL, &f->buffer, NULL), RP_OK);
  assert_int_equal(rp_tree_parse(NULL, 1, NULL, 0, NULL, NULL, &f->error), RP_ERROR_NULL_ARGUMENT);
  assert_int_equal(rp_cancellation_new(&f->cancellation, NULL), RP_OK);
  f->node = rp_tree_root(f->tree);
  f->cursor = rp_cursor_at(f->node);
  if (strncmp(function->name, "rp_project", 10) == 0 || strncmp(function->name, "rp_definition", 13) == 0 ||
      strncmp(function->name, "rp_references", 13) == 0 || strncmp(function->name, "rp_expansion", 12) == 0 ||
      strncmp(function->name, "rp_layout", 9) == 0 || strncmp(function->name, "rp_type", 7) == 0)
    set_up_project(function, f);
}

static void tear_down(struct fixture* f) {
  rp_tree_free(f->tree);
  rp_workspace_free(f->workspace);
  rp_report_free(f->report);
  rp_fixes_free(f->fixes);
  rp_api_free(f->api);
  rp_api_diff_free(f->diff);
  if (f->references != shared.references) rp_references_free(f->references);
  if (f->expansion != shared.expansion) rp_expansion_free(f->expansion);
  rp_layout_free(f->layout);
  rp_layout_list_free(f->layouts);
  if (f->project != shared.project) rp_project_free(f->project);
  rp_buffer_free(f->buffer);
  rp_error_free(f->error);
  rp_cancellation_free(f->cancellation);
}

static int is(const struct parameter_row* p, const char* type) { return strstr(p->c_type, type) != NULL; }

/* Made when they are asked for: they take some time. */
static void make_report(struct fixture* f) {
  if (f->report != NULL) return;
  assert_int_equal(rp_workspace_review(f->workspace, &f->report, NULL), RP_OK);
  assert_int_equal(rp_report_make_fixes(f->report, f->workspace, NULL, &f->fixes, NULL), RP_OK);
}
static void make_api(struct fixture* f) {
  if (f->api != NULL) return;
  assert_int_equal(rp_workspace_public_api(f->workspace, NULL, &f->api, NULL), RP_OK);
  assert_int_equal(rp_api_compare(f->api, f->api, &f->diff, NULL), RP_OK);
}

/* The member of the fixture that holds a handle of that type. */
static void** handle_of(struct fixture* f, const char* type) {
  if (strstr(type, "rp_tree *")) return (void**)&f->tree;
  if (strstr(type, "rp_workspace *")) return (void**)&f->workspace;
  if (strstr(type, "rp_report *") || strstr(type, "rp_fixes *")) {
    make_report(f);
    return strstr(type, "rp_report *") ? (void**)&f->report : (void**)&f->fixes;
  }
  if (strstr(type, "rp_api *") || strstr(type, "rp_api_diff *")) {
    make_api(f);
    return strstr(type, "rp_api *") ? (void**)&f->api : (void**)&f->diff;
  }
  if (strstr(type, "rp_project *")) return (void**)&f->project;
  if (strstr(type, "rp_references *")) return (void**)&f->references;
  if (strstr(type, "rp_expansion *")) return (void**)&f->expansion;
  if (strstr(type, "rp_layout *")) return (void**)&f->layout;
  if (strstr(type, "rp_layout_list *")) return (void**)&f->layouts;
  if (strstr(type, "rp_buffer *")) return (void**)&f->buffer;
  if (strstr(type, "rp_error *")) return (void**)&f->error;
  if (strstr(type, "rp_cancellation *")) return (void**)&f->cancellation;
  fail_msg("no handle of type %s", type);
  return NULL;
}

static const char* normal_text(const struct function_row* function, const struct parameter_row* p) {
  if (strcmp(function->name, "rp_workspace_open") == 0) return folder;
  if (strcmp(function->name, "rp_project_find") == 0) return "shapes::m";
  if (strcmp(function->name, "rp_project_expansion_at") == 0) return "src/main.rs";
  if (strcmp(p->name, "module") == 0) return "m";
  if (strcmp(p->name, "type") == 0) return "Option<&str>";
  if (strcmp(p->name, "trait") == 0) return "Send";
  if (strcmp(p->name, "target") == 0) return "x86_64-unknown-linux-gnu";
  if (strcmp(p->name, "path") == 0) return "src/lib.rs";
  if (strcmp(p->name, "field") == 0) return "item";
  if (strcmp(function->name, "rp_kind_from_name") == 0) return "fn_item";
  return kSource;
}

static void* normal_options(struct fixture* f, const struct parameter_row* p) {
  const rp_parse_options parse = RP_PARSE_OPTIONS_INIT;
  const rp_workspace_options workspace = RP_WORKSPACE_OPTIONS_INIT;
  const rp_render_options render = RP_RENDER_OPTIONS_INIT;
  const rp_fix_options fix = RP_FIX_OPTIONS_INIT;
  const rp_api_options api = RP_API_OPTIONS_INIT;
  const rp_project_options project = RP_PROJECT_OPTIONS_INIT;
  const rp_review_options review = RP_REVIEW_OPTIONS_INIT;
  if (is(p, "rp_parse_options"))
    f->options.parse = parse;
  else if (is(p, "rp_workspace_options"))
    f->options.workspace = workspace;
  else if (is(p, "rp_render_options"))
    f->options.render = render;
  else if (is(p, "rp_fix_options"))
    f->options.fix = fix;
  else if (is(p, "rp_api_options"))
    f->options.api = api;
  else if (is(p, "rp_project_options"))
    f->options.project = project;
  else if (is(p, "rp_review_options"))
    f->options.review = review;
  else
    fail_msg("no options of type %s", p->c_type);
  return &f->options;
}

union value {
  void* pointer;
  uint32_t u32;
  uint64_t u64;
  size_t size;
  rp_node node;
  rp_definition definition;
};

/* The struct_size of a struct to fill; one without has any. */
static uint32_t size_of(const struct parameter_row* p) {
  if (is(p, "rp_metrics")) return sizeof(rp_metrics);
  if (is(p, "rp_definition_info")) return sizeof(rp_definition_info);
  if (is(p, "rp_lookup")) return sizeof(rp_lookup);
  if (is(p, "rp_layout_info")) return sizeof(rp_layout_info);
  if (is(p, "rp_expansion_info")) return sizeof(rp_expansion_info);
  return sizeof(rp_tree_stats);
}

static void normal_value(const struct function_row* function, unsigned i, struct fixture* f, union value* v) {
  const struct parameter_row* p = &function->parameters[i];
  memset(v, 0, sizeof *v);
  switch (p->kind) {
    case P_HANDLE:
      v->pointer = *handle_of(f, p->c_type);
      break;
    case P_TEXT:
      v->pointer = (void*)(uintptr_t)normal_text(function, p);
      break;
    case P_LENGTH:
      v->size = strlen(normal_text(function, p - 1));
      break;
    case P_INTEGER:
      /* The first format there is; 0 for all else. */
      if (strcmp(p->name, "format") == 0 || strcmp(p->name, "order") == 0) v->u32 = 1;
      break;
    case P_NODE:
      v->node = f->node;
      break;
    case P_DEFINITION:
      v->definition = f->definition;
      break;
    case P_CURSOR:
      v->pointer = &f->cursor;
      break;
    case P_OPTIONS:
      v->pointer = normal_options(f, p);
      break;
    case P_OUT_STRUCT:
      memset(&f->out_struct, 0, sizeof f->out_struct);
      f->out_struct.struct_size = size_of(p);
      v->pointer = &f->out_struct;
      break;
    case P_OUT_HANDLE:
      f->out_handle = f; /* must be overwritten */
      v->pointer = &f->out_handle;
      break;
    case P_OUT_ERROR:
      f->out_error = NULL;
      v->pointer = &f->out_error;
      break;
  }
}

/* ---- One call, and what must hold after it ------------------------------------------------------------------------
 */

static void check_string(const struct function_row* function, const unsigned char* result) {
  rp_string text;
  memcpy(&text, result, sizeof text);
  assert_non_null(text.data);
  if (strcmp(function->name, "rp_node_text") != 0) assert_int_equal(text.data[text.length], 0);
}

static void check_status(const struct function_row* function, struct fixture* f, rp_status status) {
  unsigned i;
  assert_true((uint32_t)status <= RP_ERROR_INTERNAL);
  assert_int_not_equal(status, RP_ERROR_INTERNAL);
  for (i = 0; i < function->count; ++i) {
    const struct parameter_row* p = &function->parameters[i];
    if (p->kind == P_OUT_HANDLE && f->out_handle != (void*)f) {
      assert_true((status == RP_OK) == (f->out_handle != NULL));
      if (is(p, "rp_tree "))
        rp_tree_free(f->out_handle);
      else if (is(p, "rp_workspace "))
        rp_workspace_free(f->out_handle);
      else if (is(p, "rp_report "))
        rp_report_free(f->out_handle);
      else if (is(p, "rp_fixes "))
        rp_fixes_free(f->out_handle);
      else if (is(p, "rp_api "))
        rp_api_free(f->out_handle);
      else if (is(p, "rp_api_diff "))
        rp_api_diff_free(f->out_handle);
      else if (is(p, "rp_project "))
        rp_project_free(f->out_handle);
      else if (is(p, "rp_references "))
        rp_references_free(f->out_handle);
      else if (is(p, "rp_expansion "))
        rp_expansion_free(f->out_handle);
      else if (is(p, "rp_layout "))
        rp_layout_free(f->out_handle);
      else if (is(p, "rp_layout_list "))
        rp_layout_list_free(f->out_handle);
      else if (is(p, "rp_buffer "))
        rp_buffer_free(f->out_handle);
      else if (is(p, "rp_cancellation "))
        rp_cancellation_free(f->out_handle);
      else
        fail_msg("cannot free %s", p->c_type);
    }
    if (p->kind == P_OUT_ERROR && f->out_error != NULL) {
      assert_int_not_equal(status, RP_OK);
      assert_int_equal(rp_error_status(f->out_error), status);
      assert_true(rp_error_message(f->out_error).length > 0);
      rp_error_free(f->out_error);
    }
  }
}

/* Calls with normal values but for parameter `changed` (none when it is count); returns the status, or RP_OK. */
static rp_status call(const struct function_row* function, unsigned changed, const union value* value) {
  struct fixture f;
  union value values[MAX_PARAMETERS];
  void* arguments[MAX_PARAMETERS];
  ffi_type* types[MAX_PARAMETERS];
  ffi_cif cif;
  union {
    ffi_arg number;
    unsigned char bytes[256];
  } result;
  void (*address)(void) = NULL;
  rp_status status = RP_OK;
  unsigned i;

  set_up(function, &f);
  *(void**)&address = dlsym(RTLD_DEFAULT, function->name);
  assert_true(address != NULL);
  for (i = 0; i < function->count; ++i) {
    normal_value(function, i, &f, &values[i]);
    if (i == changed) values[i] = *value;
    if (i == changed && function->parameters[i].kind == P_NODE && value->node.tree != NULL)
      values[i].node.tree = f.tree; /* a tree of this call */
    if (i == changed && function->parameters[i].kind == P_DEFINITION && value->definition.project != NULL)
      values[i].definition.project = f.project;
    types[i] = function->parameters[i].type;
    arguments[i] = &values[i];
  }
  memset(&result, 0x5A, sizeof result);
  assert_int_equal(ffi_prep_cif(&cif, FFI_DEFAULT_ABI, function->count, function->result, types), FFI_OK);
  assert_true(function->result->size <= sizeof result);
  ffi_call(&cif, address, &result, arguments);

  if (strcmp(function->c_result, "rp_status") == 0 && function->count > 1) {
    status = (rp_status)result.number;
    check_status(function, &f, status);
  } else if (strcmp(function->c_result, "rp_string") == 0) {
    check_string(function, result.bytes);
  } else if (strcmp(function->c_result, "rp_node") == 0) {
    rp_node node;
    memcpy(&node, result.bytes, sizeof node);
    assert_true((node.tree == NULL) == (node.kind == RP_KIND_NONE));
    (void)rp_node_span(node);
  }
  /* What the call freed is not freed again; when it was given NULL, the fixture's handle is still there. */
  if (strstr(function->name, "_free") != NULL && changed != 0) *handle_of(&f, function->parameters[0].c_type) = NULL;
  tear_down(&f);
  return status;
}

/* ---- The three kinds of calls --------------------------------------------------------------------------------------
 */

/* It needs a file on disk that changes: fixes_test.c has one. */
static int has_nothing_to_do(const struct function_row* function) {
  return strcmp(function->name, "rp_fixes_write_file") == 0;
}

static void normal_call(const struct function_row* function) {
  if (has_nothing_to_do(function)) return;
  assert_int_equal(call(function, MAX_PARAMETERS, NULL), RP_OK);
}

static void null_calls(const struct function_row* function) {
  unsigned i;
  for (i = 0; i < function->count; ++i) {
    union value value;
    rp_status status;
    memset(&value, 0, sizeof value);
    if (function->parameters[i].type != &ffi_type_pointer && function->parameters[i].kind != P_NODE &&
        function->parameters[i].kind != P_DEFINITION)
      continue;
    status = call(function, i, &value);
    if (strcmp(function->c_result, "rp_status") != 0 || function->count == 1) continue;
    switch (function->parameters[i].kind) {
      case P_OPTIONS:
      case P_OUT_ERROR:
        assert_int_equal(status, has_nothing_to_do(function) ? RP_ERROR_INVALID_ARGUMENT : RP_OK);
        break;
      default:
        assert_int_equal(status, RP_ERROR_NULL_ARGUMENT);
    }
  }
}

static void extreme_calls(const struct function_row* function) {
  static const uint64_t kIntegers[] = {1,
                                       2,
                                       0x7F,
                                       0xFF,
                                       0x100,
                                       0x7FFF,
                                       0xFFFF,
                                       INT_MAX,
                                       (uint64_t)INT_MAX + 1,
                                       UINT32_MAX - 1,
                                       UINT32_MAX,
                                       (uint64_t)UINT32_MAX + 1,
                                       INT64_MAX,
                                       (uint64_t)INT64_MAX + 1,
                                       UINT64_MAX - 1,
                                       UINT64_MAX};
  /* Lengths that no text here has must be refused before it is read. */
  static const uint64_t kLengths[] = {
      0,         (uint64_t)RP_MAX_TEXT_BYTES + 1, UINT32_MAX,     (uint64_t)UINT32_MAX + 1,
      INT64_MAX, (uint64_t)INT64_MAX + 1,         UINT64_MAX - 1, UINT64_MAX};
  unsigned i;
  size_t k;
  for (i = 0; i < function->count; ++i) {
    const struct parameter_row* p = &function->parameters[i];
    union value value;
    memset(&value, 0, sizeof value);
    if (p->kind == P_INTEGER) {
      for (k = 0; k < sizeof kIntegers / sizeof *kIntegers; ++k) {
        value.u64 = kIntegers[k];
        if (p->type->size == 4) value.u32 = (uint32_t)kIntegers[k];
        (void)call(function, i, &value);
      }
    } else if (p->kind == P_LENGTH) {
      for (k = 0; k < sizeof kLengths / sizeof *kLengths; ++k) {
        value.size = (size_t)kLengths[k];
        if (strcmp(function->c_result, "rp_status") == 0 && k > 0)
          assert_int_equal(call(function, i, &value), RP_ERROR_TOO_LARGE);
        else
          (void)call(function, i, &value);
      }
    } else if (p->kind == P_NODE) {
      for (k = 0; k < 2 * sizeof kIntegers / sizeof *kIntegers; ++k) {
        value.node.tree = (const rp_tree*)(uintptr_t)1; /* replaced */
        value.node.id = k % 2 ? 0 : (uint32_t)kIntegers[k / 2];
        value.node.kind = k % 2 ? (uint32_t)kIntegers[k / 2] : RP_NODE_SOURCE_FILE;
        (void)call(function, i, &value);
      }
    } else if (p->kind == P_DEFINITION) {
      for (k = 0; k < 2 * sizeof kIntegers / sizeof *kIntegers; ++k) {
        value.definition.project = (const rp_project*)(uintptr_t)1; /* replaced */
        value.definition.crate = k % 2 ? 0 : (uint32_t)kIntegers[k / 2];
        value.definition.id = k % 2 ? (uint32_t)kIntegers[k / 2] : 0;
        (void)call(function, i, &value);
      }
    }
  }
}

static void each_function(void** state) {
  const struct function_row* function = *state;
  normal_call(function);
  null_calls(function);
  extreme_calls(function);
}

/* ---- Structs and enumerations
 * ------------------------------------------------------------------------------------------ */

static void structs_have_the_layout_of_their_members(void** state) {
  size_t i, k;
  (void)state;
  for (i = 0; i < sizeof structs / sizeof *structs; ++i) {
    size_t offsets[32];
    assert_true(structs[i].count <= 32);
    assert_int_equal(ffi_get_struct_offsets(FFI_DEFAULT_ABI, structs[i].type, offsets), FFI_OK);
    assert_int_equal(structs[i].type->size, structs[i].size);
    for (k = 0; k < structs[i].count; ++k) assert_int_equal(offsets[k], structs[i].offsets[k]);
  }
}

/* Numbers are as written; the name of a kind is its label in small letters, or the text in its comment. */
static void enumerations(void** state) {
  size_t i;
  (void)state;
  for (i = 0; i < sizeof enum_rows / sizeof *enum_rows; ++i) {
    const struct enum_row* row = &enum_rows[i];
    char lower[64];
    size_t k;
    assert_int_equal(row->number, row->expected);
    if (strcmp(row->type, "rp_status") == 0) assert_text(rp_status_name((rp_status)row->number), row->label);
    if (strcmp(row->type, "rp_kind") != 0 || row->number == RP_KIND_NONE) continue;
    for (k = 0; row->label[k + 8] != 0; ++k) {
      const char c = row->label[k + 8]; /* after RP_NODE_ */
      lower[k] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    lower[k] = 0;
    assert_text(rp_kind_name(row->number), row->text[0] != 0 ? row->text : lower);
    assert_int_equal(rp_kind_from_name(rp_kind_name(row->number).data, rp_kind_name(row->number).length), row->number);
    assert_int_equal(rp_kind_is_node(row->number), strncmp(row->label, "RP_NODE_", 8) == 0);
  }
}

int main(void) {
  enum { kFunctions = sizeof functions / sizeof *functions };
  struct CMUnitTest tests[kFunctions + 2];
  char file[64];
  FILE* out;
  int failed;
  size_t i;
  memset(tests, 0, sizeof tests);
  tests[0].name = "structs_have_the_layout_of_their_members";
  tests[0].test_func = structs_have_the_layout_of_their_members;
  tests[1].name = "enumerations";
  tests[1].test_func = enumerations;
  for (i = 0; i < kFunctions; ++i) {
    tests[i + 2].name = functions[i].name;
    tests[i + 2].test_func = each_function;
    tests[i + 2].initial_state = (void*)(uintptr_t)&functions[i];
  }
  if (mkdtemp(folder) == NULL) return 1;
  snprintf(file, sizeof file, "%s/a.rs", folder);
  out = fopen(file, "w");
  if (out == NULL) return 1;
  fputs("fn a() {}\n", out);
  fclose(out);
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  rp_references_free(shared.references);
  rp_expansion_free(shared.expansion);
  rp_project_free(shared.project);
  remove(file);
  rmdir(folder);
  return failed;
}
