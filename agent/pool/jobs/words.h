/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the built-in kinds share: their arguments read, their sentences said, their time kept. */

#include "abi/job.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A step does its work until this much time is over: so a cancellation is looked at often, and the looking costs nothing. */
#define LS_STEP_NS UINT64_C (4000000)

uint64_t ls_now_ns (void);

/* Puts "?" for each byte of @text that is not UTF-8 (the names of files may hold any), in place: what leaves a job is JSON. Returns @text. */
char *ls_mend_text (char *text);

/* run->fail with a sentence, mended; returns LS_STEP_FAILED, so that one can return it. */
LsStep ls_refuse (LsRun *run, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* run->result with @object, which is taken; returns LS_STEP_DONE. */
LsStep ls_give (LsRun *run, json_t *object);

/* run->progress with a text. */
void ls_tell_progress (LsRun *run, double part, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

/* A whole number from @min to @max, digits only. */
bool ls_read_whole (const char *text, uint64_t min, uint64_t max, uint64_t *ret);

/* A finite number from @min to @max, in the C locale's form. */
bool ls_read_number (const char *text, double min, double max, double *ret);

/* What follows "KEY=" in @word; NULL: it is something else. */
const char *ls_option (const char *word, const char *key);

/* Of "overwrite=yes" and the like: yes or no. */
bool ls_read_yes (const char *text, bool *ret);

/* @path as it is meant from the job's folder. The caller frees it. */
char *ls_path_of (const LsRun *run, const char *path);

/* "421,000". Returns @text. */
const char *ls_group_digits (uint64_t number, char *text, size_t size);

/* "1.2 GiB". Returns @text. */
const char *ls_size_text (uint64_t bytes, char *text, size_t size);

/* Whether the job has an output file (the "output" of its request). */
bool ls_has_output (LsRun *run);
