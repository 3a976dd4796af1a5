/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that never appear in this project. Included by the compiler into every file of ours (-include), after
 * nothing else, so that a use fails to compile. `make check` greps for the same names.
 */
#ifndef OA_BASE_BANNED_H
#define OA_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Macros of a fortified libc where the compiler is not GCC. */
#undef sprintf
#undef vsprintf

#pragma GCC poison sprintf vsprintf strcpy strcat strncat gets atoi atol atof strtok asctime

#endif
