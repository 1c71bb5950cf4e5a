#include "project.h"

namespace cli {
namespace {

class LayoutCommand {
 public:
  explicit LayoutCommand(const ProjectOptions& options) : options_(options), color_(use_color(options.color) ? 1 : 0) {}

  std::string one_type(const Project& project) const {
    const Handle<rp_layout> layout = layout_of(project);
    return project.render([&](rp_buffer** buffer, rp_error** error) {
      return project.library()->layout_render(layout.get(), options_.layout_format, color_, buffer, error);
    });
  }

  std::string all_types(const Project& project) const {
    const std::vector<size_t> crates = project.crates();
    if (options_.layout_format == RP_LAYOUT_SVG) {
      throw Failure(ExitCode::kUsage, "a picture shows one type: name it behind the path");
    }
    const bool json = options_.layout_format == RP_LAYOUT_JSON;
    std::string text = json ? "[" : "";
    bool first = true;
    for (size_t i = 0; i < crates.size(); ++i) {
      const Handle<rp_layout_list> list = layouts_of(project, crates[i]);
      // Tests and examples without types of their own are no table.
      if (project.library()->layout_list_count(list.get()) == 0 && crates.size() > 1) continue;
      const std::string part = project.render([&](rp_buffer** buffer, rp_error** error) {
        return project.library()->layout_list_render(list.get(), options_.layout_format, options_.layout_order, color_,
                                                     buffer, error);
      });
      if (json) {
        text += (first ? "" : ",") + part.substr(0, part.find_last_not_of('\n') + 1);
      } else {
        text += (first ? "" : "\n") + ("# " + project.crate_label(crates[i]) + "\n") + part;
      }
      first = false;
    }
    return json ? text + "]\n" : text;
  }

  // The same crate, or type, for two targets.
  std::string difference(const Project& first, const Project& second) const {
    if (!options_.type.empty()) {
      return "# " + options_.targets[0] + "\n" + one_type(first) + "\n# " + options_.targets[1] + "\n" +
             one_type(second);
    }
    const std::vector<size_t> crates = first.crates();
    const std::vector<size_t> others = second.crates();
    std::string text;
    for (const size_t crate : crates) {
      const std::string label = first.crate_label(crate);
      for (const size_t other : others) {
        if (second.crate_label(other) != label) continue;
        const Handle<rp_layout_list> a = layouts_of(first, crate);
        const Handle<rp_layout_list> b = layouts_of(second, other);
        text += (text.empty() ? "# " : "\n# ") + label + "\n" + first.render([&](rp_buffer** buffer, rp_error** error) {
          return first.library()->layout_list_render_difference(a.get(), b.get(), color_, buffer, error);
        });
        break;
      }
    }
    return text;
  }

 private:
  Handle<rp_layout> layout_of(const Project& project) const {
    rp_layout* layout = nullptr;
    rp_error* error = nullptr;
    const rp_status status = project.library()->layout_of(project.get(), options_.type.data(), options_.type.size(),
                                                          nullptr, 0, &layout, &error);
    project.library().check(status, error);
    return {layout, project.library()->layout_free};
  }

  static Handle<rp_layout_list> layouts_of(const Project& project, size_t crate) {
    rp_layout_list* list = nullptr;
    rp_error* error = nullptr;
    const rp_status status = project.library()->project_layouts(project.get(), crate, &list, &error);
    project.library().check(status, error);
    return {list, project.library()->layout_list_free};
  }

  const ProjectOptions& options_;
  const int color_;
};

}  // namespace

ExitCode layout(const ProjectOptions& options, Output& output) {
  const LayoutCommand command(options);
  ProjectOptions first = options;
  if (!options.targets.empty()) first.target = options.targets[0];
  const Project project(first);
  if (options.targets.empty()) {
    output.write(options.type.empty() ? command.all_types(project) : command.one_type(project));
  } else {
    ProjectOptions second = options;
    second.target = options.targets[1];
    output.write(command.difference(project, Project(second)));
  }
  output.flush();
  return project.tell_gaps(false);
}

}  // namespace cli
