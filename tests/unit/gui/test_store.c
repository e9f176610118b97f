/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static json_t *
parse (const char *text)
{
  g_autofree char *json = g_strdup (text);
  g_strdelimit (json, "'", '"');
  json_t *value = json_loads (json, 0, NULL);
  assert_non_null (value);
  return value;
}

static void
apply (LsStore *store, const char *type, const char *text)
{
  g_autoptr (json_t) event = parse (text);
  ls_store_apply (store, type, event);
}

#define CLUSTER(ready, wanted) \
  "{'kind':'cluster','name':'web','revision':1,'origin':'config','spec':{'listen':['127.0.0.1:8080'],'workers':{'min':2,'max':2}}," \
  "'status':{'state':'ready','reason':null,'since_at':1,'wanted':" #wanted ",'ready':" #ready ",'starting':0,'draining':0," \
  "'generation':1,'restarts':0,'operation':null}}"
#define WORKER(slot, instance, state, reason) \
  "{'kind':'worker','id':'web." #slot "','cluster':'web','slot':" #slot ",'instance':'" instance "','revision':1,'pid':1,'generation':1," \
  "'state':'" state "','reason':" reason ",'started_at':1,'ready_ms':3}"
#define REPLACEMENT(slot, instance) \
  "{'kind':'worker','id':'web." #slot "','cluster':'web','slot':" #slot ",'instance':'" instance "','revision':1,'pid':1,'generation':1," \
  "'state':'ready','reason':'killed by signal 9, replaced in 84 ms','started_at':1,'ready_ms':3," \
  "'last_exit':{'code':null,'signal':'SIGKILL','at':1795399999000,'log_tail':null}}"
#define SNAPSHOT \
  "{'clusters':[" CLUSTER (2, 2) "],'workers':[" WORKER (2, "12-2", "ready", "null") "," WORKER (1, "11-1", "ready", "null") "]," \
  "'pools':[],'jobs':[],'tasks':[]}"
#define SAMPLE(at, requests) \
  "{'epoch':'e','seq':1,'at':" #at ",'span_ms':1000,'host':{'cpu':[0.5,0.25],'memory':{'total':1000,'available':400,'cached':100}," \
  "'swap':{'total':0,'used':0},'load':[1,2,3]},'agent':{'cpu':0.004,'rss':7340032,'wakeups':3,'interval_ms':1000,'skipped':0}," \
  "'clusters':{'web':{'requests':" #requests ",'codes':{'200':8,'404':1,'500':1},'in_flight':3,'connections':20,'bytes_in':1,'bytes_out':2," \
  "'latency_us':{'p50':180,'p95':900,'p99':2100},'cpu':0.8,'rss':9437184,'io_pool':{'size':4,'active':1,'queued':0}}},'pools':{}," \
  "'workers':{'columns':['id','instance','state','cpu','rss','threads','requests','errors','in_flight','p95_us','loop_lag_us']," \
  "'rows':[['web.1','11-1','ready',0.21,2359296,5,6,1,0,870,40],['web.2','99-9','ready',0.9,1,5,6,1,0,870,40]]}}"

static LsWorkerItem *
worker_at (LsStore *store, guint position)
{
  LsWorkerItem *item = g_list_model_get_item (ls_store_workers (store), position);
  g_object_unref (item);      /* the list holds it */
  return item;
}

static double
number (gpointer object, const char *property)
{
  double value = 0;
  g_object_get (object, property, &value, NULL);
  return value;
}

static void
count (guint *counter)
{
  (*counter)++;
}

static void
a_snapshot_is_everything (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  assert_false (ls_store_has_data (store));
  apply (store, "hello", "{'epoch':'e','name':'lineshaft-agent'}");
  apply (store, "snapshot", SNAPSHOT);
  assert_true (ls_store_has_data (store));
  assert_int_equal (ls_store_state (store), LS_STORE_CONNECTED);
  assert_int_equal (g_list_model_get_n_items (ls_store_clusters (store)), 1);
  assert_int_equal (g_list_model_get_n_items (ls_store_workers (store)), 2);
  assert_string_equal (ls_worker_item_get (worker_at (store, 0))->id, "web.1");
  LsClusterItem *web = ls_store_find_cluster (store, "web");
  assert_int_equal (g_list_model_get_n_items (ls_cluster_item_workers (web)), 2);
}

