/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/cache.h"

#include "core/base/crypto.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum { LINE = 64, WORD = sizeof(uint64_t), HEAD_WORDS = 27, ROOM = OA_CACHE_SET / WORD - HEAD_WORDS };

/* An entry in words; the value follows. Meta: size, bucket, version of the stamp. */
enum { KEY_0, KEY_1, EPOCH, META, VALUE };

typedef _Atomic uint64_t word;

/* Readers copy and look at the turn before and after. Entries lie in the order in which they came. */
typedef struct set {
    _Atomic uint64_t turn;                   /* odd while the set is written */
    _Atomic uint64_t used;                   /* entries found since the hand was there, a bit each */
    _Atomic uint16_t count;
    _Atomic uint16_t hand;                   /* where to begin when looking for a victim */
    _Atomic uint16_t end;                    /* of the last entry */
    _Atomic uint16_t unused;
    _Atomic uint16_t tags[OA_CACHE_ENTRIES]; /* of the keys */
    _Atomic uint16_t at[OA_CACHE_ENTRIES];   /* where in `words` an entry begins */
    word words[ROOM];
} set;

_Static_assert(sizeof(set) == OA_CACHE_SET && offsetof(set, words) == HEAD_WORDS * WORD, "a set fills its pages");

/* Linear hashing: the table begins small, so that few values lie close together, and takes more sets into use when one is full. What belongs in one of
 * those moves there. */
struct oa_cache {
    set *sets;
    uint64_t count;
    _Atomic uint64_t in_use;
    uint64_t seed;
};

enum { FIRST_SETS = 8, SETS_AT_ONCE = 64 };

static apr_status_t unmap(void *data)
{
    oa_cache *cache = data;
    munmap(cache->sets, cache->count * sizeof(set));
    return APR_SUCCESS;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

oa_error *oa_cache_make(size_t bytes, oa_cache **made, apr_pool_t *pool)
{
    oa_cache *cache = apr_pcalloc(pool, sizeof(*cache));

    cache->count = bytes / sizeof(set);
    cache->in_use = lesser(FIRST_SETS, cache->count);
    size_t size = cache->count * sizeof(set);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return oa_error_make(pool, OA_FAILED, "no memory for the cache of look-ups (%lu bytes)", (unsigned long)size);
    }
    (void)madvise(memory, size, MADV_DONTDUMP);
    (void)madvise(memory, size, MADV_NOHUGEPAGE); /* a huge page would be taken for one set */
    cache->sets = memory;
    oa_random(&cache->seed, sizeof(cache->seed));
    apr_pool_cleanup_register(pool, cache, unmap, apr_pool_cleanup_null);
    *made = cache;
    return NULL;
}

/* Within the set a word or number is read and written whole; the turn says whether they belong together. */
#define GET(place) atomic_load_explicit(&(place), memory_order_relaxed)
#define SET(place, value) atomic_store_explicit(&(place), (value), memory_order_relaxed)

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

/* The hash to the power of two above `in_use`; to the one below, where there is no such set yet. */
static set *set_of(const oa_cache *cache, uint64_t hash, uint64_t in_use)
{
    uint64_t most = UINT64_MAX >> __builtin_clzll(in_use), number = (hash >> 32) & most;
    return &cache->sets[number < in_use ? number : number & most >> 1];
}

static set *home_of(oa_cache *cache, uint64_t hash)
{
    return set_of(cache, hash, GET(cache->in_use));
}

static uint16_t tag_of(uint64_t hash)
{
    return (uint16_t)hash;
}

static unsigned words_of(size_t size)
{
    return VALUE + (unsigned)((size + WORD - 1) / WORD);
}

/* Reading --------------------------------------------------------------------------------------------------- */

/* What is read beside a writer may be anything, but stays within the set. */
static bool read_entry(set *home, unsigned at, const oa_cache_key *key, oa_cache_found *found)
{
    if (at > ROOM - VALUE || GET(home->words[at + KEY_0]) != key->words[0] ||
        GET(home->words[at + KEY_1]) != key->words[1]) {
        return false;
    }
    uint64_t meta = GET(home->words[at + META]);
    found->size = meta >> 48;
    found->stamp =
        (oa_cache_stamp){GET(home->words[at + EPOCH]), (uint32_t)meta, (uint16_t)(meta >> 32)};
    found->at = at + VALUE;
    return found->size <= OA_CACHE_VALUE && at + words_of(found->size) <= ROOM;
}

