/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals that must look alike take alike long: counting a wrong secret writes to the disk and an unknown name does not, so
 * each is held until a whole number of steps went by since its request came. Only refusals of strangers are held.
 */
#ifndef OA_AUTH_PACE_H
#define OA_AUTH_PACE_H

#include <stdint.h>

/* Steps: well above what a check and its count take together on a quiet machine. */
enum { OA_PACE_KEY = 25, OA_PACE_PASSWORD = 100 };

/* Milliseconds of a clock that only goes forward. */
int64_t oa_pace_now(void);

/* Sleeps until a multiple of `step` milliseconds after `began`; at once where that is now. */
void oa_pace_hold(int64_t began, int step);

#endif
