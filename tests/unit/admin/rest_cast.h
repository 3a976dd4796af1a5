/* SPDX-License-Identifier: Apache-2.0 */
/* The cast, asked by REST without a server. */
#ifndef OA_TESTS_ADMIN_REST_CAST_H
#define OA_TESTS_ADMIN_REST_CAST_H

#include "tests/unit/admin/cast.h"

#include "core/admin/rest.h"

/* A request by `who` (NULL: nobody). `body` with ' for ", NULL: none. */
static inline oa_rest_answer rest_ask(cast *c, const char *who, oa_rest_request request, const char *body)
{
    oa_rest_answer answer;
    oa_route route;
    bool done;
    oa_actor actor = {.kind = OA_ACTOR_NOBODY, .name = "", .address = "192.0.2.7"};
    request.mount = "/orgauth";
    if (body != NULL) {
        const char *text = oa_json_format(cast_json(c, body), false, c->pool);
        request.body = (const unsigned char *)text;
        request.size = strlen(text);
        request.content_type = request.content_type != NULL ? request.content_type : "application/json";
    }
    oa_rest_open(&request, &route, &done, &answer, c->pool);
    if (!done) {
        actor = who != NULL ? cast_actor(c, who) : actor;
        oa_rest_answer_to(&request, &route, c->store, &actor, &answer, c->pool);
    }
    c->result = NULL;
    if (answer.type != NULL && strstr(answer.type, "json") != NULL) {
        assert_ok(oa_json_parse(answer.body, answer.size, &c->result, c->pool));
    }
    return answer;
}

#define ASK(who, method_, path_, body) rest_ask(c, who, (oa_rest_request){.method = method_, .path = path_}, body)

static inline const char *rest_header(const oa_rest_answer *answer, const char *name)
{
    const char *value = apr_table_get(answer->headers, name);
    return value != NULL ? value : "(none)";
}

/* The pointer of the only error. */
static inline const char *rest_pointer(const cast *c)
{
    const char *text = oa_json_get_text(oa_json_at(oa_json_get(c->result, "errors"), 0), "pointer");
    return text != NULL ? text : "(none)";
}

#endif
