/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char ls_load_help[] =
  "Usage: lineshaft-load [OPTION…]\n"
  "Makes HTTP requests to this computer, counts what becomes of each, and never tries one again.\n\n"
  "  --url URL            http://127.0.0.1:8080/ (numeric loopback addresses only)\n"
  "  --unix SOCKET        connect to a Unix socket; the URL's host is only a name then\n"
  "  --paths LIST         instead of the URL's path: /=9,/missing=1 picks by weight\n"
  "  --connections N      at once; 8, at most 4096\n"
  "  --rate R             requests a second, whatever the answers take (default: one after another)\n"
  "  --requests N         stop after so many; at most 1000000000\n"
  "  --duration TIME      stop after 500ms, 10s, 2min; 10s, at most 1h\n"
  "  --timeout TIME       give one request up after; 30s\n"
  "  --keep-alive MODE    yes, no (a new connection each), or mixed (every other connection)\n"
  "  --strict             exit with 1 if any request failed\n"
  "  --demo               the demo's traffic: 50 requests a second for 10 minutes, and a few jobs\n"
  "  --agent SOCKET       where --demo submits its jobs (default: $LINESHAFT_SOCKET)\n"
  "  -o text|json         the result's form\n"
  "  -q, --quiet          no progress\n"
  "  -V, --version        the version\n"
  "  -h, --help           this text\n";

/* What a demo shows: mostly good answers of different lengths, and a few of each other kind. Parts of 1,000. */
static const LsLoadPath demo_paths[] = {
  { "/", 780 },          { "/sleep/12", 90 },   { "/cpu/20", 50 },
  { "/status/304", 45 }, { "/status/404", 30 }, { "/status/500", 5 },
};

typedef struct {
  LsLoadOptions options;
  const char *unix_path;
  const char *paths;
  bool has_duration;
  char *error;
  size_t error_size;
} Parse;

typedef struct {
  const char *name;
  int (*take) (Parse *parse, const char *name, const char *value); /* NULL @value: a flag */
  bool has_value;
} Option;

static int
refuse (Parse *parse, const char *name, const char *value, const char *right)
{
  snprintf (parse->error, parse->error_size, "%s cannot be “%s”: %s.", name, value, right);
  return -EINVAL;
}

static bool
read_uint (const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
  char *end;
  if (text[0] < '0' || text[0] > '9')
    return false;
  errno = 0;
  unsigned long long value = strtoull (text, &end, 10);
  if (errno != 0 || *end != '\0' || value < min || value > max)
    return false;
  *ret = value;
  return true;
}

static bool
read_duration (const char *text, uint64_t max_ms, uint64_t *ret_ms)
{
  static const struct {
    const char *unit;
    double ms;
  } units[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "h", 3600000 } };
  char *end;
  if (text[0] < '0' || text[0] > '9')
    return false;
  double number = strtod (text, &end);
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    if (strcmp (end, units[i].unit) != 0)
      continue;
    double ms = number * units[i].ms;
    if (!(ms >= 1 && ms <= (double) max_ms))
      return false;
    *ret_ms = (uint64_t) ms;
    return true;
  }
  return false;
}

static int
take_url (Parse *parse, const char *name, const char *value)
{
  parse->options.url = value;
  return 0;
}

static int
take_unix (Parse *parse, const char *name, const char *value)
{
  parse->unix_path = value;
  return 0;
}

static int
take_paths (Parse *parse, const char *name, const char *value)
{
  parse->paths = value;
  return 0;
}

static int
take_connections (Parse *parse, const char *name, const char *value)
{
  uint64_t n;
  if (!read_uint (value, 1, LS_LOAD_MAX_CONNECTIONS, &n))
    return refuse (parse, name, value, "a whole number from 1 to 4096 is right");
  parse->options.connections = (unsigned) n;
  return 0;
}

