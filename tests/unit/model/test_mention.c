/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/model/mention.h"

#include <apr_strings.h>

static void words_are_taken_whole(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", ""},
        {"ann@a.example", "ann@a.example|"},
        {"to ann@a.example, or \"bob@a.example\".", "to|ann@a.example|or|bob@a.example|"},
        {"<ann+x@a.example>;usr_0123456789abc", "ann+x@a.example|usr_0123456789abc|"},
        {"ann@a.example.org ann@a.example...", "ann@a.example.org|ann@a.example|"},
        {"a..b .c d. ...ann@a.example", "a|b|c|d|ann@a.example|"},
        {"z\xc3\xb6@a.example\xc2\xa0x", "z\xc3\xb6@a.example\xc2\xa0x|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rest = cases[i].text, *word, *words = "";
        size_t size;
        while (oa_mention_next(&rest, &word, &size)) {
            words = apr_pstrcat(*state, words, apr_pstrmemdup(*state, word, size), "|", NULL);
        }
        assert_string_equal(words, cases[i].words);
    }
}

OA_TESTS(OA_POOL_TEST(words_are_taken_whole))
