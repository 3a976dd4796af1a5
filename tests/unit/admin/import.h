/* SPDX-License-Identifier: Apache-2.0 */
/* Importing a table within the cast. */
#ifndef OA_TESTS_ADMIN_IMPORT_H
#define OA_TESTS_ADMIN_IMPORT_H

#include "tests/unit/admin/cast.h"

static inline oa_error *import_table(cast *c, const char *who, const char *name, const char *arguments, const char *table, bool dry_run)
{
    oa_done done;
    oa_actor actor = cast_actor(c, who);
    const oa_file file = {"table", "text/csv", (const unsigned char *)table, strlen(table)};
    const oa_manner manner = {.dry_run = dry_run, .file = &file};
    oa_json *all = cast_json(c, arguments);
    oa_json_set_text(all, "file", "table");
    c->error = oa_perform_so(c->store, &actor, name, all, &manner, &done, c->pool);
    c->result = done.result;
    return c->error;
}

static inline const oa_json *import_row(const cast *c, size_t index)
{
    return oa_json_at(oa_json_get(c->result, "rows"), index);
}

/* "create" or, where the line is faulty, the column of its first error. */
static inline const char *import_result(const cast *c, size_t index)
{
    const oa_json *row = import_row(c, index);
    const oa_json *errors = oa_json_get(row, "errors");
    return oa_json_size(errors) > 0 ? oa_json_get_text(oa_json_at(errors, 0), "column") : oa_json_get_text(row, "result");
}

static inline int64_t import_count(const cast *c, const char *word)
{
    return oa_json_get_int(oa_json_get(c->result, "counts"), word);
}

#endif
