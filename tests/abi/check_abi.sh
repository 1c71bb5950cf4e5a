#!/bin/sh
# Compares the functions and types of a library with the committed baseline, by abidiff (abigail-tools).
#
#   check_abi.sh LIBRARY SOURCE_ROOT             exit code 1 when anything changed
#   check_abi.sh --update LIBRARY SOURCE_ROOT    writes the baseline anew
#
# LIBRARY needs debug information. A change that breaks no program (a new function, a new member at the end of an
# options struct) is a change too: look at it, and update the baseline in the same commit.
set -eu

update=no
if [ "$1" = --update ]; then
  update=yes
  shift
fi
library=$1 root=$2
baseline=$root/tests/abi/baseline/librustpro-x86_64.abi

skip() {
  echo "SKIPPED: $*"
  exit 77
}
[ "$(uname -m)" = x86_64 ] || skip "the baseline is one of x86_64, this machine is $(uname -m)"
command -v abidiff >/dev/null || skip "abidiff is missing (Debian: abigail-tools)"

# Only what the public headers declare: the insides of handles may change freely.
describe() {
  abidw --headers-dir "$root/include/rustpro" --drop-private-types --no-corpus-path --no-comp-dir-path --no-show-locs \
    --exported-interfaces-only --out-file "$1" "$library"
}
if [ $update = yes ]; then
  describe "$baseline"
  echo "wrote $baseline"
  exit 0
fi
[ -f "$baseline" ] || skip "there is no baseline yet"
now=$(mktemp)
trap 'rm -f "$now"' EXIT
describe "$now"
# Both sides are described the same way. (With a library on one side and its headers named, abidiff filters out changes
# of the types that they declare.)
status=0
abidiff "$baseline" "$now" || status=$?
if [ $status -eq 0 ]; then
  echo "the interface is that of the baseline"
  exit 0
elif [ $((status & 3)) -ne 0 ]; then
  echo "abidiff itself failed with exit code $status"
elif [ $((status & 8)) -ne 0 ]; then
  echo "programs built for the baseline break"
else
  echo "the interface changed; if that is meant and breaks nothing, run: $0 --update $library $root"
fi
exit 1
