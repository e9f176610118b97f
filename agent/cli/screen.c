/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/screen.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define BAR 10
#define CORE_COLUMN 24      /* " 12 [||||||||||]  31 %  " */

/* The screen in the making. */
typedef struct {
  const LsSnapshot *snapshot;
  const LsScreenWish *wish;
  gint64 now;
  GString *text;
  guint lines;
} Screen;

static guint
room (const Screen *screen)
{
  if (screen->wish->height == 0)
    return G_MAXUINT;
  return screen->lines + 1 < screen->wish->height ? screen->wish->height - 1 - screen->lines : 0;      /* the last line is the keys' */
}

static void
add_line (Screen *screen, const char *line)
{
  if (room (screen) == 0)
    return;
  g_string_append (screen->text, line);
  g_string_append_c (screen->text, '\n');
  screen->lines++;
}

static void
add_text_line (Screen *screen, const char *line, LsTone tone)
{
  g_autofree char *cut = screen->wish->width ? ls_text_cut (line, screen->wish->width) : g_strdup (line);
  g_autofree char *toned = ls_text_toned (cut, tone, screen->wish->color);
  add_line (screen, toned);
}

/* As many rows of it as there is room for; says how many are left out. */
static void
add_table (Screen *screen, LsTable *table)
{
  /* An empty line, the titles, a row, and how many more there are: with less room it tells nothing. */
  if (ls_table_rows (table) == 0 || room (screen) < 4)
    return;
  g_autofree char *text = ls_table_render (table, screen->wish->width, screen->wish->color);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines) - 1;      /* after the last line end there is nothing */
  add_line (screen, "");
  guint fits = MIN (n, room (screen));
  guint shown = fits < n ? fits - 1 : n;
  for (guint i = 0; i < shown; i++)
    add_line (screen, lines[i]);
  if (shown < n)
    {
      g_autofree char *more = g_strdup_printf ("… and %u more", n - shown);
      add_text_line (screen, more, LS_TONE_DIM);
    }
}

