/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/network.h"

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