static void
a_second_snapshot_keeps_the_rows_that_stay (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  apply (store, "snapshot", SNAPSHOT);
  LsClusterItem *web = ls_store_find_cluster (store, "web");
  LsWorkerItem *first = worker_at (store, 0);
  apply (store, "snapshot", "{'clusters':[" CLUSTER (1, 1) "],'workers':[" WORKER (1, "11-1", "ready", "null") "]}");
  assert_ptr_equal (ls_store_find_cluster (store, "web"), web);
  assert_ptr_equal (worker_at (store, 0), first);
  assert_int_equal (g_list_model_get_n_items (ls_store_workers (store)), 1);
  assert_int_equal (g_list_model_get_n_items (ls_cluster_item_workers (web)), 1);
  apply (store, "snapshot", "{}");
  assert_int_equal (g_list_model_get_n_items (ls_store_clusters (store)), 0);
}

#define BUFFER(state, revision) \
  "{'kind':'buffer','name':'compute.frame','pool':'compute','size':67108864,'path':'/dev/shm/lineshaft-0-1-compute.frame'," \
  "'shm':'/lineshaft-0-1-compute.frame','state':'" state "','revision':" #revision ",'created_at':1795400000000}"

static void
shared_buffers_come_change_and_go (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  guint notified = 0;
  apply (store, "snapshot", "{'buffers':[" BUFFER ("allocating", 1) "]}");
  LsBufferItem *frame = ls_store_find_buffer (store, "compute.frame");
  assert_non_null (frame);
  assert_int_equal (ls_buffer_item_get (frame)->size, 67108864);
  g_signal_connect_swapped (frame, "notify::state", G_CALLBACK (count), &notified);
  apply (store, "change", "{'kind':'buffer','op':'changed','resource':" BUFFER ("ready", 2) "}");
  assert_int_equal (notified, 1);
  assert_int_equal (ls_buffer_item_get (frame)->state, LS_BUFFER_READY);
  apply (store, "change", "{'kind':'buffer','op':'removed','resource':" BUFFER ("ready", 2) "}");
  assert_null (ls_store_find_buffer (store, "compute.frame"));
  assert_int_equal (g_list_model_get_n_items (ls_store_buffers (store)), 0);
}

#define POOL(revision, cpu) \
  "{'kind':'pool','name':'compute','revision':" #revision ",'origin':'config','spec':{'threads':{'min':1,'max':1}}," \
  "'status':{'state':'ready','queued':0,'running':1,'threads':[{'index':0,'tid':9,'job':'j1','cpu':" #cpu "}]}}"

static double
cpu_of_thread (LsStore *store)
{
  return g_array_index (ls_pool_item_get (ls_store_find_pool (store, "compute"))->threads, LsPoolThread, 0).cpu;
}

static void
a_pool_that_was_asked_for_is_never_older_than_the_events (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  g_autoptr (json_t) first = parse (POOL (4, 0.75)), late = parse (POOL (3, 0.5));
  ls_store_apply_pool (store, first);      /* there is none */
  assert_int_equal (g_list_model_get_n_items (ls_store_pools (store)), 0);
  apply (store, "snapshot", "{'pools':[" POOL (4, 0.0) "]}");
  assert_true (cpu_of_thread (store) == 0);
  ls_store_apply_pool (store, first);
  assert_true (cpu_of_thread (store) == 0.75);
  ls_store_apply_pool (store, late);
  assert_true (cpu_of_thread (store) == 0.75);
}

#define TASK(state) \
  "{'kind':'task','id':'t1','name':'true','schedule':null,'revision':1,'spec':{'argv':['/bin/true']},'status':{'state':'" state "'}}"

/* Then a window that started the agent has nothing to ask when it closes. */
static void
an_agent_is_idle_when_nothing_is_left_to_do (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  assert_false (ls_store_is_idle (store));      /* nobody knows yet */
  apply (store, "snapshot", "{}");
  assert_true (ls_store_is_idle (store));
  apply (store, "change", "{'kind':'task','op':'added','resource':" TASK ("running") "}");
  assert_false (ls_store_is_idle (store));
  apply (store, "change", "{'kind':'task','op':'changed','resource':" TASK ("exited") "}");
  assert_true (ls_store_is_idle (store));
  apply (store, "change", "{'kind':'cluster','op':'added','resource':" CLUSTER (2, 2) "}");
  assert_false (ls_store_is_idle (store));
}

