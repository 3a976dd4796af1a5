/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cryptography that the project uses, over libsodium; crypto.c alone includes <sodium.h>.
 * Secrets live in oa_secret or in plain arrays that their owner wipes.
 */
#ifndef OA_BASE_CRYPTO_H
#define OA_BASE_CRYPTO_H

#include "core/base/error.h"

#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OA_MASTER_SIZE = 32,       /* the site's master secret */
    OA_SUBKEY_SIZE = 32,       /* a key derived from it */
    OA_DIGEST_SIZE = 32,       /* keyed BLAKE2b-256 */
    OA_PHC_SIZE = 128,         /* an Argon2id PHC string with its NUL (crypto_pwhash_STRBYTES) */
    OA_PASSWORD_MAX = 1024     /* bytes; longer ones are refused before any hashing */
};

/* Argon2id of OWASP's first recommendation: 19 MiB, two passes, one lane. */
#define OA_ARGON2_OPSLIMIT 2
#define OA_ARGON2_MEMLIMIT (19u * 1024u * 1024u)

/* What a sub-key is for. The numbers are crypto_kdf sub-key ids: never change or reuse one. */
typedef enum oa_subkey {
    OA_SUBKEY_API_KEY = 1,   /* digests of API key secrets */
    OA_SUBKEY_LINK = 2,      /* digests of one-time links and invitations */
    OA_SUBKEY_SESSION = 3,   /* digests of session tokens */
    OA_SUBKEY_AUDIT = 4,     /* the audit chain */
    OA_SUBKEY_REVEAL = 5,    /* sealing of keys that may be shown again */
    OA_SUBKEY_JWT = 6,       /* seed of the Ed25519 signing key */
    OA_SUBKEY_REPEAT = 7,    /* digests of requests with an Idempotency-Key */
    OA_SUBKEY_MAIL = 8       /* sealing of mails that wait and hold a link */
} oa_subkey;

/* A run of secret bytes in a pool: wiped when the pool is cleared. Never formatted, never logged. */
typedef struct oa_secret {
    unsigned char *bytes; /* followed by one NUL, so that text may be read as a C string */
    size_t size;
} oa_secret;

/* Once per process before anything else here; again is harmless. */
oa_error *oa_crypto_start(apr_pool_t *pool);

/* A copy of `bytes` (NULL: zeros) that is wiped with the pool. */
oa_secret *oa_secret_make(const void *bytes, size_t size, apr_pool_t *pool);

void oa_random(void *out, size_t size);
uint32_t oa_random_below(uint32_t limit);
void oa_wipe(void *bytes, size_t size);

/* Equality in constant time. */
bool oa_equal(const void *a, const void *b, size_t size);

/* crypto_kdf_derive_from_key with the context "orgauth1". */
void oa_subkey_derive(const unsigned char master[OA_MASTER_SIZE], oa_subkey which,
                      unsigned char out[OA_SUBKEY_SIZE]);

/* Keyed BLAKE2b-256 (RFC 7693). key may be NULL: unkeyed. */
void oa_digest(const unsigned char key[OA_SUBKEY_SIZE], const void *data, size_t size,
               unsigned char out[OA_DIGEST_SIZE]);

/* The same over several pieces, each framed by its 64-bit little-endian size, so that no two lists collide. */
typedef struct oa_piece {
    const void *data;
    size_t size;
} oa_piece;
void oa_digest_pieces(const unsigned char key[OA_SUBKEY_SIZE], const oa_piece *pieces, size_t count,
                      unsigned char out[OA_DIGEST_SIZE]);

/* SipHash-2-4 with 128 bits of output, for short texts: what entries of a table in memory are called, so that strangers can neither aim at
 * one nor guess it. With a key of this process alone; never stored. */
enum { OA_TAG_KEY_SIZE = 16 };
void oa_tag(const unsigned char key[OA_TAG_KEY_SIZE], const void *data, size_t size, uint64_t tag[2]);

/* Ed25519 (RFC 8032). The seed is the private key. */
enum { OA_SIGN_PUBLIC_SIZE = 32, OA_SIGNATURE_SIZE = 64 };
void oa_sign_public(const unsigned char seed[OA_SUBKEY_SIZE], unsigned char public[OA_SIGN_PUBLIC_SIZE]);
void oa_sign(const unsigned char seed[OA_SUBKEY_SIZE], const void *data, size_t size,
             unsigned char signature[OA_SIGNATURE_SIZE]);
bool oa_sign_matches(const unsigned char public[OA_SIGN_PUBLIC_SIZE], const void *data, size_t size,
                     const unsigned char signature[OA_SIGNATURE_SIZE]);

/* XChaCha20-Poly1305 with a random nonce in front. `about` is what the text belongs to: it is not in `sealed`, and
 * unsealing with another one fails. */
enum { OA_SEAL_EXTRA = 24 + 16 };
void oa_seal(const unsigned char key[OA_SUBKEY_SIZE], const char *about, const void *plain, size_t size,
             unsigned char *sealed); /* room for size + OA_SEAL_EXTRA */

/* The reverse: writes size - OA_SEAL_EXTRA bytes to `plain`. False when anything was changed. */
bool oa_unseal(const unsigned char key[OA_SUBKEY_SIZE], const char *about, const void *sealed, size_t size,
               unsigned char *plain);

/* base64url without padding (RFC 4648 section 5; RFC 7515 section 2). In `pool`, NUL-terminated. */
char *oa_base64url_encode(const void *bytes, size_t size, apr_pool_t *pool);

/* The reverse. NULL for a foreign character, padding, an impossible length, or bits left over: one spelling for each run of bytes. */
unsigned char *oa_base64url_decode(const char *text, size_t length, size_t *size, apr_pool_t *pool);

/* Argon2id to a PHC string. OA_INVALID over OA_PASSWORD_MAX bytes; OA_FAILED without memory. */
oa_error *oa_password_hash(const char *password, size_t size, char phc[OA_PHC_SIZE], apr_pool_t *pool);

/* True when `password` matches `phc`. False too for a malformed PHC string or an oversized password. */
bool oa_password_matches(const char *phc, const char *password, size_t size);

/* A PHC string, made once per process, that no password matches: what unknown users are checked against. */
const char *oa_password_dummy(void);

#endif
