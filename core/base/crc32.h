/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 of IEEE 802.3, the one that zlib's crc32() computes. */
#ifndef OA_BASE_CRC32_H
#define OA_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t oa_crc32(const void *bytes, size_t size);

#endif
