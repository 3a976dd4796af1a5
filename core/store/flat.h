/* SPDX-License-Identifier: Apache-2.0 */
/* A struct with text members as one run of bytes (head, sizes of the texts, texts), and back into a pool with a single allocation. */
#ifndef OA_STORE_FLAT_H
#define OA_STORE_FLAT_H

#include <apr_pools.h>
#include <stddef.h>

typedef struct oa_flat_form {
    size_t size;         /* of the struct */
    size_t head;         /* so many of its first bytes hold what is no pointer (pointers among them are overwritten) */
    const size_t *texts; /* offsets of its `const char *` members; NULL is kept apart from "" */
    size_t count;
} oa_flat_form;

/* Writes `object` to `out`; its size there, or 0 when `room` is too small or a text is of 64 KiB or more. */
size_t oa_flatten(const oa_flat_form *form, const void *object, unsigned char *out, size_t room);

/* What oa_flatten wrote, as a struct in `pool`; what is neither in its head nor a text is zero. `bytes` as oa_flatten left them: nothing is checked. */
void *oa_unflatten(const oa_flat_form *form, const unsigned char *bytes, size_t size, apr_pool_t *pool);

#endif