static void
a_change_adds_changes_and_removes (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  guint notified = 0;
  apply (store, "snapshot", SNAPSHOT);
  LsClusterItem *web = ls_store_find_cluster (store, "web");
  g_signal_connect_swapped (web, "notify::wanted", G_CALLBACK (count), &notified);
  g_signal_connect_swapped (web, "notify::name", G_CALLBACK (count), &notified);
  apply (store, "change", "{'kind':'cluster','op':'changed','resource':" CLUSTER (2, 3) "}");
  assert_int_equal (notified, 1);
  apply (store, "change", "{'kind':'worker','op':'added','resource':" WORKER (3, "13-3", "starting", "null") "}");
  assert_int_equal (g_list_model_get_n_items (ls_cluster_item_workers (web)), 3);
  apply (store, "change", "{'kind':'worker','op':'removed','resource':" WORKER (1, "11-1", "stopped", "null") "}");
  assert_int_equal (g_list_model_get_n_items (ls_store_workers (store)), 2);
  assert_int_equal (g_list_model_get_n_items (ls_cluster_item_workers (web)), 2);
  assert_string_equal (ls_worker_item_get (worker_at (store, 0))->id, "web.2");
}

static void
two_processes_of_one_slot_are_two_rows (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  apply (store, "snapshot", SNAPSHOT);
  apply (store, "change", "{'kind':'worker','op':'added','resource':" WORKER (1, "21-9", "starting", "null") "}");
  assert_int_equal (g_list_model_get_n_items (ls_store_workers (store)), 3);
  assert_int_equal (ls_worker_item_get (worker_at (store, 0))->instance.pid, 11);
  assert_int_equal (ls_worker_item_get (worker_at (store, 1))->instance.pid, 21);
}

static void
a_sample_reaches_exactly_the_processes_it_names (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  guint sampled = 0;
  apply (store, "snapshot", SNAPSHOT);
  g_signal_connect_swapped (store, "sampled", G_CALLBACK (count), &sampled);
  apply (store, "sample", SAMPLE (1795400001000, 10));
  assert_int_equal (sampled, 1);
  assert_true (fabs (number (worker_at (store, 0), "cpu") - 0.21) < 1e-9);
  assert_true (number (worker_at (store, 1), "cpu") == -1);      /* web.2 has another instance in the sample */
  LsClusterItem *web = ls_store_find_cluster (store, "web");
  assert_true (number (web, "requests") == 10);
  assert_true (fabs (number (web, "minute-errors") - 0.1) < 1e-6);
  assert_true (fabs (number (web, "minute-p95-us") - 900) < 1e-3);
  assert_true (ls_series_get (ls_cluster_item_series (web), 0, LS_CLUSTER_4XX) == 1);
  assert_int_equal (ls_store_host (store)->cores, 2);
  assert_true (ls_series_get (ls_store_host (store)->cpu, 0, 1) == 0.25f);
  assert_true (ls_store_host (store)->memory_used == 600);
  assert_true (ls_store_agent_cpu (store) == 0.004);
}

static void
the_sample_in_a_snapshot_counts (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  apply (store, "snapshot", "{'clusters':[" CLUSTER (2, 2) "],'workers':[],'sample':" SAMPLE (1795400001000, 10) "}");
  assert_true (number (ls_store_find_cluster (store, "web"), "requests") == 10);
  apply (store, "snapshot", "{'clusters':[" CLUSTER (2, 2) "],'sample':null}");
}

#define JOB(state, progress) \
  "{'kind':'job','id':'j1','pool':'compute','name':'primes','args':['9'],'priority':0,'revision':1,'state':'" state "','progress':" #progress "," \
  "'message':null,'thread':0,'attempt':1,'queued_at':1,'started_at':2,'ended_at':null,'result':null,'error':null}"