static void note_use(set *home, unsigned entry)
{
    uint64_t used = GET(home->used);

    if ((used & (UINT64_C(1) << entry)) == 0) {
        SET(home->used, used | UINT64_C(1) << entry); /* a use noted beside it may be lost */
    }
}

static bool is_unchanged(set *home, uint64_t turn)
{
    atomic_thread_fence(memory_order_acquire);
    return GET(home->turn) == turn;
}

void oa_cache_expect(oa_cache *cache, const oa_cache_key *key)
{
    const char *home = (const char *)home_of(cache, hash_of(cache, key));

    for (size_t line = 0; line < HEAD_WORDS * WORD; line += LINE) {
        __builtin_prefetch(home + line);
    }
}

bool oa_cache_find(oa_cache *cache, const oa_cache_key *key, oa_cache_found *found)
{
    uint64_t hash = hash_of(cache, key);
    uint16_t tag = tag_of(hash);
    set *home = home_of(cache, hash);
    uint64_t turn = atomic_load_explicit(&home->turn, memory_order_acquire);
    unsigned count = GET(home->count);

    for (unsigned i = 0; turn % 2 == 0 && i < count; i++) {
        if (GET(home->tags[i]) == tag && read_entry(home, GET(home->at[i]), key, found)) {
            found->set = home;
            found->turn = turn;
            note_use(home, i);
            return is_unchanged(home, turn);
        }
    }
    return false;
}

bool oa_cache_read(const oa_cache_found *found, uint64_t *value)
{
    set *home = found->set;

    for (unsigned i = 0; i * WORD < found->size; i++) {
        value[i] = GET(home->words[found->at + i]);
    }
    return is_unchanged(home, found->turn);
}

/* Writing: by who has made the turn odd --------------------------------------------------------------------- */

static unsigned end_of(set *home, unsigned entry)
{
    return entry + 1 < GET(home->count) ? GET(home->at[entry + 1]) : GET(home->end);
}

/* Those behind it move up. */
static void take_out(set *home, unsigned entry)
{
    unsigned count = GET(home->count), end = GET(home->end), from = end_of(home, entry), to = GET(home->at[entry]);
    unsigned gap = from - to;
    uint64_t used = GET(home->used), before = (UINT64_C(1) << entry) - 1;

    for (; from < end; from++, to++) {
        SET(home->words[to], GET(home->words[from]));
    }
    for (unsigned i = entry; i + 1 < count; i++) {
        SET(home->tags[i], GET(home->tags[i + 1]));
        SET(home->at[i], (uint16_t)(GET(home->at[i + 1]) - gap));
    }
    SET(home->used, (used & before) | ((used >> 1) & ~before));
    SET(home->end, (uint16_t)(end - gap));
    SET(home->count, (uint16_t)(count - 1));
}

static void drop(set *home, uint16_t tag, const oa_cache_key *key)
{
    oa_cache_found found;

    for (unsigned i = 0; i < GET(home->count); i++) {
        if (GET(home->tags[i]) == tag && read_entry(home, GET(home->at[i]), key, &found)) {
            take_out(home, i);
            return;
        }
    }
}

/* The hand goes round and spares, once, what was found since it was there last. */
static void drop_one(set *home)
{
    unsigned count = GET(home->count), hand = GET(home->hand) % count;
    uint64_t used = GET(home->used);

    while ((used & (UINT64_C(1) << hand)) != 0) {
        used &= ~(UINT64_C(1) << hand);
        hand = (hand + 1) % count;
    }
    SET(home->used, used);
    SET(home->hand, (uint16_t)hand);
    take_out(home, hand);
}

static bool has_room(set *home, unsigned words)
{
    return GET(home->count) < OA_CACHE_ENTRIES && GET(home->end) + words <= ROOM;
}

