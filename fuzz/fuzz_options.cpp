// Hostile arguments: options structs of any content and size, editions, limits, lengths, paths, forged nodes, numbers
// that are no member of an enumeration. Every call returns a known status and an error that fits.
#include <cstring>

#include "harness.h"

namespace {

// Takes values off the front of the input; zeros when it is used up.
class Reader {
 public:
  explicit Reader(std::string_view input) : input_(input) {}
  template <typename T>
  T take() {
    T value{};
    fill(&value, sizeof value);
    return value;
  }
  void fill(void* out, size_t size) {
    const size_t have = input_.size() < size ? input_.size() : size;
    std::memset(out, 0, size);
    if (have > 0) std::memcpy(out, input_.data(), have);
    input_.remove_prefix(have);
  }
  std::string_view rest() const { return input_; }

 private:
  std::string_view input_;
};

// An options struct with room behind it, so that a struct_size that says too much does no harm here.
template <typename T>
struct Padded {
  alignas(T) unsigned char bytes[4096 + 64] = {};
  explicit Padded(Reader& reader, const T& initial) {
    std::memcpy(bytes, &initial, sizeof(T));
    const auto what = reader.take<uint8_t>();
    if (what & 1) reader.fill(bytes, sizeof(T) + 16);
    uint32_t size = sizeof(T);
    if (what & 2) size = reader.take<uint32_t>();
    if (what & 4) size = reader.take<uint8_t>();
    std::memcpy(bytes, &size, sizeof size);
  }
  // Members that are pointers must be good ones.
  template <typename P>
  void set(size_t offset, P pointer) {
    std::memcpy(bytes + offset, &pointer, sizeof pointer);
  }
  // Clears a member that would make the call slow for no use.
  void limit(size_t offset, uint32_t most) {
    uint32_t value;
    std::memcpy(&value, bytes + offset, sizeof value);
    if (value > most && value <= 100000) value = most;
    std::memcpy(bytes + offset, &value, sizeof value);
  }
  T* get() { return reinterpret_cast<T*>(bytes); }
};

struct Handles {
  rp_tree* tree = nullptr;
  rp_workspace* workspace = nullptr;
  rp_report* report = nullptr;
  rp_buffer* buffer = nullptr;
  ~Handles() {
    rp_tree_free(tree);
    rp_workspace_free(workspace);
    rp_report_free(report);
    rp_buffer_free(buffer);
  }
};

void parse(Reader& reader, const rp_cancellation* cancellation, Handles& handles) {
  Padded<rp_parse_options> options(reader, RP_PARSE_OPTIONS_INIT);
  options.set(offsetof(rp_parse_options, cancellation), cancellation);
  options.limit(offsetof(rp_parse_options, nesting_limit), 3000);
  size_t length = reader.rest().size(), name_length = length < 8 ? length : 8;
  const auto what = reader.take<uint8_t>();
  if (what & 1) length = SIZE_MAX - reader.take<uint8_t>();
  if (what & 2) name_length = RP_MAX_TEXT_BYTES + size_t{1} + reader.take<uint8_t>();
  const std::string text(reader.rest());
  if (length <= RP_MAX_TEXT_BYTES) length = text.size();
  if (name_length <= RP_MAX_TEXT_BYTES) name_length = text.size() < 8 ? text.size() : 8;
  rp_error* error = nullptr;
  const rp_status status =
      rp_tree_parse(what & 4 ? nullptr : text.data(), length, what & 8 ? nullptr : text.data(), name_length,
                    what & 16 ? nullptr : options.get(), what & 32 ? nullptr : &handles.tree, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (handles.tree != nullptr));
}

void ask_forged_nodes(Reader& reader, rp_tree* tree) {
  const rp_node node = {tree, reader.take<uint32_t>(), reader.take<uint16_t>()};
  (void)rp_node_span(node);
  (void)rp_node_text(node);
  (void)rp_node_child(node, reader.take<uint32_t>());
  (void)rp_node_child_by_field(node, "name", 4);
  fuzz::check_string(rp_node_field_name(node));
  for (const rp_node other : {rp_node_parent(node), rp_node_first_child(node), rp_node_last_child(node),
                              rp_node_next_sibling(node), rp_node_previous_sibling(node)})
    FUZZ_CHECK(rp_node_is_null(other) || rp_kind_name(other.kind).length > 0);
  rp_cursor cursor = {node, reader.take<uint32_t>(), reader.take<uint32_t>(), rp_tree_root(tree)};
  for (int i = 0; i < 1000 && rp_cursor_next(&cursor); ++i) FUZZ_CHECK(!rp_node_is_null(cursor.node));
  cursor = {node, reader.take<uint32_t>(), reader.take<uint32_t>(), node};
  (void)rp_cursor_first_child(&cursor);
  (void)rp_cursor_next_sibling(&cursor);
  (void)rp_cursor_parent(&cursor);
  const auto start = reader.take<uint32_t>(), end = reader.take<uint32_t>();
  (void)rp_tree_node_at(tree, start);
  (void)rp_tree_node_covering(tree, start, end);
  (void)rp_tree_position(tree, start);
  FUZZ_CHECK(rp_tree_offset(tree, start, end) <= rp_tree_text(tree).length);
  FUZZ_CHECK(rp_tree_offset_utf16(tree, start, end) <= rp_tree_text(tree).length);
  fuzz::check_string(rp_tree_error(tree, start).message);
}

void fill_structs(Reader& reader, const Handles& handles) {
  rp_error* error = nullptr;
  Padded<rp_tree_stats> stats(reader, RP_TREE_STATS_INIT);
  rp_status status = rp_tree_get_stats(handles.tree, stats.get(), &error);
  fuzz::check_status(status, error);
  Padded<rp_metrics> metrics(reader, RP_METRICS_INIT);
  status = rp_report_get_metrics(handles.report, metrics.get(), &error);
  fuzz::check_status(status, error);
}

void render(Reader& reader, Handles& handles) {
  Padded<rp_render_options> options(reader, RP_RENDER_OPTIONS_INIT);
  const auto which = reader.take<uint8_t>();
  rp_error* error = nullptr;
  rp_buffer** const out = which & 8 ? nullptr : &handles.buffer;
  rp_status status = RP_OK;
  if (which % 3 == 0) status = rp_tree_render(handles.tree, options.get(), out, &error);
  if (which % 3 == 1) status = rp_tree_render_errors(handles.tree, options.get(), out, &error);
  if (which % 3 == 2) status = rp_report_render(handles.report, options.get(), out, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (handles.buffer != nullptr));
  fuzz::check_string(rp_buffer_text(handles.buffer));
}

int count_progress(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  FUZZ_CHECK(done <= total);
  fuzz::check_string(name);
  auto* left = static_cast<uint8_t*>(user_data);
  return *left > 0 && --*left == 0;
}

void open_workspace(Reader& reader, const rp_cancellation* cancellation, Handles& handles) {
  Padded<rp_workspace_options> options(reader, RP_WORKSPACE_OPTIONS_INIT);
  auto left = reader.take<uint8_t>();
  options.set(offsetof(rp_workspace_options, cancellation), cancellation);
  options.set(offsetof(rp_workspace_options, progress), &count_progress);
  options.set(offsetof(rp_workspace_options, user_data), static_cast<void*>(&left));
  options.limit(offsetof(rp_workspace_options, nesting_limit), 3000);
  const uint32_t one_thread = 1;
  options.set(offsetof(rp_workspace_options, thread_count), one_thread);
  rp_error* error = nullptr;
  rp_status status = rp_workspace_new(options.get(), &handles.workspace, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (handles.workspace != nullptr));
  const std::string path(reader.rest().substr(0, 24));
  // Below a folder that is not there, so that nothing of the machine is read.
  rp_workspace* opened = nullptr;
  const std::string missing = "/dev/null/" + path;
  status = rp_workspace_open(missing.data(), missing.size(), options.get(), &opened, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK(status != RP_OK && opened == nullptr);
  const std::string text(reader.rest());
  status = rp_workspace_set_file(handles.workspace, path.data(), path.size(), text.data(), text.size(), &error);
  fuzz::check_status(status, error);
  status = rp_workspace_remove_file(handles.workspace, text.data(), text.size(), &error);
  fuzz::check_status(status, error);
  fuzz::check_string(rp_workspace_file_path(handles.workspace, reader.take<uint32_t>()));
  status = rp_workspace_parse_file(handles.workspace, 0, &handles.tree, &error);
  fuzz::check_status(status, error);
  status = rp_workspace_review(handles.workspace, &handles.report, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (handles.report != nullptr));
}

void ask_numbers(Reader& reader) {
  const auto number = reader.take<uint32_t>();
  fuzz::check_string(rp_status_name(static_cast<rp_status>(number)));
  fuzz::check_string(rp_unsafe_kind_name(static_cast<rp_unsafe_kind>(number)));
  fuzz::check_string(rp_kind_name(number));
  FUZZ_CHECK(rp_kind_is_node(number) + rp_kind_is_token(number) <= 1);
  (void)rp_kind_is_trivia(number);
  FUZZ_CHECK(rp_kind_from_name("fn", size_t{number} + 1000) == RP_KIND_NONE);  // longer than any name
  FUZZ_CHECK(!rp_abi_compatible(number, reader.take<uint32_t>()) || number == RP_ABI_MAJOR);
  fuzz::check_string(rp_version_string());
  FUZZ_CHECK(rp_version_number() > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Reader reader(fuzz::view(data, size));
  const auto what = reader.take<uint8_t>();
  rp_cancellation* cancellation = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_cancellation_new(&cancellation, &error);
  fuzz::check_status(status, error);
  if (what & 1) rp_cancellation_request(cancellation);
  if (what & 2) rp_cancellation_reset(cancellation);
  FUZZ_CHECK(rp_cancellation_requested(cancellation) == (what % 4 == 1));
  {
    Handles handles;
    ask_numbers(reader);
    if (what & 4) {
      parse(reader, cancellation, handles);
    } else {
      open_workspace(reader, cancellation, handles);
    }
    ask_forged_nodes(reader, handles.tree);
    fill_structs(reader, handles);
    render(reader, handles);
  }
  rp_cancellation_free(cancellation);
  return 0;
}
