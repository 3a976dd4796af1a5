/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/file.h"
#include "tests/unit/store/fixture.h"

typedef struct url_row {
    const char *url;
    const char *path; /* NULL: refused */
} url_row;

static const url_row urls[] = {
    {"/var/lib/orgauth/orgauth.db", "/var/lib/orgauth/orgauth.db"},
    {"sqlite:/a/b.db", "/a/b.db"},
    {"SQLite:/a/b.db", "/a/b.db"},
    {"/a/../b/./c.db", "/b/c.db"},
    {"/a/file:x?mode=memory", "/a/file:x?mode=memory"},
    {"", NULL},
    {"sqlite:", NULL},
    {"postgresql://host/db", NULL},
    {"postgres://host/db", NULL},
    {"mysql://host/db", NULL},
    {"file:///a/b.db", NULL},
};

static void test_urls_name_paths(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const char *path = NULL;
        oa_error *error = oa_file_of_url(urls[i].url, &path, f->pool);
        if (urls[i].path == NULL) {
            assert_non_null(error);
            continue;
        }
        assert_ok(error);
        assert_string_equal(path, urls[i].path);
    }
}

static void test_a_relative_path_is_made_absolute(void **state)
{
    fixture *f = *state;
    const char *path = NULL;
    assert_ok(oa_file_of_url("some.db", &path, f->pool));
    assert_int_equal(path[0], '/');
    assert_string_equal(strrchr(path, '/'), "/some.db");
}

static void test_directories_of_paths(void **state)
{
    fixture *f = *state;
    assert_string_equal(oa_file_directory("/a/b/c", f->pool), "/a/b");
    assert_string_equal(oa_file_directory("/a", f->pool), "/");
}

static void test_made_directories_are_taken_back_and_no_others(void **state)
{
    fixture *f = *state;
    const char *made = NULL, *none = NULL;
    const char *path = fixture_file(f, "a/b/c/store.db");
    assert_int_equal(mkdir(fixture_file(f, "a"), 0755), 0);
    assert_ok(oa_file_make_directories(path, -1, -1, &made, f->pool));
    assert_string_equal(made, fixture_file(f, "a/b"));
    assert_ok(oa_file_make_directories(path, -1, -1, &none, f->pool));
    assert_null(none);
    oa_file_unmake_directories(path, none, f->pool);
    assert_int_equal(access(fixture_file(f, "a/b/c"), F_OK), 0);
    oa_file_unmake_directories(path, made, f->pool);
    assert_int_not_equal(access(fixture_file(f, "a/b"), F_OK), 0);
    assert_int_equal(access(fixture_file(f, "a"), F_OK), 0);
}

static void test_directories_in_use_are_not_taken_back(void **state)
{
    fixture *f = *state;
    const char *made = NULL, *name = NULL;
    const char *path = fixture_file(f, "a/b/store.db");
    assert_ok(oa_file_make_directories(path, -1, -1, &made, f->pool));
    assert_ok(oa_file_make_beside(path, &name, f->pool));
    oa_file_unmake_directories(path, made, f->pool);
    assert_int_equal(access(name, F_OK), 0);
}

static void test_a_file_is_private_until_it_is_finished(void **state)
{
    fixture *f = *state;
    const char *name = NULL;
    struct stat found;
    mode_t before = umask(0);
    oa_error *error = oa_file_make_beside(fixture_file(f, "x"), &name, f->pool);
    umask(before);
    assert_ok(error);
    assert_int_equal(stat(name, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    assert_ok(oa_file_finish(name, -1, -1, f->pool));
    assert_int_equal(stat(name, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0640);
}

static void test_a_taken_name_is_not_taken_over_unless_meant(void **state)
{
    fixture *f = *state;
    const char *one = NULL, *two = NULL, *path = fixture_file(f, "x");
    assert_ok(oa_file_make_beside(path, &one, f->pool));
    assert_ok(oa_file_make_beside(path, &two, f->pool));
    assert_ok(oa_file_place(one, path, false, f->pool));
    assert_int_not_equal(access(one, F_OK), 0);
    assert_code(oa_file_place(two, path, false, f->pool), OA_CONFLICT);
    assert_int_equal(access(two, F_OK), 0);
    assert_ok(oa_file_place(two, path, true, f->pool));
}

OA_TESTS(EMPTY_TEST(test_urls_name_paths), EMPTY_TEST(test_a_relative_path_is_made_absolute),
         EMPTY_TEST(test_directories_of_paths), EMPTY_TEST(test_made_directories_are_taken_back_and_no_others),
         EMPTY_TEST(test_directories_in_use_are_not_taken_back),
         EMPTY_TEST(test_a_file_is_private_until_it_is_finished),
         EMPTY_TEST(test_a_taken_name_is_not_taken_over_unless_meant))