static void append(set *home, uint16_t tag, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value,
                   size_t size)
{
    unsigned count = GET(home->count), at = GET(home->end);
    uint64_t piece;

    SET(home->words[at + KEY_0], key->words[0]);
    SET(home->words[at + KEY_1], key->words[1]);
    SET(home->words[at + EPOCH], stamp->epoch);
    SET(home->words[at + META], (uint64_t)size << 48 | (uint64_t)stamp->bucket << 32 | stamp->version);
    for (size_t done = 0; done < size; done += WORD) {
        piece = 0;
        memcpy(&piece, (const char *)value + done, size - done < WORD ? size - done : WORD);
        SET(home->words[at + VALUE + done / WORD], piece);
    }
    SET(home->tags[count], tag);
    SET(home->at[count], (uint16_t)at);
    SET(home->end, (uint16_t)(at + words_of(size)));
    SET(home->count, (uint16_t)(count + 1));
}

/* Makes the turn odd: this thread may write. False where another one is writing. */
static bool begin(set *home)
{
    uint64_t turn = GET(home->turn);
    bool begun = turn % 2 == 0 && atomic_compare_exchange_strong(&home->turn, &turn, turn + 1);

    atomic_thread_fence(memory_order_release);
    return begun;
}

static void end(set *home)
{
    atomic_store_explicit(&home->turn, GET(home->turn) + 1, memory_order_release);
}

static bool has_key(set *home, uint16_t tag, const oa_cache_key *key)
{
    oa_cache_found found;
    bool has = false;

    for (unsigned i = 0; !has && i < GET(home->count); i++) {
        has = GET(home->tags[i]) == tag && read_entry(home, GET(home->at[i]), key, &found);
    }
    return has;
}

/* Of what is there already a newer one was put since. */
static void move(set *from, unsigned entry, set *to, const oa_cache_key *key)
{
    unsigned at = GET(from->at[entry]), words = end_of(from, entry) - at, there = GET(to->end), count = GET(to->count);

    if (!has_room(to, words) || has_key(to, GET(from->tags[entry]), key)) {
        return;
    }
    for (unsigned i = 0; i < words; i++) {
        SET(to->words[there + i], GET(from->words[at + i]));
    }
    SET(to->tags[count], GET(from->tags[entry]));
    SET(to->at[count], (uint16_t)there);
    SET(to->end, (uint16_t)(there + words));
    SET(to->count, (uint16_t)(count + 1));
}

/* Moves what does not belong here any more. What finds no room, or a writer, where it belongs is forgotten. */
static void split(oa_cache *cache, set *from, uint64_t in_use)
{
    for (unsigned i = GET(from->count); i-- > 0;) {
        unsigned at = GET(from->at[i]);
        oa_cache_key key = {{GET(from->words[at + KEY_0]), GET(from->words[at + KEY_1])}};
        set *to = set_of(cache, hash_of(cache, &key), in_use);
        if (to != from && begin(to)) {
            move(from, i, to, &key);
            end(to);
        }
        if (to != from) {
            take_out(from, i);
        }
    }
}

/* Each new set takes from the one that it was part of. Where somebody writes there, what should have moved is not found again and gives way in time. */
static void fill_new(oa_cache *cache, uint64_t before, uint64_t in_use)
{
    for (uint64_t number = before; number < in_use; number++) {
        set *from = &cache->sets[number & UINT64_MAX >> __builtin_clzll(number) >> 1];
        if (begin(from)) {
            split(cache, from, in_use);
            end(from);
        }
    }
}

/* By an eighth, and by no more than is done in a moment. */
static void grow(oa_cache *cache, uint64_t in_use)
{
    uint64_t next = lesser(in_use + lesser(in_use / 8 + 1, SETS_AT_ONCE), cache->count);

    if (atomic_compare_exchange_strong(&cache->in_use, &in_use, next)) { /* else another thread does it */
        fill_new(cache, in_use, next);
    }
}

void oa_cache_put(oa_cache *cache, const oa_cache_key *key, const oa_cache_stamp *stamp, const void *value, size_t size)
{
    uint64_t hash = hash_of(cache, key), in_use = GET(cache->in_use);
    uint16_t tag = tag_of(hash);
    set *home = set_of(cache, hash, in_use);

    if (size == 0 || size > OA_CACHE_VALUE) {
        return;
    }
    if (in_use < cache->count && !has_room(home, words_of(size)) && !has_key(home, tag, key)) {
        grow(cache, in_use);
        home = home_of(cache, hash);
    }
    if (!begin(home)) {
        return; /* another thread is writing here */
    }
    drop(home, tag, key);
    while (!has_room(home, words_of(size))) {
        drop_one(home);
    }
    append(home, tag, key, stamp, value, size);
    end(home);
}
