/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "core/base/text.h"

#include <apr_strings.h>

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void test_utf8_of_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        bool valid;
    } cases[] = {
        {"", 0, true},
        {"abc", 3, true},
        {"\xc3\xa9", 2, true},
        {"\xf4\x8f\xbf\xbf", 4, true},   /* U+10FFFF */
        {"\xf4\x90\x80\x80", 4, false},  /* U+110000 */
        {"\xc3", 1, false},
        {"\x80", 1, false},
        {"\xc0\xaf", 2, false},          /* overlong "/" */
        {"\xe0\x80\xaf", 3, false},
        {"\xed\xa0\x80", 3, false},      /* a surrogate */
        {"\xff", 1, false},
        {"a\0b", 3, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(oa_text_is_utf8(cases[i].text, cases[i].size), cases[i].valid);
    }
}

static void test_repair(void **state)
{
    (void)state;
    static const struct {
        const char *text, *repaired;
    } cases[] = {
        {"", ""},
        {"plain \xc3\xa9", "plain \xc3\xa9"},
        {"\xff", "\xef\xbf\xbd"},
        {"a\xc3", "a\xef\xbf\xbd"},
        {"a\xc3" "b", "a\xef\xbf\xbd" "b"},
        {"\xf0\x9f\x98", "\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[64];
        assert_int_equal(oa_text_repair(cases[i].text, strlen(cases[i].text), out), strlen(cases[i].repaired));
        assert_string_equal(out, cases[i].repaired);
    }
    char worst[32], out[3 * sizeof(worst) + 1];
    memset(worst, 0xff, sizeof(worst));
    assert_int_equal(oa_text_repair(worst, sizeof(worst), out), 3 * sizeof(worst));
}

#define SIXTY_FOUR "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL_63 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void test_one_spelling_per_mailbox(void **state)
{
    static const struct {
        const char *text, *email;
    } cases[] = {
        {"jane@acme.example", "jane@acme.example"},
        {"Jane.DOE@ACME.Example", "jane.doe@acme.example"},
        {"  jane@acme.example ", "jane@acme.example"},
        {"\xc2\xa0jane@acme.example\xe3\x80\x80", "jane@acme.example"},               /* NBSP, ideographic space */
        {"\xef\xbd\x8a\xef\xbd\x81ne@acme.example", "jane@acme.example"},             /* full-width "ja" */
        {"jane\xef\xbc\xa0" "acme.example", "jane@acme.example"},                     /* full-width @ */
        {"jane@acme\xef\xbc\x8e" "example", "jane@acme.example"},                     /* full-width full stop */
        {"jane@acme\xe3\x80\x82" "example", "jane@acme.example"},                     /* ideographic full stop */
        {"jane@\xef\xbc\xa1" "cme.example", "jane@acme.example"},                     /* full-width A */
        {"J\xc3\x96rg@acme.example", "j\xc3\xb6rg@acme.example"},
        {"jo\xcc\x88rg@acme.example", "j\xc3\xb6rg@acme.example"},                    /* combining diaeresis */
        {"\xe2\x84\xaa" "im@acme.example", "kim@acme.example"},                       /* Kelvin sign */
        {"stra\xc3\x9f" "e@acme.example", "strasse@acme.example"},                    /* local part: folded */
        {"\xef\xac\x81@acme.example", "fi@acme.example"},                             /* ligature fi */
        {"jane@b\xc3\xbc" "cher.example", "jane@xn--bcher-kva.example"},
        {"jane@B\xc3\x9c" "CHER.example", "jane@xn--bcher-kva.example"},
        {"jane@XN--BCHER-KVA.example", "jane@xn--bcher-kva.example"},
        {"jane@fa\xc3\x9f.example", "jane@xn--fa-hia.example"},                       /* another domain than fass */
        {"jane@localhost", "jane@localhost"},
        {"jane@LOCALHOST", "jane@localhost"},
        {"o'brien+tag=x@acme.example", "o'brien+tag=x@acme.example"},
        {"!#$%&'*+-/=?^_`{|}~@acme.example", "!#$%&'*+-/=?^_`{|}~@acme.example"},
        {"1@1a.2b", "1@1a.2b"},
        {"a@r3---sn-x.example", "a@r3---sn-x.example"},
        {SIXTY_FOUR "@" LABEL_63 ".example", SIXTY_FOUR "@" LABEL_63 ".example"},
        {"\xe7\x94\xa8\xe6\x88\xb7@acme.example", "\xe7\x94\xa8\xe6\x88\xb7@acme.example"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *email = NULL, *again = NULL;
        assert_ok(oa_email_normalize("email", cases[i].text, &email, *state));
        assert_string_equal(email, cases[i].email);
        assert_ok(oa_email_normalize("email", email, &again, *state));
        assert_string_equal(again, email);
    }
}

static void test_letters_that_look_alike(void **state)
{
    (void)state;
    assert_false(oa_text_mixes_scripts("Administrator"));
    assert_false(oa_text_mixes_scripts("\xd0\x9e\xd0\xbf\xd0\xb5\xd1\x80\xd0\xb0\xd1\x82\xd0\xbe\xd1\x80 2"));
    assert_false(oa_text_mixes_scripts("\xe5\x96\xb6\xe6\xa5\xad Manager, Z\xc3\xbcrich"));
    assert_false(oa_text_mixes_scripts(""));
    assert_true(oa_text_mixes_scripts("\xd0\x90" "dministrator")); /* Cyrillic A */
    assert_true(oa_text_mixes_scripts("Edit\xce\xbfr"));           /* Greek omicron */
}

static void test_what_is_not_one_address(void **state)
{
    static const char *const cases[] = {
        NULL, "", " ", "@", "jane", "jane@", "@acme.example", "jane@@acme.example", "jane@acme@example.org",
        "jane@acme", "jane@.example", "jane@acme.", "jane@acme.example.", "jane@acme..example", "jane@-acme.example",
        "jane@acme-.example", "jane@ac_me.example", "jane@127.0.0.1", "jane@acme.1", "jane@[127.0.0.1]",
        "jane@[IPv6:::1]", "jane@acme.example:25", "jane@acme.example/x", "jane@acme example", "ja ne@acme.example",
        "jane @acme.example", "jane@ acme.example", ".jane@acme.example", "jane.@acme.example", "ja..ne@acme.example",
        "\"jane\"@acme.example", "\"ja ne\"@acme.example", "jane(comment)@acme.example", "jane@acme.example(comment)",
        "Jane <jane@acme.example>", "<jane@acme.example>", "jane@acme.example,joe@acme.example",
        "jane@acme.example;joe@acme.example", "jane@acme.example joe@acme.example", "mailto:jane@acme.example",
        "jane@acme.example\r\nBcc: joe@acme.example", "jane@acme.example\n", "\tjane@acme.example",
        "ja\x01ne@acme.example", "ja\x7fne@acme.example", "jane\\@acme.example", "ja[ne@acme.example",
        "m\xc4\xb1ke@acme.example",                  /* dotless i: mike, to who reads it */
        "M\xc4\xb0KE@acme.example",                  /* dotted I */
        "mi\xcc\x87ke@acme.example",
        "ja\xe2\x80\x8bne@acme.example",             /* zero-width space */
        "jane@ac\xe2\x80\x8bme.example",
        "\xe2\x80\xaejane@acme.example",             /* right-to-left override */
        "\xef\xbb\xbfjane@acme.example",             /* byte order mark */
        "ja\xc2\xadne@acme.example",                 /* soft hyphen */
        "ja\xe2\x80\xa8ne@acme.example",             /* line separator */
        "ja\xee\x80\x80ne@acme.example",             /* private use */
        "ja\xc2\xa0ne@acme.example",                 /* NBSP inside */
        "ja\xe1\x9a\x80ne@acme.example",             /* ogham space: NFKC leaves it */
        "ja\xcd\xb8ne@acme.example",                 /* U+0378, unassigned */
        "ja\xc2\xa8ne@acme.example",                 /* NFKC: a space and a mark */
        "jane@\xe2\x84\x80.example",                 /* NFKC: a/c */
        "ja\xef\xbc\x8cne@acme.example",             /* full-width comma */
        "jane@acme.example\xef\xbc\x8cjoe@acme.example",
        "jane@xn--a.example", "jane@xn--.example", "jane@xn--foo-.example",
        "jane@\xcc\x88" "acme.example",              /* begins with a mark */
        "jane@a\xd7\x90.example",                    /* breaks the bidi rule */
        "ja\xffne@acme.example", "jane@ac\xc3me.example", "\xed\xa0\x80@acme.example",
        "a" SIXTY_FOUR "@acme.example", "jane@b" LABEL_63 ".example",
        SIXTY_FOUR "@" LABEL_63 "." LABEL_63 "." LABEL_63 ".example",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *email = NULL;
        oa_error *error = oa_email_normalize("email", cases[i], &email, *state);
        if (error == NULL) {
            fail_msg("taken for an address: %s", cases[i]);
        }
        assert_string_equal(error->field, "email");
        assert_int_equal(error->code, OA_INVALID);
        assert_null(email);
    }
}

static void test_an_endless_address_is_refused_at_once(void **state)
{
    size_t size = 10 * 1024 * 1024;
    char *text = apr_palloc(*state, size + 1);
    memset(text, 'a', size);
    text[size] = '\0';
    const char *out = NULL;
    assert_code(oa_email_normalize("email", text, &out, *state), OA_INVALID);
    assert_code(oa_name_clean("name", text, &out, *state), OA_INVALID);
    assert_false(oa_slug_is_valid(text));
    assert_int_equal(strlen(oa_slug_from(text, *state)), OA_SLUG_MAX);
}

#define FIFTY "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
#define TWO_HUNDRED FIFTY FIFTY FIFTY FIFTY

static void test_names(void **state)
{
    static const struct {
        const char *text, *name;
    } cases[] = {
        {"Jane", "Jane"},
        {"  Jane Doe ", "Jane Doe"},
        {"\xe3\x80\x80Jane\xc2\xa0", "Jane"},
        {"Jo\xcc\x88rg", "J\xc3\xb6rg"},
        {"\xe7\x94\xb0\xe4\xb8\xad", "\xe7\x94\xb0\xe4\xb8\xad"},
        {"=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")"},
        {"<script>alert(1)</script>", "<script>alert(1)</script>"},
        {"O'Brien; DROP TABLE x", "O'Brien; DROP TABLE x"},
        {TWO_HUNDRED, TWO_HUNDRED},
        {" " TWO_HUNDRED " ", TWO_HUNDRED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = NULL, *again = NULL;
        assert_ok(oa_name_clean("name", cases[i].text, &name, *state));
        assert_string_equal(name, cases[i].name);
        assert_ok(oa_name_clean("name", name, &again, *state));
        assert_string_equal(again, name);
    }
}

static void test_what_is_not_a_name(void **state)
{
    static const char *const cases[] = {
        NULL, "", " ", "\xc2\xa0", "\t", "a\tb", "a\nb", "Jane\r\nBcc: joe@acme.example", "a\x1b[31m", "a\x7f",
        "a\xc2\x85z", "a\xe2\x80\xa8z", "a\xe2\x80\xa9z", "a\xe2\x80\x8bz", "\xe2\x80\xaetxt.exe", "a\xef\xbb\xbfz",
        "a\xee\x80\x80z", "a\xffz", "\xed\xa0\x80", TWO_HUNDRED "n",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = NULL;
        if (oa_name_clean("name", cases[i], &name, *state) == NULL) {
            fail_msg("taken for a name: %s", cases[i]);
        }
        assert_null(name);
    }
}

static void test_fold_for_searching(void **state)
{
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"JANE", "jane"},
        {"Stra\xc3\x9f" "e", "strasse"},
        {"STRASSE", "strasse"},
        {"\xef\xbc\xaa\xef\xbd\x81ne", "jane"},
        {"\xc3\x96sterreich", "\xc3\xb6sterreich"},
        {"O\xcc\x88sterreich", "\xc3\xb6sterreich"},
        {"\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83"},
        {"a\xffz", "a\xef\xbf\xbdz"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(oa_text_fold(cases[i].text, *state), cases[i].folded);
        assert_string_equal(oa_text_fold(cases[i].folded, *state), cases[i].folded);
    }
}

static void test_slugs(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "0", "acme", "a-b", "a--b", "acme-2", "xn--x", LABEL_63};
    static const char *const bad[] = {NULL, "", "-", "-a", "a-", "A", "a_b", "a b", "a.b", "a/b", "a:b", "*", "a\n",
                                      "usr_0000000000001", "\xc3\xa9", "b" LABEL_63};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(oa_slug_is_valid(good[i]));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(oa_slug_is_valid(bad[i]));
    }
    assert_true(oa_slug_spells("ab:cd", 2));
    assert_false(oa_slug_spells("ab:cd", 3));
}

