/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/call.h"

#include "core/base/base32.h"

#include <apr_strings.h>

void oa_call_concerns(oa_call *call, oa_id id)
{
    if (id != 0) {
        APR_ARRAY_PUSH(call->about, oa_id) = id;
    }
}

const char *oa_argument(const oa_call *call, const char *name)
{
    return oa_json_get_text(call->arguments, name);
}

int64_t oa_argument_int(const oa_call *call, const char *name)
{
    return oa_json_get_int(call->arguments, name);
}

bool oa_argument_flag(const oa_call *call, const char *name)
{
    return oa_json_get_bool(call->arguments, name);
}

bool oa_argument_given(const oa_call *call, const char *name)
{
    return oa_json_get(call->arguments, name) != NULL;
}

const oa_json *oa_argument_list(const oa_call *call, const char *name)
{
    return oa_json_get(call->arguments, name);
}

oa_duration oa_argument_duration(const oa_call *call, const char *name)
{
    const char *text = oa_argument(call, name);
    oa_duration duration = 0;
    return text != NULL && oa_duration_parse(text, &duration) ? duration : 0;
}

oa_time oa_argument_time(const oa_call *call, const char *name)
{
    const char *text = oa_argument(call, name);
    oa_time time = 0;
    return text != NULL && oa_time_parse(text, &time) ? time : 0;
}

oa_error *oa_argument_limit(const oa_call *call, int64_t *limit)
{
    *limit = oa_argument_given(call, "limit") ? oa_argument_int(call, "limit") : OA_PAGE_DEFAULT;
    if (*limit < 1 || *limit > OA_PAGE_MAX) {
        return oa_error_field(call->pool, "limit", "limit %" PRId64 " is out of range: 1 to %d", *limit, OA_PAGE_MAX);
    }
    return NULL;
}

oa_id oa_argument_after(const oa_call *call)
{
    const char *text = oa_argument(call, "after");
    uint64_t number = 0;
    return text != NULL && oa_base32_read_number(text, OA_ID_DIGITS, &number) ? (oa_id)number : 0;
}

const char *oa_cursor_format(oa_id id, apr_pool_t *pool)
{
    char *text = apr_pcalloc(pool, OA_ID_DIGITS + 1);
    oa_base32_number((uint64_t)id, OA_ID_DIGITS, text);
    return text;
}

oa_json *oa_page(const oa_call *call, oa_json *items, oa_id last)
{
    oa_json *page = oa_json_object(call->pool);
    oa_json_set(page, "items", items);
    oa_json_set_text(page, "next", last != 0 ? oa_cursor_format(last, call->pool) : NULL);
    return page;
}
