/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/watch.h"

#include "core/store/stripe.h"

#include <sched.h>
#include <stdatomic.h>

enum { WAL_INDEX_VERSION = 3007000 };

/* WalIndexHdr, in the byte order of the machine. */
typedef struct header {
    uint32_t version;
    uint32_t unused;
    uint32_t change;
    uint8_t is_init;
    uint8_t big_endian;
    uint16_t page_size;
    uint32_t max_frame;
    uint32_t pages;
    uint32_t frame_sum[2];
    uint32_t salt[2];
    uint32_t sum[2];
} header;

_Static_assert(sizeof(header) == sizeof(oa_mark), "the wal-index header is 48 bytes");

typedef const volatile _Atomic uint64_t word; /* of the shared memory; SQLite writes it from any process */

/* Threads that look through the mapping now, so that it is not unmapped under them. */
typedef struct stripe {
    atomic_uint readers;
} __attribute__((aligned(OA_CACHE_LINE))) stripe;

struct oa_watch {
    oa_store *store;
    apr_pool_t *pool;
    oa_db *db;
    bool holds;
    _Atomic(uintptr_t) region; /* of words; 0 = not open */
    _Atomic uint64_t generation;
    atomic_uint turn; /* odd while `adopted` is being written */
    _Atomic uint64_t adopted[OA_MARK_WORDS];
    stripe stripes[OA_STRIPES];
};

static apr_status_t close_at_end(void *data)
{
    oa_watch *watch = data;
    oa_watch_close(watch, watch->pool);
    return APR_SUCCESS;
}

oa_watch *oa_watch_make(oa_store *store, apr_pool_t *pool)
{
    uintptr_t raw = (uintptr_t)apr_pcalloc(pool, sizeof(oa_watch) + OA_CACHE_LINE);
    oa_watch *watch = (oa_watch *)((raw + OA_CACHE_LINE - 1) / OA_CACHE_LINE * OA_CACHE_LINE);

    watch->store = store;
    watch->pool = pool;
    apr_pool_cleanup_register(pool, watch, close_at_end, apr_pool_cleanup_null);
    return watch;
}

static void adopt_nothing(oa_watch *watch)
{
    oa_mark never = {{0}}; /* version 0: no header of SQLite's */
    oa_watch_adopt(watch, &never);
}

oa_error *oa_watch_open(oa_watch *watch, apr_pool_t *pool)
{
    const volatile void *region = NULL;

    oa_watch_close(watch, pool);
    OA_TRY(oa_store_take(watch->store, OA_DB_LOOKUP, &watch->db, pool));
    oa_error *error = oa_watch_map(watch->db, &region);
    if (error != NULL) {
        oa_store_give(watch->store, watch->db);
        watch->db = NULL;
        return error;
    }
    adopt_nothing(watch);
    atomic_store(&watch->generation, oa_store_generation_of(watch->db));
    atomic_store(&watch->region, (uintptr_t)region);
    return NULL;
}

/* A reader says first that it is there and then takes the address; the address goes first and then the readers are
 * awaited: so either sees the other. A reader is gone within nanoseconds of running. */
static void await_readers(oa_watch *watch)
{
    for (unsigned i = 0; i < OA_STRIPES; i++) {
        while (atomic_load(&watch->stripes[i].readers) != 0) {
            sched_yield();
        }
    }
}

void oa_watch_close(oa_watch *watch, apr_pool_t *pool)
{
    oa_watch_release(watch, pool);
    atomic_store(&watch->region, 0);
    await_readers(watch);
    if (watch->db != NULL) {
        oa_store_give(watch->store, watch->db);
        watch->db = NULL;
    }
}

static bool is_long(const oa_watch *watch)
{
    const volatile uint32_t *region = (const volatile uint32_t *)atomic_load(&watch->region);
    return region == NULL || region[offsetof(header, max_frame) / sizeof(uint32_t)] > OA_WATCH_HOLD_FRAMES;
}

void oa_watch_hold(oa_watch *watch, apr_pool_t *pool)
{
    int64_t ignored;

    if (watch->db == NULL || watch->holds || is_long(watch)) {
        return;
    }
    oa_db_use_pool(watch->db, pool);
    watch->holds = true;
    if (oa_db_begin(watch->db, false) != NULL ||
        oa_db_int(watch->db, &ignored, 0, "SELECT MAX(seq) FROM change_log", NULL) != NULL) {
        oa_watch_release(watch, pool);
    }
}

