/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/cache.h"

#include "core/base/crypto.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

/* A slot in 64-bit words. Readers copy it and look at the turn before and after. */
enum { TURN, KEY_0, KEY_1, EPOCH, META, VALUE }; /* turn: odd while the slot is written; meta: size, bucket, version */

_Static_assert(VALUE * sizeof(uint64_t) == OA_CACHE_LONG - OA_CACHE_VALUE, "a slot's book-keeping");

typedef _Atomic uint64_t word;

/* In front of the slots of a set: one cache line that tells where to look. */
typedef struct set {
    _Atomic uint32_t tags[OA_CACHE_WAYS]; /* of the keys; 0 = empty */
    _Atomic uint32_t used;                /* ways found since all were last cleared, a bit each */
    atomic_uint hand;                     /* where to begin when looking for a victim */
} __attribute__((aligned(64))) set;

typedef struct table {
    char *sets;
    uint64_t count;
    size_t slot_size;
} table;

struct oa_cache {
    void *memory;
    size_t size;
    uint64_t seed;
    table tables[2]; /* short, long */
};

static size_t set_size(const table *t)
{
    return sizeof(set) + OA_CACHE_WAYS * t->slot_size;
}

static apr_status_t unmap(void *data)
{
    oa_cache *cache = data;
    munmap(cache->memory, cache->size);
    return APR_SUCCESS;
}

static oa_error *map(oa_cache *cache, apr_pool_t *pool)
{
    cache->memory = mmap(NULL, cache->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (cache->memory == MAP_FAILED) {
        return oa_error_make(pool, OA_FAILED, "no memory for the cache of look-ups (%lu bytes)",
                             (unsigned long)cache->size);
    }
    (void)madvise(cache->memory, cache->size, MADV_DONTDUMP);
    (void)madvise(cache->memory, cache->size, MADV_NOHUGEPAGE); /* a huge page would be taken for one slot */
    apr_pool_cleanup_register(pool, cache, unmap, apr_pool_cleanup_null);
    return NULL;
}

/* Five parts in six are short slots. */
static void divide(oa_cache *cache)
{
    table *brief = &cache->tables[0], *wide = &cache->tables[1];

    brief->slot_size = OA_CACHE_SHORT;
    wide->slot_size = OA_CACHE_LONG;
    wide->count = cache->size / 6 / set_size(wide);
    wide->count = wide->count > 0 ? wide->count : 1;
    brief->count = (cache->size - wide->count * set_size(wide)) / set_size(brief);
    brief->sets = cache->memory;
    wide->sets = brief->sets + brief->count * set_size(brief);
}

oa_error *oa_cache_make(size_t bytes, oa_cache **made, apr_pool_t *pool)
{
    oa_cache *cache = apr_pcalloc(pool, sizeof(*cache));

    cache->size = bytes;
    oa_random(&cache->seed, sizeof(cache->seed));
    OA_TRY(map(cache, pool));
    divide(cache);
    *made = cache;
    return NULL;
}

/* The finish of MurmurHash3, twice. */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ (value >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ (value >> 33);
}

static uint64_t hash_of(const oa_cache *cache, const oa_cache_key *key)
{
    return mix(mix(key->words[0] ^ cache->seed) + key->words[1]);
}

static set *set_of(const table *t, uint64_t hash)
{
    return (set *)(void *)(t->sets + ((hash >> 32) * t->count >> 32) * set_size(t));
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)hash | 1;
}

static word *slot_of(const table *t, set *home, unsigned way)
{
    return (word *)(void *)((char *)(home + 1) + way * t->slot_size);
}

static uint64_t load(word *from)
{
    return atomic_load_explicit(from, memory_order_acquire);
}

static uint64_t pack(const oa_cache_stamp *stamp, size_t size)
{
    return (uint64_t)size << 48 | (uint64_t)stamp->bucket << 32 | stamp->version;
}

/* Size of the value, 0 when the slot holds another key or is being written. */
static size_t read_slot(word *slot, const table *t, const oa_cache_key *key, oa_cache_stamp *stamp, uint64_t *value)
{
    uint64_t turn = load(&slot[TURN]);

    if (turn % 2 != 0 || load(&slot[KEY_0]) != key->words[0] || load(&slot[KEY_1]) != key->words[1]) {
        return 0;
    }
    uint64_t meta = load(&slot[META]);
    size_t size = meta >> 48;
    if (size > t->slot_size - VALUE * sizeof(uint64_t)) {
        return 0;
    }
    *stamp = (oa_cache_stamp){load(&slot[EPOCH]), (uint32_t)meta, (uint16_t)(meta >> 32)};
    for (size_t i = 0; i * sizeof(uint64_t) < size; i++) {
        value[i] = load(&slot[VALUE + i]);
    }
    return load(&slot[TURN]) == turn ? size : 0;
}

