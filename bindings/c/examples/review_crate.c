/* review_crate.c - reviews a crate and prints what was found, the figures, and what could not be read.
 *
 * usage: review_crate PATH
 *
 * It opens librustpro at run time: cc -I include -I bindings/c review_crate.c -ldl */
#include <rustpro_loader.h>

#include <inttypes.h>

/* Prints the words of a failed call and ends them. */
static int fail(const rustpro_api* api, rp_error* error) {
  fprintf(stderr, "%s\n", api->error_message(error).data);
  api->error_free(error);
  return 3;
}

static void print_findings(const rustpro_api* api, const rp_report* report) {
  size_t count = api->report_finding_count(report);
  size_t i;
  for (i = 0; i < count; ++i) {
    rp_finding finding = api->report_finding(report, i);
    size_t note;
    printf("%s:%" PRIu32 ":%" PRIu32 ": %s [%s]\n", finding.primary.path.data, finding.primary.start.line,
           finding.primary.start.column_bytes, finding.message.data, finding.rule.data);
    for (note = 0; note < finding.note_count; ++note) printf("    %s\n", api->report_note(report, i, note).data);
  }
}

static int print_figures(const rustpro_api* api, const rp_report* report) {
  rp_metrics metrics = RP_METRICS_INIT;
  rp_error* error = NULL;
  size_t documented = 0;
  size_t i;
  if (api->report_get_metrics(report, &metrics, &error) != RP_OK) return fail(api, error);
  for (i = 0; i < api->report_unsafe_count(report); ++i) {
    if (api->report_unsafe(report, i).docs != RP_SAFETY_NONE) ++documented;
  }
  printf("%" PRIu64 " files, %" PRIu64 " lines of code, %" PRIu64 " functions\n", metrics.files, metrics.code_lines,
         metrics.functions);
  printf("%" PRIu64 " uses of unsafety, %lu of them with a reason\n", metrics.unsafe_uses, (unsigned long)documented);
  for (i = 0; i < api->report_longest_function_count(report) && i < 3; ++i) {
    rp_function_size function = api->report_longest_function(report, i);
    printf("%5" PRIu32 " lines: %s (%s:%" PRIu32 ")\n", function.lines, function.name.data, function.place.path.data,
           function.place.start.line);
  }
  for (i = 0; i < api->report_unread_count(report); ++i) {
    rp_unread unread = api->report_unread(report, i);
    printf("not read: %s: %s\n", unread.path.data, unread.reason.data);
  }
  return 0;
}

int main(int argc, char** argv) {
  rustpro_api api;
  char message[512];
  rp_workspace* workspace = NULL;
  rp_report* report = NULL;
  rp_error* error = NULL;
  int code;
  if (argc != 2) {
    fprintf(stderr, "usage: review_crate PATH\n");
    return 2;
  }
  if (!rustpro_load(NULL, &api, message, sizeof message)) {
    fprintf(stderr, "%s\n", message);
    return 4;
  }
  if (api.workspace_open(argv[1], strlen(argv[1]), NULL, &workspace, &error) != RP_OK ||
      api.workspace_review(workspace, &report, &error) != RP_OK) {
    code = fail(&api, error);
  } else {
    print_findings(&api, report);
    code = print_figures(&api, report);
    if (code == 0 && api.report_finding_count(report) > 0) code = 1;
  }
  api.report_free(report);
  api.workspace_free(workspace);
  rustpro_unload(&api);
  return code;
}
