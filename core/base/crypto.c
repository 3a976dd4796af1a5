/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/crypto.h"

#include <pthread.h>
#include <sodium.h>

_Static_assert(OA_PHC_SIZE == crypto_pwhash_STRBYTES, "size of a PHC string");
_Static_assert(OA_MASTER_SIZE == crypto_kdf_KEYBYTES, "size of the master secret");
_Static_assert(OA_SUBKEY_SIZE == crypto_sign_SEEDBYTES && OA_SIGN_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES &&
                   OA_SIGNATURE_SIZE == crypto_sign_BYTES,
               "sizes of Ed25519");
_Static_assert(OA_SUBKEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
                   OA_SEAL_EXTRA ==
                       crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "sizes of a seal");
_Static_assert(OA_DIGEST_SIZE >= crypto_generichash_BYTES_MIN && OA_DIGEST_SIZE <= crypto_generichash_BYTES_MAX,
               "size of a digest");

_Static_assert(OA_TAG_KEY_SIZE == crypto_shorthash_siphashx24_KEYBYTES && crypto_shorthash_siphashx24_BYTES == 16,
               "sizes of a tag");

oa_error *oa_crypto_start(apr_pool_t *pool)
{
    if (sodium_init() < 0) {
        return oa_error_make(pool, OA_FAILED, "libsodium cannot be started: no source of random bytes");
    }
    return NULL;
}

static apr_status_t wipe_secret(void *data)
{
    oa_secret *secret = data;
    sodium_memzero(secret->bytes, secret->size);
    secret->size = 0;
    return APR_SUCCESS;
}

oa_secret *oa_secret_make(const void *bytes, size_t size, apr_pool_t *pool)
{
    oa_secret *secret = apr_palloc(pool, sizeof(*secret));
    secret->bytes = apr_pcalloc(pool, size + 1);
    secret->size = size;
    if (bytes != NULL && size > 0) {
        memcpy(secret->bytes, bytes, size);
    }
    apr_pool_cleanup_register(pool, secret, wipe_secret, apr_pool_cleanup_null);
    return secret;
}

void oa_random(void *out, size_t size)
{
    randombytes_buf(out, size);
}

uint32_t oa_random_below(uint32_t limit)
{
    return randombytes_uniform(limit);
}

void oa_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
}

bool oa_equal(const void *a, const void *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}

void oa_subkey_derive(const unsigned char master[OA_MASTER_SIZE], oa_subkey which, unsigned char out[OA_SUBKEY_SIZE])
{
    crypto_kdf_derive_from_key(out, OA_SUBKEY_SIZE, (uint64_t)which, "orgauth1", master);
}

void oa_digest(const unsigned char key[OA_SUBKEY_SIZE], const void *data, size_t size,
               unsigned char out[OA_DIGEST_SIZE])
{
    crypto_generichash(out, OA_DIGEST_SIZE, data, size, key, key != NULL ? OA_SUBKEY_SIZE : 0);
}

static void update_size(crypto_generichash_state *state, uint64_t size)
{
    unsigned char frame[8];
    for (size_t i = 0; i < sizeof(frame); i++) {
        frame[i] = (unsigned char)(size >> (8 * i));
    }
    crypto_generichash_update(state, frame, sizeof(frame));
}

void oa_digest_pieces(const unsigned char key[OA_SUBKEY_SIZE], const oa_piece *pieces, size_t count,
                      unsigned char out[OA_DIGEST_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, key != NULL ? OA_SUBKEY_SIZE : 0, OA_DIGEST_SIZE);
    for (size_t i = 0; i < count; i++) {
        update_size(&state, pieces[i].size);
        crypto_generichash_update(&state, pieces[i].data, pieces[i].size);
    }
    crypto_generichash_final(&state, out, OA_DIGEST_SIZE);
    sodium_memzero(&state, sizeof(state));
}

void oa_tag(const unsigned char key[OA_TAG_KEY_SIZE], const void *data, size_t size, uint64_t tag[2])
{
    crypto_shorthash_siphashx24((unsigned char *)tag, data, size, key);
}

