/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/store/schema.h"

static struct stat look_at(fixture *f, const char *name)
{
    struct stat found;
    assert_int_equal(lstat(fixture_file(f, name), &found), 0);
    return found;
}

static oa_error *init(fixture *f, const char *store, const char *secret, int uid, int gid)
{
    return oa_store_init(fixture_file(f, store), fixture_file(f, secret), uid, gid, f->pool);
}

static int count_one(const char *name, const struct stat *found, int kind, struct FTW *at)
{
    (void)name, (void)found, (void)kind;
    return at->level > 0 ? 1 : 0;
}

static void assert_nothing_left(fixture *f)
{
    assert_int_equal(nftw(f->directory, count_one, 16, FTW_PHYS), 0);
}

static void test_a_new_store_has_modes_and_no_leftovers(void **state)
{
    fixture *f = *state;
    assert_ok(init(f, "lib/orgauth/store.db", "etc/orgauth/secret", -1, -1));
    assert_int_equal(look_at(f, "lib/orgauth/store.db").st_mode & 07777, 0640);
    assert_int_equal(look_at(f, "lib/orgauth").st_mode & 07777, 0750);
    assert_int_equal(look_at(f, "lib").st_mode & 07777, 0750);
    assert_int_equal(look_at(f, "etc/orgauth/secret").st_mode & 07777, 0640);
    assert_int_equal(look_at(f, "etc/orgauth/secret").st_size, 65);
    assert_int_equal(look_at(f, "lib/orgauth/store.db").st_nlink, 1);
    assert_int_not_equal(access(fixture_file(f, "lib/orgauth/store.db-wal"), F_OK), 0);
}

static void test_a_strict_umask_changes_nothing(void **state)
{
    fixture *f = *state;
    mode_t before = umask(0077);
    oa_error *error = init(f, "a/store.db", "b/secret", -1, -1);
    umask(before);
    assert_ok(error);
    assert_int_equal(look_at(f, "a/store.db").st_mode & 07777, 0640);
    assert_int_equal(look_at(f, "b/secret").st_mode & 07777, 0640);
}

static void test_a_store_made_by_root_belongs_to_httpd_and_the_secret_to_its_group(void **state)
{
    fixture *f = *state;
    if (geteuid() != 0) {
        skip();
    }
    assert_ok(init(f, "a/store.db", "b/secret", 12345, 23456));
    assert_int_equal(look_at(f, "a/store.db").st_uid, 12345);
    assert_int_equal(look_at(f, "a/store.db").st_gid, 23456);
    assert_int_equal(look_at(f, "a").st_uid, 12345);
    assert_int_equal(look_at(f, "b/secret").st_uid, 0);
    assert_int_equal(look_at(f, "b/secret").st_gid, 23456);
}

static void test_a_store_that_is_there_is_left_alone(void **state)
{
    fixture *f = *state;
    assert_ok(init(f, "store.db", "secret", -1, -1));
    struct stat before = look_at(f, "store.db");
    assert_code(init(f, "store.db", "other", -1, -1), OA_CONFLICT);
    struct stat after = look_at(f, "store.db");
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    assert_int_not_equal(access(fixture_file(f, "other"), F_OK), 0);
}

static void test_the_wal_of_an_earlier_store_is_not_taken_over(void **state)
{
    fixture *f = *state;
    FILE *wal = fopen(fixture_file(f, "store.db-wal"), "w");
    fputs("frames", wal);
    fclose(wal);
    assert_code(init(f, "store.db", "secret", -1, -1), OA_CONFLICT);
    assert_int_equal(unlink(fixture_file(f, "store.db-wal")), 0);
    assert_nothing_left(f);
}

static void test_an_existing_secret_is_kept(void **state)
{
    fixture *f = *state;
    assert_ok(init(f, "one.db", "secret", -1, -1));
    struct stat before = look_at(f, "secret");
    assert_ok(init(f, "two.db", "secret", -1, -1));
    assert_int_equal(look_at(f, "secret").st_ino, before.st_ino);
}

static void test_nothing_is_left_where_the_secret_cannot_be_used(void **state)
{
    fixture *f = *state;
    FILE *secret = fopen(fixture_file(f, "secret"), "w");
    fputs("too short\n", secret);
    fclose(secret);
    assert_code(init(f, "a/b/store.db", "secret", -1, -1), OA_UNAVAILABLE);
    assert_int_equal(unlink(fixture_file(f, "secret")), 0);
    assert_nothing_left(f);
}

static void test_nothing_is_left_where_the_directory_cannot_be_made(void **state)
{
    fixture *f = *state;
    FILE *file = fopen(fixture_file(f, "file"), "w");
    fclose(file);
    assert_non_null(init(f, "file/store.db", "a/b/secret", -1, -1));
    assert_int_equal(unlink(fixture_file(f, "file")), 0);
    assert_nothing_left(f);
}

static void test_a_new_store_is_of_the_newest_schema_and_sound(void **state)
{
    fixture *f = *state;
    oa_json *result;
    bool sound = false;
    assert_ok(init(f, "store.db", "secret", -1, -1));
    assert_true(fixture_int(f, "PRAGMA user_version") == oa_schema_newest(oa_schema_sqlite));
    assert_int_equal(fixture_int(f, "PRAGMA application_id"), OA_APPLICATION_ID);
    assert_int_equal(fixture_int(f, "SELECT COUNT(*) FROM role"), 6);
    assert_ok(oa_store_check(f->path, f->secret, &sound, &result, f->pool));
    assert_true(sound);
}

static void test_a_link_in_the_place_of_the_store_is_not_followed(void **state)
{
    fixture *f = *state;
    assert_int_equal(symlink("/etc/passwd-that-is-not-there", fixture_file(f, "store.db")), 0);
    assert_code(init(f, "store.db", "secret", -1, -1), OA_CONFLICT);
}

OA_TESTS(EMPTY_TEST(test_a_new_store_has_modes_and_no_leftovers), EMPTY_TEST(test_a_strict_umask_changes_nothing),
         EMPTY_TEST(test_a_store_made_by_root_belongs_to_httpd_and_the_secret_to_its_group),
         EMPTY_TEST(test_a_store_that_is_there_is_left_alone),
         EMPTY_TEST(test_the_wal_of_an_earlier_store_is_not_taken_over), EMPTY_TEST(test_an_existing_secret_is_kept),
         EMPTY_TEST(test_nothing_is_left_where_the_secret_cannot_be_used),
         EMPTY_TEST(test_nothing_is_left_where_the_directory_cannot_be_made),
         EMPTY_TEST(test_a_new_store_is_of_the_newest_schema_and_sound),
         EMPTY_TEST(test_a_link_in_the_place_of_the_store_is_not_followed))