static void
progress_shows_once_a_sample_and_the_end_at_once (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  apply (store, "snapshot", "{'jobs':[" JOB ("running", 0.1) "]}");
  LsJobItem *job = ls_store_find_job (store, "j1");
  apply (store, "change", "{'kind':'job','op':'changed','resource':" JOB ("running", 0.2) "}");
  apply (store, "change", "{'kind':'job','op':'changed','resource':" JOB ("running", 0.3) "}");
  assert_true (number (job, "progress") == 0.1);
  apply (store, "sample", SAMPLE (1795400001000, 10));
  assert_true (number (job, "progress") == 0.3);
  apply (store, "change", "{'kind':'job','op':'changed','resource':" JOB ("running", 0.4) "}");
  apply (store, "change", "{'kind':'job','op':'changed','resource':" JOB ("done", 1) "}");
  assert_int_equal (ls_job_item_get (job)->state, LS_JOB_DONE);
  apply (store, "sample", SAMPLE (1795400002000, 10));
  assert_int_equal (ls_job_item_get (job)->state, LS_JOB_DONE);
}

static void
pausing_holds_figures_but_not_what_there_is (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  guint sampled = 0;
  apply (store, "snapshot", SNAPSHOT);
  g_signal_connect_swapped (store, "sampled", G_CALLBACK (count), &sampled);
  ls_store_set_paused (store, TRUE);
  apply (store, "sample", SAMPLE (1795400001000, 10));
  apply (store, "change", "{'kind':'cluster','op':'changed','resource':" CLUSTER (2, 3) "}");
  assert_int_equal (sampled, 0);
  assert_int_equal (ls_cluster_item_get (ls_store_find_cluster (store, "web"))->status.wanted, 3);
  ls_store_set_paused (store, FALSE);
  apply (store, "sample", SAMPLE (1795400002000, 10));
  assert_int_equal (sampled, 1);
}

static void
history_fills_what_was_before (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  apply (store, "snapshot", SNAPSHOT);
  apply (store, "sample", SAMPLE (3000, 10));
  g_autoptr (json_t) history = parse ("{'step_ms':1000,'since':0,'at':[1000,2000,3000],"
                                      "'host':{'cpu':[[0.1,0.2],null,[0.5,0.25]],'memory_used':[500,null,600]},"
                                      "'clusters':{'web':{'requests':[7,null,10],'classes':[[0,7,0,0,0],null,[0,8,0,1,1]],"
                                      "'p50_us':[1,null,2],'p95_us':[-1,null,900],'p99_us':[3,null,4],'in_flight':[0,null,1],'cpu':[0.1,null,0.2]},"
                                      "'gone':{'requests':[1,2,3]}}}");
  ls_store_apply_history (store, history);
  LsSeries *series = ls_cluster_item_series (ls_store_find_cluster (store, "web"));
  assert_int_equal (ls_series_length (series), 3);
  assert_true (ls_series_get (series, 2, LS_CLUSTER_2XX) == 7);
  assert_true (isnan (ls_series_get (series, 1, LS_CLUSTER_2XX)));
  assert_true (isnan (ls_series_get (series, 2, LS_CLUSTER_P95)));
  const LsHost *host = ls_store_host (store);
  assert_int_equal (ls_series_length (host->cpu), 3);
  assert_true (ls_series_get (host->cpu, 2, 1) == 0.2f);
  assert_true (ls_series_get (host->memory, 2, LS_MEMORY_USED) == 500);
}

static void
a_loss_keeps_what_was_there_and_says_why (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "nobody answers");
  guint notified = 0;
  apply (store, "snapshot", SNAPSHOT);
  g_signal_connect_swapped (store, "notify::state", G_CALLBACK (count), &notified);
  ls_store_set_lost (store, error);
  assert_int_equal (ls_store_state (store), LS_STORE_LOST);
  assert_string_equal (ls_store_error (store), "nobody answers");
  assert_true (ls_store_last_seen (store) > 0);
  assert_int_equal (g_list_model_get_n_items (ls_store_workers (store)), 2);
  ls_store_set_connected (store);
  assert_int_equal (ls_store_state (store), LS_STORE_CONNECTED);
  assert_null (ls_store_error (store));
  assert_int_equal (notified, 2);
}

static void
keep_text (LsStore *store, const char *text, gboolean bad, char **kept)
{
  g_free (*kept);
  *kept = g_strdup_printf ("%s%s", bad ? "! " : "", text);
}