void oa_sign_public(const unsigned char seed[OA_SUBKEY_SIZE], unsigned char public[OA_SIGN_PUBLIC_SIZE])
{
    unsigned char private[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public, private, seed);
    sodium_memzero(private, sizeof(private));
}

void oa_sign(const unsigned char seed[OA_SUBKEY_SIZE], const void *data, size_t size,
             unsigned char signature[OA_SIGNATURE_SIZE])
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES];
    unsigned char private[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public, private, seed);
    crypto_sign_detached(signature, NULL, data, size, private);
    sodium_memzero(private, sizeof(private));
}

bool oa_sign_matches(const unsigned char public[OA_SIGN_PUBLIC_SIZE], const void *data, size_t size,
                     const unsigned char signature[OA_SIGNATURE_SIZE])
{
    return crypto_sign_verify_detached(signature, data, size, public) == 0;
}

enum { NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };

void oa_seal(const unsigned char key[OA_SUBKEY_SIZE], const char *about, const void *plain, size_t size,
             unsigned char *sealed)
{
    randombytes_buf(sealed, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_SIZE, NULL, plain, size, (const unsigned char *)about,
                                               strlen(about), NULL, sealed, key);
}

bool oa_unseal(const unsigned char key[OA_SUBKEY_SIZE], const char *about, const void *sealed, size_t size,
               unsigned char *plain)
{
    const unsigned char *bytes = sealed;
    return size >= OA_SEAL_EXTRA &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes + NONCE_SIZE, size - NONCE_SIZE,
                                                      (const unsigned char *)about, strlen(about), bytes, key) == 0;
}

char *oa_base64url_encode(const void *bytes, size_t size, apr_pool_t *pool)
{
    size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return sodium_bin2base64(apr_palloc(pool, room), room, bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

unsigned char *oa_base64url_decode(const char *text, size_t length, size_t *size, apr_pool_t *pool)
{
    size_t room = length / 4 * 3 + 2;
    unsigned char *bytes = apr_palloc(pool, room + 1);
    if (length % 4 == 1 || sodium_base642bin(bytes, room, text, length, NULL, size, NULL,
                                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

oa_error *oa_password_hash(const char *password, size_t size, char phc[OA_PHC_SIZE], apr_pool_t *pool)
{
    if (size > OA_PASSWORD_MAX) {
        return oa_error_field(pool, "password", "the password is longer than %d bytes", OA_PASSWORD_MAX);
    }
    if (crypto_pwhash_str_alg(phc, password, size, OA_ARGON2_OPSLIMIT, OA_ARGON2_MEMLIMIT,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return oa_error_make(pool, OA_FAILED, "not enough memory to hash a password: %u MiB are needed",
                             OA_ARGON2_MEMLIMIT / 1024 / 1024);
    }
    return NULL;
}

bool oa_password_matches(const char *phc, const char *password, size_t size)
{
    static const char prefix[] = "$argon2id$";
    if (phc == NULL || size > OA_PASSWORD_MAX || strnlen(phc, OA_PHC_SIZE) >= OA_PHC_SIZE ||
        strncmp(phc, prefix, sizeof(prefix) - 1) != 0) {
        return false;
    }
    return crypto_pwhash_str_verify(phc, password, size) == 0;
}

static char dummy[OA_PHC_SIZE];

/* A salt and a tag at random: checking against it costs what any check costs, and nobody knows a preimage. */
static void make_dummy(void)
{
    unsigned char random[48];
    char salt[32];
    char tag[64];
    randombytes_buf(random, sizeof(random));
    sodium_bin2base64(salt, sizeof(salt), random, 16, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(tag, sizeof(tag), random + 16, 32, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    snprintf(dummy, sizeof(dummy), "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", OA_ARGON2_MEMLIMIT / 1024,
             (unsigned)OA_ARGON2_OPSLIMIT, salt, tag);
    sodium_memzero(random, sizeof(random));
}

const char *oa_password_dummy(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_dummy);
    return dummy;
}
