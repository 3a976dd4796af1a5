/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/base/workbook.h"

#include "core/base/archive.h"

typedef struct sum {
    size_t size;
    const char *first;
    apr_pool_t *pool;
} sum;

static oa_error *add(void *context, const void *piece, size_t size)
{
    sum *all = context;
    if (all->size == 0) {
        all->first = apr_pstrmemdup(all->pool, piece, size);
    }
    all->size += size;
    return NULL;
}

static oa_error *read_one(bytes file, const char *name, sum *all, bool *found, apr_pool_t *pool)
{
    oa_archive *archive;
    *all = (sum){0, "", pool};
    OA_TRY(oa_archive_open(file.at, file.size, &archive, pool));
    return oa_archive_read(archive, name, add, all, found);
}

static void an_entry_is_read_by_its_name(void **state)
{
    sum all;
    bool found;
    bytes file = zipped((const entry[]){{"a", "first", 0}, {"dir/b", "second", 0}, {NULL, NULL, 0}}, *state);
    assert_ok(read_one(file, "dir/b", &all, &found, *state));
    assert_true(found);
    assert_string_equal(all.first, "second");
    assert_ok(read_one(file, "b", &all, &found, *state));
    assert_false(found);
    assert_ok(read_one(file, "A", &all, &found, *state));
    assert_false(found);
}

/* Well packed text is welcome up to a mebibyte; then it must not grow more than it should. */
static void what_grows_beyond_measure_is_refused(void **state)
{
    sum all;
    bool found;
    size_t free_size = 1024 * 1024;
    const char *zeros = apr_pcalloc(*state, 4 * free_size);
    assert_ok(read_one(zipped((const entry[]){{"a", zeros, free_size}, {NULL, NULL, 0}}, *state), "a", &all, &found, *state));
    assert_int_equal(all.size, free_size);
    assert_code(read_one(zipped((const entry[]){{"a", zeros, 4 * free_size}, {NULL, NULL, 0}}, *state), "a", &all, &found, *state),
                OA_TOO_LARGE);
    assert_true(all.size <= 2 * free_size);
}

static void a_size_that_lies_does_not_matter(void **state)
{
    sum all;
    bool found;
    size_t size = 4 * 1024 * 1024;
    bytes file = zipped((const entry[]){{"a", apr_pcalloc(*state, size), size}, {NULL, NULL, 0}}, *state);
    for (size_t at = 0; at + 4 <= file.size; at++) {
        if (memcmp(file.at + at, "\0\0\x40\0", 4) == 0) {
            memcpy(file.at + at, "\x10\0\0\0", 4);
        }
    }
    assert_non_null(read_one(file, "a", &all, &found, *state));
    assert_true(all.size <= size / 2);
}

static void too_many_entries_are_refused(void **state)
{
    oa_archive *archive;
    entry *entries = apr_pcalloc(*state, sizeof(*entries) * (OA_ARCHIVE_ENTRIES_MAX + 2));
    for (int i = 0; i <= OA_ARCHIVE_ENTRIES_MAX; i++) {
        entries[i] = (entry){apr_psprintf(*state, "%d", i), "x", 0};
    }
    bytes file = zipped(entries, *state);
    assert_code(oa_archive_open(file.at, file.size, &archive, *state), OA_TOO_LARGE);
    entries[OA_ARCHIVE_ENTRIES_MAX].name = NULL;
    file = zipped(entries, *state);
    assert_ok(oa_archive_open(file.at, file.size, &archive, *state));
}

OA_TESTS(OA_POOL_TEST(an_entry_is_read_by_its_name), OA_POOL_TEST(what_grows_beyond_measure_is_refused),
         OA_POOL_TEST(a_size_that_lies_does_not_matter), OA_POOL_TEST(too_many_entries_are_refused))
