/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

#define GAP 2
#define NARROWEST 6

typedef struct {
  char *text;
  LsTone tone;
} Cell;

struct LsTable {
  guint columns;
  gboolean *right, *flexible;
  GArray *cells;      /* Cell; the titles are the first row */
};

static const char *const tone_codes[] = { "", "\033[32m", "\033[33m", "\033[31m", "\033[2m", "\033[1m" };

static void
cell_clear (gpointer data)
{
  g_free (((Cell *) data)->text);
}

/* Terminal escapes in somebody's command line or log must not reach the terminal from a table. */
static char *
printable (char *text)
{
  for (char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  if (g_utf8_validate (text, -1, NULL))
    return text;
  char *valid = g_utf8_make_valid (text, -1);
  g_free (text);
  return valid;
}

void
ls_table_take (LsTable *table, LsTone tone, char *text)
{
  Cell cell = { printable (text ? text : g_strdup ("–")), tone };
  g_array_append_val (table->cells, cell);
}

void
ls_table_add (LsTable *table, LsTone tone, const char *text)
{
  ls_table_take (table, tone, g_strdup (text));
}

LsTable *
ls_table_new (const char *const *titles)
{
  LsTable *table = g_new0 (LsTable, 1);
  table->columns = g_strv_length ((char **) titles);
  table->right = g_new0 (gboolean, table->columns);
  table->flexible = g_new0 (gboolean, table->columns);
  table->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  g_array_set_clear_func (table->cells, cell_clear);
  for (guint i = 0; i < table->columns; i++)
    {
      table->right[i] = titles[i][0] == '>';
      table->flexible[i] = titles[i][0] == '~';
      ls_table_add (table, LS_TONE_DIM, titles[i] + (table->right[i] || table->flexible[i]));
    }
  return table;
}

void
ls_table_free (LsTable *table)
{
  if (!table)
    return;
  g_array_unref (table->cells);
  g_free (table->right);
  g_free (table->flexible);
  g_free (table);
}

guint
ls_table_rows (const LsTable *table)
{
  return table->cells->len / table->columns - 1;
}

static guint
character_width (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

guint
ls_text_width (const char *text)
{
  guint width = 0;
  for (; *text; text = g_utf8_next_char (text))
    width += character_width (g_utf8_get_char (text));
  return width;
}

char *
ls_text_cut (const char *text, guint width)
{
  if (ls_text_width (text) <= width)
    return g_strdup (text);
  if (width == 0)
    return g_strdup ("");
  guint used = 1;      /* the ellipsis */
  const char *end = text;
  while (used + character_width (g_utf8_get_char (end)) <= width)
    {
      used += character_width (g_utf8_get_char (end));
      end = g_utf8_next_char (end);
    }
  return g_strdup_printf ("%.*s…", (int) (end - text), text);
}

char *
ls_text_toned (const char *text, LsTone tone, gboolean color)
{
  return color && tone != LS_TONE_PLAIN ? g_strconcat (tone_codes[tone], text, "\033[0m", NULL) : g_strdup (text);
}

LsTone
ls_state_tone (const char *state)
{
  static const struct {
    const char *state;
    LsTone tone;
  } tones[] = {
    { "ready", LS_TONE_GOOD },    { "running", LS_TONE_GOOD },    { "done", LS_TONE_GOOD },     { "scaling", LS_TONE_BUSY },
    { "reloading", LS_TONE_BUSY }, { "starting", LS_TONE_BUSY },  { "draining", LS_TONE_BUSY }, { "queued", LS_TONE_BUSY },
    { "waiting", LS_TONE_BUSY },  { "degraded", LS_TONE_BAD },    { "failing", LS_TONE_BAD },   { "failed", LS_TONE_BAD },
    { "timed-out", LS_TONE_BAD }, { "stopped", LS_TONE_DIM },     { "exited", LS_TONE_DIM },    { "cancelled", LS_TONE_DIM },
  };
  for (gsize i = 0; state && i < G_N_ELEMENTS (tones); i++)
    if (g_str_equal (tones[i].state, state))
      return tones[i].tone;
  return LS_TONE_PLAIN;
}

/* Natural widths, then the widest flexible column gives way until the line fits or none can. */
static guint *
column_widths (const LsTable *table, guint width)
{
  guint *widths = g_new0 (guint, table->columns);
  guint total = (table->columns - 1) * GAP;
  for (guint i = 0; i < table->cells->len; i++)
    {
      guint needed = ls_text_width (g_array_index (table->cells, Cell, i).text);
      widths[i % table->columns] = MAX (widths[i % table->columns], needed);
    }
  for (guint i = 0; i < table->columns; i++)
    total += widths[i];
  while (width && total > width)
    {
      guint *widest = NULL;
      for (guint i = 0; i < table->columns; i++)
        if (table->flexible[i] && widths[i] > NARROWEST && (!widest || widths[i] > *widest))
          widest = &widths[i];
      if (!widest)
        break;
      guint less = MIN (total - width, *widest - NARROWEST);
      *widest -= less;
      total -= less;
    }
  return widths;
}

static void
append_spaces (GString *line, guint n)
{
  g_string_append_printf (line, "%*s", (int) n, "");
}

/* One row; what does not fit @width is left out whole. */
static void
render_row (const LsTable *table, guint row, const guint *widths, guint width, gboolean color, GString *to)
{
  guint used = 0, pending = 0;
  for (guint i = 0; i < table->columns; i++)
    {
      const Cell *cell = &g_array_index (table->cells, Cell, row * table->columns + i);
      if (width && i > 0 && used + pending + widths[i] > width)
        break;
      g_autofree char *cut = ls_text_cut (cell->text, widths[i]);
      g_autofree char *toned = ls_text_toned (cut, row == 0 ? LS_TONE_DIM : cell->tone, color);
      guint padding = widths[i] - ls_text_width (cut);
      append_spaces (to, pending + (table->right[i] ? padding : 0));
      g_string_append (to, toned);
      used += pending + widths[i];
      /* Spaces only when something follows: no line ends in them. */
      pending = GAP + (table->right[i] ? 0 : padding);
      used -= table->right[i] ? 0 : padding;
    }
  g_string_append_c (to, '\n');
}

char *
ls_table_render (const LsTable *table, guint width, gboolean color)
{
  g_autofree guint *widths = column_widths (table, width);
  GString *text = g_string_new (NULL);
  for (guint row = 0; row <= ls_table_rows (table); row++)
    render_row (table, row, widths, width, color, text);
  return g_string_free (text, FALSE);
}
