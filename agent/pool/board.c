/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/board.h"
#include "abi/job_board.h"
#include "pool/memory.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAULT_STACK (64 * 1024)

static LsJobBoard *board;      /* NULL: nobody reads it */

static __thread LsJobBoardRow spare; /* of a thread that has none there: for the words at the end */
static __thread LsJobBoardRow *row;
static __thread unsigned place;      /* 1 + the thread's index; 0: the main thread */
static __thread void *fault_stack;

/* What a dying process has to say, in one piece: whoever reads it must not get it in parts. Only what a signal handler may use. */
typedef struct {
  char text[256];
  size_t length;
} Words;

static void
add (Words *words, const char *text)
{
  size_t length = strlen (text), left = sizeof words->text - words->length;
  length = length < left ? length : left;
  memcpy (words->text + words->length, text, length);
  words->length += length;
}

static void
add_number (Words *words, unsigned number)
{
  char digits[12];
  size_t at = sizeof digits;
  digits[--at] = '\0';
  do
    digits[--at] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  add (words, digits + at);
}

static const char *
name_of (int signal_number)
{
  switch (signal_number) {
  case SIGSEGV:
    return "SIGSEGV (it used memory that is not there)";
  case SIGBUS:
    return "SIGBUS (it used memory that the system could not provide)";
  case SIGFPE:
    return "SIGFPE (an impossible calculation)";
  case SIGILL:
    return "SIGILL (an impossible instruction)";
  default:
    return "SIGABRT (it gave up by itself)";
  }
}

static void
on_fault (int signal_number)
{
  Words words = { .length = 0 };
  if (board != NULL && place > 0)
    __atomic_store_n (&board->crashed, place, __ATOMIC_RELEASE);
  if (place > 0 && row != NULL && row->running != 0) {
    add (&words, "Thread ");
    add_number (&words, place - 1);
    add (&words, " died in ");
    add (&words, row->job);
    add (&words, " of ");
  }
  else
    add (&words, "The host died of ");
  add (&words, name_of (signal_number));
  add (&words, ".\n");
  ssize_t n = write (STDERR_FILENO, words.text, words.length);
  (void) n;
  raise (signal_number); /* the handler is gone by now: this ends the process as it would have without us */
}

/* A job has called exit: the thread that did is the one in which this runs. */
static void
on_exit_called (void)
{
  if (place == 0 || row == NULL || row->running == 0)
    return;
  if (board != NULL)
    __atomic_store_n (&board->crashed, place, __ATOMIC_RELEASE);
  fprintf (stderr, "Thread %u called exit in %s.\n", place - 1, row->job);
}

static void
take_faults (void)
{
  static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
  struct sigaction action = { .sa_handler = on_fault, .sa_flags = (int) (SA_ONSTACK | SA_RESETHAND | SA_NODEFER) };
  sigemptyset (&action.sa_mask);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
    sigaction (faults[i], &action, NULL);
  atexit (on_exit_called);
}

void
ls_board_open (void)
{
  const char *text = getenv (LS_JOB_BOARD_ENV_FD);
  char *end;
  long fd = text != NULL ? strtol (text, &end, 10) : -1;
  struct stat status;
  take_faults ();
  if (fd < 0 || end == text || *end != '\0' || fstat ((int) fd, &status) < 0 || (size_t) status.st_size < sizeof *board)
    return;
  LsJobBoard *memory = mmap (NULL, (size_t) status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, (int) fd, 0);
  close ((int) fd);
  if (memory == MAP_FAILED)
    return;
  if (memory->magic == LS_JOB_BOARD_MAGIC && memory->version == LS_JOB_BOARD_VERSION
      && ls_job_board_size (memory->rows) <= (uint64_t) status.st_size)
    board = memory;
  else
    munmap (memory, (size_t) status.st_size);
}

void
ls_board_enter_thread (unsigned index)
{
  fault_stack = malloc (FAULT_STACK);
  stack_t stack = { .ss_sp = fault_stack, .ss_size = FAULT_STACK };
  if (fault_stack != NULL)
    sigaltstack (&stack, NULL);
  place = index + 1;
  row = board != NULL && index < board->rows ? ls_job_board_row (board, index) : &spare;
}

void
ls_board_leave_thread (void)
{
  stack_t none = { .ss_flags = SS_DISABLE };
  ls_board_set (NULL);
  sigaltstack (&none, NULL);
  free (fault_stack);
  fault_stack = NULL;
}

void
ls_board_set (const char *job)
{
  if (row == NULL)
    return;
  __atomic_store_n (&row->running, 0, __ATOMIC_RELEASE);
  if (job == NULL)
    return;
  size_t length = strnlen (job, sizeof row->job - 1);
  memcpy (row->job, job, length);
  row->job[length] = '\0';
  row->begun[row->n_begun++ % LS_JOB_BOARD_BEGUN] = ls_job_board_hash (job);
  __atomic_store_n (&row->running, 1, __ATOMIC_RELEASE);
}
