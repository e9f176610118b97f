/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/worker.h"
#include "codec_check.h"

static void
every_member_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'worker','id':'web.3','cluster':'web','slot':3,'instance':'4711-889213','revision':9,'pid':4711,'generation':3,'state':'ready',"
    "'reason':null,'started_at':1795400000000,'ready_ms':38,'last_exit':{'code':null,'signal':'SIGKILL','at':1795399999000,'log_tail':['a','b']}}",
    "{'kind':'worker','id':'web.1','cluster':'web','slot':1,'instance':null,'revision':9,'pid':null,'generation':3,'state':'failed',"
    "'reason':'exited','started_at':null,'ready_ms':null,'last_exit':{'code':3,'signal':null,'at':5,'log_tail':[]}}",
    "{'kind':'worker','id':'web.1','cluster':'web','slot':1,'instance':'1-0','revision':0,'pid':1,'generation':0,'state':'starting',"
    "'reason':null,'started_at':1,'ready_ms':0,'last_exit':null}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsWorker) worker = ls_worker_from_json (json, &error);
      assert_null (error);
      assert_json_equal (ls_worker_to_json (worker), json_incref (json));
    }
}

static void
two_instances_of_a_slot_have_two_keys (void **state)
{
  g_autoptr (LsWorker) worker = ls_worker_new ("web", 3);
  g_autofree char *none = ls_worker_key (worker);
  assert_string_equal (none, "web.3");
  worker->instance = (LsInstance) { 4711, 889213 };
  g_autofree char *key = ls_worker_key (worker);
  assert_string_equal (key, "web.3 4711-889213");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (two_instances_of_a_slot_have_two_keys),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
