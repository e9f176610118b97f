/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Random JSON, made of the very words that the codecs look for: whatever comes is read or refused, and what is read can be written and read again. */

#include "model/cluster.h"
#include "model/operation.h"
#include "model/pool.h"
#include "model/sample.h"
#include "model/task.h"
#include "model/worker.h"
#include "codec_check.h"

#define ROUNDS 2000

static const char *const keys[] = {
  "kind", "name", "revision", "origin", "spec", "status", "command", "cwd", "env", "listen", "workers", "balance", "ready", "io_threads", "slots_max",
  "state", "reason", "since_at", "wanted", "operation", "id", "cluster", "slot", "instance", "last_exit", "code", "signal", "at", "log_tail",
  "threads", "queue_max", "plugins", "index", "tid", "job", "cpu", "pool", "args", "priority", "progress", "thread", "result", "error", "argv", "stdin",
  "text", "exit", "usage", "cpu_ms", "output", "verb", "target", "done", "total", "epoch", "seq", "span_ms", "host", "clusters", "pools", "rows",
  "columns", "codes", "200", "latency_us", "p95", "min", "max",
};
static const char *const words[] = { "", "web", "auto", "ready", "running", "api", "steered", "4711-889213", "SIGKILL", "127.0.0.1:80", "/", "é", "none", "id" };

static json_t *
random_json (GRand *rand, int depth)
{
  switch (g_rand_int_range (rand, 0, depth > 0 ? 9 : 7))
    {
    case 0:
      return json_null ();
    case 1:
      return json_boolean (g_rand_boolean (rand));
    case 2:
      return json_integer (g_rand_int_range (rand, -3, 100));
    case 3:
      return json_integer ((json_int_t) (((guint64) g_rand_int (rand) << 32) | g_rand_int (rand)));
    case 4:
      return json_real (g_rand_double_range (rand, -1e12, 1e12));
    case 5:
    case 6:
      return json_string (words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    case 7:
      {
        json_t *list = json_array ();
        for (int n = g_rand_int_range (rand, 0, 4); n > 0; n--)
          json_array_append_new (list, random_json (rand, depth - 1));
        return list;
      }
    default:
      {
        json_t *object = json_object ();
        for (int n = g_rand_int_range (rand, 0, 12); n > 0; n--)
          json_object_set_new (object, keys[g_rand_int_range (rand, 0, G_N_ELEMENTS (keys))], random_json (rand, depth - 1));
        return object;
      }
    }
}

/* A good noun with a few members replaced at random depth: gets further into the codecs than pure chance. */
static void
spoil (GRand *rand, json_t *json)
{
  const char *key;
  json_t *value;
  void *next;
  json_object_foreach_safe (json, next, key, value)
    {
      if (json_is_object (value) && g_rand_boolean (rand))
        spoil (rand, value);
      else if (g_rand_int_range (rand, 0, 8) == 0)
        json_object_set_new (json, key, random_json (rand, 2));
    }
}

/* Reads, and if that worked writes, reads and writes again: both texts must be the same. */
#define CHECK(Type, prefix, json)                                                                                                                      G_STMT_START                                                                                                                                         {                                                                                                                                                      g_autoptr (GError) check_error = NULL;                                                                                                               g_autoptr (Type) once = prefix##_from_json (json, &check_error);                                                                                     assert_int_equal (once == NULL, check_error != NULL);                                                                                                if (once)                                                                                                                                              {                                                                                                                                                      g_autoptr (json_t) written = prefix##_to_json (once);                                                                                                assert_non_null (written);                                                                                                                           g_autoptr (Type) twice = prefix##_from_json (written, NULL);                                                                                         assert_non_null (twice);                                                                                                                             assert_json_equal (prefix##_to_json (twice), g_steal_pointer (&written));                                                                          }                                                                                                                                                }                                                                                                                                                    G_STMT_END

static void
check_all (json_t *json)
{
  CHECK (LsCluster, ls_cluster, json);
  CHECK (LsWorker, ls_worker, json);
  CHECK (LsPool, ls_pool, json);
  CHECK (LsJob, ls_job, json);
  CHECK (LsTask, ls_task, json);
  CHECK (LsOperation, ls_operation, json);
  CHECK (LsSample, ls_sample, json);
  LsClusterSpec cluster = { 0 };
  if (ls_cluster_spec_from_json (json, &cluster, NULL))
    ls_cluster_spec_clear (&cluster);
  LsPoolSpec pool = { 0 };
  if (ls_pool_spec_from_json (json, &pool, NULL))
    ls_pool_spec_clear (&pool);
  LsTaskSpec task = { 0 };
  if (ls_task_spec_from_json (json, &task, NULL))
    ls_task_spec_clear (&task);
  g_autoptr (LsJob) job = ls_job_new ("j1", "compute", NULL);
  ls_job_request_from_json (json, job, NULL);
}

static void
random_json_is_read_or_refused (void **state)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (json_t) json = random_json (rand, 4);
      check_all (json);
    }
}

static void
spoiled_nouns_are_read_or_refused (void **state)
{
  static const char *const nouns[] = {
    "{'name':'web','spec':{'command':null,'cwd':null,'env':{'A':'b'},'listen':[':80'],'workers':{'min':4,'max':4},'balance':'steered'},"
    "'status':{'state':'ready','since_at':1,'wanted':4,'ready':4,'operation':null}}",
    "{'id':'web.3','cluster':'web','slot':3,'instance':'4-8','state':'ready','last_exit':{'code':null,'signal':'SIGKILL','at':1,'log_tail':['a']}}",
    "{'name':'compute','spec':{'threads':2},'status':{'state':'ready','instance':'4-8','threads':[{'index':0,'tid':1,'job':'j1','cpu':1}]}}",
    "{'id':'j1','pool':'compute','name':'primes','args':['1'],'state':'done','progress':1,'thread':0,'result':{'a':1},'error':null}",
    "{'id':'t1','name':'x','spec':{'argv':['x'],'stdin':'open'},'status':{'state':'exited','ended_at':5,'exit':{'code':1},'usage':{'cpu_ms':1}}}",
    "{'epoch':'e','seq':1,'host':{'cpu':[1],'memory':{'total':1}},'clusters':{'web':{'codes':{'200':1}}},'pools':{'p':{}},"
    "'workers':{'columns':['id','cpu'],'rows':[['web.1',1]]}}",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (json_t) json = json_from (nouns[i % (int) G_N_ELEMENTS (nouns)]);
      spoil (rand, json);
      check_all (json);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (random_json_is_read_or_refused),
    cmocka_unit_test (spoiled_nouns_are_read_or_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
