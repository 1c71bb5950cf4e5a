// lib/source: where paths lead, asked through a resolver that remembers folders.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>
#include <vector>

#include "unit_test.h"

#include "source/file_system.h"
#include "temporary_folder.h"

namespace {

using namespace rp;

struct Tree {
  TemporaryFolder folder;
  std::string root;  // without symbolic links

  Tree() {
    root = real_path(folder.path());
    std::filesystem::create_directories(root + "/a/b");
    std::ofstream(root + "/a/b/file") << "text";
    std::ofstream(root + "/a/other") << "text";
    link("file", "/a/b/to_file");
    link("../other", "/a/b/to_other");
    link("b", "/a/to_folder");
    link("nowhere", "/a/b/dangling");
    link("round", "/a/b/round");
  }
  void link(const char* target, const std::string& at) const {
    assert_int_equal(::symlink(target, (root + at).c_str()), 0);
  }
};

// The same as real_path and stat, for whatever is asked, the first time and when the folder is known.
void resolver_agrees_with_the_system(void**) {
  const Tree tree;
  PathResolver resolver;
  const char* const paths[] = {"/a",
                               "/a/b",
                               "/a/b/file",
                               "/a/b/to_file",
                               "/a/b/to_other",
                               "/a/to_folder",
                               "/a/b/none",
                               "/a/to_folder/file",
                               "/a/to_folder/to_other",
                               "/a/b/dangling",
                               "/a/b/round",
                               "/a/b/file/x",
                               "/a/b/.",
                               "/a/b/..",
                               "/a/b/../other",
                               "/a/b/",
                               "/a//b/file",
                               "/none/file"};
  for (int round = 0; round < 2; ++round) {
    for (const char* each : paths) {
      const std::string path = tree.root + each;
      errno = 0;
      const std::string wanted = real_path(path);
      const int wanted_error = wanted.empty() ? errno : 0;
      errno = 0;
      const PathResolver::Place place = resolver.resolve(path);
      const int error = place.path.empty() ? errno : 0;
      if (place.path != wanted || error != wanted_error) fail_msg("%s: %s, error %d", each, place.path.c_str(), error);
      struct stat info{};
      if (!wanted.empty()) {
        assert_int_equal(::stat(wanted.c_str(), &info), 0);
        assert_int_equal(place.mode, info.st_mode);
      }
    }
  }
  assert_text_equal(resolver.resolve("/").path, "/");
  assert_text_equal(resolver.resolve("/proc").path, "/proc");
}

void resolver_may_be_asked_by_several_threads(void**) {
  const Tree tree;
  PathResolver resolver;
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (int& count : right)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        count += resolver.resolve(tree.root + (i % 2 == 0 ? "/a/to_folder/file" : "/a/b/to_other")).path ==
                 tree.root + (i % 2 == 0 ? "/a/b/file" : "/a/other");
    });
  for (std::thread& thread : threads) thread.join();
  for (const int count : right) assert_int_equal(count, 200);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(resolver_agrees_with_the_system),
           cmocka_unit_test(resolver_may_be_asked_by_several_threads))