void oa_watch_release(oa_watch *watch, apr_pool_t *pool)
{
    if (watch->holds) {
        oa_db_use_pool(watch->db, pool);
        oa_db_rollback(watch->db);
        watch->holds = false;
    }
}

bool oa_watch_is_open(const oa_watch *watch, uint64_t generation)
{
    return atomic_load(&watch->region) != 0 && atomic_load(&watch->generation) == generation;
}

oa_db *oa_watch_db(oa_watch *watch)
{
    return watch->db;
}

static void read_copy(word *copy, oa_mark *mark)
{
    for (size_t i = 0; i < OA_MARK_WORDS; i++) {
        mark->words[i] = atomic_load_explicit(&copy[i], memory_order_acquire);
    }
}

/* walChecksumBytes in the machine's byte order, over all but the sum itself. */
static bool sum_is_right(const oa_mark *mark, const header *head)
{
    uint32_t s1 = 0, s2 = 0;
    uint32_t pair[2];

    for (size_t i = 0; i < OA_MARK_WORDS - 1; i++) {
        memcpy(pair, &mark->words[i], sizeof(pair));
        s1 += pair[0] + s2;
        s2 += pair[1] + s1;
    }
    return head->sum[0] == s1 && head->sum[1] == s2;
}

/* As walIndexTryHdr: first copy, barrier, second copy. */
bool oa_watch_read(oa_watch *watch, oa_mark *mark)
{
    word *region = (word *)atomic_load(&watch->region);
    oa_mark second;
    header head;

    if (region == NULL) {
        return false;
    }
    read_copy(region, mark);
    atomic_thread_fence(memory_order_seq_cst);
    read_copy(region + OA_MARK_WORDS, &second);
    memcpy(&head, mark, sizeof(head));
    return memcmp(mark, &second, sizeof(second)) == 0 && head.is_init != 0 && head.version == WAL_INDEX_VERSION &&
           sum_is_right(mark, &head);
}

void oa_watch_adopt(oa_watch *watch, const oa_mark *mark)
{
    unsigned turn = atomic_load_explicit(&watch->turn, memory_order_relaxed);

    atomic_store_explicit(&watch->turn, turn + 1, memory_order_relaxed);
    for (size_t i = 0; i < OA_MARK_WORDS; i++) { /* release: not seen before the odd turn */
        atomic_store_explicit(&watch->adopted[i], mark->words[i], memory_order_release);
    }
    atomic_store_explicit(&watch->turn, turn + 2, memory_order_release);
}

static bool copy_stands(oa_watch *watch, word *copy)
{
    uint64_t differs = 0;

    for (size_t i = 0; i < OA_MARK_WORDS; i++) {
        differs |= atomic_load_explicit(&copy[i], memory_order_acquire) ^
                   atomic_load_explicit(&watch->adopted[i], memory_order_acquire);
    }
    return differs == 0;
}

static bool header_stands(oa_watch *watch, word *region)
{
    unsigned turn = atomic_load_explicit(&watch->turn, memory_order_acquire);

    return turn % 2 == 0 && copy_stands(watch, region) && copy_stands(watch, region + OA_MARK_WORDS) &&
           atomic_load_explicit(&watch->turn, memory_order_acquire) == turn;
}

bool oa_watch_stands(oa_watch *watch, uint64_t generation)
{
    atomic_uint *readers = &watch->stripes[oa_stripe()].readers;

    atomic_fetch_add(readers, 1);
    word *region = (word *)atomic_load(&watch->region);
    bool stands = region != NULL && atomic_load_explicit(&watch->generation, memory_order_acquire) == generation &&
                  header_stands(watch, region);
    atomic_fetch_sub_explicit(readers, 1, memory_order_release);
    return stands;
}

uint32_t oa_watch_backlog(oa_watch *watch)
{
    atomic_uint *readers = &watch->stripes[oa_stripe()].readers;
    uint32_t backlog = 0;

    atomic_fetch_add(readers, 1);
    const volatile uint32_t *region = (const volatile uint32_t *)atomic_load(&watch->region);
    if (region != NULL) {
        uint32_t frames = region[offsetof(header, max_frame) / sizeof(uint32_t)];
        uint32_t written_back = region[2 * sizeof(header) / sizeof(uint32_t)]; /* WalCkptInfo.nBackfill */
        backlog = frames > written_back ? frames - written_back : 0;
    }
    atomic_fetch_sub_explicit(readers, 1, memory_order_release);
    return backlog;
}
