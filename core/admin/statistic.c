/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of an organization for an overview: what its places answered, what was tried on its accounts, which Web APIs are used most.
 * How its users and keys stand is for those who may see users.
 */
#include "core/store/statistic.h"

#include "core/admin/operations.h"
#include "core/model/status.h"
#include "core/store/key.h"

enum { STEPS_MAX = 1000, APIS_MAX = 10, KEYS_MAX = 5 };

static const struct {
    const char *word;
    oa_duration step, span; /* `span`: what is shown where `since` is not given */
} steps[] = {{"hour", OA_HOUR, OA_DAY}, {"day", OA_DAY, 30 * OA_DAY}};

/* Of what time, in whole steps of UTC; `until` is not included. */
typedef struct period {
    const char *word;
    oa_duration step;
    oa_time since, until;
} period;

static oa_error *read_period(oa_call *call, period *p)
{
    const char *word = oa_argument(call, "step");
    size_t row = word != NULL && strcmp(word, steps[1].word) == 0 ? 1 : 0;
    *p = (period){.word = steps[row].word, .step = steps[row].step};
    p->until = oa_argument_given(call, "until") ? oa_argument_time(call, "until") : call->now + 1;
    p->until = (p->until + p->step - 1) / p->step * p->step;
    p->since = oa_argument_given(call, "since") ? oa_argument_time(call, "since") : p->until - steps[row].span;
    p->since = p->since >= p->step ? p->since / p->step * p->step : p->step; /* 0 is no time */
    if (p->since >= p->until || (p->until - p->since) / p->step > STEPS_MAX) {
        return oa_error_field(call->pool, "since", "from since to until there must be 1 to %d steps of one %s", STEPS_MAX, p->word);
    }
    return NULL;
}

static void set_figures(oa_json *object, const oa_figures *figures)
{
    oa_json_set_int(object, "allowed", figures->allowed);
    oa_json_set_int(object, "refused", figures->refused);
    oa_json_set_int(object, "failed", figures->failed);
}

/* Every step, also those without a call; *total of them all. */
static oa_json *every_step(oa_call *call, const period *p, const apr_array_header_t *moments, oa_figures *total)
{
    oa_json *series = oa_json_array(call->pool);
    int next = 0;
    for (oa_time at = p->since; at < p->until; at += p->step) {
        oa_json *object = oa_json_object(call->pool);
        oa_figures figures = {0};
        if (next < moments->nelts && APR_ARRAY_IDX(moments, next, oa_moment).at == at) {
            figures = APR_ARRAY_IDX(moments, next++, oa_moment).figures;
        }
        total->allowed += figures.allowed;
        total->refused += figures.refused;
        total->failed += figures.failed;
        oa_json_set_time(object, "at", at);
        set_figures(object, &figures);
        oa_json_append(series, object);
    }
    return series;
}

static oa_error *add_series(oa_call *call, const period *p, oa_json *result)
{
    apr_array_header_t *moments;
    oa_figures total = {0};
    oa_json *counts = oa_json_object(call->pool);
    OA_TRY(oa_statistic_series(call->db, call->org, p->since, p->until, p->step, &moments, call->pool));
    oa_json_set(result, "series", every_step(call, p, moments, &total));
    set_figures(counts, &total);
    oa_json_set(result, "counts", counts);
    return NULL;
}

static oa_error *add_apis(oa_call *call, const period *p, oa_json *result)
{
    apr_array_header_t *apis;
    oa_json *array = oa_json_array(call->pool);
    OA_TRY(oa_statistic_apis(call->db, call->org, p->since, p->until, APIS_MAX, &apis, call->pool));
    for (int i = 0; i < apis->nelts; i++) {
        const oa_api_figures *api = &APR_ARRAY_IDX(apis, i, oa_api_figures);
        oa_json *object = oa_json_object(call->pool);
        oa_json_set_text(object, "id", oa_id_format(OA_KIND_API, api->api, call->pool));
        oa_json_set_text(object, "name", api->name);
        oa_json_set_int(object, "allowed", api->allowed);
        oa_json_set_int(object, "refused", api->refused);
        oa_json_append(array, object);
    }
    oa_json_set(result, "apis", array);
    return NULL;
}

