/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The keys that leave a terminal: ctrl-p, ctrl-q, or what --detach-keys says. Pure.
 *
 * What is typed goes through the scanner. The beginning of the sequence is held back until it is clear that it is not one. */

#include <glib.h>

#define LS_DETACH_KEYS_DEFAULT "ctrl-p,ctrl-q"
#define LS_DETACH_KEYS_MAX 8

typedef struct {
  char keys[LS_DETACH_KEYS_MAX];
  guint n_keys;            /* 0: nothing leaves */
  guint matched;           /* so many of them have been typed */
} LsDetachKeys;

/* Keys apart by commas, each a character or ctrl- and one of a-z @ [ \ ] ^ _; "none": no keys. FALSE with one sentence. */
gboolean ls_detach_keys_parse (const char *text, LsDetachKeys *ret, GError **error);
/* Appends to @to what is to be sent on. TRUE: the keys were typed; what came after them is dropped. */
gboolean ls_detach_keys_scan (LsDetachKeys *keys, const char *typed, gsize length, GString *to);
