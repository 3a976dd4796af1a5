/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/lookup.h"

#include "core/store/cache.h"
#include "core/store/freshness.h"
#include "core/store/lookup_read.h"
#include "core/store/stripe.h"

#include <apr_strings.h>
#include <stdatomic.h>

enum { CACHE_BYTES = 36 * 1024 * 1024, TRIES = 3 };

/* What can be looked up: a row each. The numbers are part of the keys of the cache. */
typedef struct noun {
    uint64_t number;
    oa_lookup_reader *read;
    const oa_flat_form *form;
} noun;

static const noun keys = {1, oa_read_key, &oa_record_form}; /* kept under the texts that were presented for them */
static const noun logins = {2, oa_read_login, &oa_record_form};
static const noun places = {3, oa_read_place, &oa_place_form};
static const noun policies = {4, oa_read_policy, &oa_policy_form};
static const noun sessions = {5, oa_read_session, &oa_seat_form};
enum { NOUNS = 6 };

typedef struct tally {
    _Atomic uint64_t hits, misses;
} __attribute__((aligned(OA_CACHE_LINE))) tally;

struct oa_lookup {
    oa_store *store;
    oa_freshness *fresh;
    oa_cache *cache;
    bool off;
    unsigned char secrets[NOUNS][OA_TAG_KEY_SIZE]; /* of this process, by noun: names cannot be chosen to collide */
    tally *tallies;
};

static tally *make_tallies(apr_pool_t *pool)
{
    uintptr_t raw = (uintptr_t)apr_pcalloc(pool, (OA_STRIPES + 1) * sizeof(tally));
    return (tally *)((raw + OA_CACHE_LINE - 1) / OA_CACHE_LINE * OA_CACHE_LINE);
}

oa_error *oa_lookup_make(oa_store *store, oa_lookup **made, apr_pool_t *pool)
{
    oa_lookup *lookup = apr_pcalloc(pool, sizeof(*lookup));
    const char *off = getenv("ORGAUTH_NO_CACHE");

    lookup->store = store;
    lookup->off = off != NULL && strcmp(off, "1") == 0;
    lookup->tallies = make_tallies(pool);
    oa_random(lookup->secrets, sizeof(lookup->secrets));
    OA_TRY(oa_cache_make(CACHE_BYTES, &lookup->cache, pool));
    OA_TRY(oa_freshness_make(store, &lookup->fresh, pool));
    *made = lookup;
    return NULL;
}

/* Through the cache ----------------------------------------------------------------------------------------- */

/* Ids are not for strangers to choose where they are found; names are, so that they go through a keyed digest. */
static oa_cache_key cache_key(const oa_lookup *lookup, const noun *what, const oa_sought *sought)
{
    oa_cache_key key = {{what->number, 0}};

    if (sought->digest != NULL) {
        oa_tag(lookup->secrets[what->number], sought->digest, OA_DIGEST_SIZE, key.words);
    } else if (sought->name != NULL) {
        oa_tag(lookup->secrets[what->number], sought->name, strlen(sought->name), key.words);
    }
    key.words[1] += (uint64_t)sought->id;
    return key;
}

/* Without the cache the policy is kept all the same: every request needs it, and it is the same for all. */
static bool keeps(const oa_lookup *lookup, const noun *what)
{
    return !lookup->off || what == &policies;
}

static void *recall(oa_lookup *lookup, const noun *what, const oa_cache_key *key, apr_pool_t *pool)
{
    uint64_t value[OA_CACHE_VALUE / sizeof(uint64_t)];
    oa_cache_found found;

    if (!keeps(lookup, what) || !oa_cache_find(lookup->cache, key, &found) ||
        !oa_fresh_holds(lookup->fresh, &found.stamp) || !oa_cache_read(&found, value)) {
        return NULL;
    }
    return oa_unflatten(what->form, (const unsigned char *)value, found.size, pool);
}

/* What is remembered while the cache is `current`; NULL: look it up. */
static void *remembered(oa_lookup *lookup, const noun *what, const oa_cache_key *key, bool current, apr_pool_t *pool)
{
    tally *mine = &lookup->tallies[oa_stripe()];
    void *found = current ? recall(lookup, what, key, pool) : NULL;

    atomic_fetch_add_explicit(found != NULL ? &mine->hits : &mine->misses, 1, memory_order_relaxed);
    return found;
}