static void note_use(set *home, unsigned way)
{
    uint32_t bit = 1u << way;

    if ((atomic_load_explicit(&home->used, memory_order_relaxed) & bit) == 0) {
        atomic_fetch_or_explicit(&home->used, bit, memory_order_relaxed);
    }
}

static size_t get_from(const table *t, uint64_t hash, const oa_cache_key *key, oa_cache_stamp *stamp, uint64_t *value)
{
    set *home = set_of(t, hash);

    for (unsigned way = 0; way < OA_CACHE_WAYS; way++) {
        if (atomic_load_explicit(&home->tags[way], memory_order_relaxed) == tag_of(hash)) {
            size_t size = read_slot(slot_of(t, home, way), t, key, stamp, value);
            if (size != 0) {
                note_use(home, way);
                return size;
            }
        }
    }
    return 0;
}

size_t oa_cache_get(oa_cache *cache, const oa_cache_key *key, oa_cache_stamp *stamp, void *value)
{
    uint64_t hash = hash_of(cache, key);
    size_t size = get_from(&cache->tables[0], hash, key, stamp, value);

    return size != 0 ? size : get_from(&cache->tables[1], hash, key, stamp, value);
}

/* The way of the same tag, else an empty one, else one that was not found lately. */
static unsigned choose_way(set *home, uint32_t tag)
{
    unsigned hand = atomic_fetch_add_explicit(&home->hand, 1, memory_order_relaxed);
    uint32_t used = atomic_load_explicit(&home->used, memory_order_relaxed);
    unsigned idle = hand % OA_CACHE_WAYS, empty = OA_CACHE_WAYS;

    for (unsigned i = 0; i < OA_CACHE_WAYS; i++) {
        unsigned way = (hand + i) % OA_CACHE_WAYS;
        uint32_t there = atomic_load_explicit(&home->tags[way], memory_order_relaxed);
        if (there == tag) {
            return way;
        }
        empty = there == 0 ? way : empty;
        idle = (used & 1u << way) == 0 ? way : idle;
    }
    if (used == (1u << OA_CACHE_WAYS) - 1) {
        atomic_store_explicit(&home->used, 0, memory_order_relaxed);
    }
    return empty < OA_CACHE_WAYS ? empty : idle;
}

static void fill(word *slot, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value, size_t size)
{
    uint64_t piece;

    atomic_store_explicit(&slot[KEY_0], key->words[0], memory_order_release);
    atomic_store_explicit(&slot[KEY_1], key->words[1], memory_order_release);
    atomic_store_explicit(&slot[EPOCH], stamp->epoch, memory_order_release);
    atomic_store_explicit(&slot[META], pack(stamp, size), memory_order_release);
    for (size_t at = 0; at < size; at += sizeof(piece)) {
        piece = 0;
        memcpy(&piece, (const char *)value + at, size - at < sizeof(piece) ? size - at : sizeof(piece));
        atomic_store_explicit(&slot[VALUE + at / sizeof(piece)], piece, memory_order_release);
    }
}

/* Forgets the key where it is: its value now has the other size. */
static void drop_from(const table *t, uint64_t hash)
{
    set *home = set_of(t, hash);

    for (unsigned way = 0; way < OA_CACHE_WAYS; way++) {
        uint32_t tag = tag_of(hash);
        atomic_compare_exchange_strong(&home->tags[way], &tag, 0);
    }
}

void oa_cache_put(oa_cache *cache, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value, size_t size)
{
    bool wide = size > OA_CACHE_SHORT - VALUE * sizeof(uint64_t);
    uint64_t hash = hash_of(cache, key);
    const table *t = &cache->tables[wide ? 1 : 0];

    if (size == 0 || size > OA_CACHE_VALUE) {
        return;
    }
    set *home = set_of(t, hash);
    unsigned way = choose_way(home, tag_of(hash));
    word *slot = slot_of(t, home, way);
    uint64_t turn = load(&slot[TURN]);
    if (turn % 2 != 0 || !atomic_compare_exchange_strong(&slot[TURN], &turn, turn + 1)) {
        return; /* another thread is filling it */
    }
    fill(slot, key, stamp, value, size);
    atomic_store_explicit(&home->tags[way], tag_of(hash), memory_order_relaxed);
    atomic_store_explicit(&slot[TURN], turn + 2, memory_order_release);
    drop_from(&cache->tables[wide ? 0 : 1], hash);
}
