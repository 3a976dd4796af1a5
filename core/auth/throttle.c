/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No more than `count` strikes in any stretch of time as long as the window: the window is cut in four spans, and the strikes of
 * the span under way and of the four before it are added up. So an address is kept off for at most a quarter of the window too long.
 *
 * A word of a span says whose it is: 16 bits of the address's digest, 28 of the span's number, 20 of count. What does not bear the
 * tag and a number that is due counts as zero, so that neither a slot that changes hands nor a span that begins needs
 * clearing.
 */
#include "core/auth/host.h"

#include "core/auth/shared.h"

enum { TAG_SHIFT = 48, SPAN_SHIFT = 20, COUNT_MOST = (1 << 20) - 1, SPAN_MASK = (1 << 28) - 1 };

static oa_duration span_length(oa_rate limit)
{
    oa_duration length = limit.window / (OA_THROTTLE_SPANS - 1);

    return length > 0 ? length : 1;
}

bool oa_address_is_mapped(const oa_address *address)
{
    static const unsigned char prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    return address->size == 16 && memcmp(address->bytes, prefix, sizeof(prefix)) == 0;
}

/* What stands for the client: an IPv4 address, or the /64 that a site or a household has. Never 0. */
static uint64_t client_of(const oa_host *host, const oa_address *address)
{
    unsigned char digest[OA_DIGEST_SIZE];
    uint64_t client;

    if (oa_address_is_mapped(address)) {
        oa_digest(host->address_key, address->bytes + 12, 4, digest);
    } else {
        oa_digest(host->address_key, address->bytes, address->size == 4 ? 4 : 8, digest);
    }
    memcpy(&client, digest, sizeof(client));
    return client != 0 ? client : 1;
}

static oa_throttle_slot *find_slot(oa_throttle *throttle, uint64_t client)
{
    oa_throttle_slot *set = throttle->slots[client % OA_THROTTLE_SETS];
    int way;

    for (way = 0; way < OA_THROTTLE_WAYS; way++) {
        if (atomic_load(&set[way].address) == client) {
            return &set[way];
        }
    }
    return NULL;
}

/* The first free slot of a set, else the one struck longest ago. */
static oa_throttle_slot *oldest_slot(oa_throttle_slot *set)
{
    oa_throttle_slot *oldest = &set[0];
    int way;

    for (way = 0; way < OA_THROTTLE_WAYS; way++) {
        if (atomic_load(&set[way].address) == 0) {
            return &set[way];
        }
        if (atomic_load(&set[way].last) < atomic_load(&oldest->last)) {
            oldest = &set[way];
        }
    }
    return oldest;
}

/* Finds or takes a slot. When others keep taking it away, the strike goes uncounted: the table is thrashed by more
 * addresses than it has room for. */
static oa_throttle_slot *take_slot(oa_throttle *throttle, uint64_t client)
{
    oa_throttle_slot *slot = find_slot(throttle, client);
    int tries;

    for (tries = 0; slot == NULL && tries < OA_THROTTLE_WAYS; tries++) {
        oa_throttle_slot *room = oldest_slot(throttle->slots[client % OA_THROTTLE_SETS]);
        uint64_t owner = atomic_load(&room->address);
        slot = find_slot(throttle, client);
        if (slot == NULL && atomic_compare_exchange_strong(&room->address, &owner, client)) {
            slot = room;
        }
    }
    return slot;
}

static uint64_t label_of(uint64_t client, uint64_t span)
{
    return (client >> TAG_SHIFT) << TAG_SHIFT | (span & SPAN_MASK) << SPAN_SHIFT;
}

void oa_throttle_strike(oa_host *host, const oa_address *address, oa_rate limit, oa_time now)
{
    uint64_t client, span, label, word;
    oa_throttle_slot *slot;

    if (host == NULL || address->size == 0 || limit.count <= 0 || limit.window <= 0) {
        return;
    }
    client = client_of(host, address);
    slot = take_slot(&host->shared->throttle, client);
    if (slot == NULL) {
        return;
    }
    atomic_store(&slot->last, now);
    span = (uint64_t)(now / span_length(limit));
    label = label_of(client, span);
    word = atomic_load(&slot->spans[span % OA_THROTTLE_SPANS]);
    for (;;) {
        uint64_t count = (word & ~(uint64_t)COUNT_MOST) == label ? word & COUNT_MOST : 0;
        uint64_t next = label | (count < COUNT_MOST ? count + 1 : count);
        if (atomic_compare_exchange_weak(&slot->spans[span % OA_THROTTLE_SPANS], &word, next)) {
            return;
        }
    }
}

/* False: there was none in the span. */
static bool take_strike(_Atomic uint64_t *span, uint64_t label)
{
    uint64_t word = atomic_load(span);

    while ((word & ~(uint64_t)COUNT_MOST) == label && (word & COUNT_MOST) > 0) {
        if (atomic_compare_exchange_weak(span, &word, word - 1)) {
            return true;
        }
    }
    return false;
}

void oa_throttle_forgive(oa_host *host, const oa_address *address, oa_rate limit, oa_time now)
{
    uint64_t client, span, age;
    oa_throttle_slot *slot;

    if (host == NULL || address->size == 0 || limit.count <= 0 || limit.window <= 0) {
        return;
    }
    client = client_of(host, address);
    slot = find_slot(&host->shared->throttle, client);
    span = (uint64_t)(now / span_length(limit));
    for (age = 0; slot != NULL && age < OA_THROTTLE_SPANS; age++) {
        if (take_strike(&slot->spans[(span - age) % OA_THROTTLE_SPANS], label_of(client, span - age))) {
            return;
        }
    }
}

/* Strikes of the span that began `age` spans before `span`. */
static int64_t strikes_in(oa_throttle_slot *slot, uint64_t client, uint64_t span, uint64_t age)
{
    uint64_t word = atomic_load(&slot->spans[(span - age) % OA_THROTTLE_SPANS]);

    return (word & ~(uint64_t)COUNT_MOST) == label_of(client, span - age) ? (int64_t)(word & COUNT_MOST) : 0;
}

/* When so many of the oldest spans are over that fewer than `most` strikes are left; 0 = now. */
static oa_time free_at(oa_throttle_slot *slot, uint64_t client, uint64_t span, oa_duration length, int64_t most)
{
    int64_t sum = 0;
    uint64_t age;

    for (age = 0; age < OA_THROTTLE_SPANS; age++) {
        sum += strikes_in(slot, client, span, age);
        if (sum >= most) {
            return (oa_time)(span - age + OA_THROTTLE_SPANS) * length;
        }
    }
    return 0;
}

int oa_throttle_retry_after(oa_host *host, const oa_address *address, oa_rate limit, int deny_after, oa_time now)
{
    oa_duration length = span_length(limit), wait;
    oa_throttle_slot *slot;
    uint64_t client;

    if (host == NULL || address->size == 0 || limit.count <= 0 || limit.window <= 0) {
        return 0;
    }
    client = client_of(host, address);
    slot = find_slot(&host->shared->throttle, client);
    if (slot == NULL) {
        return 0;
    }
    wait = free_at(slot, client, (uint64_t)(now / length), length,
                   limit.count > deny_after ? limit.count : deny_after) - now;
    return wait > 0 ? (int)((wait + OA_SECOND - 1) / OA_SECOND) : 0;
}
