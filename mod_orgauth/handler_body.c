/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_orgauth/handler.h"

enum { PIECE = 16 * 1024 };

static oa_error *too_large(request_rec *r, size_t limit)
{
    r->connection->keepalive = AP_CONN_CLOSE; /* what is still to come is not read */
    return oa_error_make(r->pool, OA_TOO_LARGE, "the body is too large: at most %lu octets", (unsigned long)limit);
}

static oa_error *unreadable(request_rec *r)
{
    r->connection->keepalive = AP_CONN_CLOSE;
    return oa_error_make(r->pool, OA_USAGE, "the body could not be read");
}

/* Doubles `room` within `limit`, with a NUL's place beyond it. */
static void grow(request_rec *r, unsigned char **body, size_t size, size_t *room, size_t limit)
{
    size_t wanted = *room < limit / 2 ? *room * 2 : limit;
    unsigned char *larger = apr_palloc(r->pool, wanted + 1);
    memcpy(larger, *body, size);
    memset(*body, 0, size); /* may be a password */
    *body = larger;
    *room = wanted;
}

static oa_error *read_all(request_rec *r, size_t limit, size_t room, unsigned char **body, size_t *size)
{
    char beyond;
    *body = apr_palloc(r->pool, room + 1);
    *size = 0;
    for (;;) {
        if (*size == room && room < limit) {
            grow(r, body, *size, &room, limit);
        }
        bool full = *size == room;
        long got = full ? ap_get_client_block(r, &beyond, 1)
                        : ap_get_client_block(r, (char *)*body + *size, room - *size);
        if (got < 0) {
            return unreadable(r);
        }
        if (got == 0) {
            (*body)[*size] = '\0';
            return NULL;
        }
        if (full) {
            return too_large(r, limit);
        }
        *size += (size_t)got;
    }
}

oa_error *oa_handler_body(request_rec *r, size_t limit, unsigned char **body, size_t *size)
{
    static unsigned char none[1];
    *body = none;
    *size = 0;
    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) != OK) {
        return unreadable(r);
    }
    if (r->remaining > (apr_off_t)limit) {
        return too_large(r, limit);
    }
    if (!ap_should_client_block(r)) {
        return NULL;
    }
    size_t room = r->remaining > 0 ? (size_t)r->remaining : PIECE;
    return read_all(r, limit, room < limit ? room : limit, body, size);
}
