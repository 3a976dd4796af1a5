/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/verified.h"

#include <apr_thread_mutex.h>

enum { SETS = 1024, WAYS = 4 };

typedef struct entry {
    unsigned char digest[OA_DIGEST_SIZE];
    uint64_t used; /* by the count of uses; 0 = free */
} entry;

struct oa_verified {
    apr_thread_mutex_t *mutex;
    uint64_t uses;
    unsigned char key[OA_SUBKEY_SIZE];
    entry sets[SETS][WAYS];
};

static apr_status_t wipe(void *data)
{
    oa_wipe(data, sizeof(oa_verified));
    return APR_SUCCESS;
}

oa_error *oa_verified_make(oa_verified **verified, apr_pool_t *pool)
{
    oa_verified *made = apr_pcalloc(pool, sizeof(*made));

    /* Before the mutex, so that it is run after the mutex has gone. */
    apr_pool_cleanup_register(pool, made, wipe, apr_pool_cleanup_null);
    if (apr_thread_mutex_create(&made->mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        return oa_error_make(pool, OA_FAILED, "a mutex could not be made");
    }
    oa_random(made->key, sizeof(made->key));
    *verified = made;
    return NULL;
}

void oa_verified_digest(const oa_verified *verified, const char *email, const oa_secret *password, const char *phc,
                        unsigned char digest[OA_DIGEST_SIZE])
{
    const oa_piece pieces[] = {{email, strlen(email)}, {password->bytes, password->size}, {phc, strlen(phc)}};

    oa_digest_pieces(verified->key, pieces, sizeof(pieces) / sizeof(pieces[0]), digest);
}

static entry *set_of(oa_verified *verified, const unsigned char *digest)
{
    return verified->sets[(digest[0] | digest[1] << 8) % SETS];
}

static entry *find(entry *set, const unsigned char *digest)
{
    int way;

    for (way = 0; way < WAYS; way++) {
        if (set[way].used != 0 && oa_equal(set[way].digest, digest, OA_DIGEST_SIZE)) {
            return &set[way];
        }
    }
    return NULL;
}

static entry *oldest(entry *set)
{
    entry *chosen = &set[0];
    int way;

    for (way = 1; way < WAYS; way++) {
        if (set[way].used < chosen->used) {
            chosen = &set[way];
        }
    }
    return chosen;
}

bool oa_verified_has(oa_verified *verified, const unsigned char digest[OA_DIGEST_SIZE])
{
    entry *found;

    apr_thread_mutex_lock(verified->mutex);
    found = find(set_of(verified, digest), digest);
    if (found != NULL) {
        found->used = ++verified->uses;
    }
    apr_thread_mutex_unlock(verified->mutex);
    return found != NULL;
}

void oa_verified_put(oa_verified *verified, const unsigned char digest[OA_DIGEST_SIZE])
{
    entry *set = set_of(verified, digest), *place;

    apr_thread_mutex_lock(verified->mutex);
    place = find(set, digest);
    if (place == NULL) {
        place = oldest(set);
        memcpy(place->digest, digest, OA_DIGEST_SIZE);
    }
    place->used = ++verified->uses;
    apr_thread_mutex_unlock(verified->mutex);
}
