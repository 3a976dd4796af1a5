/* SPDX-License-Identifier: Apache-2.0 */
/* Errors as REST tells them: application/problem+json (RFC 9457). */
#ifndef OA_ADMIN_PROBLEM_H
#define OA_ADMIN_PROBLEM_H

#include "core/base/error.h"
#include "core/base/json.h"

#define OA_PROBLEM_TYPE "application/problem+json"

/* type, title, status, detail, code, and the reason where the error has one. */
oa_json *oa_problem_make(const oa_error *error, apr_pool_t *pool);

/* Adds to its errors: a JSON pointer (RFC 6901) to the member `field`, in it to error->member; where that was looked for ("body", "query" or "path");
 * what the error says, and its reason. */
void oa_problem_blame(oa_json *problem, const oa_error *error, const char *field, const char *in, apr_pool_t *pool);

/* The reason phrase of a status (RFC 9110 section 15). */
const char *oa_problem_title(int status);

/* Adds the error's reason by its name, where it has one. */
void oa_problem_reason(oa_json *object, const oa_error *error);

#endif
