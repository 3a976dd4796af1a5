/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/network.h"

#include <apr_strings.h>
#include <arpa/inet.h>

/* Digits only, 1 to 3 of them, up to `most`; -1 for anything else. */
static int read_bits(const char *text, size_t length, int most)
{
    int value = 0;
    if (length < 1 || length > 3) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + text[i] - '0';
    }
    return value <= most ? value : -1;
}

static bool parse_address(const char *text, size_t length, oa_network *network)
{
    char copy[INET6_ADDRSTRLEN];
    if (length >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    network->size = memchr(text, ':', length) != NULL ? 16 : 4;
    return inet_pton(network->size == 4 ? AF_INET : AF_INET6, copy, network->bytes) == 1;
}

bool oa_network_parse(const char *text, size_t length, oa_network *network)
{
    const char *slash = memchr(text, '/', length);
    size_t host = slash == NULL ? length : (size_t)(slash - text);
    if (!parse_address(text, host, network)) {
        return false;
    }
    network->bits = slash == NULL ? network->size * 8 : read_bits(slash + 1, length - host - 1, network->size * 8);
    return network->bits >= 0;
}

bool oa_network_holds(const oa_network *network, const unsigned char *bytes, size_t size)
{
    size_t whole = (size_t)network->bits / 8;
    int rest = network->bits % 8;
    if ((size_t)network->size != size || memcmp(network->bytes, bytes, whole) != 0) {
        return false;
    }
    return rest == 0 || ((network->bytes[whole] ^ bytes[whole]) >> (8 - rest)) == 0;
}

static bool is_mapped(const oa_network *network)
{
    static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};
    return network->size == 16 && network->bits >= 96 && memcmp(network->bytes, prefix, sizeof(prefix)) == 0;
}

/* Requests from such addresses are taken as IPv4 ones, so the network has to be one. */
static void unmap(oa_network *network)
{
    memmove(network->bytes, network->bytes + 12, 4);
    network->size = 4;
    network->bits -= 96;
}

static void clear_beyond(oa_network *network)
{
    for (int bit = network->bits; bit < network->size * 8; bit++) {
        network->bytes[bit / 8] &= (unsigned char)~(0x80 >> (bit % 8));
    }
}

static const char *spell(const oa_network *network, apr_pool_t *pool)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(network->size == 4 ? AF_INET : AF_INET6, network->bytes, text, sizeof(text));
    return network->bits == network->size * 8 ? apr_pstrdup(pool, text)
                                              : apr_psprintf(pool, "%s/%d", text, network->bits);
}

oa_error *oa_network_clean(const char *field, const char *text, const char **clean, apr_pool_t *pool)
{
    oa_network network;
    if (!oa_network_parse(text, strlen(text), &network)) {
        return oa_error_field(pool, field, "%s is not a network: give it as 10.0.0.0/8 or 2001:db8::/32, or one address",
                              field);
    }
    if (is_mapped(&network)) {
        unmap(&network);
    }
    oa_network given = network;
    clear_beyond(&network);
    *clean = spell(&network, pool);
    if (memcmp(given.bytes, network.bytes, (size_t)network.size) == 0) {
        return NULL;
    }
    given.bits = given.size * 8;
    return oa_error_field(pool, field, "%s has bits beyond its length: give the network %s or the address %s", field,
                          *clean, spell(&given, pool));
}
