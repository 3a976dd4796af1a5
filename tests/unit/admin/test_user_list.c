/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

static size_t listed(cast *c, const char *more)
{
    AS("admin@acme.example", "user.list", apr_psprintf(c->pool, "{'org': 'acme'%s}", more));
    return oa_json_size(cast_items(c));
}

static void invite(cast *c)
{
    DO("invitation.send", "{'org': 'acme', 'role': 'Editor', 'email': ['ann@else.example', 'bob@else.example', 'zoe@else.example']}");
    DO("invitation.send", "{'org': 'globex', 'role': 'Editor', 'email': ['carl@else.example']}");
    cast_sql(c, "UPDATE invitation SET expires_at = 1 WHERE email = 'zoe@else.example'");
}

static void who_is_invited_is_listed_where_asked_for(void **state)
{
    cast *c = *state;
    size_t users = listed(c, "");
    invite(c);
    assert_int_equal(listed(c, ""), users);
    assert_int_equal(listed(c, ", 'status': 'INVITED'"), 2);
    assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), 0), "status"), "INVITED");
    assert_int_equal(listed(c, ", 'invited': true"), users + 2);
    assert_int_equal(listed(c, ", 'status': 'INVITED', 'search': 'BOB'"), 1);
    assert_int_equal(listed(c, ", 'status': 'INVITED', 'role': 'Viewer'"), 0);
    assert_int_equal(listed(c, ", 'invited': true, 'role': 'Editor'"), 3);
}

static void pages_go_through_the_invited_and_then_the_users_without_gap(void **state)
{
    cast *c = *state;
    invite(c);
    size_t all = listed(c, ", 'invited': true, 'sort': 'email'");
    const oa_json *whole = cast_items(c);
    for (int limit = 1; limit <= 4; limit++) {
        const char *after = "";
        size_t seen = 0;
        do {
            size_t count = listed(c, apr_psprintf(c->pool, ", 'invited': true, 'sort': 'email', 'limit': %d%s", limit, after));
            for (size_t i = 0; i < count; i++, seen++) {
                assert_string_equal(oa_json_get_text(oa_json_at(cast_items(c), i), "id"), oa_json_get_text(oa_json_at(whole, seen), "id"));
            }
            const char *next = oa_json_get_text(c->result, "next");
            after = next != NULL ? apr_psprintf(c->pool, ", 'after': '%s'", next) : NULL;
        } while (after != NULL);
        assert_int_equal(seen, all);
    }
}

OA_TESTS(CAST_TEST(who_is_invited_is_listed_where_asked_for),
         CAST_TEST(pages_go_through_the_invited_and_then_the_users_without_gap))
