/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/notice.h"

#include "core/mail/mail.h"
#include "core/store/notice.h"
#include "core/store/org.h"
#include "core/store/user.h"

#include <apr_tables.h>

/* So many administrators of an organization are told. */
enum { ADMINISTRATORS_TOLD = 20 };

static oa_error *tell_administrators(oa_db *db, const oa_settings *settings, const char *template, oa_id org,
                                     const oa_json *facts, oa_time now)
{
    apr_array_header_t *emails;
    oa_mail_state state;
    OA_TRY(oa_notice_administrators(db, org, ADMINISTRATORS_TOLD, &emails, oa_db_pool(db)));
    for (int i = 0; i < emails->nelts; i++) {
        OA_TRY(oa_mail_queue(db, NULL, settings, template, APR_ARRAY_IDX(emails, i, const char *), facts, now, &state));
    }
    return NULL;
}

static oa_error *facts_of(oa_db *db, const oa_notice *notice, const oa_user *user, oa_json **facts)
{
    const oa_org *org;
    apr_pool_t *pool = oa_db_pool(db);
    OA_TRY(oa_org_find(db, user->home_org_id, &org, pool));
    *facts = oa_json_object(pool);
    oa_json_set_text(*facts, "user", user->email);
    oa_json_set_text(*facts, "org", org != NULL ? org->name : "");
    oa_json_set_time(*facts, "at", notice->at);
    oa_json_set_text(*facts, "address", *notice->address != '\0' ? notice->address : "(unknown)");
    return NULL;
}

/* Nobody reads a robot's mail. */
static oa_error *tell(oa_db *db, const oa_settings *settings, const oa_notice *notice, oa_time now)
{
    const oa_user *user;
    oa_json *facts;
    oa_mail_state state;
    OA_TRY(oa_user_find(db, notice->account_id, &user, oa_db_pool(db)));
    if (user == NULL) {
        return NULL;
    }
    OA_TRY(facts_of(db, notice, user, &facts));
    if (user->kind == OA_USER_PERSON) {
        OA_TRY(oa_mail_queue(db, NULL, settings, "denied", user->email, facts, now, &state));
    }
    return tell_administrators(db, settings, "denied-admin", user->home_org_id, facts, now);
}

oa_error *oa_notice_drain(oa_db *db, const oa_settings *settings, oa_time now, int64_t limit, int64_t *count)
{
    for (*count = 0; *count < limit; (*count)++) {
        const oa_notice *notice;
        OA_TRY(oa_notice_next(db, &notice, oa_db_pool(db)));
        if (notice == NULL) {
            return NULL;
        }
        if (oa_mail_is_configured(settings)) {
            OA_TRY(tell(db, settings, notice, now));
        }
        OA_TRY(oa_notice_done(db, notice->id));
    }
    return NULL;
}

static oa_error *tell_of_key(oa_db *db, const oa_settings *settings, const oa_ending_key *key, oa_time now)
{
    apr_pool_t *pool = oa_db_pool(db);
    oa_mail_state state;
    oa_json *facts = oa_json_object(pool);
    const char *id = oa_id_format(OA_KIND_KEY, key->id, pool);
    oa_json_set_text(facts, "user", key->email);
    oa_json_set_text(facts, "org", key->org_name);
    oa_json_set_text(facts, "key", *key->name != '\0' ? key->name : id);
    oa_json_set_text(facts, "key_id", id);
    oa_json_set_time(facts, "expires_at", key->expires_at);
    if (key->is_person) {
        return oa_mail_queue(db, NULL, settings, "key-expiring", key->email, facts, now, &state);
    }
    return tell_administrators(db, settings, "key-expiring", key->org_id, facts, now);
}

oa_error *oa_notice_keys(oa_db *db, const oa_settings *settings, oa_time now, int64_t limit, int64_t *count)
{
    *count = 0;
    while (oa_mail_is_configured(settings) && *count < limit) {
        const oa_ending_key *key;
        OA_TRY(oa_notice_ending_key(db, now, OA_NOTICE_KEY_BEFORE, &key, oa_db_pool(db)));
        if (key == NULL) {
            return NULL;
        }
        OA_TRY(tell_of_key(db, settings, key, now));
        OA_TRY(oa_notice_key_told(db, key));
        (*count)++;
    }
    return NULL;
}
