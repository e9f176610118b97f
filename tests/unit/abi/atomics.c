/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "abi/atomics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* What several threads do to the same numbers at once. */

#define THREADS 4
#define ROUNDS 20000u
#define TOTAL 100003u      /* a prime: no step divides it */

typedef struct {
  uint64_t sum64, most64, next;
  uint32_t sum32, most32;
  unsigned char claimed[TOTAL];
} Shared;

static Shared shared;

static void *
add_and_raise (void *user)
{
  unsigned which = *(const unsigned *) user;
  for (unsigned i = 0; i < ROUNDS; i++) {
    ls_atomic_add64 (&shared.sum64, 3);
    ls_atomic_add32 (&shared.sum32, 1);
    ls_atomic_max64 (&shared.most64, (uint64_t) i * THREADS + which);
    ls_atomic_max32 (&shared.most32, i * THREADS + which);
  }
  return NULL;
}

static void *
claim_all (void *user)
{
  uint64_t first, length;
  while (ls_atomic_claim (&shared.next, TOTAL, 64, &first, &length))
    for (uint64_t i = first; i < first + length; i++)
      shared.claimed[i]++;      /* nobody else's */
  return NULL;
}

static void
in_threads (void *(*work) (void *user))
{
  pthread_t threads[THREADS];
  unsigned which[THREADS];
  memset (&shared, 0, sizeof shared);
  for (unsigned i = 0; i < THREADS; i++) {
    which[i] = i;
    assert_int_equal (pthread_create (&threads[i], NULL, work, &which[i]), 0);
  }
  for (unsigned i = 0; i < THREADS; i++)
    pthread_join (threads[i], NULL);
}

static void
no_addition_is_lost_and_the_largest_stays (void **state)
{
  in_threads (add_and_raise);
  assert_int_equal (ls_atomic_load64 (&shared.sum64), 3 * THREADS * ROUNDS);
  assert_int_equal (ls_atomic_load32 (&shared.sum32), THREADS * ROUNDS);
  assert_int_equal (ls_atomic_load64 (&shared.most64), THREADS * ROUNDS - 1);
  assert_int_equal (ls_atomic_load32 (&shared.most32), THREADS * ROUNDS - 1);
}

static void
every_place_is_claimed_once (void **state)
{
  in_threads (claim_all);
  for (unsigned i = 0; i < TOTAL; i++)
    assert_int_equal (shared.claimed[i], 1);
  assert_int_equal (ls_atomic_load64 (&shared.next), TOTAL);
}

static void
a_claim_gives_nothing_of_nothing (void **state)
{
  uint64_t next = 0, first = 77, length = 77;
  assert_false (ls_atomic_claim (&next, 0, 10, &first, &length));
  assert_false (ls_atomic_claim (&next, 10, 0, &first, &length));
  assert_int_equal (first, 77);
  assert_true (ls_atomic_claim (&next, 10, UINT64_MAX, &first, &length));
  assert_int_equal (first, 0);
  assert_int_equal (length, 10);
  assert_false (ls_atomic_claim (&next, 10, UINT64_MAX, &first, &length));
}

static void
a_swap_happens_only_where_the_expected_is (void **state)
{
  uint32_t a = 1;
  uint64_t b = UINT64_C (1) << 40;
  assert_false (ls_atomic_swap_if32 (&a, 2, 9));
  assert_true (ls_atomic_swap_if32 (&a, 1, 2));
  assert_int_equal (a, 2);
  assert_false (ls_atomic_swap_if64 (&b, 0, 9));
  assert_true (ls_atomic_swap_if64 (&b, UINT64_C (1) << 40, 7));
  assert_int_equal (b, 7);
  ls_atomic_store32 (&a, 5);
  ls_atomic_store64 (&b, 6);
  assert_int_equal (ls_atomic_load32 (&a) + ls_atomic_load64 (&b), 11);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (no_addition_is_lost_and_the_largest_stays),
    cmocka_unit_test (every_place_is_claimed_once),
    cmocka_unit_test (a_claim_gives_nothing_of_nothing),
    cmocka_unit_test (a_swap_happens_only_where_the_expected_is),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