static void remember(oa_lookup *lookup, const noun *what, const oa_cache_key *key, uint64_t ticket, oa_id account,
                     const void *found)
{
    unsigned char value[OA_CACHE_VALUE];
    oa_cache_stamp stamp;
    size_t size = keeps(lookup, what) ? oa_flatten(what->form, found, value, sizeof(value)) : 0;

    if (size != 0 && oa_fresh_stamp(lookup->fresh, ticket, account, &stamp)) {
        oa_cache_put(lookup->cache, key, &stamp, value, size);
    }
}

/* From the store -------------------------------------------------------------------------------------------- */

/* Reads, and tells in *sure whether what it read is of the store that is known here and not of an older one that was
 * put in its place: a position may not be behind one that was seen before the reading began. */
static oa_error *read_once(oa_lookup *lookup, oa_db *db, const noun *what, const oa_sought *sought, const void **found,
                           oa_id *account, bool *sure, apr_pool_t *pool)
{
    int64_t before = oa_store_position(lookup->store), position = 0;
    oa_standing standing;

    *found = NULL;
    OA_TRY(what->read(db, sought, found, account, &position, pool));
    *sure = *found != NULL && position >= before;
    if (*sure) {
        return NULL;
    }
    OA_TRY(oa_store_verify(lookup->store, db, &standing));
    *sure = *found == NULL;
    return NULL;
}

/* A restored store may be behind and right: then it is read again, as what is known now. */
static oa_error *read_surely(oa_lookup *lookup, oa_db *db, const noun *what, const oa_sought *sought,
                             const void **found, oa_id *account, apr_pool_t *pool)
{
    bool sure = false;

    for (int tries = 0; tries < TRIES && !sure; tries++) {
        OA_TRY(read_once(lookup, db, what, sought, found, account, &sure, pool));
    }
    if (!sure) {
        *found = NULL;
        return oa_error_make(pool, OA_UNAVAILABLE, "the store is being replaced: try again");
    }
    return NULL;
}

/* Kept under `key`; NULL: not kept. */
static oa_error *look_up_afresh(oa_lookup *lookup, const noun *what, const oa_sought *sought, const oa_cache_key *key,
                                const void **found, apr_pool_t *pool)
{
    uint64_t ticket = oa_fresh_ticket(lookup->fresh);
    oa_id account = 0;
    oa_db *db;

    oa_fresh_missed(lookup->fresh, pool);
    OA_TRY(oa_store_take(lookup->store, OA_DB_LOOKUP, &db, pool));
    oa_error *error = read_surely(lookup, db, what, sought, found, &account, pool);
    oa_store_give(lookup->store, db);
    if (error != NULL) {
        *found = NULL;
    }
    if (*found != NULL && key != NULL) {
        remember(lookup, what, key, ticket, account, *found);
    }
    return error;
}

static oa_error *look_up_at(oa_lookup *lookup, const noun *what, const oa_sought *sought, bool current,
                            const void **found, apr_pool_t *pool)
{
    oa_cache_key key = cache_key(lookup, what, sought);

    *found = remembered(lookup, what, &key, current, pool);
    return *found != NULL ? NULL : look_up_afresh(lookup, what, sought, &key, found, pool);
}

static oa_error *look_up(oa_lookup *lookup, const noun *what, const oa_sought *sought, const void **found,
                         apr_pool_t *pool)
{
    bool current = false;

    *found = NULL;
    if (keeps(lookup, what)) {
        OA_TRY(oa_fresh_update(lookup->fresh, &current, pool));
    }
    return look_up_at(lookup, what, sought, current, found, pool);
}

/* Past the cache, which keeps what is found. */
static oa_error *look_up_anew(oa_lookup *lookup, const noun *what, const oa_sought *sought, const void **found,
                              apr_pool_t *pool)
{
    oa_cache_key key = cache_key(lookup, what, sought);
    return look_up_afresh(lookup, what, sought, &key, found, pool);
}

/* The nouns ------------------------------------------------------------------------------------------------- */

oa_error *oa_lookup_begin(oa_store *store, const char *text, size_t size, oa_known *known, const oa_policy **policy,
                          const oa_record **record, apr_pool_t *pool)
{
    static const oa_sought the_policy = {0, NULL, NULL};
    oa_lookup *lookup = oa_store_lookup(store);
    const void *found = NULL;
    bool current;

    *policy = NULL;
    *record = NULL;
    if (size > 0) {
        oa_tag(lookup->secrets[keys.number], text, size, known->key.words);
        oa_cache_expect(lookup->cache, &known->key);
    }
    OA_TRY(oa_fresh_update(lookup->fresh, &current, pool));
    OA_TRY(look_up_at(lookup, &policies, &the_policy, current, &found, pool));
    *policy = found;
    known->ticket = oa_fresh_ticket(lookup->fresh);
    if (size > 0) {
        *record = remembered(lookup, &keys, &known->key, current, pool);
    }
    return NULL;
}