static void
add_head (Screen *screen)
{
  const LsSample *sample = screen->snapshot->sample;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (screen->now / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local ? g_date_time_format (local, "%H:%M:%S") : g_strdup ("");
  if (!sample)
    {
      g_autofree char *line = g_strdup_printf ("lineshaft  %s  waiting for the first sample", time);
      add_text_line (screen, line, LS_TONE_BOLD);
      return;
    }
  g_autofree char *used = ls_format_bytes (sample->memory_total - MIN (sample->memory_total, sample->memory_available));
  g_autofree char *total = ls_format_bytes (sample->memory_total);
  g_autofree char *rss = ls_format_bytes (sample->agent_rss);
  g_autofree char *line = g_strdup_printf ("lineshaft  %s  load %.2f %.2f %.2f  memory %s of %s  agent %.1f %% %s%s", time, sample->load[0], sample->load[1],
                                           sample->load[2], used, total, sample->agent_cpu * 100, rss, screen->wish->paused ? "  PAUSED" : "");
  add_text_line (screen, line, LS_TONE_BOLD);
}

static LsTone
load_tone (double share)
{
  return share >= 0.9 ? LS_TONE_BAD : share >= 0.6 ? LS_TONE_BUSY : LS_TONE_GOOD;
}

static void
append_core (GString *line, guint core, double share, gboolean color)
{
  char bar[BAR + 1];
  guint full = isnan (share) ? 0 : (guint) (CLAMP (share, 0, 1) * BAR + 0.5);
  for (guint i = 0; i < BAR; i++)
    bar[i] = i < full ? '|' : ' ';
  bar[BAR] = '\0';
  g_autofree char *toned = ls_text_toned (bar, load_tone (share), color);
  g_autofree char *percent = isnan (share) ? g_strdup ("  –") : g_strdup_printf ("%3.0f", share * 100);
  g_string_append_printf (line, "%3u [%s] %s %%  ", core, toned, percent);
}

/* One character a core, when bars would fill the screen. */
static void
add_strip (Screen *screen, const LsSample *sample)
{
  static const char *const levels[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
  g_autoptr (GString) line = g_string_new ("cores ");
  guint width = screen->wish->width ? screen->wish->width : 80;
  for (guint i = 0, used = 6; i < sample->cores; i++, used++)
    {
      if (used >= width)
        {
          add_line (screen, line->str);
          g_string_assign (line, "      ");
          used = 6;
        }
      double share = isnan (sample->cpu[i]) ? 0 : CLAMP (sample->cpu[i], 0, 1);
      g_autofree char *toned = ls_text_toned (levels[(guint) (share * 7 + 0.5)], load_tone (share), screen->wish->color);
      g_string_append (line, toned);
    }
  add_line (screen, line->str);
}

static void
add_cores (Screen *screen)
{
  const LsSample *sample = screen->snapshot->sample;
  if (!sample || sample->cores == 0)
    return;
  guint width = screen->wish->width ? screen->wish->width : 96;
  guint columns = MAX (1, width / CORE_COLUMN);
  guint rows = (sample->cores + columns - 1) / columns;
  if (screen->wish->height && rows > screen->wish->height / 4)
    {
      add_strip (screen, sample);
      return;
    }
  for (guint row = 0; row < rows; row++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      /* Down the columns, so that the order is the core's number. */
      for (guint core = row; core < sample->cores; core += rows)
        append_core (line, core, sample->cpu[core], screen->wish->color);
      while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate (line, line->len - 1);
      add_line (screen, line->str);
    }
}

static gboolean
is_wanted (const Screen *screen, const char *name, const char *group)
{
  const char *only = screen->wish->only;
  return !only || g_strcmp0 (only, name) == 0 || (group && g_strcmp0 (only, group) == 0);
}

static void
add_count (LsTable *table, double value)
{
  ls_table_take (table, LS_TONE_PLAIN, isnan (value) ? NULL : ls_format_count (value));
}

static void
cluster_row (Screen *screen, LsTable *table, const LsCluster *cluster)
{
  const LsSample *sample = screen->snapshot->sample;
  const LsClusterSample *figures = sample ? ls_sample_find_cluster (sample, cluster->name) : NULL;
  const char *state = ls_cluster_state_name (cluster->status.state);
  gboolean selected = g_strcmp0 (screen->wish->selected, cluster->name) == 0;
  ls_table_take (table, LS_TONE_BOLD, g_strconcat (selected ? "› " : "  ", cluster->name, NULL));
  ls_table_add (table, ls_state_tone (state), state);
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u/%u", cluster->status.ready, cluster->status.wanted));
  guint64 errors = figures ? ls_rows_errors (figures) : 0;
  add_count (table, figures ? ls_rows_per_second (sample, figures->requests) : NAN);
  ls_table_take (table, errors ? LS_TONE_BAD : LS_TONE_PLAIN,
                 figures && figures->requests ? g_strdup_printf ("%.1f %%", 100.0 * (double) errors / (double) figures->requests) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_us (figures->p50_us) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_us (figures->p95_us) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_us (figures->p99_us) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? g_strdup_printf ("%u", figures->in_flight) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_cores (figures->cpu) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_format_bytes (figures->rss) : NULL);
}

static void
add_clusters (Screen *screen)
{
  static const char *const titles[] = { "  CLUSTER", "STATE", ">READY", ">REQ/S", ">ERRORS", ">P50", ">P95", ">P99", ">IN FLIGHT", ">CPU", ">RSS", NULL };
  g_autoptr (LsTable) table = ls_table_new (titles);
  for (guint i = 0; i < screen->snapshot->clusters->len; i++)
    {
      const LsCluster *cluster = g_ptr_array_index (screen->snapshot->clusters, i);
      const char *dot = screen->wish->only ? strchr (screen->wish->only, '.') : NULL;
      gboolean of_worker = dot && strncmp (screen->wish->only, cluster->name, (gsize) (dot - screen->wish->only)) == 0;
      if (is_wanted (screen, cluster->name, NULL) || of_worker)
        cluster_row (screen, table, cluster);
    }
  add_table (screen, table);
}

static void
add_pools (Screen *screen)
{
  static const char *const titles[] = { "  POOL", "STATE", ">THREADS", ">QUEUED", ">RUNNING", ">DONE/S", ">P95", ">CPU", ">RSS", NULL };
  const LsSample *sample = screen->snapshot->sample;
  g_autoptr (LsTable) table = ls_table_new (titles);
  for (guint i = 0; i < screen->snapshot->pools->len; i++)
    {
      const LsPool *pool = g_ptr_array_index (screen->snapshot->pools, i);
      const LsPoolSample *figures = sample ? ls_sample_find_pool (sample, pool->name) : NULL;
      const char *state = ls_pool_state_name (pool->state);
      if (!is_wanted (screen, pool->name, NULL))
        continue;
      ls_table_take (table, LS_TONE_BOLD, g_strconcat ("  ", pool->name, NULL));
      ls_table_add (table, ls_state_tone (state), state);
      ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", pool->threads->len));
      ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", pool->queued));
      ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", pool->running));
      add_count (table, figures ? ls_rows_per_second (sample, figures->done) : NAN);
      ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_us (figures->run_us.p95) : NULL);
      ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_cores (figures->cpu) : NULL);
      ls_table_take (table, LS_TONE_PLAIN, figures ? ls_format_bytes (figures->rss) : NULL);
    }
  add_table (screen, table);
}

