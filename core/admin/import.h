/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operations that take a table share: the file of the call (CSV or .xlsx) as lines by column, and the report by line. All or
 * nothing, unless the argument `partial` is given: lines are judged first, all of them, and then those that are right are applied.
 */
#ifndef OA_ADMIN_IMPORT_H
#define OA_ADMIN_IMPORT_H

#include "core/admin/call.h"

#include <apr_hash.h>
#include <apr_tables.h>

#define OA_IMPORT_TYPES "text/csv application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define OA_P_IMPORT_FILE                                                                                       \
    {"file", OA_TYPE_FILE, OA_REQUIRED | OA_POSITIONAL, "CSV (UTF-8) or .xlsx, its first line the columns' names", NULL}
#define OA_P_IMPORT_PARTIAL                                                                                    \
    {"partial", OA_TYPE_FLAG, 0, "apply the lines that are right, even if others are not", NULL}

/* The lines of one import: written within the two seconds that other writers wait for, in memory that a server can spare. */
enum { OA_IMPORT_LINES_MAX = 12 * 1000, OA_IMPORT_COLUMNS_MAX = 80, OA_IMPORT_USERS_MAX = 1000 };

/* Before the columns of an account's own fields: "field:department". */
#define OA_IMPORT_FIELD "field:"

typedef struct oa_import_line {
    size_t number;
    const char **cells;  /* one per column, trimmed; "" where empty */
    oa_json *row;        /* of the report: line, email, action, result, detail, errors */
    oa_json *errors;
    void *plan;          /* what is to be done, in the pool of the import; NULL: nothing */
} oa_import_line;

typedef struct oa_import {
    const char *const *known;    /* names of columns, ended by NULL; the first is required */
    bool fields;                 /* columns field:NAME too */
    apr_array_header_t *columns; /* const char *, in the order of the file */
    apr_array_header_t *lines;   /* oa_import_line */
    apr_hash_t *seen;            /* what may be there once only, to the line's number */
    size_t size;                 /* octets kept */
    size_t faults;               /* told of */
    oa_call *call;               /* its pool is cleared after each line, while lines are judged and applied */
    apr_pool_t *pool;            /* of the import: of what outlives a line */
} oa_import;

/* For an operation's `before`: reads the file of the call and leaves an oa_import in call->prepared. */
oa_error *oa_import_read(oa_call *call, const char *const *known, bool fields);

/* The cell of that column; "" where the file has no such column. */
const char *oa_import_cell(const oa_import *import, const oa_import_line *line, const char *column);

/* The same, or else the argument of that name, or else "". */
const char *oa_import_value(const oa_import *import, const oa_import_line *line, const char *column);

/* What many lines name is found once, with this call, whose pool is that of the import, and remembered by its name in `found`; as long as those are not
 * so many that each line must have its own. `found` NULL: something that is one for all. */
oa_call oa_import_lasting(const oa_import *import, apr_hash_t *found);
void oa_import_remember(const oa_import *import, apr_hash_t *found, const char *name, const void *what);

/* A refusal becomes one of the line's errors, at `column`; what ends the whole import (a store that fails) comes back. Of a line that is wrong in many ways, or
 * a file of many such, not every error is told, but one of each line always. */
oa_error *oa_import_note(oa_import *import, oa_import_line *line, const char *column, oa_error *error);
void oa_import_blame(oa_import *import, oa_import_line *line, const char *column, const oa_error *fault);
void oa_import_fault(oa_import *import, oa_import_line *line, const char *column, oa_reason reason, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
bool oa_import_is_faulty(const oa_import_line *line);

/* The email column, normalized; NULL with the line's error where it is none, or `alike` (what stands beside it) stood in an earlier line too. */
const char *oa_import_email(oa_import *import, oa_import_line *line, const char *alike);

/* Judges every line, each in memory that is given back after it, then applies those with a plan, unless one is faulty and `partial` is not given, or the run is dry. Then the report is the
 * result; where lines are faulty and nothing was applied, OA_UNPROCESSABLE with the report as call->reasons. `results`: its words. */
typedef struct oa_import_work {
    oa_error *(*judge)(oa_import *import, oa_import_line *line, void *context);
    oa_error *(*apply)(oa_import *import, oa_import_line *line, void *context);
    const char *results; /* "create add unchanged", one space between */
} oa_import_work;
oa_error *oa_import_do(oa_call *call, const oa_import_work *work, void *context, oa_json **result);

/* What the line comes to, if nothing is wrong with it. */
void oa_import_settle(const oa_import_line *line, const char *action, const char *result);

/* The words of a cell: between spaces, commas or semicolons. Array of const char *. */
apr_array_header_t *oa_import_words(const oa_import *import, const char *cell);

#endif