static void
what_befell_a_worker_is_told_once (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  g_autofree char *told = NULL;
  apply (store, "snapshot", SNAPSHOT);
  g_signal_connect (store, "notice", G_CALLBACK (keep_text), &told);
  apply (store, "change", "{'kind':'worker','op':'changed','resource':" WORKER (1, "11-1", "draining", "'scaled down'") "}");
  assert_null (told);
  apply (store, "change", "{'kind':'worker','op':'changed','resource':" WORKER (1, "11-1", "ready", "'Serving'") "}");
  assert_null (told);
  apply (store, "change", "{'kind':'worker','op':'added','resource':" REPLACEMENT (2, "31-1") "}");
  assert_string_equal (told, "web.2 killed by signal 9, replaced in 84 ms");
  g_clear_pointer (&told, g_free);
  apply (store, "change", "{'kind':'worker','op':'changed','resource':" REPLACEMENT (2, "31-1") "}");
  assert_null (told);
  apply (store, "change", "{'kind':'worker','op':'added','resource':" WORKER (3, "32-1", "failed", "'exited with status 1'") "}");
  assert_string_equal (told, "! web.3 exited with status 1");
  g_clear_pointer (&told, g_free);
  apply (store, "change", "{'kind':'operation','op':'changed','resource':{'kind':'operation','id':'op-1','verb':'reload','target':'web',"
                          "'state':'failed','done':1,'total':2,'reason':'web.2 was not ready in 30 s'}}");
  assert_string_equal (told, "! Reload of web failed: web.2 was not ready in 30 s");
}

#define SCHEDULE(revision, state, reason) \
  "{'kind':'schedule','name':'backup','revision':" #revision ",'origin':'api','spec':{'when':'daily 03:00','argv':['true']}," \
  "'status':{'state':'" state "','reason':" reason ",'next_at':1795402800000,'last_at':null,'running':[],'runs':[]}}"

static void
count_notice (LsStore *store, const char *text, gboolean bad, guint *count)
{
  assert_true (bad);
  assert_string_equal (text, "backup: the last run failed: exited with code 1");
  (*count)++;
}

static void
schedules_come_change_and_go_and_a_new_failure_is_told (void **state)
{
  g_autoptr (LsStore) store = ls_store_new (NULL);
  guint notices = 0;
  g_signal_connect (store, "notice", G_CALLBACK (count_notice), &notices);
  apply (store, "snapshot", "{'schedules':[" SCHEDULE (1, "waiting", "null") "],'tasks':[]}");
  assert_int_equal (g_list_model_get_n_items (ls_store_schedules (store)), 1);
  assert_string_equal (ls_schedule_item_get (ls_store_find_schedule (store, "backup"))->spec.when_text, "daily 03:00");
  apply (store, "change", "{'kind':'schedule','op':'changed','resource':" SCHEDULE (2, "waiting", "'the last run failed: exited with code 1'") "}");
  apply (store, "change", "{'kind':'schedule','op':'changed','resource':" SCHEDULE (3, "running", "'the last run failed: exited with code 1'") "}");
  assert_int_equal (notices, 1);
  assert_int_equal (ls_schedule_item_get (ls_store_find_schedule (store, "backup"))->state, LS_SCHEDULE_RUNNING);
  apply (store, "change", "{'kind':'schedule','op':'removed','resource':" SCHEDULE (4, "waiting", "null") "}");
  assert_null (ls_store_find_schedule (store, "backup"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (schedules_come_change_and_go_and_a_new_failure_is_told),
    cmocka_unit_test (a_snapshot_is_everything),
    cmocka_unit_test (a_second_snapshot_keeps_the_rows_that_stay),
    cmocka_unit_test (shared_buffers_come_change_and_go),
    cmocka_unit_test (a_pool_that_was_asked_for_is_never_older_than_the_events),
    cmocka_unit_test (an_agent_is_idle_when_nothing_is_left_to_do),
    cmocka_unit_test (a_change_adds_changes_and_removes),
    cmocka_unit_test (two_processes_of_one_slot_are_two_rows),
    cmocka_unit_test (a_sample_reaches_exactly_the_processes_it_names),
    cmocka_unit_test (the_sample_in_a_snapshot_counts),
    cmocka_unit_test (progress_shows_once_a_sample_and_the_end_at_once),
    cmocka_unit_test (pausing_holds_figures_but_not_what_there_is),
    cmocka_unit_test (history_fills_what_was_before),
    cmocka_unit_test (a_loss_keeps_what_was_there_and_says_why),
    cmocka_unit_test (what_befell_a_worker_is_told_once),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
