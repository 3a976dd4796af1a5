/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/footing.h"

#include "core/model/permission.h"
#include "core/model/status.h"

#include <apr_strings.h>

enum { REACHES_BELOW = 2, ORG_ACTIVE = 1, DECIMAL_SIZE = 24 };

static void write_id(oa_id id, char out[DECIMAL_SIZE])
{
    apr_snprintf(out, DECIMAL_SIZE, "%" APR_INT64_T_FMT, (apr_int64_t)id);
}

/* Whether one of the words "ORG_ID/name" is of `org`. */
static bool has_api_of(const char *apis, oa_id org)
{
    char id[DECIMAL_SIZE];
    const char *word = apis;
    size_t length;

    write_id(org, id);
    length = strlen(id);
    while (word != NULL && word[0] != '\0') {
        if (strncmp(word, id, length) == 0 && word[length] == '/') {
            return true;
        }
        word = strchr(word, ' ');
        word = word == NULL ? NULL : word + 1;
    }
    return false;
}

static bool is_site(const oa_record *record)
{
    return record->role_type == OA_ROLE_SITE && record->membership_status == OA_MEMBERSHIP_ACTIVE;
}

/* A membership at `place` itself, or above it and reaching down. */
static bool reaches(const oa_record *record, const oa_place *place)
{
    char id[DECIMAL_SIZE];

    if (place == NULL || place->org_id == record->org_id) {
        return true;
    }
    write_id(record->org_id, id);
    return record->reach == REACHES_BELOW && oa_words_have(place->above, id);
}

/* Whoever is no member needs a Web API: of the key's organization, or a login of the place's. */
static oa_outcome without_membership(const oa_record *record, const oa_place *place)
{
    if (record->key_id == 0 && place != NULL) {
        return has_api_of(record->apis, place->org_id) ? OA_ALLOWED : OA_FOREIGN_ORG;
    }
    if (!has_api_of(record->apis, record->org_id)) {
        return OA_MEMBER_DEACTIVATED;
    }
    return place == NULL || has_api_of(record->apis, place->org_id) ? OA_ALLOWED : OA_FOREIGN_ORG;
}

static oa_outcome with_membership(const oa_record *record, const oa_place *place, bool *member)
{
    *member = is_site(record) || reaches(record, place);
    return *member || has_api_of(record->apis, place->org_id) ? OA_ALLOWED : OA_FOREIGN_ORG;
}

oa_outcome oa_footing_of(const oa_record *record, const oa_place *place, bool *member)
{
    *member = false;
    if (record->membership_status != 0 && record->membership_status != OA_MEMBERSHIP_ACTIVE) {
        return OA_MEMBER_DEACTIVATED;
    }
    if (record->org_status != ORG_ACTIVE || (place != NULL && place->status != ORG_ACTIVE)) {
        return OA_ORG_SUSPENDED;
    }
    return record->membership_status == 0 ? without_membership(record, place) : with_membership(record, place, member);
}

oa_outcome oa_account_outcome(int status)
{
    static const oa_outcome outcomes[] = {
        [OA_ACCOUNT_VALIDATED] = OA_ALLOWED,
        [OA_ACCOUNT_DENIED] = OA_USER_DENIED,
        [OA_ACCOUNT_BANNED] = OA_USER_BANNED,
        [OA_ACCOUNT_INACTIVE] = OA_USER_INACTIVE,
    };

    return status < OA_ACCOUNT_VALIDATED || status > OA_ACCOUNT_INACTIVE ? OA_USER_BANNED : outcomes[status];
}