static oa_error *add_users(oa_call *call, oa_json *result)
{
    static const char *const words[] = {"VALIDATED", "DENIED", "BANNED", "INACTIVE", "DEACTIVATED", "INVITED"};
    int64_t counts[OA_STATISTIC_STATUSES];
    oa_json *array = oa_json_array(call->pool);
    OA_TRY(oa_statistic_users(call->db, call->org, call->now, counts));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        oa_json *object = oa_json_object(call->pool);
        oa_json_set_text(object, "status", words[i]);
        oa_json_set_int(object, "users", counts[oa_listed_status_parse(words[i])]);
        oa_json_append(array, object);
    }
    oa_json_set(result, "users", array);
    return NULL;
}

static oa_error *add_key_counts(oa_call *call, oa_json *result)
{
    static const char *const spans[] = {"7d", "30d"};
    oa_json *array = oa_json_array(call->pool);
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        oa_duration span = 0;
        int64_t count;
        oa_json *object = oa_json_object(call->pool);
        (void)oa_duration_parse(spans[i], &span);
        OA_TRY(oa_statistic_ending_keys(call->db, call->org, call->now, call->now + span, &count));
        oa_json_set_text(object, "expires_within", spans[i]);
        oa_json_set_int(object, "keys", count);
        oa_json_append(array, object);
    }
    oa_json_set(result, "keys", array);
    return NULL;
}

static oa_error *add_ending_keys(oa_call *call, oa_json *result)
{
    apr_array_header_t *keys;
    oa_json *array = oa_json_array(call->pool);
    OA_TRY(oa_key_ending(call->db, call->org, call->now, call->now + 30 * OA_DAY, KEYS_MAX, &keys, call->pool));
    for (int i = 0; i < keys->nelts; i++) {
        const oa_stored_key *key = APR_ARRAY_IDX(keys, i, const oa_stored_key *);
        oa_json *object = oa_json_object(call->pool);
        oa_json_set_text(object, "id", oa_id_format(OA_KIND_KEY, key->id, call->pool));
        oa_json_set_text(object, "name", key->name);
        oa_json_set_text(object, "user", key->email);
        oa_json_set_text(object, "user_id", oa_id_format(OA_KIND_USER, key->account_id, call->pool));
        oa_json_set_time(object, "expires_at", key->expires_at);
        oa_json_append(array, object);
    }
    oa_json_set(result, "expiring_keys", array);
    return NULL;
}

static oa_error *add_people(oa_call *call, oa_json *result)
{
    static const char *const members[] = {"users", "keys", "expiring_keys"};
    oa_grants grants;
    OA_TRY(oa_actor_grants(call, call->org, &grants));
    if (!oa_grants_allow(&grants, "users:view")) {
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            oa_json_set_text(result, members[i], NULL);
        }
        return NULL;
    }
    OA_TRY(add_users(call, result));
    OA_TRY(add_key_counts(call, result));
    return add_ending_keys(call, result);
}

static oa_error *run_statistics(oa_call *call, oa_json **result)
{
    period p;
    OA_TRY(read_period(call, &p));
    *result = oa_json_object(call->pool);
    oa_json_set_time(*result, "since", p.since);
    oa_json_set_time(*result, "until", p.until);
    oa_json_set_text(*result, "step", p.word);
    OA_TRY(add_series(call, &p, *result));
    OA_TRY(add_apis(call, &p, *result));
    return add_people(call, *result);
}

const oa_operation oa_op_org_statistics = {
    .name = "org.statistics",
    .summary = "show figures of an organization: requests, refusals, failures, most used Web APIs, users by status, keys about to end",
    .permission = "apis:statistics",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/statistics",
    .columns = "at allowed refused failed",
    .answers = "Statistics",
    .run = run_statistics,
    .parameters = OA_PARAMETERS{
        {"org", OA_TYPE_ORG, OA_REQUIRED | OA_POSITIONAL, "the organization, by id or slug", NULL},
        {"since", OA_TYPE_TIME, 0, "from this time on, as 2026-11-23; else the last day, or the last 30 days by day", NULL},
        {"until", OA_TYPE_TIME, 0, "before this time; else until now", NULL},
        {"step", OA_TYPE_CHOICE, 0, "what is added up, in UTC; else by hour", "hour day"},
        OA_P_END}};
