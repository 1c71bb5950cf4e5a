// rustpro.hpp - librustpro for C++17: handles that end themselves, failures as exceptions, ranges to loop over.
//
//     auto workspace = rustpro::Workspace::open("path/to/crate");
//     auto report = workspace.review();
//     for (const rustpro::Finding& finding : report.findings()) std::cout << finding.message() << '\n';
//
// The headers stand on <rustpro/rustpro.h>; link with -lrustpro. What is said there of each function holds here too:
// offsets are bytes, lines and columns count from 1, and any number of threads may call const members of one object.
// A std::string_view, Node or Finding points into the Tree, Workspace or Report that it came from and is valid until
// that is destroyed; moving a Tree or Report keeps it valid. Calls that fail throw rustpro::Error.
#ifndef RUSTPRO_RUSTPRO_HPP
#define RUSTPRO_RUSTPRO_HPP

#include "api.hpp"
#include "base.hpp"
#include "fixes.hpp"
#include "layout.hpp"
#include "project.hpp"
#include "report.hpp"
#include "rules.hpp"
#include "tree.hpp"
#include "workspace.hpp"

#endif
