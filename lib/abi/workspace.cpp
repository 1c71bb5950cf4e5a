// The functions of rustpro/workspace.h.
#include "source/workspace.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/tree_handle.h"
#include "abi/workspace_handle.h"
#include "syntax/lexer.h"

using namespace rp::abi;

namespace {

rp_status read_workspace_options(rp_error** error, const rp_workspace_options* in, rp::WorkspaceOptions* out,
                                 Progress* progress) {
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  rp_status s = read_options(error, "rp_workspace_options", in, kWorkspaceOptionsFirstSize, &options);
  if (s != RP_OK) return s;
  if (options.edition != RP_EDITION_DEFAULT) {
    rp::Edition edition{};
    if (s = check_edition(error, options.edition, rp::Edition::k2021, &edition); s != RP_OK) return s;
    out->edition = edition;
  }
  if (s = check_nesting_limit(error, options.nesting_limit, &out->nesting_limit); s != RP_OK) return s;
  out->threads = options.thread_count;
  out->memory_limit = std::min<uint64_t>(options.memory_limit, SIZE_MAX);
  out->file_limit =
      std::min<uint64_t>(options.file_limit == 0 ? rp::kDefaultFileLimit : options.file_limit, rp::kMaxTextBytes);
  out->cancellation = to_internal(options.cancellation);
  *progress = {options.progress, options.user_data};
  return RP_OK;
}

// The path of an overlay.
rp_status check_file_path(rp_error** error, const char* path, size_t length) {
  if (const rp_status s = check_text(error, "path", path, length); s != RP_OK) return s;
  std::string why;
  if (!rp::Workspace::check_path(as_view(path, length), &why)) return fail(error, RP_ERROR_INVALID_ARGUMENT, why);
  return RP_OK;
}

const rp::WorkspaceFile* file_at(const rp_workspace* workspace, size_t index) {
  if (workspace == nullptr || index >= workspace->files.files().size()) return nullptr;
  return &workspace->files.files()[index];
}

rp_status status_of(rp::ReadOutcome::Kind kind) {
  using Kind = rp::ReadOutcome::Kind;
  switch (kind) {
    case Kind::Ok:
      return RP_OK;
    case Kind::NotFound:
      return RP_ERROR_NOT_FOUND;
    case Kind::TooLarge:
      return RP_ERROR_TOO_LARGE;
    case Kind::NotRegular:
    case Kind::SymbolicLink:
    case Kind::Refused:
      return RP_ERROR_IO;
  }
  return RP_ERROR_INTERNAL;
}

}  // namespace

// ---- Opening ----------------------------------------------------------------------------------------------------

rp_status rp_workspace_open(const char* path, size_t length, const rp_workspace_options* options,
                            rp_workspace** out_workspace, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_workspace == nullptr) return null_argument(error, "out_workspace");
    *out_workspace = nullptr;
    if (path == nullptr) return null_argument(error, "path");
    rp::WorkspaceOptions internal;
    Progress progress;
    rp_status s = read_workspace_options(error, options, &internal, &progress);
    if (s != RP_OK) return s;
    if (s = check_text(error, "path", path, length); s != RP_OK) return s;
    const std::string name(as_view(path, length));
    if (name.empty()) return fail(error, RP_ERROR_INVALID_ARGUMENT, "the path is empty");
    if (name.find('\0') != std::string::npos)
      return fail(error, RP_ERROR_INVALID_ARGUMENT, "the path contains a NUL character");
    try {
      *out_workspace = new rp_workspace(name, internal, progress);
    } catch (const rp::OpenError& failure) {
      return fail(error, failure.not_found() ? RP_ERROR_NOT_FOUND : RP_ERROR_IO, failure.what());
    }
    return RP_OK;
  });
}

rp_status rp_workspace_new(const rp_workspace_options* options, rp_workspace** out_workspace, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_workspace == nullptr) return null_argument(error, "out_workspace");
    *out_workspace = nullptr;
    rp::WorkspaceOptions internal;
    Progress progress;
    if (const rp_status s = read_workspace_options(error, options, &internal, &progress); s != RP_OK) return s;
    *out_workspace = new rp_workspace(internal, progress);
    return RP_OK;
  });
}