static int
take_rate (Parse *parse, const char *name, const char *value)
{
  char *end;
  double rate = value[0] >= '0' && value[0] <= '9' ? strtod (value, &end) : 0;
  if (!(rate >= 0.01 && rate <= LS_LOAD_MAX_RATE) || *end != '\0')
    return refuse (parse, name, value, "a number from 0.01 to 1000000 is right");
  parse->options.rate = rate;
  return 0;
}

static int
take_requests (Parse *parse, const char *name, const char *value)
{
  if (!read_uint (value, 1, LS_LOAD_MAX_REQUESTS, &parse->options.requests))
    return refuse (parse, name, value, "a whole number from 1 to 1000000000 is right");
  return 0;
}

static int
take_duration (Parse *parse, const char *name, const char *value)
{
  if (!read_duration (value, LS_LOAD_MAX_DURATION_MS, &parse->options.duration_ms))
    return refuse (parse, name, value, "a time such as 500ms, 10s or 2min, at most 1h, is right");
  parse->has_duration = true;
  return 0;
}

static int
take_timeout (Parse *parse, const char *name, const char *value)
{
  if (!read_duration (value, LS_LOAD_MAX_DURATION_MS, &parse->options.timeout_ms))
    return refuse (parse, name, value, "a time such as 500ms, 10s or 2min, at most 1h, is right");
  return 0;
}

static int
take_keep_alive (Parse *parse, const char *name, const char *value)
{
  static const char *const modes[] = { "yes", "no", "mixed" };
  for (unsigned i = 0; i < 3; i++)
    if (strcmp (value, modes[i]) == 0) {
      parse->options.keep_alive = (LsKeepAlive) i;
      return 0;
    }
  return refuse (parse, name, value, "yes, no or mixed is right");
}

static int
take_output (Parse *parse, const char *name, const char *value)
{
  parse->options.json = strcmp (value, "json") == 0;
  if (!parse->options.json && strcmp (value, "text") != 0)
    return refuse (parse, name, value, "text or json is right");
  return 0;
}

static int
take_agent (Parse *parse, const char *name, const char *value)
{
  parse->options.agent = value;
  return 0;
}

static int
take_flag (Parse *parse, const char *name, const char *value)
{
  if (strcmp (name, "--strict") == 0)
    parse->options.strict = true;
  else if (strcmp (name, "--quiet") == 0 || strcmp (name, "-q") == 0)
    parse->options.quiet = true;
  else if (strcmp (name, "--version") == 0 || strcmp (name, "-V") == 0)
    parse->options.action = LS_LOAD_VERSION;
  else if (strcmp (name, "--help") == 0 || strcmp (name, "-h") == 0)
    parse->options.action = LS_LOAD_HELP;
  return 0; /* --demo was seen before all others */
}

static const Option known[] = {
  { "--url", take_url, true },           { "--unix", take_unix, true },         { "--paths", take_paths, true },
  { "--connections", take_connections, true }, { "--rate", take_rate, true },   { "--requests", take_requests, true },
  { "--duration", take_duration, true }, { "--timeout", take_timeout, true },   { "--keep-alive", take_keep_alive, true },
  { "--agent", take_agent, true },       { "-o", take_output, true },           { "--output", take_output, true },
  { "--strict", take_flag, false },      { "--quiet", take_flag, false },       { "-q", take_flag, false },
  { "--version", take_flag, false },     { "--help", take_flag, false },        { "-h", take_flag, false },
  { "-V", take_flag, false },            { "--demo", take_flag, false },
};

static const Option *
find_option (const char *word, size_t length)
{
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strlen (known[i].name) == length && memcmp (known[i].name, word, length) == 0)
      return &known[i];
  return NULL;
}

/* Takes argv[*@index] and the value that may follow it. */
static int
take_word (Parse *parse, int argc, char **argv, int *index)
{
  const char *word = argv[*index];
  size_t length = strcspn (word, "=");
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  const Option *option = find_option (word, length);
  if (option == NULL || (value != NULL && !option->has_value)) {
    snprintf (parse->error, parse->error_size, "“%s” is not an option: lineshaft-load --help lists them.", word);
    return -EINVAL;
  }
  if (option->has_value && value == NULL && *index + 1 < argc)
    value = argv[++*index];
  if (option->has_value && value == NULL) {
    snprintf (parse->error, parse->error_size, "%s needs a value: lineshaft-load --help shows it.", option->name);
    return -EINVAL;
  }
  return option->take (parse, option->name, value);
}