void oa_lookup_keep(oa_store *store, const oa_known *known, const oa_record *record)
{
    remember(oa_store_lookup(store), &keys, &known->key, known->ticket, record->account_id, record);
}

oa_error *oa_lookup_key(oa_store *store, oa_id key_id, const oa_record **record, apr_pool_t *pool)
{
    oa_sought sought = {key_id, NULL, NULL};
    const void *found = NULL;
    oa_error *error = look_up_afresh(oa_store_lookup(store), &keys, &sought, NULL, &found, pool);

    *record = found;
    return error;
}

oa_error *oa_lookup_login(oa_store *store, const char *email, const oa_place *place, const oa_record **record,
                          apr_pool_t *pool)
{
    oa_sought sought = {place != NULL ? place->org_id : 0, email, NULL};
    const void *found = NULL;
    oa_error *error = look_up(oa_store_lookup(store), &logins, &sought, &found, pool);

    *record = found;
    return error;
}

oa_error *oa_lookup_place(oa_store *store, const char *name, const oa_place **place, apr_pool_t *pool)
{
    oa_sought sought = {0, name, NULL};
    const void *found = NULL;

    if (oa_id_parse(OA_KIND_ORG, name, &sought.id)) {
        sought.name = NULL;
    }
    oa_error *error = look_up(oa_store_lookup(store), &places, &sought, &found, pool);
    *place = found;
    return error;
}

oa_error *oa_lookup_policy(oa_store *store, const oa_policy **policy, apr_pool_t *pool)
{
    const oa_record *none;
    oa_known known;

    return oa_lookup_begin(store, NULL, 0, &known, policy, &none, pool);
}

oa_error *oa_lookup_login_afresh(oa_store *store, const char *email, const oa_place *place, const oa_record **record,
                                 apr_pool_t *pool)
{
    oa_sought sought = {place != NULL ? place->org_id : 0, email, NULL};
    const void *found = NULL;
    oa_error *error = look_up_anew(oa_store_lookup(store), &logins, &sought, &found, pool);

    *record = found;
    return error;
}

oa_error *oa_lookup_session(oa_store *store, const unsigned char digest[OA_DIGEST_SIZE], const oa_seat **seat,
                            apr_pool_t *pool)
{
    oa_sought sought = {0, NULL, digest};
    const void *found = NULL;
    oa_error *error = look_up(oa_store_lookup(store), &sessions, &sought, &found, pool);

    *seat = found;
    return error;
}

oa_error *oa_lookup_session_afresh(oa_store *store, const unsigned char digest[OA_DIGEST_SIZE], const oa_seat **seat,
                                   apr_pool_t *pool)
{
    oa_sought sought = {0, NULL, digest};
    const void *found = NULL;
    oa_error *error = look_up_anew(oa_store_lookup(store), &sessions, &sought, &found, pool);

    *seat = found;
    return error;
}

/* Beside the nouns ------------------------------------------------------------------------------------------ */

void oa_lookup_forget(oa_store *store, oa_id account)
{
    oa_fresh_void(oa_store_lookup(store)->fresh, account);
}

void oa_lookup_rest(oa_store *store, apr_pool_t *pool)
{
    oa_fresh_rest(oa_store_lookup(store)->fresh, pool);
}

uint32_t oa_lookup_backlog(oa_store *store)
{
    return oa_fresh_backlog(oa_store_lookup(store)->fresh);
}

void oa_lookup_counts_get(oa_store *store, oa_lookup_counts *counts)
{
    oa_lookup *lookup = oa_store_lookup(store);

    *counts = (oa_lookup_counts){0, 0, 0, 0};
    for (unsigned i = 0; i < OA_STRIPES; i++) {
        counts->hits += atomic_load_explicit(&lookup->tallies[i].hits, memory_order_relaxed);
        counts->misses += atomic_load_explicit(&lookup->tallies[i].misses, memory_order_relaxed);
    }
    oa_fresh_counts(lookup->fresh, &counts->refreshes, &counts->voided_all);
}
