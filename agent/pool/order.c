/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/order.h"
#include "abi/channel.h"
#include "pool/memory.h"

#include <uv.h>

#define FEW_ARGS 16

static size_t
size_of (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

/* Copies @text to *@at, which moves on. */
static char *
place (char **at, const char *text)
{
  size_t size = size_of (text);
  char *copy = *at;
  if (size == 0)
    return NULL;
  memcpy (copy, text, size);
  *at += size;
  return copy;
}

LsOrder *
ls_order_new (const char *id, const char *name, int n_args, const char *const *args, const char *cwd, const char *output)
{
  size_t pointers = ((size_t) n_args + 1) * sizeof (char *);
  size_t texts = size_of (id) + size_of (name) + size_of (cwd) + size_of (output);
  for (int i = 0; i < n_args; i++)
    texts += size_of (args[i]);
  LsOrder *order = ls_must (malloc (sizeof *order + pointers + texts));
  char *at = (char *) (order + 1) + pointers;
  *order = (LsOrder) { .attempt = 1, .n_args = n_args, .args = (char **) (order + 1), .came_ns = uv_hrtime () };
  order->id = place (&at, id);
  order->name = place (&at, name);
  order->cwd = place (&at, cwd);
  order->output = place (&at, output);
  for (int i = 0; i < n_args; i++)
    order->args[i] = place (&at, args[i]);
  order->args[n_args] = NULL;
  return order;
}

static bool
are_strings (json_t *list)
{
  size_t i;
  json_t *item;
  json_array_foreach (list, i, item)
    if (!json_is_string (item))
      return false;
  return list == NULL || json_is_array (list);
}

static const char *
text_of (json_t *message, const char *key)
{
  return json_string_value (json_object_get (message, key));
}

LsOrder *
ls_order_from_list (const char *name, const char *cwd, json_t *list)
{
  const char *few[FEW_ARGS];
  size_t n = json_array_size (list);
  if (n == 0 || !are_strings (list))
    return NULL;
  const char **texts = n <= FEW_ARGS ? few : ls_new0 (const char *, n);
  for (size_t i = 0; i < n; i++)
    texts[i] = json_string_value (json_array_get (list, i));
  LsOrder *order = ls_order_new (texts[0], name, (int) n - 1, texts + 1, cwd, NULL);
  if (texts != few)
    free (texts);
  return order;
}

LsOrder *
ls_order_from_json (json_t *message, const char **ret_why)
{
  const char *few[FEW_ARGS];
  const char *name = text_of (message, "name");
  json_t *list = json_object_get (message, "args");
  size_t n = json_array_size (list);
  json_int_t attempt = json_integer_value (json_object_get (message, "attempt"));
  if (name == NULL || !are_strings (list)) {
    *ret_why = "A job needs a name, and its args must be strings.";
    return NULL;
  }
  const char **args = n <= FEW_ARGS ? few : ls_new0 (const char *, n);
  for (size_t i = 0; i < n; i++)
    args[i] = json_string_value (json_array_get (list, i));
  LsOrder *order = ls_order_new (text_of (message, "id"), name, (int) n, args, text_of (message, "cwd"), text_of (message, "output"));
  order->attempt = attempt > 1 && attempt < 1000000 ? (unsigned) attempt : 1;
  if (args != few)
    free (args);
  return order;
}

void
ls_order_free (LsOrder *order)
{
  free (order);
}

/* --- without a tree of values: there may be hundreds of thousands a second --- */

#define BEGINNING "{\"cmd\":\"" LS_POOL_JOBS "\",\"name\":\""
#define CWD ",\"cwd\":\""
#define LIST ",\"jobs\":["

typedef struct {
  const char *text;        /* NULL: it was not there */
  size_t length;
} Slice;

/* What is the same for all orders of a line. */
typedef struct {
  Slice name, cwd;
  uint64_t now;
} Common;

/* What is left of the line. */
typedef struct {
  const char *at, *end;
} Rest;

static bool
skip (Rest *rest, const char *text, size_t length)
{
  if ((size_t) (rest->end - rest->at) < length || memcmp (rest->at, text, length) != 0)
    return false;
  rest->at += length;
  return true;
}

/* To the quote at its end. */
static bool
read_text (Rest *rest, Slice *ret)
{
  ret->text = rest->at;
  while (rest->at < rest->end && *rest->at != '"')
    if (*rest->at++ == '\\')
      return false;
  ret->length = (size_t) (rest->at - ret->text);
  return skip (rest, "\"", 1);
}

static char *
place_slice (char **at, const Slice *slice)
{
  char *copy = *at;
  if (slice->text == NULL)
    return NULL;
  memcpy (copy, slice->text, slice->length);
  copy[slice->length] = '\0';
  *at += slice->length + 1;
  return copy;
}

static LsOrder *
new_from_slices (const Common *common, const Slice *texts, int n)
{
  size_t pointers = (size_t) n * sizeof (char *), size = common->name.length + common->cwd.length + 2;
  for (int i = 0; i < n; i++)
    size += texts[i].length + 1;
  LsOrder *order = ls_must (malloc (sizeof *order + pointers + size));
  char *at = (char *) (order + 1) + pointers;
  *order = (LsOrder) { .attempt = 1, .n_args = n - 1, .args = (char **) (order + 1), .came_ns = common->now };
  order->name = place_slice (&at, &common->name);
  order->cwd = place_slice (&at, &common->cwd);
  order->id = place_slice (&at, &texts[0]);
  for (int i = 1; i < n; i++)
    order->args[i - 1] = place_slice (&at, &texts[i]);
  order->args[n - 1] = NULL;
  return order;
}

/* ["j17","1000000"] */
static LsOrder *
read_order (Rest *rest, const Common *common)
{
  Slice texts[FEW_ARGS];
  int n = 0;
  if (!skip (rest, "[\"", 2))
    return NULL;
  do
    if (n == FEW_ARGS || !read_text (rest, &texts[n++]))
      return NULL;
  while (skip (rest, ",\"", 2));
  return skip (rest, "]", 1) ? new_from_slices (common, texts, n) : NULL;
}

static bool
read_orders (Rest *rest, const Common *common, LsOrder **last)
{
  do {
    *last = read_order (rest, common);
    if (*last == NULL)
      return false;
    last = &(*last)->next;
  } while (skip (rest, ",", 1));
  return skip (rest, "]}", 2) && rest->at == rest->end;
}

bool
ls_orders_from_line (const char *line, size_t length, LsOrder **ret_orders)
{
  Rest rest = { line, line + length };
  Common common = { .now = uv_hrtime () };
  LsOrder *orders = NULL;
  if (!skip (&rest, BEGINNING, strlen (BEGINNING)) || !read_text (&rest, &common.name)
      || (skip (&rest, CWD, strlen (CWD)) && !read_text (&rest, &common.cwd)) || !skip (&rest, LIST, strlen (LIST)))
    return false;
  if (read_orders (&rest, &common, &orders)) {
    *ret_orders = orders;
    return true;
  }
  while (orders != NULL) {
    LsOrder *next = orders->next;
    ls_order_free (orders);
    orders = next;
  }
  return false;
}