static bool
is_path (const char *text)
{
  if (text[0] != '/')
    return false;
  for (; *text != '\0'; text++)
    if (*text <= ' ' || *text >= 0x7f || *text == '#')
      return false;
  return true;
}

/* One "PATH", or with @weighted "PATH=WEIGHT". */
static int
add_path (Parse *parse, const char *text, size_t length, bool weighted)
{
  LsLoadOptions *options = &parse->options;
  uint64_t weight = 1;
  char word[sizeof options->paths[0].path + 16];
  if (length >= sizeof word || options->n_paths == LS_LOAD_MAX_PATHS) {
    snprintf (parse->error, parse->error_size, "--paths takes at most %u paths of at most 511 bytes.", LS_LOAD_MAX_PATHS);
    return -EINVAL;
  }
  memcpy (word, text, length);
  word[length] = '\0';
  char *equals = weighted ? strrchr (word, '=') : NULL;
  if (equals != NULL && read_uint (equals + 1, 1, 1000000, &weight))
    *equals = '\0';
  size_t path_length = strlen (word);
  if (!is_path (word) || path_length >= sizeof options->paths[0].path) {
    snprintf (parse->error, parse->error_size, "“%s” is not a path: write --paths as /=9,/missing=1.", word);
    return -EINVAL;
  }
  memcpy (options->paths[options->n_paths].path, word, path_length + 1);
  options->paths[options->n_paths++].weight = (unsigned) weight;
  return 0;
}

static int
take_path_list (Parse *parse, const char *url_path)
{
  LsLoadOptions *options = &parse->options;
  const char *list = parse->paths;
  int r = 0;
  if (list == NULL && options->demo && strcmp (url_path, "/") == 0) {
    memcpy (options->paths, demo_paths, sizeof demo_paths);
    options->n_paths = sizeof demo_paths / sizeof demo_paths[0];
  } else if (list == NULL)
    r = add_path (parse, url_path, strlen (url_path), false);
  while (r == 0 && list != NULL) {
    size_t length = strcspn (list, ",");
    r = add_path (parse, list, length, true);
    list = list[length] == ',' ? list + length + 1 : NULL;
  }
  for (unsigned i = 0; i < options->n_paths; i++)
    options->total_weight += options->paths[i].weight;
  return r;
}

static void
fill_defaults (LsLoadOptions *options, bool demo, const char *default_agent)
{
  options->url = "http://127.0.0.1:8080/";
  options->connections = 8;
  options->duration_ms = demo ? 10 * 60 * 1000 : 10 * 1000;
  options->timeout_ms = 30 * 1000;
  options->rate = demo ? 50 : 0;
  options->keep_alive = demo ? LS_KEEP_ALIVE_MIXED : LS_KEEP_ALIVE_YES;
  options->demo = demo;
  options->agent = default_agent;
}

int
ls_load_options_parse (int argc, char **argv, const char *default_agent, LsLoadOptions *ret, char *error, size_t error_size)
{
  Parse parse = { .error = error, .error_size = error_size };
  LsLoadOptions *options = &parse.options;
  bool demo = false;
  for (int i = 1; i < argc; i++)
    demo = demo || strcmp (argv[i], "--demo") == 0;
  fill_defaults (options, demo, default_agent);

  for (int i = 1; i < argc; i++) {
    int r = take_word (&parse, argc, argv, &i);
    if (r < 0)
      return r;
  }
  if (options->requests > 0 && !parse.has_duration)
    options->duration_ms = LS_LOAD_MAX_DURATION_MS;
  const char *url_path;
  int r = ls_target_parse (options->url, parse.unix_path, &options->target, &url_path, error, error_size);
  if (r == 0)
    r = take_path_list (&parse, url_path);
  if (r == 0)
    *ret = parse.options;
  return r;
}