void rp_workspace_free(rp_workspace* workspace) { delete workspace; }

// ---- Texts in memory --------------------------------------------------------------------------------------------

rp_status rp_workspace_set_file(rp_workspace* workspace, const char* path, size_t path_length, const char* text,
                                size_t text_length, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (workspace == nullptr) return null_argument(error, "workspace");
    rp_status s = check_file_path(error, path, path_length);
    if (s != RP_OK) return s;
    if (s = check_text(error, "text", text, text_length); s != RP_OK) return s;
    workspace->files.set_file(as_view(path, path_length), as_view(text, text_length));
    return RP_OK;
  });
}

rp_status rp_workspace_remove_file(rp_workspace* workspace, const char* path, size_t path_length, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (workspace == nullptr) return null_argument(error, "workspace");
    if (const rp_status s = check_text(error, "path", path, path_length); s != RP_OK) return s;
    if (!workspace->files.remove_file(as_view(path, path_length)))
      return fail(error, RP_ERROR_NOT_FOUND, "rp_workspace_set_file put no text at that path");
    return RP_OK;
  });
}

// ---- What is there ----------------------------------------------------------------------------------------------

size_t rp_workspace_file_count(const rp_workspace* workspace) {
  return workspace == nullptr ? 0 : workspace->files.files().size();
}

rp_string rp_workspace_file_path(const rp_workspace* workspace, size_t index) {
  const rp::WorkspaceFile* file = file_at(workspace, index);
  return file == nullptr ? kEmptyString : to_public(file->path);
}

uint32_t rp_workspace_file_edition(const rp_workspace* workspace, size_t index) {
  if (file_at(workspace, index) == nullptr) return 0;
  return static_cast<uint32_t>(workspace->files.package_of(index).edition);
}

size_t rp_workspace_unread_count(const rp_workspace* workspace) {
  return workspace == nullptr ? 0 : workspace->files.unread().size();
}

rp_unread rp_workspace_unread(const rp_workspace* workspace, size_t index) {
  if (workspace == nullptr || index >= workspace->files.unread().size()) return {kEmptyString, kEmptyString};
  const rp::Unread& unread = workspace->files.unread()[index];
  return {to_public(unread.path), to_public(unread.reason)};
}

// ---- Parsing ----------------------------------------------------------------------------------------------------

rp_status rp_workspace_parse_file(const rp_workspace* workspace, size_t index, rp_tree** out_tree, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_tree == nullptr) return null_argument(error, "out_tree");
    *out_tree = nullptr;
    if (workspace == nullptr) return null_argument(error, "workspace");
    const rp::WorkspaceFile* file = file_at(workspace, index);
    if (file == nullptr)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "file %zu of %zu", index, workspace->files.files().size());
    const rp::WorkspaceOptions& options = workspace->files.options();
    rp::Cancellation::poll(options.cancellation);

    std::string storage;
    std::string_view text;
    const rp::ReadOutcome read = rp::WorkspaceReader(workspace->files.sources()).read(*file, &storage, &text);
    if (!read) return fail(error, status_of(read.kind), "`" + file->path + "`: " + read.reason);
    if (const size_t invalid = rp::find_invalid_utf8(text); invalid != std::string_view::npos)
      return failf(error, RP_ERROR_INVALID_UTF8, "`%s`: not UTF-8 at offset %zu", file->path.c_str(), invalid);
    if (file->overlay != nullptr) storage = *file->overlay;
    rp::MemoryBudget budget(options.memory_limit);
    *out_tree = make_tree(std::move(storage), file->path,
                          {.edition = workspace->files.package_of(index).edition,
                           .nesting_limit = options.nesting_limit,
                           .budget = &budget,
                           .cancellation = options.cancellation})
                    .release();
    return RP_OK;
  });
}
