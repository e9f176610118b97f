/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside model only: what the nouns' codecs share beyond json.h. Reads follow its rules: absent or null leaves *ret as it is. */

#include "model/cluster.h"
#include "model/instance.h"
#include "model/json.h"
#include "model/schedule.h"
#include "model/task.h"

gboolean ls_codec_get_guint (json_t *object, const char *key, guint *ret, GError **error);
gboolean ls_codec_get_count (json_t *object, const char *key, guint64 *ret, GError **error);      /* any that JSON can hold */
gboolean ls_codec_get_time (json_t *object, const char *key, gint64 *ret, GError **error);        /* ≥ 0 */
/* A word of @names (NULL-terminated) to its index. */
gboolean ls_codec_get_word (json_t *object, const char *key, const char *const *names, int *ret, GError **error);
/* {"KEY":"value"} ↔ sorted strv; refuses names that no environment can hold. */
gboolean ls_codec_get_env (json_t *object, const char *key, char ***ret, GError **error);
json_t *ls_codec_env (char **env);
/* A number, {"min":…,"max":…} or "auto", which is the number of cores, at most @auto_max. */
gboolean ls_codec_get_range (json_t *object, const char *key, guint auto_max, LsRange *ret, GError **error);
json_t *ls_codec_range (LsRange range);
gboolean ls_codec_get_instance (json_t *object, const char *key, LsInstance *ret, GError **error);
json_t *ls_codec_instance (LsInstance instance);
json_t *ls_codec_pid (pid_t pid);                                      /* null for 0 */
json_t *ls_codec_exit_code (const LsExit *how);                        /* null when it runs or a signal ended it */
json_t *ls_codec_exit_signal (const LsExit *how);
/* "code" and "signal" of @object; *ret_ended tells whether either was there. */
gboolean ls_codec_get_exit (json_t *object, LsExit *ret, gboolean *ret_ended, GError **error);
gboolean ls_codec_check_directory (const char *cwd, GError **error);   /* NULL or absolute */
json_t *ls_codec_count (guint64 value);
json_t *ls_codec_or_null (gint64 value);                               /* negative is null */
/* Every member that a noun cannot do without. */
gboolean ls_codec_require_string (json_t *object, const char *key, const char *what, char **ret, GError **error);

/* listen.c: NULL or the sentence that says what is wrong with an address. */
gboolean ls_listen_check (const char *address, GError **error);
/* cluster_spec.c, for ls_cluster_from_json: with @strict FALSE members that are not known are ignored. */
gboolean ls_cluster_spec_read (json_t *json, gboolean strict, LsClusterSpec *ret, GError **error);
/* task_spec.c and cluster.c: likewise. */
gboolean ls_task_spec_read (json_t *json, gboolean strict, LsTaskSpec *ret, GError **error);
extern const char *const ls_task_spec_members[];
gboolean ls_schedule_spec_read (json_t *json, gboolean strict, LsScheduleSpec *ret, GError **error);
extern const char *const ls_origin_names[];
