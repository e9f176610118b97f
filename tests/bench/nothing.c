/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that ends as soon as it has begun, without the C library and the loader that finds it: what is left is what it costs to start a child. */

#if defined __x86_64__
#define END __asm__ volatile ("mov $60, %eax\n\txor %edi, %edi\n\tsyscall")
#elif defined __aarch64__
#define END __asm__ volatile ("mov x8, #93\n\tmov x0, #0\n\tsvc #0")
#endif

#ifdef END
__attribute__ ((noreturn)) void _start (void);

__attribute__ ((noreturn)) void
_start (void)
{
  END;
  __builtin_unreachable ();
}
#else
int
main (void)
{
  return 0;
}
#endif
