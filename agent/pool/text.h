/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A text that grows, and JSON in it. Whatever a job says becomes valid JSON on one line: bytes that are no UTF-8 are shown as U+FFFD. */

#include <stddef.h>
#include <stdint.h>

typedef struct {
  char *data;              /* not terminated; NULL while it is empty */
  size_t length;
  size_t capacity;
} LsText;

void ls_text_add (LsText *text, const char *bytes, size_t length);
void ls_text_add_word (LsText *text, const char *word);
void ls_text_add_number (LsText *text, uint64_t number);
void ls_text_add_string (LsText *text, const char *string);      /* quoted; NULL becomes null */
/* @json if it is JSON, else as a string; NULL becomes null. */
void ls_text_add_json (LsText *text, const char *json);
void ls_text_clear (LsText *text);
