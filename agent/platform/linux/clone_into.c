/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/linux/clone_into.h"

#include "platform/launch.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined SYS_clone3 && defined CLONE_INTO_CGROUP

#ifdef __x86_64__
/* The child comes out of the call on the new stack, where nothing of ours is: it calls @main_function and ends with what that returns. */
static long
clone3_with_stack (struct clone_args *arguments, int (*main_function) (void *user), void *user)
{
  register long result __asm__ ("rax") = SYS_clone3;
  register struct clone_args *first __asm__ ("rdi") = arguments;
  register size_t second __asm__ ("rsi") = sizeof *arguments;
  register int (*function) (void *) __asm__ ("r12") = main_function;
  register void *argument __asm__ ("r13") = user;
  __asm__ volatile ("syscall\n\t"
                    "test %%rax, %%rax\n\t"
                    "jnz 1f\n\t"
                    "xor %%ebp, %%ebp\n\t"
                    "mov %%r13, %%rdi\n\t"
                    "call *%%r12\n\t"
                    "mov %%eax, %%edi\n\t"
                    "mov %[exit], %%eax\n\t"
                    "syscall\n\t"
                    "hlt\n"
                    "1:"
                    : "+r"(result)
                    : "r"(first), "r"(second), "r"(function), "r"(argument), [exit] "i"(SYS_exit)
                    : "rcx", "r11", "memory");
  return result;
}
#endif

pid_t
ls_clone_into (int folder, int (*main_function) (void *user), char *stack, size_t stack_size, void *user, pid_t *ret_pid)
{
#ifdef __x86_64__
  struct clone_args arguments = {
    .flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP | CLONE_PARENT_SETTID,
    .exit_signal = SIGCHLD,
    .parent_tid = (uint64_t) (uintptr_t) ret_pid,
    .stack = (uint64_t) (uintptr_t) stack,
    .stack_size = stack_size,
    .cgroup = (uint64_t) folder,
  };
  long result = clone3_with_stack (&arguments, main_function, user);
  if (result >= 0)
    return (pid_t) result;
  errno = (int) -result;
#else
  errno = ENOSYS;
#endif
  return -1;
}

#else

pid_t
ls_clone_into (int folder, int (*main_function) (void *user), char *stack, size_t stack_size, void *user, pid_t *ret_pid)
{
  errno = ENOSYS;
  return -1;
}

#endif

LS_ENDS_IN_EXEC static int
end_at_once (void *user)
{
  const int *join = user;
  return *join < 0 || write (*join, "0", 1) == 1 ? 0 : 1;
}

pid_t
ls_clone_nothing_into (int folder, int join)
{
  static char stack[16 * 1024] __attribute__ ((aligned (16)));
  pid_t pid;
  if (folder >= 0)
    return ls_clone_into (folder, end_at_once, stack, sizeof stack, &join, &pid);
  return clone (end_at_once, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &join);
}
