/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/network.h"

#include <arpa/inet.h>

#include "core/model/network.h"

bool oa_network_has(const char *networks, const oa_address *address)
{
    bool mapped = oa_address_is_mapped(address);
    const unsigned char *bytes = address->bytes + (mapped ? 12 : 0);
    size_t size = mapped ? 4 : address->size;
    const char *word = networks;
    oa_network network;

    if (networks[0] == '\0') {
        return true;
    }
    if (size != 4 && size != 16) {
        return false;
    }
    for (;;) {
        size_t length = strcspn(word, " ");
        if (oa_network_parse(word, length, &network) && oa_network_holds(&network, bytes, size)) {
            return true;
        }
        if (word[length] == '\0') {
            return false;
        }
        word += length + 1;
    }
}

void oa_address_read(const char *text, oa_address *address)
{
    *address = (oa_address){.size = 0};
    if (inet_pton(AF_INET, text, address->bytes) == 1) {
        address->size = 4;
    } else if (inet_pton(AF_INET6, text, address->bytes) == 1) {
        address->size = 16;
    }
}
