/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/operation.h"
#include "codec_check.h"

static void
every_member_survives_the_round_trip (void **state)
{
  g_autoptr (json_t) json = json_from ("{'kind':'operation','id':'op-91','verb':'reload','target':'web','state':'failed','done':2,'total':4,"
                                       "'reason':'why','started_at':1,'ended_at':2}");
  g_autoptr (LsOperation) operation = ls_operation_from_json (json, NULL);
  assert_non_null (operation);
  assert_json_equal (ls_operation_to_json (operation), json_incref (json));
}

static void
an_operation_needs_an_id (void **state)
{
  g_autoptr (json_t) json = json_from ("{'verb':'reload','target':'web'}");
  g_autoptr (GError) error = NULL;
  assert_null (ls_operation_from_json (json, &error));
  assert_string_equal (error->message, "an operation has no \"id\"");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (an_operation_needs_an_id),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