static void test_slugs_made_of_names(void **state)
{
    static const struct {
        const char *name, *slug;
    } cases[] = {
        {"Acme GmbH & Co", "acme-gmbh-co"},
        {"  -- Acme --  ", "acme"},
        {"M\xc3\xbcller", "muller"},
        {"Mu\xcc\x88ller", "muller"},
        {"Stra\xc3\x9f" "e 7", "strasse-7"},
        {"\xef\xbc\xa1\xef\xbc\xa3ME", "acme"},
        {"\xe7\x94\xb0\xe4\xb8\xad", "org"},
        {"!!!", "org"},
        {"", "org"},
        {NULL, "org"},
        {LABEL_63 "b", LABEL_63},
        {"a\xff" "b", "a-b"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *slug = oa_slug_from(cases[i].name, *state);
        assert_string_equal(slug, cases[i].slug);
        assert_true(oa_slug_is_valid(slug));
    }
    const char *cut = oa_slug_from(FIFTY "nnnnnnnnnnnn-nnnn", *state);
    assert_string_equal(cut, FIFTY "nnnnnnnnnnnn");
}

OA_TESTS(cmocka_unit_test(test_utf8_of_rfc_3629), cmocka_unit_test(test_repair),
         OA_POOL_TEST(test_one_spelling_per_mailbox), OA_POOL_TEST(test_what_is_not_one_address), OA_POOL_TEST(test_letters_that_look_alike),
         OA_POOL_TEST(test_an_endless_address_is_refused_at_once), OA_POOL_TEST(test_names),
         OA_POOL_TEST(test_what_is_not_a_name), OA_POOL_TEST(test_fold_for_searching), OA_POOL_TEST(test_slugs),
         OA_POOL_TEST(test_slugs_made_of_names))
