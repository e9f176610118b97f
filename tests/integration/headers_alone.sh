#!/bin/sh
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# headers_alone.sh FOLDER HOST CC [CXX]: every header for workers and plug-ins by itself, with a stranger's compilers and all their warnings; and HOST
# runs a job that was written in C++.
set -eu
folder=$1 host=$2 cc=$3 cxx=${4:-}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
warnings='-Wall -Wextra -pedantic -Wconversion -Wshadow -Wundef -Werror'

for header in "$folder"/*.h; do
  printf '#include "%s"\nint main (void) { return 0; }\n' "${header##*/}" > "$build/alone.c"
  cp "$build/alone.c" "$build/alone.cc"
  $cc -std=c99 $warnings -I"$folder" "$build/alone.c" -o "$build/alone"
  [ -z "$cxx" ] || $cxx -std=c++11 $warnings -I"$folder" "$build/alone.cc" -o "$build/alone"
done

if [ -z "$cxx" ]; then
  echo "There is no C++ compiler: C++ was not tried."
  exit 0
fi
cat > "$build/hello.cc" << 'END'
#include "job.h"
#include "atomics.h"
#include <string>

static LsStep begin (LsRun *run)
{
  run->state = new std::string ("\"hello ");
  return LS_STEP_MORE;
}

static LsStep step (LsRun *run)
{
  std::string *text = static_cast<std::string *> (run->state);
  *text += run->args[0];
  *text += '"';
  run->result (run, text->c_str ());
  return LS_STEP_DONE;
}

static void end (LsRun *run)
{
  delete static_cast<std::string *> (run->state);
}

static const LsJobKind hello = { LS_JOB_ABI, "hello", "NAME", begin, step, nullptr, end, "says hello" };
static const LsJobKind *const kinds[] = { &hello, nullptr };
LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI, "greetings", "1.0", kinds };
END
$cxx -std=c++11 $warnings -fvisibility=hidden -shared -fPIC -I"$folder" "$build/hello.cc" -o "$build/hello.so"
answer=$("$host" --plugin "$build/hello.so" --run hello world)
[ "$answer" = 'hello world' ] || { echo "hello said: $answer"; exit 1; }
