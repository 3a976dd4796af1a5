/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mails that the project writes. Queueing composes the whole message and writes it to the outbox, in the caller's transaction:
 * the mail goes out exactly when what it tells of is kept. Nobody waits for a mail server here.
 *
 * Templates, and the facts that each wants (text members, times in RFC 3339; a missing one reads as empty):
 *   invitation    token, expires_at, org, inviter, role        link: {site.public_url}/portal/#/invitations/{token}
 *   reset         token, expires_at, address                   link: {site.public_url}/portal/#/password-resets/{token}
 *   denied        user, at, address
 *   denied-admin  user, org, at, address
 *   key-expiring  user, org, key, key_id, expires_at
 * All of them may use also: site, site_url, recipient.
 */
#ifndef OA_MAIL_MAIL_H
#define OA_MAIL_MAIL_H

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/model/setting.h"
#include "core/store/db.h"

typedef enum oa_mail_state { OA_MAIL_QUEUED, OA_MAIL_NOT_CONFIGURED } oa_mail_state;

/* "queued", "not_configured": what results of operations say under "mail". */
const char *oa_mail_state_name(oa_mail_state state);

/* Whether mails can be sent at all: site.public_url and mail.relay are set. */
bool oa_mail_is_configured(const oa_settings *settings);

/* The address that mails come from: mail.from, or where that is not set orgauth at the host of site.public_url. Of configured ones only. */
const char *oa_mail_sender(const oa_settings *settings, apr_pool_t *pool);

/* Queues one mail to `recipient`, a normalized address. Where mail is not configured nothing is queued, and *state says so. What holds a link is kept sealed
 * with `key`, so that the store alone, or a backup of it, gives nobody the link; NULL for a mail without one. */
oa_error *oa_mail_queue(oa_db *db, const unsigned char key[OA_SUBKEY_SIZE], const oa_settings *settings, const char *template,
                        const char *recipient, const oa_json *facts, oa_time now, oa_mail_state *state);

/* The message of a mail as it was kept, *body and *size; false where it was sealed with another key. */
struct oa_mail;
bool oa_mail_unseal(const struct oa_mail *mail, const unsigned char key[OA_SUBKEY_SIZE], const char **body, size_t *size, apr_pool_t *pool);

#endif