/* --- processes --- */

static int
compare_numbers (double a, double b)
{
  /* The larger first; unknown last. */
  a = isnan (a) ? -1 : a;
  b = isnan (b) ? -1 : b;
  return a < b ? 1 : a > b ? -1 : 0;
}

static int
compare_names (const char *a, const char *b)
{
  g_autofree char *a_key = g_utf8_collate_key_for_filename (a, -1), *b_key = g_utf8_collate_key_for_filename (b, -1);
  return strcmp (a_key, b_key);
}

static int
compare_processes (gconstpointer a, gconstpointer b, gpointer data)
{
  const LsWorkerSample *left = *(const LsWorkerSample *const *) a, *right = *(const LsWorkerSample *const *) b;
  int order = 0;
  switch ((LsSort) GPOINTER_TO_INT (data))
    {
    case LS_SORT_CPU:
      order = compare_numbers (left->cpu, right->cpu);
      break;
    case LS_SORT_MEMORY:
      order = compare_numbers ((double) left->rss, (double) right->rss);
      break;
    case LS_SORT_REQUESTS:
      order = compare_numbers (left->requests == G_MAXUINT64 ? NAN : (double) left->requests, right->requests == G_MAXUINT64 ? NAN : (double) right->requests);
      break;
    case LS_SORT_NAME:
    default:
      break;
    }
  return order ? order : compare_names (left->id, right->id);
}

static char *
pid_of (const LsWorkerSample *worker)
{
  return worker->instance ? g_strndup (worker->instance, strcspn (worker->instance, "-")) : NULL;
}

static void
process_row (Screen *screen, LsTable *table, const LsWorkerSample *worker)
{
  gboolean serves = worker->requests != G_MAXUINT64;
  ls_table_take (table, LS_TONE_PLAIN, g_strconcat ("  ", worker->id, NULL));
  ls_table_add (table, ls_state_tone (worker->state), worker->state);
  ls_table_take (table, LS_TONE_PLAIN, pid_of (worker));
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_cores (worker->cpu));
  ls_table_take (table, LS_TONE_PLAIN, ls_format_bytes (worker->rss));
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", worker->threads));
  add_count (table, ls_rows_per_second (screen->snapshot->sample, worker->requests));
  ls_table_take (table, serves && worker->errors ? LS_TONE_BAD : LS_TONE_PLAIN, serves ? ls_format_count ((double) worker->errors) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, serves ? g_strdup_printf ("%u", worker->in_flight) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_us (worker->p95_us));
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_us (worker->loop_lag_us));
}

static void
add_processes (Screen *screen)
{
  static const char *const titles[] = { "  PROCESS", "STATE", ">PID", ">CPU", ">RSS", ">THREADS", ">REQ/S", ">ERRORS", ">IN FLIGHT", ">P95", ">LAG", NULL };
  if (!screen->snapshot->sample)
    return;
  g_autoptr (LsTable) table = ls_table_new (titles);
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (screen->snapshot->sample->workers, NULL, NULL);
  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort_with_data (sorted, compare_processes, GINT_TO_POINTER (screen->wish->sort));
  for (guint i = 0; i < sorted->len; i++)
    {
      const LsWorkerSample *worker = g_ptr_array_index (sorted, i);
      g_autofree char *group = g_strndup (worker->id, strcspn (worker->id, "."));
      if (is_wanted (screen, worker->id, group))
        process_row (screen, table, worker);
    }
  add_table (screen, table);
}

static void
add_foot (Screen *screen)
{
  static const char keys[] = "q quit  p pause  sort: c CPU  m memory  r requests  n name  Tab select  + - scale";
  if (!screen->wish->height)
    return;
  while (room (screen) > 0)
    add_line (screen, "");
  const char *line = screen->wish->notice ? screen->wish->notice : keys;
  g_autofree char *cut = ls_text_cut (line, screen->wish->width);
  g_autofree char *toned = ls_text_toned (cut, screen->wish->notice ? LS_TONE_BOLD : LS_TONE_DIM, screen->wish->color);
  g_string_append (screen->text, toned);
  g_string_append_c (screen->text, '\n');
}

char *
ls_screen_render (const LsSnapshot *snapshot, const LsScreenWish *wish, gint64 now)
{
  Screen screen = { snapshot, wish, now, g_string_new (NULL), 0 };
  add_head (&screen);
  add_cores (&screen);
  add_clusters (&screen);
  add_pools (&screen);
  add_processes (&screen);
  add_foot (&screen);
  return g_string_free (screen.text, FALSE);
}
