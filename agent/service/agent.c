/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/agent, /v1/host and /v1/openapi.json: who answers, and where it runs. */
#include "config.h"

#include "service/endpoint.h"
#include "service/openapi.h"
#include "service/routes.h"
#include "service/state.h"

#include <unistd.h>

static json_t *
sampling_to_json (const LsServiceParts *parts, const LsSample *sample)
{
  gint64 interval = ls_sampler_interval_ms (parts->sampler);

  return json_pack ("{s:I, s:I, s:b, s:o, s:i}", "wanted_ms", (json_int_t) parts->facts->interval_ms, "interval_ms", (json_int_t) interval,
                    "stretched", interval > parts->facts->interval_ms, "budget", ls_json_real (parts->facts->sampling_budget), "skipped",
                    sample != NULL ? (int) sample->skipped : 0);
}

static json_t *
sockets_to_json (LsService *service)
{
  json_t *list = json_array ();

  for (guint i = 0; i < service->parts.n_listen_fds; i++)
    {
      g_autofree char *path = ls_endpoint_path_of (service->parts.listen_fds[i]);

      if (path != NULL)
        json_array_append_new (list, ls_json_string_or_null (path));
    }
  for (guint i = 0; i < service->endpoints->len; i++)
    json_array_append_new (list, json_string (ls_endpoint_path (g_ptr_array_index (service->endpoints, i))));
  return list;
}

static json_t *
warnings_to_json (const LsAgentFacts *facts)
{
  json_t *list = json_array ();

  for (guint i = 0; i < facts->warnings->len; i++)
    json_array_append_new (list, json_string (g_ptr_array_index (facts->warnings, i)));
  return list;
}

static json_t *
time_zone_to_json (const LsServiceParts *parts)
{
  g_autofree char *zone = parts->time_zone != NULL ? parts->time_zone (parts->self) : NULL;

  return ls_json_string_or_null (zone != NULL ? zone : "UTC");
}

static json_t *
agent_to_json (LsCall *call)
{
  const LsServiceParts *parts = &call->service->parts;
  const LsAgentFacts *facts = parts->facts;
  const LsSample *sample = ls_sampler_last (parts->sampler);
  g_autofree char *instance = ls_instance_to_text (facts->instance);
  json_t *json = json_pack ("{s:s, s:s, s:s, s:i, s:o, s:I, s:s, s:s}", "kind", "agent", "name", "lineshaft-agent", "version", LS_VERSION, "pid",
                            (int) getpid (), "instance", ls_json_string_or_null (instance), "started_at", (json_int_t) facts->started_at, "epoch",
                            parts->epoch, "platform", facts->platform);

  json_object_set_new (json, "uid", json_integer ((json_int_t) geteuid ()));
  json_object_set_new (json, "cores", json_integer (facts->cores));
  json_object_set_new (json, "time_zone", time_zone_to_json (parts));
  json_object_set_new (json, "sandbox", ls_json_string_or_null (facts->sandbox));
  json_object_set_new (json, "sockets", sockets_to_json (call->service));
  json_object_set_new (json, "config", ls_json_string_or_null (facts->config_path));
  json_object_set_new (json, "programs", json_pack ("{s:o}", "compare", ls_json_string_or_null (facts->compare_program)));
  json_object_set_new (json, "interval_ms", json_integer (ls_sampler_interval_ms (parts->sampler)));
  json_object_set_new (json, "sampling", sampling_to_json (parts, sample));
  json_object_set_new (json, "cpu", sample != NULL ? ls_json_real (sample->agent_cpu) : json_null ());
  json_object_set_new (json, "rss", sample != NULL ? json_integer ((json_int_t) sample->agent_rss) : json_null ());
  json_object_set_new (json, "open_fds", json_integer (parts->open_fds ()));
  json_object_set_new (json, "history_bytes", json_integer ((json_int_t) ls_history_memory (parts->history)));
  json_object_set_new (json, "readers", json_integer (ls_service_readers (call->service)));
  json_object_set_new (json, "stopping", json_boolean (ls_supervisor_is_shutting_down (parts->supervisor)));
  json_object_set_new (json, "warnings", warnings_to_json (facts));
  return json;
}

static gboolean
get_agent (LsCall *call, const LsBody *body, GError **error)
{
  ls_call_reply (call, 200, agent_to_json (call));
  return TRUE;
}

/* Both answer at once, with the agent as it goes down; that another run has begun is seen by its epoch. */
static gboolean
restart (LsCall *call, const LsBody *body, GError **error)
{
  const LsServiceParts *parts = &call->service->parts;

  if (!parts->restart (parts->self, error))
    return FALSE;
  ls_call_reply (call, 202, agent_to_json (call));
  return TRUE;
}

static gboolean
stop (LsCall *call, const LsBody *body, GError **error)
{
  const LsServiceParts *parts = &call->service->parts;

  if (!parts->stop (parts->self, error))
    return FALSE;
  ls_call_reply (call, 202, agent_to_json (call));
  return TRUE;
}

/* The last sample's host part, with when it was taken; an empty object before the first. */
static json_t *
host_sample (const LsSample *sample)
{
  g_autoptr (json_t) whole = sample != NULL ? ls_sample_to_json (sample) : NULL;
  json_t *host = whole != NULL ? json_copy (json_object_get (whole, "host")) : json_object ();

  json_object_set_new (host, "at", sample != NULL ? json_integer (sample->at) : json_null ());
  json_object_set_new (host, "span_ms", sample != NULL ? json_integer (sample->span_ms) : json_null ());
  return host;
}

static gboolean
get_host (LsCall *call, const LsBody *body, GError **error)
{
  const LsServiceParts *parts = &call->service->parts;
  const LsAgentFacts *facts = parts->facts;
  json_t *json = json_pack ("{s:s, s:o, s:o, s:i, s:s, s:o}", "kind", "host", "name", ls_json_string_or_null (facts->host_name), "system",
                            ls_json_string_or_null (facts->host_system), "cores", (int) facts->cores, "platform", facts->platform, "booted_at",
                            ls_json_int_or_null (facts->booted_at));

  json_object_update_new (json, host_sample (ls_sampler_last (parts->sampler)));
  ls_call_reply (call, 200, json);
  return TRUE;
}

static gboolean
get_openapi (LsCall *call, const LsBody *body, GError **error)
{
  ls_call_reply_text (call, 200, "application/json", ls_openapi_json, ls_openapi_json_length);
  return TRUE;
}

const LsRoute ls_routes_agent[] = {
  { "GET", "/v1/agent", LS_BODY_NONE, NULL, get_agent },
  { "POST", "/v1/agent/restart", LS_BODY_JSON_OR_NONE, NULL, restart },
  { "POST", "/v1/agent/stop", LS_BODY_JSON_OR_NONE, NULL, stop },
  { "GET", "/v1/host", LS_BODY_NONE, NULL, get_host },
  { "GET", "/v1/openapi.json", LS_BODY_NONE, NULL, get_openapi },
  { NULL }
};
