/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/store/audit_word.h"

#include <apr_strings.h>

static const char *words_of(const oa_event *event, apr_pool_t *pool)
{
    const char *all = "";
    const apr_array_header_t *words = oa_audit_words(event, pool);
    for (int i = 0; i < words->nelts; i++) {
        const oa_audit_word *word = &APR_ARRAY_IDX(words, i, oa_audit_word);
        all = apr_psprintf(pool, "%s%d%s|", all, (int)word->part, word->text);
    }
    return all;
}

static void an_event_has_the_words_of_all_that_it_says(void **state)
{
    static const struct {
        oa_event event;
        const char *words;
    } cases[] = {
        {{.actor_name = "", .action = "a.b", .target_name = "", .detail = "{}"}, "3a.b|"},
        {{.actor_id = 1, .actor_name = "Root", .action = "user.ban", .target_id = 2, .target_name = "ann@a.example", .detail = "{\"n\":1}"},
         "1#0000000000001|1root|2#0000000000002|2ann@a.example|3user.ban|"},
        {{.actor_name = "x", .action = "a.b", .target_name = "ann@a.example",
          .detail = "{\"a\":\"ann@a.example\",\"b\":{\"c\":[\"Bob@A.example\",\"api_0000000000003\",\"plain\",\"usr_000000000000\"]}}"},
         "1x|2ann@a.example|3a.b|2bob@a.example|2#0000000000003|"},
        {{.actor_name = "x", .action = "a.b", .target_name = "seen by ann@a.example", .detail = "not JSON"},
         "1x|2seen by ann@a.example|2ann@a.example|3a.b|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(words_of(&cases[i].event, *state), cases[i].words);
    }
}

static void a_word_begins_with_each_of_its_parts(void **state)
{
    static const struct {
        const char *word, *beginnings;
    } cases[] = {
        {"", ""}, {"#0000000000001", ""}, {"ban", "ban|"}, {"user.set-role", "user.set-role|set-role|role|"},
        {"ann.b\xc3\xb6@a.example", "ann.b\xc3\xb6@a.example|b\xc3\xb6@a.example|a.example|example|"},
        {"--a", "a|"}, {"a b c d e f g h i j", "a b c d e f g h i j|b c d e f g h i j|c d e f g h i j|d e f g h i j|e f g h i j|f g h i j|g h i j|h i j|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *all = "";
        const apr_array_header_t *found = oa_audit_beginnings(cases[i].word, *state);
        for (int j = 0; j < found->nelts; j++) {
            all = apr_pstrcat(*state, all, APR_ARRAY_IDX(found, j, const char *), "|", NULL);
        }
        assert_string_equal(all, cases[i].beginnings);
    }
}

static void ids_of_all_kinds_are_read(void **state)
{
    (void)state;
    assert_int_equal(oa_audit_id_of("usr_0000000000010"), 32);
    assert_int_equal(oa_audit_id_of("evt_0000000000010"), 32);
    assert_int_equal(oa_audit_id_of("xyz_0000000000010"), 0);
    assert_int_equal(oa_audit_id_of("ann@a.example"), 0);
}

OA_TESTS(OA_POOL_TEST(an_event_has_the_words_of_all_that_it_says), OA_POOL_TEST(a_word_begins_with_each_of_its_parts),
         OA_POOL_TEST(ids_of_all_kinds_are_read))
