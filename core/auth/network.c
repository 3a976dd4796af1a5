/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/network.h"

#include <arpa/inet.h>

/* Digits only, 1 to 3 of them, up to `most`; -1 for anything else. */
static int read_bits(const char *text, size_t length, int most)
{
    int value = 0;
    size_t i;

    if (length < 1 || length > 3) {
        return -1;
    }
    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + text[i] - '0';
    }
    return value <= most ? value : -1;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(a, b, (size_t)whole) != 0) {
        return false;
    }
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static bool word_has(const char *word, size_t length, const unsigned char *bytes, size_t size)
{
    const char *slash = memchr(word, '/', length);
    size_t host = slash == NULL ? length : (size_t)(slash - word);
    int bits = (int)size * 8;
    char text[INET6_ADDRSTRLEN];
    unsigned char network[16];

    if (host >= sizeof(text)) {
        return false;
    }
    memcpy(text, word, host);
    text[host] = '\0';
    if (inet_pton(size == 4 ? AF_INET : AF_INET6, text, network) != 1) {
        return false;
    }
    if (slash != NULL) {
        bits = read_bits(slash + 1, length - host - 1, bits);
    }
    return bits >= 0 && same_bits(network, bytes, bits);
}

bool oa_network_has(const char *networks, const oa_address *address)
{
    bool mapped = oa_address_is_mapped(address);
    const unsigned char *bytes = address->bytes + (mapped ? 12 : 0);
    size_t size = mapped ? 4 : address->size;
    const char *word = networks;

    if (networks[0] == '\0') {
        return true;
    }
    if (size != 4 && size != 16) {
        return false;
    }
    for (;;) {
        size_t length = strcspn(word, " ");
        if (word_has(word, length, bytes, size)) {
            return true;
        }
        if (word[length] == '\0') {
            return false;
        }
        word += length + 1;
    }
}
